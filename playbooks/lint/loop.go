package lint

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// A step that was asked for by what became of itself so often within an hour
// will go on for ever.
const (
	loopTurns = 20
	loopTime  = time.Hour
)

// loops tells of steps that answer what they do themselves: their own failure,
// their own arrival, a command that raises the event which they are on. Whether a
// condition bounds them is tried: every far end that they name is broken for a
// while.
func loops(b *book) {
	told := map[string]bool{}
	for _, broken := range append([]string{""}, b.ends()...) {
		for _, refuses := range []bool{true, false} {
			for _, name := range b.turns(broken, refuses) {
				i := slices.IndexFunc(b.Steps, func(s playbooks.Step) bool { return s.Name == name })
				if told[name] || i < 0 {
					continue
				}
				told[name], b.endless = true, true
				while := "while nothing is broken"
				if broken != "" {
					while = "while " + broken + " does not work"
				}
				b.tell(b.Steps[i].Key("on"), fmt.Sprintf("step “%s” answers what it does itself: %s it was asked for by its own outcome %d times within an hour", name, while, loopTurns),
					"Let `when` leave out what it does itself: compare `event.About` or `event.To`, or give the step another event")
			}
		}
	}
}

// own are the steps that are written, or rewritten, in the playbook's own file.
func (b *book) own() (out []playbooks.Step) {
	doc, _ := b.Place()
	for _, s := range b.Steps {
		if at, _ := b.Place(s.Key()...); at.File == doc.File {
			out = append(out, s)
		}
	}
	return out
}

// ends are the far ends that those steps reach.
func (b *book) ends() []string {
	found := map[string]bool{}
	for _, s := range b.own() {
		if !strings.Contains(s.To, "{{") {
			found[s.To] = true
		}
		for _, a := range b.tried().asked[s.Name] {
			found[a.To] = true
		}
	}
	delete(found, "")
	delete(found, stream.Bot)
	return slices.Sorted(maps.Keys(found))
}

// turns plays an incident in which much happens and a far end does not work, and
// names the steps that answered themselves.
func (b *book) turns(broken string, refuses bool) []string {
	own := map[string]bool{}
	for _, s := range b.own() {
		own[s.Name] = true
	}
	t := b.tried()
	if t.book.Playbook == nil || len(own) == 0 || broken == "" && !refuses {
		return nil
	}
	w := simulate.New(b.company(), t.book, day)
	if w.Most = 3000; refuses {
		w.Refuses[broken] = "it answers 403"
	} else {
		w.Break(broken)
	}
	c := chains{asked: map[string]link{}, loops: map[string]bool{}}
	w.Asks = func(d stream.Delivery, from stream.Record) {
		if step := t.book.StepOf(d, from.Kind); own[step] {
			c.take(step, d, from)
		} else {
			c.asked[d.ID] = link{"", cause(from), from.At}
		}
	}
	b.eventful(w, func() bool { return len(c.loops) > 0 })
	return slices.Sorted(maps.Keys(c.loops))
}

// chains are which delivery asked for which.
type chains struct {
	asked map[string]link
	loops map[string]bool
}

type link struct {
	step, cause string
	at          time.Time
}

func (c chains) take(step string, d stream.Delivery, from stream.Record) {
	c.asked[d.ID] = link{step, cause(from), from.At}
	turns := 0
	for l, ok := c.asked[cause(from)]; ok && from.At.Sub(l.at) <= loopTime; l, ok = c.asked[l.cause] {
		if l.step == step {
			turns++
		}
	}
	if turns >= loopTurns {
		c.loops[step] = true
	}
}

// cause is the delivery that a record tells the outcome of, or that carried the
// command which it came from.
func cause(r stream.Record) string {
	if outcome(r.Kind) {
		var s stream.Settled
		if json.Unmarshal(r.Data, &s) == nil {
			return s.Delivery
		}
	}
	return r.Key
}

func outcome(kind string) bool {
	return slices.Contains([]string{stream.Delivered, stream.Failing, stream.InDoubt, stream.GaveUp, stream.Withheld}, kind)
}

// eventful lets most happen that people can make happen, until it is enough.
// What the rules refuse does not happen.
func (b *book) eventful(w *simulate.World, enough func() bool) {
	who := w.People
	if len(who) == 0 {
		return
	}
	first, last := who[0], who[len(who)-1]
	worst, least := b.Severities[0], b.Severities[len(b.Severities)-1]
	words := func(a incident.Audience) incident.Command {
		return incident.Propose{Audience: a, Text: "We look into it."}
	}
	for _, c := range []incident.Command{
		incident.Declare{Title: "people cannot save", Severity: worst, Drill: worst == "DRILL"}, incident.Ack{By: first}, incident.Join{By: last},
		incident.Assign{Role: incident.RoleCommander, Person: first}, incident.Assign{Role: incident.RoleComms, Person: last}, incident.Confirm{},
		incident.AddNote{Text: "restarted"}, incident.AddTask{Text: "roll back"}, incident.FinishTask{N: 1}, words(incident.Internal), words(incident.Stakeholders),
		words(incident.Public), incident.Approve{Sure: true}, incident.Hold{Why: "legal reads"}, words(incident.Public), incident.Approve{Sure: true}, incident.Release{},
		incident.SetSeverity{Severity: least, Why: "fewer", Sure: true}, incident.SetSeverity{Severity: worst, Why: "all again", Sure: true},
		incident.SetPhase{To: incident.Identified}, incident.CorrectStart{Since: day.Add(-time.Hour)}, incident.SetPhase{To: incident.Monitoring},
		incident.Resolve{Text: "This is fixed."}, incident.Approve{Sure: true}, incident.Reopen{Why: "not yet"}, incident.Resolve{Text: "This is fixed."}, incident.Close{},
	} {
		by := first
		if _, ok := c.(incident.Propose); ok {
			by = last
		}
		_, err := w.Do("42", stream.Actor{ID: by.Handle, Name: by.Name}, c)
		if w.Run(w.Now.Add(2*time.Minute)) != nil || enough() || err != nil && w.State("42").Seq == 0 {
			return
		}
	}
}
