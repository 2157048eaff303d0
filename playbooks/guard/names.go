package guard

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const whyPerson = "Names a person. Nobody is to blame by name."

// ordinary are names that are words too, so that only "@will" and "Will's" are
// surely a person, and only "Target" a customer.
var ordinary = strings.Fields(`admin al all alert alerts an angel api app apple april art august autumn bill billing bot box brook chance chase clay cliff core data
	dawn dean dev do drew duke earl ed ever faith field fix frank gap gene glen grace grant guy hall harmony help hope hunter ice in info iris it ivy jack jade jay
	jet job jobs joy june king lance lane le long love major mark mason max may mays mercy mike miles next no norm oncall ops orange page pat penny pierce price queue
	ray reed rich rick rob robin rock root rose ruby rusty sales service shell skip sky so sonny square star storm sue summer support sunny target team the tom tony trip
	troy van vi victor violet visa wade ward web will wills win wing wren young`)

// names finds people, services and customers whom the bot knows.
func names(f folded, k Known) []Finding {
	var out []Finding
	public := strings.ToLower(" " + strings.Join(k.Public, " ") + " ")
	people := k.People
	if k.Inside {
		people = nil // colleagues know each other
	}
	for _, person := range people {
		for _, name := range append([]string{person}, strings.Fields(person)...) {
			if utf8.RuneCountInString(name) < 2 {
				continue
			}
			low := strings.ToLower(name)
			common := slices.Contains(ordinary, low) || strings.Contains(public, low)
			for _, at := range f.occurrences(name) {
				called, owns := at.before == "@", strings.HasPrefix(f.text[at.end:], "'s")
				upper := startsUpper(f.text[at.start:])
				switch {
				case called, owns && (upper || !common), !common && utf8.RuneCountInString(name) >= 3:
					if owns {
						at.end += len("'s")
					}
					out = append(out, f.finding(Blame, at.start, at.end, whyPerson))
				}
			}
		}
	}
	for _, s := range append(slices.Clone(k.Services), k.Suffixes...) {
		if !strings.ContainsAny(s, "-_.0123456789") || strings.Contains(public, strings.ToLower(s)) {
			continue // a plain word may be the customers' as well: "exports"
		}
		for _, at := range f.occurrences(strings.TrimLeft(s, "*.")) {
			out = append(out, f.finding(Internal, f.wordStart(at.start), at.end, whyInternal))
		}
	}
	for _, c := range k.Customers {
		common := slices.Contains(ordinary, strings.ToLower(c))
		for _, at := range f.occurrences(c) {
			if !common || startsUpper(f.text[at.start:]) {
				out = append(out, f.finding(Customer, at.start, at.end, whyCustomer))
			}
		}
	}
	return out
}

// place is where a name stands; before is the character in front of it.
type place struct {
	start, end int
	before     string
}

// occurrences finds a name as a whole word, in any case of its letters.
func (f folded) occurrences(name string) []place {
	low, want := f.low, lower(strings.ReplaceAll(strings.TrimSpace(name), "’", "'"))
	var out []place
	for from := 0; want != "" && from < len(low); {
		i := strings.Index(low[from:], want)
		if i < 0 {
			break
		}
		start, end := from+i, from+i+len(want)
		from = start + 1
		before, _ := utf8.DecodeLastRuneInString(f.text[:start])
		after, _ := utf8.DecodeRuneInString(f.text[end:])
		if start > 0 && wordy(before) || end < len(f.text) && wordy(after) {
			continue
		}
		p := place{start: start, end: end}
		if start > 0 {
			p.before = string(before)
		}
		out = append(out, p)
	}
	return out
}

// lower keeps every byte where it is: letters whose small form is of another
// length stay.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' }

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// wordStart goes back to where the host's name begins: "db" of "db.corp".
func (f folded) wordStart(i int) int {
	return strings.LastIndexAny(f.text[:i], " \t\n/\"'(,:;@") + 1
}
