package playbooks_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"

	gocmp "github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "rewrite the stories in testdata")

// A story is a text file. A line that begins with a time is somebody's command,
// "05:38 omar: ack", or a tap on the newest button of that name, "05:39 omar:
// [Yes, post]"; "05:40 twitter: refuses 403" and the like are the outside. All
// indented lines are what left, drawn as it is read; the last ones count. Lines
// that begin with "| " are the playbook that it is told by; without, default is.
// Below "| ---" stands another one, that the incident may come under.
func TestStories(t *testing.T) {
	t.Parallel()
	usual, err := filepath.Glob("testdata/*.txt")
	files, err2 := filepath.Glob("testdata/*/*.txt")
	if files = append(files, usual...); err != nil || err2 != nil || len(files) < 10 {
		t.Fatalf("stories: got %d, %v, %v, want at least 10", len(files), err, err2)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := play(t, bookOf(t, string(data)), string(data))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := gocmp.Diff(string(data), got); diff != "" {
				t.Errorf("told otherwise (go test ./playbooks -run Stories -update rewrites it), -want +got:\n%s", diff)
			}
		})
	}
}

// bookOf gives the playbook that a story is told by: as a whole, in the lines
// that begin with a bar, or by its name in one of these.
func bookOf(t testing.TB, script string) simulate.Book {
	t.Helper()
	text := written(script)
	if text == "" {
		return loadBook(t, "default")
	}
	if name, ok := strings.CutPrefix(text, "playbook "); ok {
		return loadBook(t, strings.TrimSpace(name))
	}
	return open(t, booksOf(t, script)["story"], "")
}

func written(script string) (text string) {
	for l := range strings.Lines(script) {
		if line, ok := strings.CutPrefix(l, "| "); ok {
			text += line
		}
	}
	return text
}

// booksOf gives all playbooks of a story: its own and, each below a line "---",
// those that it may come under later.
func booksOf(t testing.TB, script string) playbooks.Set {
	t.Helper()
	files := fstest.MapFS{}
	for i, text := range strings.Split(written(script), "---\n") {
		name := "story.yaml"
		if i > 0 {
			name = fmt.Sprintf("other%d.yaml", i)
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := playbooks.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func open(t testing.TB, src playbooks.Source, why string) simulate.Book {
	t.Helper()
	b, err := harbor.Open(src)
	if err != nil {
		t.Fatal(err)
	}
	b.Pin.Why = why
	return b
}

// fits chooses among the playbooks of a story.
func fits(t testing.TB, script string) func(incident.State) simulate.Book {
	set := booksOf(t, script)
	return func(s incident.State) simulate.Book {
		t.Helper()
		c, err := set.Choose(playbooks.Question{Severity: s.Severity, Phase: string(s.Phase), Private: s.Private, Title: s.Title})
		if err != nil {
			t.Fatal(err)
		}
		return open(t, set[c.Name], c.Why)
	}
}

// teller plays a story and draws what happens.
type teller struct {
	*world
	out     strings.Builder
	current string            // the incident that is talked about
	buttons map[string]string // text → command, of what a person may tap
	stands  map[string]string // messages by channel and ts
}

func play(t *testing.T, b simulate.Book, script string) (string, *world) {
	p := &teller{world: newWorld(t, b, story("00:00")), buttons: map[string]string{}, stands: map[string]string{}}
	p.Heard = p.draw
	if strings.Contains(script, "\n| ---\n") {
		p.Fits = fits(t, script)
	}
	for _, l := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		switch {
		case strings.HasPrefix(l, " ") || strings.HasPrefix(l, "=") || l == "":
			continue
		case strings.HasPrefix(l, "#"), strings.HasPrefix(l, "|"):
			p.out.WriteString(l + "\n")
			continue
		}
		clock, rest, _ := strings.Cut(l, " ")
		at := story(clock)
		if at.Before(p.Now) {
			t.Fatalf("%q goes back in time", l)
		}
		p.run(at.Add(-time.Second)) // what is due in this second comes after it
		p.Now = at
		p.out.WriteString("\n" + l + "\n")
		p.line(rest)
	}
	p.run(p.Now.Add(time.Minute))
	p.out.WriteString("\n" + counted(p.world))
	return p.out.String(), p.world
}

// story reads a clock time of the day on which all stories play, or "7d+10:00",
// of a later one.
func story(clock string) time.Time {
	later := 0
	if days, rest, ok := strings.Cut(clock, "d+"); ok {
		later, _ = strconv.Atoi(days)
		clock = rest
	}
	layout := "15:04"
	if len(clock) > 5 {
		layout = "15:04:05"
	}
	t, err := time.ParseInLocation("2006-01-02 "+layout, "2026-10-02 "+clock, losAngeles)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, later)
}

// stamp is how story would read a time.
func stamp(t time.Time) string {
	clock := t.In(losAngeles).Format("15:04:05")
	if days := int(t.Sub(story("00:00")) / (24 * time.Hour)); days > 0 {
		return fmt.Sprintf("%dd+%s", days, clock)
	}
	return clock
}

// line carries out one line of a story.
func (p *teller) line(text string) {
	who, what, _ := strings.Cut(text, ": ")
	switch what {
	case "works":
		p.Mend(who)
		return
	case "is down":
		p.Break(who)
		return
	case "may speak by itself":
		p.Book.Policy.Unattended.Targets = []string{who}
		return
	case "is slow":
		p.Latency = 90 * time.Second
		return
	}
	if why, ok := strings.CutPrefix(what, "refuses "); ok {
		p.Refuses[who] = why
		return
	}
	if back, ok := strings.CutPrefix(what, "is away until "); ok {
		p.away(story(back))
		return
	}
	if button, ok := strings.CutPrefix(what, "["); ok {
		button = strings.TrimSuffix(button, "]")
		if what, ok = p.buttons[button]; !ok {
			p.Fatalf("%q: nobody was shown such a button", text)
		}
	}
	by := stream.Actor{ID: who, Name: harbor.Person(who).Name}
	if i := strings.LastIndex(what, "#"); i > 0 && !strings.HasPrefix(what, "declare") {
		p.current, what = what[i+1:], strings.TrimSpace(what[:i])
	}
	c := p.command(who, what)
	if c == nil {
		p.Fatalf("no command: %q", text)
	}
	if _, begins := c.(incident.Declare); begins {
		p.current = strconv.Itoa(42 + len(p.States()))
	}
	if _, err := p.Do(p.current, by, c); err != nil {
		fmt.Fprintf(&p.out, "  refused: %s\n", err)
	}
	p.run(p.Now)
}

// away lets time pass without anything being sent.
func (p *teller) away(until time.Time) {
	gone := p.Now
	p.Now = until
	for name := range p.States() {
		if _, err := p.Do(name, stream.Actor{ID: "drumbeat"}, incident.Return{From: gone, To: until}); err != nil {
			p.Fatal(err)
		}
	}
	p.run(until)
}

// command reads what a person types, as far as stories need it.
func (p *teller) command(who, line string) incident.Command {
	word, rest, _ := strings.Cut(line, " ")
	person := harbor.Person(who)
	if name, ok := strings.CutPrefix(rest, "@"); ok {
		name, why, _ := strings.Cut(name, " ")
		person, rest = harbor.Person(name), why
	}
	number, text, _ := strings.Cut(rest, " ")
	n, _ := strconv.Atoi(number)
	switch word {
	case "alert", "declare":
		c := incident.Declare{}
		c.Severity, c.Title, _ = strings.Cut(rest, " ")
		c.Title, c.Private = strings.CutPrefix(c.Title, "private ")
		if word == "alert" {
			c.Sign = incident.Sign{Source: who, Text: c.Title, At: p.Now}
		}
		return c
	case "drill":
		return incident.Declare{Title: "a three-minute drill, nothing is wrong", Severity: "DRILL", Drill: true}
	case "sign":
		return incident.Add{Sign: incident.Sign{Source: who, Text: text, Count: n, At: p.Now}}
	case "over":
		return incident.Add{Sign: incident.Sign{Source: who, Text: strings.TrimPrefix(who, "alert:"), Ended: true, At: p.Now}}
	case "ack":
		return incident.Ack{By: person}
	case "decline":
		return incident.Decline{By: person}
	case "escalate":
		return incident.Escalate{}
	case "page":
		return incident.Call{Rungs: []incident.Rung{{People: []incident.Person{person}, Wait: stream.Duration(5 * time.Minute)}}, Why: rest}
	case "confirm":
		return incident.Confirm{}
	case "join":
		return incident.Join{By: person}
	case "lead", "comms":
		return incident.Assign{Role: incident.RoleOf(word), Person: person}
	case "role":
		return incident.Assign{Role: number, Person: person}
	case "playbook":
		return incident.TakePlaybook{Stay: number == "stay", Hash: text}
	case "severity":
		return incident.SetSeverity{Severity: number, Why: text}
	case "investigating", "identified", "monitoring":
		return incident.SetPhase{To: incident.Phase(word), Note: rest}
	}
	return p.words(word, rest, n, text)
}

func (p *teller) words(word, rest string, n int, text string) incident.Command {
	switch word {
	case "snooze":
		return incident.Snooze{For: stream.Duration(10 * time.Minute), Text: "We are still working on this."}
	case "watch":
		return incident.KeepWatching{}
	case "update":
		if audience, words, ok := strings.Cut(rest, " "); ok && (audience == "public" || audience == "stakeholders") {
			return incident.Propose{Audience: incident.Audience(audience), Text: words}
		}
		return incident.Propose{Audience: incident.Internal, Text: rest}
	case "approve":
		return incident.Approve{N: n}
	case "reject":
		return incident.Reject{N: n, Why: text}
	case "correct":
		return incident.Correct{N: n, Text: text}
	case "hold":
		return incident.Hold{Why: rest}
	case "release":
		return incident.Release{}
	case "resolve":
		return incident.Resolve{Text: rest}
	case "close":
		return incident.Close{}
	case "reopen":
		return incident.Reopen{Why: rest}
	case "cancel":
		return incident.Cancel{Why: rest}
	case "merge":
		name := strings.TrimPrefix(rest, "INC-")
		return incident.Merge{Into: stream.ID{Workspace: "main", Kind: incident.Kind, Name: name}, Number: "INC-" + name}
	case "note":
		return incident.AddNote{Text: rest}
	case "task":
		return incident.AddTask{Text: strings.TrimPrefix(rest, "add ")}
	case "followup": // "3d @maya page on symptoms"
		due, text, _ := strings.Cut(rest, " ")
		who, text, _ := strings.Cut(text, " ")
		days, _ := strconv.Atoi(strings.TrimSuffix(due, "d"))
		return incident.AddTask{FollowUp: true, Text: text, Owner: harbor.Person(strings.TrimPrefix(who, "@")), Due: p.Now.AddDate(0, 0, days)}
	case "duty":
		verb, text, _ := strings.Cut(rest, " ")
		name, why, _ := strings.Cut(text, " ")
		return incident.EndDuty{Name: name, Done: verb == "done", Text: why}
	case "done":
		return incident.FinishTask{N: n}
	case "since":
		return incident.CorrectStart{Since: story(rest)}
	}
	return nil
}

// draw writes a delivery that arrived as its reader sees it; of an edit the
// lines that are new.
func (p *teller) draw(q simulate.Sent) {
	ref := q.Ref
	fmt.Fprintf(&p.out, "  %s %s\n", stamp(p.Now), p.heading(q.Delivery))
	if q.Words == nil {
		return
	}
	text := q.Words.Plain()
	if len(q.Words.Buttons) > 0 {
		text += "\n"
	}
	for _, b := range q.Words.Buttons {
		text += " [" + b.Text + "]"
		p.buttons[b.Text] = b.Command
	}
	text = strings.ReplaceAll(text, "\n [", "\n[")
	before := ""
	if q.Action == "edit" {
		ref = q.Args["ts"]
		before = p.stands[ref]
	}
	p.stands[ref] = text
	if text == before {
		p.out.WriteString("           | as before\n")
	}
	for _, l := range strings.Split(text, "\n") {
		if !strings.Contains("\n"+before+"\n", "\n"+l+"\n") {
			p.out.WriteString("           | " + l + "\n")
		}
	}
}

// heading is a delivery's far end, action and place.
func (p *teller) heading(d stream.Delivery) string {
	parts := []string{d.To, d.Action}
	if who := cmp.Or(d.Args["person"], d.Args["address"]); who != "" {
		parts = append(parts, "to "+harbor.Name(who))
	}
	if c := d.Args["channel"]; c != "" {
		parts = append(parts, "in "+p.Place(c))
	}
	for _, key := range []string{"name", "users", "topic", "kind", "phase", "impact"} {
		if v := d.Args[key]; v != "" {
			parts = append(parts, key+" “"+v+"”")
		}
	}
	if d.Args["thread"] != "" {
		parts = append(parts, "(thread)")
	}
	for _, key := range []string{"private", "broadcast", "standalone"} {
		if d.Args[key] != "" {
			parts = append(parts, "("+key+")")
		}
	}
	if d.About != "" && !strings.HasPrefix(d.About, "page/") && !strings.HasPrefix(d.About, "update/") {
		parts = append(parts, "– "+d.About)
	}
	return strings.Join(parts, " ")
}
