package playbooks_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"

	"pgregory.net/rapid"
)

var randomBooks = flag.Int("playbooks.random", 8, "how many random playbooks the properties are tried on")

// anyPlaybook writes a playbook of whatever the language has: YAML, as a person
// would.
var anyPlaybook = rapid.Custom(func(t *rapid.T) string {
	w := &writer{t: t, severities: []string{"SEV1", "SEV2", "SEV3"}[:rapid.IntRange(1, 3).Draw(t, "severities")]}
	w.line("extends: %s", w.one("default", "default", "base", "gds", "gitlab-cadence", "security", "third-party"))
	w.line("severities: [%s]", strings.Join(w.severities, ", "))
	w.line("room: {place: %s}", w.by(func() string { return w.one("channel", "thread") }))
	w.line("page: {wakes: %s, lapses: %s, grace: %s, again: %s}", w.by(func() string { return w.some("oncall", "comms", "authors", "legal") }),
		w.by(w.long), w.by(w.long), w.long())
	w.line("roles: {legal: {about: reads along, asked: %s}}", w.some(w.severities...))
	w.audiences()
	w.list("remind", 3, func() string {
		return fmt.Sprintf("{at: %s%s, who: %s, page: %s}", w.one("", "-"), w.long(), w.one("comms", "channel", "commander"), w.some(w.severities...))
	})
	w.list("tasks", 2, func() string {
		return fmt.Sprintf("{text: %q, when: %q, on: %s, after: %s}", w.one("Freeze {service}", "Call the vendor"), w.when(),
			w.one("declared", "severity", "phase"), w.long())
	})
	w.list("duties", 2, func() string {
		return fmt.Sprintf("{name: %s, text: A notice, within: %s, owner: %s}", w.fresh("duty"), w.one("24h", "72h"), w.one("legal", "maya"))
	})
	if w.maybe() {
		w.line("close: {quiet: %s, review: %s, asks: %s}", w.by(w.long), w.by(func() string { return w.one("5d", "48h") }), w.some("start", "alert", "review"))
	}
	w.list("steps", 3, w.step)
	return strings.Join(w.lines, "\n") + "\n"
})

// writer draws the parts.
type writer struct {
	t          *rapid.T
	severities []string
	lines      []string
	names      int
}

func (w *writer) line(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func (w *writer) maybe() bool             { return rapid.Bool().Draw(w.t, "maybe") }
func (w *writer) one(of ...string) string { return rapid.SampledFrom(of).Draw(w.t, "one") }
func (w *writer) long() string            { return w.one("1m", "5m", "15m", "30m", "1h", "4h") }

func (w *writer) fresh(name string) string {
	w.names++
	return fmt.Sprintf("%s%d", name, w.names)
}

// some is a list of some of the words, or of none.
func (w *writer) some(of ...string) string {
	return "[" + strings.Join(slices.DeleteFunc(slices.Clone(of), func(string) bool { return w.maybe() }), ", ") + "]"
}

// by is a value for all severities, or one for each.
func (w *writer) by(value func() string) string {
	if w.maybe() {
		return value()
	}
	var out []string
	for _, s := range w.severities {
		out = append(out, s+": "+value())
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (w *writer) list(key string, most int, entry func() string) {
	n := rapid.IntRange(-1, most).Draw(w.t, key)
	if n < 0 { // as inherited
		return
	}
	var out []string
	for range n {
		out = append(out, "  - "+entry())
	}
	if len(out) == 0 {
		w.line("%s: []", key)
		return
	}
	w.line("%s:\n%s", key, strings.Join(out, "\n"))
}

func (w *writer) when() string {
	return w.one("true", `severity == 'SEV1'`, "!private", `commander.Handle == ''`, `phase == 'monitoring'`, "len(signs) > 1")
}

func (w *writer) audiences() {
	w.line("audiences:\n  public:")
	w.line("    first: %s", w.by(w.long))
	w.line("    confirmed: %s", w.by(w.long))
	w.line("    every: %s", w.by(func() string {
		if w.maybe() {
			return w.long()
		}
		return fmt.Sprintf("{investigating: %s, identified: %s, monitoring: %s}", w.long(), w.long(), w.long())
	}))
	w.line("    ask: %s", w.long())
	w.line("    takes: {twitter: %s}", w.some("first", "phase", "news", "no-news", "resolved", "correction", "retraction"))
	if w.maybe() {
		w.line("    approval: {by: %s, need: %s, fallback: %s, fallback_after: %s, alone_after: %s, night: {from: %q, to: %q}}", w.some("maya", "role:commander", "group:comms"),
			w.one("1", "2"), w.some("priya", "role:comms"), w.long(), w.long(), w.one("00:00", "22:00"), w.one("07:00", "23:59"))
	}
	if w.maybe() {
		w.line("    unattended: {first: %q, holding: %q, most: %s, wait: %s}", w.one("", "Since {since} we see signs of problems with {what}."),
			w.one("", "We are still working on this."), w.one("1", "2"), w.one("30s", "60s"))
	}
	w.line("  stakeholders: {every: %s}", w.by(w.long))
}

// step is one of the playbook's own.
func (w *writer) step() string {
	when := w.when()
	return w.one(
		fmt.Sprintf("{name: %s, on: [phase, severity], when: \"!private && %s\", to: slack, do: post, args: {channel: C0SUPPORT}, words: phase told, lane: slack/C0SUPPORT}", w.fresh("step "), when),
		fmt.Sprintf("{name: %s, on: [phase, signed], when: \"%s\", to: slack, do: post, args: {channel: C0SUPPORT}, words: phase told}", w.fresh("step "), when), // tells of private ones too
		fmt.Sprintf("{name: %s, on: [promise-missed], when: \"commander.Slack != ''\", to: slack, do: dm, args: {person: \"{{.commander.Slack}}\"}, words: phase told}", w.fresh("step ")),
		fmt.Sprintf("{name: %s, on: [signed, phase], each: suspects, when: \"%s && it == nil\", to: slack, do: dm, args: {person: \"{{.it.Author.Slack}}\"}, words: phase told}", w.fresh("step "), when),
		fmt.Sprintf("{name: %s, on: [declared], to: bot, do: addnote, command: {text: \"'an hour has passed'\"}, at: at + duration('1h')}", w.fresh("step ")),
		fmt.Sprintf("{name: %s, on: [declared, delivered], when: \"%s && room.Channel != ''\", to: slack, do: post, args: {channel: \"{{.room.Channel}}\"}, words: phase told, slot: mine, quiet: true}", w.fresh("step "), when),
	)
}

// drawn is a random playbook and what became of it.
type drawn struct {
	text string
	book simulate.Book
	err  error
}

// shelf are the random playbooks, each loaded once.
var shelf sync.Map // number → func() drawn

func bookAt(n int) drawn {
	made, _ := shelf.LoadOrStore(n, sync.OnceValue(func() (d drawn) {
		d.text = anyPlaybook.Example(n) + "words: {phase told: {lines: [\"{{.number}}: {{.phase}}, {{.title}}\"]}}\n"
		set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(d.text)}})
		if d.err = err; err == nil {
			d.book, d.err = harbor.Open(set["acme"])
		}
		return d
	}))
	return made.(func() drawn)()
}

// Most random playbooks load; of the others every mistake has its place.
func TestAnyPlaybookLoadsOrTellsWhere(t *testing.T) {
	t.Parallel()
	good := 0
	for n := range *randomBooks {
		d := bookAt(n)
		if d.err == nil {
			good++
			continue
		}
		for _, err := range flat(d.err) {
			var m playbooks.Mistake
			if !errors.As(err, &m) || m.File == "" || m.Line == 0 || m.Column == 0 {
				t.Errorf("without a place: %v\n%s", err, d.text)
			}
			t.Logf("%d: %v", n, err)
		}
	}
	if t.Logf("%d of %d load", good, *randomBooks); good*2 < *randomBooks {
		t.Errorf("%d of %d load, want half", good, *randomBooks)
	}
}

func flat(err error) []error {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		return all.Unwrap()
	}
	return []error{err}
}

// anyBook draws one of those that load.
func anyBook(t *rapid.T) drawn {
	return bookAt(rapid.IntRange(0, *randomBooks-1).Filter(func(n int) bool { return bookAt(n).err == nil }).Draw(t, "playbook"))
}
