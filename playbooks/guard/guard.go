// Package guard reads words before others do. Check tells what customers should
// not read: what must never leave (it blocks), and what is rarely wise (it
// warns, and a person decides). Clean offers the same words without it.
//
// A rule is a row of a table: a pattern, what is no case of it, and one sentence
// (leaks.go, repair.go and so on). What the patterns cannot know comes in as
// Known: the names of people, services and customers, how long words may be,
// whether the cause is verified. The operator's own rules (Config) come in there
// too, and say what the built-in ones do.
//
// The guard is for people in a hurry, not against people of ill will: it is
// better to let a strange sentence pass than to stop a good one.
package guard

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rule names what a finding is about.
type Rule string

// The rules. The first five block.
const (
	Secret     Rule = "secret"      // a password, key or token
	Customer   Rule = "customer"    // who else is a customer
	Internal   Rule = "internal"    // hosts, addresses of machines, paths, commands
	Address    Rule = "address"     // how to reach a person: mail, phone, street
	Ticket     Rule = "ticket"      // numbers and links of our own trackers
	RepairTime Rule = "repair time" // when it will be well again
	Cause      Rule = "cause"       // why it happened, while nobody has verified it
	Blame      Rule = "blame"       // whose fault it is, and people's names at all
	Next       Rule = "next time"   // nothing says when the next words come
	Tone       Rule = "tone"        // swearing, jokes, panic
	Minimizing Rule = "minimizing"  // making little of what customers suffer
	Absolute   Rule = "absolute"    // more than anybody can know: never again, entirely safe
	Jargon     Rule = "jargon"      // words of the trade
	Length     Rule = "length"      // more than one post of a far end holds
)

// Finding is something that readers should not read.
type Finding struct {
	Rule       Rule
	Start, End int    // bytes of the text
	Words      string // text[Start:End]
	Why        string // one sentence
	Block      bool   // nobody may send it
	Instead    string // a clean wording for its place, if there is one
}

// Known is what the bot knows beside the text. Its zero value knows nothing, and
// says that no cause is verified.
type Known struct {
	People    []string // names and handles
	Services  []string // our own names of services
	Suffixes  []string // of internal hosts: "corp.example.com"
	Customers []string
	// Public are words that customers use: names and words of components, the
	// company. What stands here is nobody's name.
	Public []string
	// Verified: the cause is known, so that it may be said.
	Verified bool
	// NeedsNext: readers wait for the next words, and nothing adds the time.
	NeedsNext bool
	// Lengths measure words for a far end, as they go out: how long they are,
	// and what one post holds.
	Lengths map[string]func(string) (n, most int)
	// Rules are the operator's, and About is what they read beside the text.
	Rules *Rules
	About About
	// Inside: the readers are colleagues, who may read what is only internal.
	Inside bool
}

// pattern is a row of the tables.
type pattern struct {
	rule Rule
	re   *regexp.Regexp // what is found: its first group, if it has one
	but  *regexp.Regexp // is no case of it, read in the whole match
	why  string
	// small: both read small letters.
	small bool
}

// outside are the rules that colleagues' eyes are exempt from.
var outside = map[Rule]bool{Customer: true, Internal: true, Address: true, Ticket: true, Jargon: true, Length: true}

// named are the rules whose words films, features and plans are called by, too.
var named = map[Rule]bool{Cause: true, Tone: true, Minimizing: true, Absolute: true}

func (r Rule) blocks() bool {
	return r == Secret || r == Customer || r == Internal || r == Address || r == Ticket
}

// Check gives what it finds, in the order of the text. It is deterministic.
func Check(text string, k Known) []Finding {
	f := fold(text)
	var out []Finding
	for _, table := range [][]pattern{leaks, repairs, causes, belittling, tones, plain} {
		for _, p := range table {
			out = append(out, p.find(f)...)
		}
	}
	out = append(out, promised(f)...)
	out = append(out, entropy(f)...)
	out = append(out, names(f, k)...)
	out = append(out, shouting(f)...)
	for i, x := range out {
		out[i].Instead = simpler[lower(x.Words)]
	}
	out = append(out, k.Rules.find(f, k.About)...)
	announced := works(text)
	out = slices.DeleteFunc(out, func(x Finding) bool {
		return x.Rule == Cause && k.Verified || outside[x.Rule] && k.Inside ||
			x.Rule == RepairTime && slices.ContainsFunc(announced, func(s span) bool { return x.Start < s.end && x.End > s.start })
	})
	whole := lengths(text, k)
	if k.NeedsNext && text != "" && !saysNext.MatchString(f.text) {
		whole = append(whole, Finding{Rule: Next, End: len(text), Words: text, Why: "Nothing says when the next words come."})
	}
	return append(tidy(text, k.Rules.weigh(out)), k.Rules.weigh(whole)...)
}

// Blocks reports whether one of the findings lets nobody send the words.
func Blocks(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Block })
}

// Holds reports whether one of the findings is of that rule.
func Holds(all []Finding, r Rule) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Rule == r })
}

// Names are the rules that found something, each once.
func Names(all []Finding) []string {
	var out []string
	for _, f := range all {
		if name := string(f.Rule); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (p pattern) find(f folded) []Finding {
	var out []Finding
	text := f.text
	if p.small {
		text = f.low
	}
	for _, m := range p.re.FindAllStringSubmatchIndex(text, -1) {
		if p.but != nil && p.but.MatchString(text[m[0]:m[1]]) {
			continue
		}
		start, end := m[0], m[1]
		if len(m) > 2 && m[2] >= 0 {
			start, end = m[2], m[3]
		}
		if end > start && !(named[p.rule] && title(f.text, start)) {
			out = append(out, f.finding(p.rule, start, end, p.why))
		}
	}
	return out
}

// title reports whether a word is large within a sentence: it is a name then.
func title(text string, at int) bool {
	first, size := utf8.DecodeRuneInString(text[at:])
	second, _ := utf8.DecodeRuneInString(text[at+size:])
	before := strings.TrimRight(text[:at], " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsUpper(first) && unicode.IsLower(second) && before != "" && (unicode.IsLetter(last) || last == '"' || last == '“')
}

// tidy sorts and leaves out what stands inside a finding that says the same, or
// more. Two of one rule that overlap are one.
func tidy(text string, all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), boolean(b.Block)-boolean(a.Block))
	})
	var out []Finding
	for _, f := range all {
		over := slices.IndexFunc(out, func(o Finding) bool { return f.Start < o.End && f.Rule == o.Rule && f.Instead == "" && o.Instead == "" })
		switch {
		case slices.ContainsFunc(out, func(o Finding) bool {
			return f.Start >= o.Start && f.End <= o.End && (f.Rule == o.Rule || o.Block)
		}):
		case over >= 0:
			out[over].End = f.End
			out[over].Words = text[out[over].Start:f.End]
		default:
			out = append(out, f)
		}
	}
	return out
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lengths finds what does not fit into one post of a far end any more: from the
// first sentence that does not fit to the end.
func lengths(text string, k Known) []Finding {
	if k.Inside {
		return nil
	}
	var out []Finding
	for _, name := range slices.Sorted(maps.Keys(k.Lengths)) {
		n, most := k.Lengths[name](text)
		if n <= most {
			continue
		}
		start := 0
		for _, s := range sentences(text) {
			if n, most := k.Lengths[name](text[:s.end]); n > most {
				start = s.start
				break
			}
		}
		out = append(out, Finding{Rule: Length, Start: start, End: len(text), Words: text[start:],
			Why: fmt.Sprintf("%s holds %d characters in one post, and with this it is %d.", name, most, n)})
	}
	return out
}
