package playbooks_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever a playbook says that loads, and whatever people, timers and far ends
// do: words for customers have the yeses that the playbook asks for, nothing of a
// private incident leaves it (world.check), no promise is forgotten, and the
// same record asks for the same again, and for little.
func TestAnyPlaybookKeepsTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := anyBook(rt)
		rt.Logf("under\n%s", d.text)
		d.book.Policy.Unattended.Targets = []string{incident.StatusPage}
		w := newWorld(rt, d.book, story("05:30"))
		w.World.Most = 5000
		l := &ledger{world: w, rule: d.book.Policy, yes: map[int][]yes{}}
		w.Wrote = l.take
		declare := incident.Declare{Title: "people cannot save", Private: rapid.IntRange(0, 3).Draw(rt, "private") == 0,
			Severity: rapid.SampledFrom(d.book.Policy.Names()).Draw(rt, "severity")}
		if rapid.Bool().Draw(rt, "alert") {
			declare.Sign = incident.Sign{Source: "alert:Errors", Text: "errors 14 %"}
		}
		w.must("omar", declare)
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			anything(rt, w)
		}
		before := w.State("42")
		w.run(w.Now.Add(9 * time.Hour)) // and nobody does anything
		for _, wrong := range forgotten(before, w.State("42"), w.Now, d.book.Policy.Ladder) {
			rt.Errorf("%s", wrong)
		}
		l.again(rt)
	})
}

// yes is one that somebody gave.
type yes struct {
	stream.Meta
	event     incident.Approved
	phase     incident.Phase
	severity  string
	roles     map[string]incident.Person
	seen      []string
	published bool
}

// ledger follows the records and judges what is published by them.
type ledger struct {
	*world
	rule    policy.Policy
	records []stream.Record
	yes     map[int][]yes
}

func (l *ledger) take(r stream.Record) {
	l.records = append(l.records, r)
	s := l.State("42")
	switch r.Kind {
	case "approved":
		var e incident.Approved
		if err := json.Unmarshal(r.Data, &e); err != nil {
			l.Fatal(err)
		}
		y := yes{Meta: r.Meta, event: e, phase: s.PublicPhase(), severity: s.Severity, roles: s.Roles}
		for who := range s.Seen {
			y.seen = append(y.seen, who)
		}
		l.yes[e.N] = append(l.yes[e.N], y)
	case "published":
		var e incident.Published
		if err := json.Unmarshal(r.Data, &e); err != nil {
			l.Fatal(err)
		}
		if u := s.Update(e.N); u.Audience == incident.Public {
			if wrong := unasked(l.rule, *u, s, l.yes[e.N], l.Now.In(l.Zone).Format("15:04")); wrong != "" {
				l.Errorf("update %d “%s” by %q is out: %s", u.N, u.Text, u.Author, wrong)
			}
		}
	}
}

// unasked says why public words should not have left; empty when they might.
// s is the incident just after.
func unasked(p policy.Policy, u incident.Update, s incident.State, all []yes, local string) string {
	switch {
	case s.Private:
		return "the incident is private"
	case len(all) == 0:
		return "nobody said yes"
	}
	last := all[len(all)-1]
	waited := last.At.Sub(u.ProposedAt)
	if last.event.Unattended {
		return unattendedly(p.Unattended, u, s, waited)
	}
	a := p.Approval
	given := map[string]bool{}
	for _, y := range all {
		stands := u.Kind == incident.Correction || y.phase == last.phase && y.severity == last.severity
		if y.By.ID != u.Author && stands && (len(a.By) == 0 || counts(a.By, y) || counts(a.Fallback, y) && a.FallbackAfter > 0 && y.At.Sub(u.ProposedAt) >= time.Duration(a.FallbackAfter)) {
			given[y.By.ID] = true
		}
	}
	commands := last.roles[incident.RoleCommander].Handle == last.By.ID
	lonely := !slices.ContainsFunc(last.seen, func(who string) bool { return who != last.By.ID })
	switch {
	case len(given) >= max(1, a.Need):
	case a.AloneAfter > 0 && commands && waited >= time.Duration(a.AloneAfter):
	case a.Night.Has(local) && lonely && (u.Author == "" || u.Author == last.By.ID):
	default:
		return fmt.Sprintf("%d of %d said yes", len(given), max(1, a.Need))
	}
	return ""
}

func counts(entries []string, y yes) bool {
	return slices.ContainsFunc(entries, func(e string) bool {
		switch kind, name := approval.Parse(e); kind {
		case approval.Role:
			return y.roles[name].Handle == y.By.ID
		case approval.Group:
			return slices.Contains(y.By.Roles, name)
		default:
			return name == y.By.ID
		}
	})
}

// unattendedly says why words that nobody tapped should not have left.
func unattendedly(p policy.Unattended, u incident.Update, s incident.State, waited time.Duration) string {
	begins := func(text string) bool {
		head, _, _ := strings.Cut(text, "{")
		return text != "" && strings.HasPrefix(u.Text, head)
	}
	switch {
	case u.Author != incident.Unattended || !begins(p.First) && !begins(p.Holding):
		return "the playbook has no such words"
	case s.Held:
		return "words are on hold"
	case waited < time.Duration(p.Wait):
		return fmt.Sprintf("nobody could stop it, after %s", waited)
	case begins(p.First) && u.Kind == incident.FirstWords && len(s.Signs) < 2:
		return "there is one sign alone"
	case slices.ContainsFunc(u.Targets, func(t incident.Target) bool { return !slices.Contains(p.Targets, t.Name) }):
		return "it goes where nobody allowed it"
	}
	row := 0
	for _, x := range s.Updates {
		if x.Audience == incident.Public && x.State == incident.PublishedS {
			if row++; x.Author != incident.Unattended || x.Kind != incident.NoNews {
				row = 0
			}
		}
	}
	if row > p.Most {
		return fmt.Sprintf("%d of them in a row", row)
	}
	return ""
}

// forgotten are promises that were open when everybody fell silent, and of whose
// time nothing came.
func forgotten(before, after incident.State, now time.Time, ladder []policy.Reminder) (wrong []string) {
	soonest := stream.Duration(24 * time.Hour)
	for _, r := range ladder {
		if r.At >= 0 {
			soonest = min(soonest, r.At)
		}
	}
	for _, p := range before.Promises {
		is := after.Promises[p.N-1]
		if p.Open() && is.Open() && !is.Missed && now.After(p.Due.Add(time.Duration(soonest)+time.Minute)) {
			wrong = append(wrong, fmt.Sprintf("the promise %d to %s of %s is open, and nobody heard that it was missed", p.N, cmp.Or(p.Name, string(p.Audience)), p.Due.Format("15:04")))
		}
	}
	return wrong
}

// again folds the records as a store gives them, and reacts once more.
func (l *ledger) again(t *rapid.T) {
	var s incident.State
	for i, r := range l.records {
		var err error
		if s, err = (incident.Rules{}).Apply(s, r); err != nil {
			t.Fatal(err)
		}
		first, _ := l.Book.React(s, r)
		if len(first) > 60 {
			t.Errorf("%s asks for %d deliveries", r.Kind, len(first))
		}
		if i < len(l.records)-20 {
			continue
		}
		if second, _ := l.Book.React(s, r); gocmp.Diff(first, second) != "" {
			t.Errorf("%s asks otherwise the second time:\n%s", r.Kind, gocmp.Diff(first, second))
		}
	}
	if diff := gocmp.Diff(s, l.State("42")); diff != "" {
		t.Errorf("the records fold into something else (-folded +lived):\n%s", diff)
	}
}

// What the properties are there for, they find.
func TestThePropertiesFind(t *testing.T) {
	t.Parallel()
	at := story("05:30")
	u := incident.Update{N: 1, Audience: incident.Public, Text: "We look into it.", Author: "omar", ProposedAt: at}
	by := func(who string, after time.Duration) yes {
		return yes{Meta: stream.Meta{At: at.Add(after), By: stream.Actor{ID: who}}, seen: []string{"omar", "maya"},
			roles: map[string]incident.Person{incident.RoleCommander: {Handle: "omar"}}}
	}
	two := policy.Policy{Approval: policy.Approval{Need: 2, AloneAfter: stream.Duration(10 * time.Minute)}}
	machine := by("drumbeat:timer", time.Minute)
	machine.event.Unattended = true
	earlier := by("maya", 0)
	earlier.severity = "SEV3"
	for name, c := range map[string]struct {
		s    incident.State
		all  []yes
		want string
	}{
		"private":                {incident.State{Private: true}, []yes{by("maya", 0), by("priya", 0)}, "the incident is private"},
		"no yes":                 {incident.State{}, nil, "nobody said yes"},
		"its author's":           {incident.State{}, []yes{by("maya", 0), by("omar", 0)}, "1 of 2 said yes"},
		"one twice":              {incident.State{}, []yes{by("maya", 0), by("maya", 0)}, "1 of 2 said yes"},
		"under another severity": {incident.State{}, []yes{earlier, by("priya", 0)}, "1 of 2 said yes"},
		"two":                    {incident.State{}, []yes{by("maya", 0), by("priya", 0)}, ""},
		"the commander, early":   {incident.State{}, []yes{by("omar", 9*time.Minute)}, "0 of 2 said yes"},
		"the commander":          {incident.State{}, []yes{by("omar", 10*time.Minute)}, ""},
		"nobody's words":         {incident.State{}, []yes{machine}, "the playbook has no such words"},
	} {
		if got := unasked(two, u, c.s, c.all, "05:30"); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	owed := incident.State{Promises: words.Promises{{N: 1, Audience: incident.Public, Due: at}}}
	if got := forgotten(owed, owed, at.Add(2*time.Hour), []policy.Reminder{{At: stream.Duration(time.Hour)}}); len(got) != 1 {
		t.Errorf("an open promise: got %q", got)
	}
}
