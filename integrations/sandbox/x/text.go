package x

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// The configuration of twitter-text 3.
const (
	maxWeight   = 280
	urlWeight   = 23
	emojiWeight = 2
)

// link matches what X takes for a link. Without http:// the name must end in a
// well-known top-level domain; the full list is longer than this one, so a rare
// domain is weighed as letters here.
var link = regexp.MustCompile(`(?i)(?:https?://(?:[\pL\pN](?:[\pL\pN_-]*[\pL\pN])?\.)+\pL{2,63}|(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:` + topLevel + `))` +
	`(?::[0-9]+)?(?:/[\pL\pN\-._~!$&'()*+,;=:@/%]*)?(?:\?[\pL\pN\-._~!$&'()*+,;=:@/%?]*)?(?:#[\pL\pN\-._~!$&'()*+,;=:@/%?]*)?`)

const topLevel = `com|org|net|edu|gov|mil|int|info|biz|name|pro|aero|coop|museum|jobs|mobi|travel|tel|asia|cat|post|xxx|` +
	`app|dev|page|cloud|online|site|store|shop|tech|blog|news|email|support|systems|status|network|software|services|solutions|` +
	`agency|company|digital|live|media|team|today|world|xyz|club|design|group|help|host|link|live|one|run|space|studio|tools|top|work|works|zone|` +
	`a[c-gilmoq-uwxz]|b[abd-jmnorstvwyz]|c[acdf-ik-oru-z]|d[ejkmoz]|e[cegr-u]|f[i-kmor]|g[abd-ilmnp-uwy]|h[kmnrtu]|` +
	`i[delm-oq-t]|j[emop]|k[eghimnprwyz]|l[abcikr-vy]|m[acdeghk-z]|n[acefgilopruz]|om|p[ae-hk-nrstwy]|qa|r[eosuw]|` +
	`s[a-eg-ort-vx-z]|t[cdf-hj-ortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]`

// links gives the places of the links in a text, as byte offsets.
func links(text string) [][]int {
	var all [][]int
	for _, at := range link.FindAllStringIndex(text, -1) {
		for strings.ContainsRune(".,;:!?'", rune(text[at[1]-1])) { // punctuation ends a sentence, not a link
			at[1]--
		}
		if whole(text, at) {
			all = append(all, at)
		}
	}
	return all
}

// whole tells a link from a part of something longer: a mail address, a name
// that goes on, a label that is too long for the DNS.
func whole(text string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
	after, _ := utf8.DecodeRuneInString(text[at[1]:])
	if at[0] > 0 && (strings.ContainsRune("@#$_-./", before) || letter(before)) {
		return false
	}
	if at[1] < len(text) && (letter(after) || after == '@') {
		return false
	}
	host := text[at[0]:at[1]]
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	host, _, _ = strings.Cut(host, "/")
	for label := range strings.SplitSeq(host, ".") {
		if len(label) > 63 {
			return false
		}
	}
	return true
}

func letter(r rune) bool { return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' }

// weighted gives the length of a text in X's measure.
func weighted(text string) int {
	text = norm.NFC.String(text)
	sum, from := 0, 0
	for _, at := range links(text) {
		sum += weigh(text[from:at[0]]) + urlWeight
		from = at[1]
	}
	return sum + weigh(text[from:])
}

func weigh(text string) (sum int) {
	for state := -1; text != ""; {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		if emoji(cluster) {
			sum += emojiWeight
			continue
		}
		for _, r := range cluster {
			sum += weight(r)
		}
	}
	return sum
}

func weight(r rune) int {
	if r <= 4351 || 8192 <= r && r <= 8205 || 8208 <= r && r <= 8223 || 8242 <= r && r <= 8247 {
		return 1
	}
	return 2
}

// emoji reports a sequence that is drawn as one picture.
func emoji(cluster string) bool {
	first, _ := utf8.DecodeRuneInString(cluster)
	if first < 0x80 {
		return strings.ContainsRune(cluster, 0x20E3) // a keycap
	}
	return first >= 0x1F000 && first <= 0x1FAFF || strings.ContainsRune(cluster, 0xFE0F) || first >= 0x2190 && first <= 0x3299 && utf8.RuneCountInString(cluster) > 1
}

// same compares two texts as the search for duplicates does here: white space
// and the case of letters do not make a text new.
func same(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(norm.NFC.String(a)), " "), strings.Join(strings.Fields(norm.NFC.String(b)), " "))
}

// entity is one link as entities.urls shows it; places count characters.
type entity struct {
	Start    int    `json:"start"`
	End      int    `json:"end"`
	URL      string `json:"url"`
	Expanded string `json:"expanded_url"`
	Display  string `json:"display_url"`
}

// shown gives the text as X answers it.
func shown(text string) (string, []entity) {
	var b strings.Builder
	var all []entity
	from := 0
	for _, at := range links(text) {
		b.WriteString(escaped.Replace(text[from:at[0]]))
		e := entity{Start: utf8.RuneCountInString(b.String()), URL: short(text[at[0]:at[1]]), Expanded: text[at[0]:at[1]]}
		if !strings.Contains(e.Expanded, "://") {
			e.Expanded = "http://" + e.Expanded
		}
		_, e.Display, _ = strings.Cut(e.Expanded, "://")
		b.WriteString(e.URL)
		e.End = utf8.RuneCountInString(b.String())
		all = append(all, e)
		from = at[1]
	}
	b.WriteString(escaped.Replace(text[from:]))
	return b.String(), all
}

// escaped: X escapes these three, and no quotes.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// short makes the t.co link of an address: 23 characters, always the same.
func short(address string) string {
	sum := sha256.Sum256([]byte(address))
	return "https://t.co/" + strings.NewReplacer("-", "a", "_", "b").Replace(base64.RawURLEncoding.EncodeToString(sum[:]))[:10]
}
