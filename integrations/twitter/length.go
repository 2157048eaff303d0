package twitter

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Limit is the weighted length that a post may have, of an account that does not pay for more
// (twitter-text, configuration v3).
const Limit = 280

// linkLength is what a link weighs, however long it is: X puts a t.co address in its place.
const linkLength = 23

// Length is the weighted length of a post as X counts it: after NFC, 1 for a character of the light ranges, 2 for
// any other and for an emoji sequence as a whole, 23 for a link. Where it cannot tell whether X sees a link (a
// top-level domain that it does not know) it takes the larger count, so it never says less than X does.
func Length(text string) int {
	text = norm.NFC.String(text)
	n, at := 0, 0
	for _, l := range findLinks(text) {
		plain := weigh(text[l.start:l.end])
		if l.sure {
			plain = 0
		}
		n += weigh(text[at:l.start]) + max(linkLength, plain)
		at = l.end
	}
	return n + weigh(text[at:])
}

// weigh counts text in which nothing is a link.
func weigh(text string) int {
	n, state := 0, -1
	for text != "" {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		if emojiSequence(cluster) {
			n += 2
			continue
		}
		for _, r := range cluster {
			if unicode.Is(light, r) {
				n++
			} else {
				n += 2
			}
		}
	}
	return n
}

// light holds the characters of weight 1: the ranges of twitter-text's configuration v3.
var light = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0, Hi: 4351, Stride: 1}, {Lo: 8192, Hi: 8205, Stride: 1},
	{Lo: 8208, Hi: 8223, Stride: 1}, {Lo: 8242, Hi: 8247, Stride: 1},
}}

// pictures are the blocks that emoji come from (Unicode's Extended_Pictographic, and the letters of flags).
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x203C, Hi: 0x203C, Stride: 1}, {Lo: 0x2049, Hi: 0x2049, Stride: 1}, {Lo: 0x2122, Hi: 0x2122, Stride: 1},
		{Lo: 0x2139, Hi: 0x2139, Stride: 1}, {Lo: 0x2194, Hi: 0x21AA, Stride: 1}, {Lo: 0x231A, Hi: 0x23FF, Stride: 1},
		{Lo: 0x24C2, Hi: 0x24C2, Stride: 1}, {Lo: 0x25AA, Hi: 0x25FE, Stride: 1}, {Lo: 0x2600, Hi: 0x27BF, Stride: 1},
		{Lo: 0x2934, Hi: 0x2935, Stride: 1}, {Lo: 0x2B05, Hi: 0x2B55, Stride: 1}, {Lo: 0x3030, Hi: 0x3030, Stride: 1},
		{Lo: 0x303D, Hi: 0x303D, Stride: 1}, {Lo: 0x3297, Hi: 0x3299, Stride: 2},
	},
	R32: []unicode.Range32{{Lo: 0x1F000, Hi: 0x1FAFF, Stride: 1}},
}

// emojiSequence reports whether a grapheme cluster is one emoji: a picture with whatever joins it, or a light
// character that a variation selector or a keycap makes into one.
func emojiSequence(cluster string) bool {
	r, size := utf8.DecodeRuneInString(cluster)
	rest := cluster[size:]
	switch {
	case r == 0xA9 || r == 0xAE:
		return rest == "\uFE0F"
	case strings.ContainsRune("0123456789#*", r):
		return rest == "\u20E3" || rest == "\uFE0F\u20E3"
	}
	return unicode.Is(pictures, r)
}

// link is where X would see one. Sure says that its top-level domain is known.
type link struct {
	start, end int
	sure       bool
}

// The shape of a link follows twitter-text: an optional scheme, a host of dotted labels, a port, a path and a query
// that end in a character that can end one.
const (
	hostChars = `[\pL\pN\pM]`
	hostLabel = hostChars + `(?:[\pL\pN\pM_-]*` + hostChars + `)?`
	pathChar  = `[\pL\pN\pM!*';:=+,.$%#\[\]\-_~@|&/]`
	pathEnd   = `[\pL\pN\pM=_#/+\-]`
	parens    = `\(` + pathChar + `*\)`
)

var linkShape = regexp.MustCompile(`(?i)(https?://)?((?:` + hostLabel + `\.)+([\pL\pM]{2,}|xn--[a-z0-9-]+))(?::[0-9]+)?` +
	`(?:/(?:(?:` + pathChar + `|` + parens + `)*(?:` + pathEnd + `|` + parens + `))?)?` +
	`(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?`)

// maxLabel is the length of a host's label in its ASCII form (RFC 1035).
const maxLabel = 63

func findLinks(text string) []link {
	var links []link
	for _, m := range linkShape.FindAllStringSubmatchIndex(text, -1) {
		l := link{start: m[0], end: m[1]}
		scheme, host, tld := m[2] >= 0, text[m[4]:m[5]], strings.ToLower(text[m[6]:m[7]])
		before, _ := utf8.DecodeLastRuneInString(text[:l.start])
		switch {
		case l.start > 0 && strings.ContainsRune("@＠$#＃", before):
		case l.start > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before)) && before < unicode.MaxASCII:
		case !scheme && (l.start > 0 && strings.ContainsRune("-_./", before) || !ascii(host)):
		case !labelsFit(host) || l.end-l.start > 4096:
		default:
			l.sure = knownDomain(tld)
			links = append(links, l)
		}
	}
	return links
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func labelsFit(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if punycodeLength(label) > maxLabel {
			return false
		}
	}
	return true
}
