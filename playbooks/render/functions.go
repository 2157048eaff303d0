package render

import (
	"strings"
	"text/template"
	"time"

	"drumbeat/incident/card"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks/facts"
)

// Function is one that templates may call, beside those of text/template.
type Function struct {
	Name string
	Use  string // how it is written: "since FROM TO"
	// About says what it gives, Example is a template that calls it, and Gives
	// what that comes to on the incident that playbooks are rehearsed on.
	About, Example, Gives string
	of                    func(reader) any
	local                 bool // what it gives depends on the reader
}

// reader is whose clock times are told by. One who is named reads "14:30 CET".
type reader struct {
	zone  *time.Location
	named bool
}

// Functions are all of them, by what they are for. Times are the reader's where
// words go to one person whose zone is known, else the team's.
var Functions = []Function{
	{"clock", "clock TIME", "the time of day, in the reader's zone", `{{clock .began}}`, "05:38", func(r reader) any { return r.clock }, true},
	{"day", "day TIME", "the same with its date", `{{day .began}}`, "Wed 4 Mar 05:38", func(r reader) any { return r.day }, true},
	{"utc", "utc TIME", "the time of day as customers read it", `{{utc .began}}`, "05:38 UTC", same(words.UTC), false},
	{"long", "long DURATION", "how long it is", `{{long .again_after}}`, "10 min", same(long), false},
	{"since", "since FROM TO", "how long it is from one time to another", `{{since .began .ends_at}}`, "3 min", same(since), false},
	{"what", "what COMPONENTS", "parts of the product as customers call them", `{{what .components}}`, "opening and saving", same(card.What), false},
	{"names", "names PEOPLE", "people by their names", `{{names .paged_all}}`, "Maya and Omar", same(facts.Names), false},
	{"list", "list TEXTS", "texts as a sentence lists them", `{{list .weight.Wakes}}`, "oncall, comms and authors", same(words.And), false},
	{"join", "join TEXTS", "texts with commas between them", `{{join .weight.Wakes}}`, "oncall, comms, authors", same(joined), false},
	{"short", "short N TEXT", "the text, cut at a word to N characters", `{{short 16 .title}}`, "People cannot…", same(short), false},
	{"lower", "lower TEXT", "the text in small letters", `{{lower .severity}}`, "sev1", same(strings.ToLower), false},
	{"slug", "slug TEXT", "small letters, digits and dashes, for the name of a channel", `{{slug .title}}`, "people-cannot-save", same(Slug), false},
	{"far", "far NAME", "a far end as people call it", `{{far "twitter"}}`, "X", same(facts.FarEnd), false},
}

// same is a function that is everybody's.
func same(f any) func(reader) any { return func(reader) any { return f } }

// Parser reads templates for a team whose zone it knows.
type Parser struct{ funcs template.FuncMap }

// In makes one of the team's zone.
func In(zone *time.Location) Parser { return Parser{in(reader{zone, false})} }

// in are the functions as a reader has them.
func in(r reader) template.FuncMap {
	out := template.FuncMap{}
	for _, f := range Functions {
		out[f.Name] = f.of(r)
	}
	return out
}

func (r reader) clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(r.zone).Format("15:04") + r.zoneAt(t)
}

func (r reader) day(t time.Time) string { return t.In(r.zone).Format("Mon 2 Jan 15:04") + r.zoneAt(t) }

// zoneAt is what follows a time of day: " CET", " UTC+04" where the zone has no
// name of its own.
func (r reader) zoneAt(t time.Time) string {
	if !r.named {
		return ""
	}
	name, offset := t.In(r.zone).Zone()
	if name == "" || name[0] == '+' || name[0] == '-' {
		name = t.In(r.zone).Format("UTC-07:00")
		if offset%3600 == 0 {
			name = t.In(r.zone).Format("UTC-07")
		}
	}
	return " " + name
}

func long(d time.Duration) string  { return stream.Duration(d).Words() }
func since(t, at time.Time) string { return long(at.Sub(t)) }
func joined(texts []string) string { return strings.Join(texts, ", ") }

// Slug makes a channel name's tail: lower case letters, digits and dashes.
func Slug(s string) string {
	const longest = 40
	var b strings.Builder
	dash := true
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= longest:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
			dash = false
		case !dash:
			b.WriteByte('-')
			dash = true
		}
	}
	return strings.Trim(b.String(), "-")
}

// short cuts a text to n characters at a word.
func short(n int, s string) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:max(n-1, 0)])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}
