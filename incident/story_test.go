package incident_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/choice"
	"drumbeat/incident/control"
	"drumbeat/incident/policy"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "rewrite the stories in testdata with what happens now")

// A story is a text file. A line "TIME WHO [STREAM] COMMAND {ARGS}" gives a
// command to a stream, incident/42 if none is named; below it, indented, stands
// what came of it: the records, what they ask of other streams, or the refusal.
// "TIME WHO show THING" prints a part of the state instead. The stories are
// rewritten by
//
//	go test ./incident -update
//
// and read as a diff.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.story")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".story"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(t, string(want))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// tell runs a story and gives it as it goes now.
func tell(t *testing.T, story string) string {
	t.Helper()
	w := &world{streams: map[stream.ID]*told{}}
	var out bytes.Buffer
	for line := range strings.Lines(story) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "    ") {
			continue
		}
		fmt.Fprintln(&out, line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for _, l := range w.line(t, line) {
			fmt.Fprintln(&out, "    "+l)
		}
	}
	return out.String()
}

// world holds the streams of a story.
type world struct{ streams map[stream.ID]*told }

// told is one stream, its types erased as the bot erases them.
type told struct {
	id      stream.ID
	zero    any
	state   any
	records []stream.Record
	decide  func(state, command any, m stream.Meta) ([]stream.Record, error)
	apply   func(state any, r stream.Record) (any, error)
	react   func(state any, r stream.Record) []stream.Delivery
	// summarize gives the line for lists.
	summarize func(state any) stream.Summary
	command   func(name string, args []byte) (any, error)
}

func rules[S, C any](id stream.ID, r stream.Rules[S, C], commands map[string]reflect.Type) *told {
	var zero S
	return &told{id: id, zero: zero, state: zero,
		decide:    func(s, c any, m stream.Meta) ([]stream.Record, error) { return r.Decide(s.(S), c.(C), m) },
		apply:     func(s any, rec stream.Record) (any, error) { return r.Apply(s.(S), rec) },
		react:     func(s any, rec stream.Record) []stream.Delivery { return r.React(s.(S), rec) },
		summarize: func(s any) stream.Summary { return r.Summarize(s.(S)) },
		command: func(name string, args []byte) (any, error) {
			typ, ok := commands[name]
			if !ok {
				return nil, fmt.Errorf("no command %q", name)
			}
			v := reflect.New(typ)
			err := json.Unmarshal(args, v.Interface())
			return v.Elem().Interface(), err
		}}
}

func types(values ...any) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, v := range values {
		m[strings.ToLower(reflect.TypeOf(v).Name())] = reflect.TypeOf(v)
	}
	return m
}

var (
	incidentCommands = types(incident.Declare{}, incident.Add{}, incident.Confirm{}, incident.AskConfirmation{}, incident.AskApproval{},
		incident.SetSeverity{}, incident.Affect{}, incident.SetPhase{}, incident.Resolve{}, incident.Close{}, incident.Reopen{}, incident.Cancel{},
		incident.Assign{}, incident.Join{}, incident.Call{}, incident.Ack{}, incident.Decline{}, incident.Escalate{},
		incident.CheckAck{}, incident.Propose{}, incident.Approve{}, incident.Reject{}, incident.Correct{}, incident.Remind{}, incident.Return{},
		incident.Prepare{}, incident.Speak{}, incident.Hold{}, incident.Release{}, incident.Merge{}, incident.Absorb{},
		incident.AddNote{}, incident.CorrectStart{}, incident.AddTask{}, incident.FinishTask{}, incident.EndDrill{}, incident.OfferResolve{}, incident.BeginDuty{}, incident.EndDuty{}, incident.Choose{}, incident.TakePlaybook{}, incident.Settle{},
		incident.Snooze{}, incident.CheckLead{}, incident.KeepWatching{}, incident.Alive{}, incident.Chase{}, incident.Archive{})
	alertCommands    = types(alert.Receive{}, alert.Silence{}, alert.Unmute{}, alert.EndMute{}, alert.Expire{}, alert.Insist{}, alert.Join{}, alert.Settle{})
	changeCommands   = types(change.Start{}, change.End{}, change.Attach{}, change.Ask{}, change.Settle{})
	scheduleCommands = types(schedule.Agree{}, schedule.Run{}, schedule.Settle{})
	controlCommands  = types(control.SetMode{}, control.HoldAll{}, control.ReleaseAll{}, control.SetOperator{}, control.Tell{}, control.Settle{})
)

func (w *world) at(t testing.TB, name string) *told {
	t.Helper()
	kind, rest, _ := strings.Cut(name, "/")
	id := stream.ID{Workspace: "main", Kind: kind, Name: rest}
	if s, ok := w.streams[id]; ok {
		return s
	}
	var s *told
	switch kind {
	case incident.Kind:
		s = rules(id, incident.Rules{}, incidentCommands)
	case alert.Kind:
		s = rules(id, alert.Rules{}, alertCommands)
	case change.Kind:
		s = rules(id, change.Rules{Words: func(name string, facts map[string]any) *stream.Message {
			return stream.Say(fmt.Sprintf("%s %v for %v", name, facts["change"], facts["number"]))
		}}, changeCommands)
	case control.Kind:
		s = rules(id, control.Rules{Words: func(name string, facts map[string]any) *stream.Message {
			return stream.Say(fmt.Sprintf("%s %v", name, facts))
		}}, controlCommands)
	case schedule.Kind:
		s = rules(id, schedule.Rules{Words: func(name string, facts map[string]any) *stream.Message {
			return stream.Say(fmt.Sprintf("%s %v", name, facts))
		}}, scheduleCommands)
	default:
		t.Fatalf("no kind of stream %q", kind)
	}
	w.streams[id] = s
	return s
}

// line carries out one line and gives what came of it.
func (w *world) line(t testing.TB, line string) []string {
	t.Helper()
	head, args, _ := strings.Cut(line, "{")
	words := strings.Fields(head)
	if len(words) < 3 {
		t.Fatalf("a line is TIME WHO [STREAM] COMMAND {ARGS}: %q", line)
	}
	at, err := clockTime(words[0])
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	who, words := actor(words[1]), words[2:]
	s := w.at(t, "incident/42")
	if strings.Contains(words[0], "/") {
		s, words = w.at(t, words[0]), words[1:]
	}
	if words[0] == "show" {
		return show(s.state, words[1])
	}
	data := []byte("{}")
	if args != "" {
		if data, err = yaml.YAMLToJSON([]byte("{" + args)); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	c, err := s.command(words[0], data)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return s.do(t, facts(c, who, data), stream.Meta{At: at, By: who})
}

// do decides, applies, reacts, and says so.
func (s *told) do(t testing.TB, c any, m stream.Meta) []string {
	t.Helper()
	records, err := s.decide(s.state, c, m)
	switch {
	case errors.Is(err, stream.ErrRefused):
		return []string{"refused: " + err.Error()}
	case err != nil:
		t.Fatalf("%T: %v", c, err)
	case len(records) == 0:
		return []string{"nothing"}
	}
	var out []string
	for _, r := range records {
		r.Stream, r.Seq, r.Meta = s.id, len(s.records)+1, m
		if s.state, err = s.apply(s.state, r); err != nil {
			t.Fatal(err)
		}
		s.records = append(s.records, r)
		out = append(out, r.Kind+" "+brief(r.Data))
		for _, d := range s.react(s.state, r) {
			out = append(out, "  "+asks(d))
		}
	}
	return out
}

func asks(d stream.Delivery) string {
	later := ""
	if !d.NotBefore.IsZero() {
		later = " at " + d.NotBefore.Format("2 Jan 15:04")
	}
	if d.To == stream.Bot {
		return fmt.Sprintf("→ %s: %s %s%s", d.Args[stream.ArgStream], d.Action, d.Args[stream.ArgData], later)
	}
	return fmt.Sprintf("→ %s: %s %s%s", d.To, d.Action, d.Words.Plain(), later)
}

// brief is a record's data without what every story has in common.
func brief(data json.RawMessage) string {
	var m map[string]json.RawMessage
	if json.Unmarshal(data, &m) != nil {
		return string(data)
	}
	for _, k := range []string{"policy", "playbook", "on_call", "components"} {
		delete(m, k)
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, k+": "+short.Replace(string(m[k])))
	}
	return strings.Join(parts, ", ")
}

// short leaves out of a line what every reader knows.
var short = strings.NewReplacer("2019-10-02T", "", `:00Z"`, `"`, `"main/`, `"`,
	`{"handle":"maya","name":"Maya"}`, "Maya", `{"handle":"omar","name":"Omar"}`, "Omar",
	`{"handle":"priya","name":"Priya"}`, "Priya", `{"handle":"kim","name":"Kim"}`, "Kim",
	`{"name":"email","mode":"shadow","state":"shadowed"},`, "", `"mode":"live",`, "")

var day = time.Date(2019, 10, 2, 0, 0, 0, 0, time.UTC)

func clockTime(s string) (time.Time, error) {
	t, err := time.Parse("15:04:05", s)
	if err != nil {
		t, err = time.Parse("15:04", s)
	}
	return day.Add(t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC))), err
}

func actor(name string) stream.Actor {
	if name == "" || strings.Contains(name, ":") {
		return stream.Actor{ID: name}
	}
	name, group, _ := strings.Cut(name, "@") // "dana@comms"
	a := stream.Actor{ID: name, Name: strings.ToUpper(name[:1]) + name[1:]}
	if group != "" {
		a.Roles = []string{group}
	}
	return a
}

func person(name string) stream.Person {
	return stream.Person{Handle: name, Name: actor(name).Name}
}

// facts adds what the bot looks up, where the line does not say it.
func facts(c any, who stream.Actor, args []byte) any {
	me := person(who.ID)
	switch c := c.(type) {
	case incident.Declare:
		if !who.Machine() {
			c.By = me
		}
		if !bytes.Contains(args, []byte(`"policy"`)) {
			c.Policy = demands()
		}
		if c.OnCall == nil {
			c.OnCall = []incident.Rung{{People: []incident.Person{person("maya")}, Wait: stream.Duration(5 * time.Minute)},
				{People: []incident.Person{person("omar"), person("priya")}, Wait: stream.Duration(5 * time.Minute)}}
		}
		c.Components = []incident.Component{{Name: "app", Words: "opening and saving", State: "partial"}}
		return c
	case incident.Ack:
		c.By = me
		return c
	case incident.Decline:
		c.By = me
		return c
	case incident.Join:
		c.By = me
		return c
	case incident.Choose:
		c.Fit = fitting(c.Fit.Playbook.Name)
		return c
	case incident.TakePlaybook:
		c.Fit = fitting(c.Fit.Playbook.Name)
		return c
	case incident.Settle:
		c.Result = result(args)
		return c
	case alert.Settle:
		c.Result = result(args)
		return c
	case change.Settle:
		c.Result = result(args)
		return c
	case control.Settle:
		c.Result = result(args)
		return c
	case incident.Approve:
		c.Targets = targets()
		return c
	case incident.Speak:
		c.Targets = targets()
		return c
	}
	return c
}

// result is the one fact of a receipt that its JSON has not.
func result(args []byte) string {
	var r struct{ Result string }
	if json.Unmarshal(args, &r) != nil {
		return ""
	}
	return r.Result
}

func targets() []incident.Target {
	return []incident.Target{{Name: "email", Mode: "shadow"}, {Name: "page", Mode: "live"}, {Name: "twitter", Mode: "live"}}
}

// demands is the policy of every story.
func demands() policy.Policy {
	m := func(n int) stream.Duration { return stream.Duration(time.Duration(n) * time.Minute) }
	every := func(a, b, c int) map[string]stream.Duration {
		return map[string]stream.Duration{"investigating": m(a), "identified": m(b), "monitoring": m(c)}
	}
	return policy.Policy{
		Severities: []policy.Weight{
			{Name: "SEV1", Room: "channel", Wakes: []string{"oncall", "comms"}, FirstWords: m(15), AfterConfirmed: m(5),
				Every: every(30, 30, 60), Stakeholders: m(30), AckLapses: m(10), AckGrace: m(2), LeadLapses: m(20), LeadGrace: m(5), Quiet: m(30)},
			{Name: "SEV2", Room: "channel", Wakes: []string{"oncall"}, FirstWords: m(30), AfterConfirmed: m(10),
				Every: every(60, 60, 120), Stakeholders: m(60), AckLapses: m(20), AckGrace: m(2), LeadLapses: m(20), LeadGrace: m(5), Quiet: m(15)},
			{Name: "SEV3", Room: "thread", Every: every(120, 120, 240)},
		},
		Approval:        policy.Approval{AloneAfter: m(10)},
		Ladder:          []policy.Reminder{{At: m(-5), Who: "comms"}, {At: 0, Who: "channel"}, {At: m(10), Who: "commander", Page: []string{"SEV1"}}},
		NextWords:       "Next update by {time}.",
		FirstWords:      "Since {since} some people have problems with {what}.",
		ResolvedWords:   "This is fixed. It lasted from {since} to {until} ({duration}).",
		RetractedWords:  "We looked into {what} at {since} and found no effect.",
		AskConfirmation: m(10),
		PagesAgain:      m(10),
		Kinds:           map[string][]string{"twitter": {"first", "phase", "resolved", "retraction"}},
		Unattended: policy.Unattended{Targets: []string{"page"}, First: "Our monitoring and reports show problems with {what} since {since}.",
			Holding: "We are still working on this.", Most: 2, Wait: m(1)},
	}
}

// fitting is a playbook that differs from that of every story: its hash is its
// name twice.
func fitting(name string) choice.Fit {
	p := demands()
	w := &p.Severities[0]
	switch name {
	case "":
		return choice.Fit{}
	case "outage", "follower":
		w.FirstWords, w.Every, p.Ladder[0].At = stream.Duration(10*time.Minute), map[string]stream.Duration{"investigating": stream.Duration(20 * time.Minute)}, stream.Duration(-2*time.Minute)
		if name == "follower" {
			p.Change = policy.Follow
		}
	case "loud":
		p.Severities[2].Wakes, p.Severities[2].Room = []string{"oncall"}, "channel"
	case "security":
		w.FirstWords, w.Stakeholders, p.Duties = 0, 0, []policy.Duty{{Name: "gdpr", Text: "notice to the authority", Within: stream.Duration(72 * time.Hour), Owner: "legal"}}
	case "foreign":
		p.Severities = []policy.Weight{{Name: "P1"}}
	}
	return choice.Fit{Playbook: incident.Pinned{Name: name, Hash: name + name}, Policy: p, About: "For " + name + "."}
}

// show prints a part of an incident's state.
func show(state any, what string) []string {
	s, ok := state.(incident.State)
	if !ok {
		return []string{fmt.Sprintf("%+v", state)}
	}
	var out []string
	switch what {
	case "promises":
		for _, p := range s.Promises {
			out = append(out, promised(p))
		}
	case "updates":
		for _, u := range s.Updates {
			line := fmt.Sprintf("%d %s %s %s %q", u.N, u.Audience, u.Kind, u.State, u.Text)
			for _, t := range u.Targets {
				line += " · " + t.Name + " " + t.State
			}
			out = append(out, line)
		}
	case "pages":
		for _, p := range s.Pages {
			out = append(out, fmt.Sprintf("%d rung %d since %s, on it: %s, nobody answered: %v", p.N, p.Rung, p.Rung0.Format("15:04"), p.Acked, p.Exhausted))
		}
	case "card":
		out = append(out, string(incident.Rules{}.Summarize(s).Data))
	case "playbook":
		out = append(out, fmt.Sprintf("under %q, offered %q, declined %q, left %q", s.Playbook.Name, s.Choice.Offer.Playbook.Name, s.Choice.Declined, s.Choice.Left))
	case "incident":
		out = append(out, fmt.Sprintf("%s %s %s since %s, led by %s, problems %d", s.Number, s.Severity, s.Phase, s.Since.Format("15:04"), s.Commander(), len(s.Problems)))
	}
	return out
}

func promised(p incident.Promise) string {
	line := fmt.Sprintf("%d %s due %s", p.N, p.Audience, p.Due.Format("15:04"))
	if p.Missed {
		line += " missed"
	}
	switch {
	case !p.Kept.IsZero() && p.Held:
		line += " kept by unattended words " + p.Kept.Format("15:04")
	case !p.Kept.IsZero():
		line += " kept " + p.Kept.Format("15:04")
	case p.Dropped != "":
		line += " dropped: " + p.Dropped
	default:
		line += " open"
	}
	return line
}
