package recur_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/recur"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "rewrite the stories in testdata with what happens now")

// A story of what recurs. "TIME agree JOB; JOB" is a reload with that
// configuration, a job being NAME DO TO CRON; "TIME" alone lets all run that is
// due until then; "TIME start", with the configuration if it is another one, ends
// a time in which nobody was running. Below
// each line stands, indented, what came of it, by the clock of Berlin.
func TestFortnight(t *testing.T) {
	t.Parallel()
	const file = "testdata/fortnight.story"
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, zone: load(t, "Europe/Berlin")}
	var out bytes.Buffer
	for line := range strings.Lines(string(want)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "    ") {
			continue
		}
		fmt.Fprintln(&out, line)
		if line != "" && !strings.HasPrefix(line, "#") {
			w.line(line)
			for _, said := range w.said {
				fmt.Fprintln(&out, "    "+said)
			}
			w.said = nil
		}
	}
	if *rewrite {
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

// world is the stream, and an outbox of timers.
type world struct {
	*testing.T
	zone   *time.Location
	now    time.Time
	state  schedule.State
	seq    int
	timers []stream.Delivery
	said   []string
}

const minutes = "2006-01-02 15:04"

func (w *world) line(line string) {
	w.Helper()
	at, err := time.ParseInLocation(minutes, line[:min(len(line), len(minutes))], w.zone)
	if err != nil {
		w.Fatal(err)
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(line[len(minutes):]), " ")
	if verb == "start" {
		w.now = at
		if rest != "" {
			w.agree(rest)
		}
	}
	for w.due(at) {
	}
	if w.now = at; verb == "agree" {
		w.agree(rest)
	}
}

func (w *world) agree(rest string) {
	w.Helper()
	c := schedule.Agree{}
	for job := range strings.SplitSeq(rest, "; ") {
		f := strings.SplitN(job, " ", 4)
		if len(f) < 4 {
			continue
		}
		d := schedule.Definition{Name: f[0], Do: f[1], To: f[2], Cron: f[3], Zone: w.zone.String()}
		c.Jobs = append(c.Jobs, schedule.Arm{Definition: d, Next: w.next(d.Cron)})
	}
	w.do(c)
}

func (w *world) next(cron string) time.Time {
	w.Helper()
	next, err := recur.Next(cron, w.zone, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return next
}

// due runs the timer that is due first, if one is until then.
func (w *world) due(until time.Time) bool {
	w.Helper()
	if len(w.timers) == 0 || w.timers[0].NotBefore.After(until) {
		return false
	}
	d := w.timers[0]
	w.timers = w.timers[1:]
	if d.NotBefore.After(w.now) {
		w.now = d.NotBefore
	}
	c, err := schedule.DecodeCommand(d.Action, []byte(d.Args[stream.ArgData]))
	if err != nil {
		w.Fatal(err)
	}
	run := c.(schedule.Run)
	if job, ok := w.state.Job(run.Name); ok {
		run.Next = w.next(job.Cron)
		run.Channel, run.Words = job.To, stream.Say(job.Do)
	}
	if !w.do(run) {
		w.say("a timer of %s comes to nothing", run.Name)
	}
	return true
}

func (w *world) say(format string, args ...any) {
	w.said = append(w.said, w.now.In(w.zone).Format("Mon 2 Jan 15:04 MST")+" "+fmt.Sprintf(format, args...))
}

// do decides, applies and reacts, as the bot and its outbox do.
func (w *world) do(c schedule.Command) bool {
	w.Helper()
	rules, m := schedule.Rules{}, stream.Meta{At: w.now, By: stream.Actor{ID: "drumbeat:timer"}}
	records, err := rules.Decide(w.state, c, m)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range records {
		w.seq++
		r.Stream, r.Seq, r.Meta = stream.ID{Workspace: "main", Kind: schedule.Kind, Name: schedule.Name}, w.seq, m
		if w.state, err = rules.Apply(w.state, r); err != nil {
			w.Fatal(err)
		}
		var e struct {
			Name string
			Next time.Time
		}
		if err := json.Unmarshal(r.Data, &e); err != nil {
			w.Fatal(err)
		}
		if r.Kind == "disarmed" {
			w.say("disarmed %s", e.Name)
		} else {
			w.say("%s %s, next %s", r.Kind, e.Name, e.Next.In(w.zone).Format("Mon 2 Jan 15:04 MST"))
		}
		for _, d := range rules.React(w.state, r) {
			w.queue(d)
		}
	}
	return len(records) > 0
}

// queue keeps one delivery of a slot, which takes the earlier time of both.
func (w *world) queue(d stream.Delivery) {
	if d.To == "slack" {
		w.say("  → %s: %s", d.Args["channel"], d.Words.Plain())
		return
	}
	if i := slices.IndexFunc(w.timers, func(x stream.Delivery) bool { return x.Slot == d.Slot }); i >= 0 {
		if d.To != "" && w.timers[i].NotBefore.Before(d.NotBefore) {
			d.NotBefore = w.timers[i].NotBefore
		}
		w.timers = slices.Delete(w.timers, i, i+1)
	}
	if d.To != "" {
		w.timers = append(w.timers, d)
	}
	slices.SortStableFunc(w.timers, func(a, b stream.Delivery) int { return a.NotBefore.Compare(b.NotBefore) })
}
