package simulation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/serve"
	"drumbeat/incident/alert"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// habits are what people and the monitoring do.
type habits struct {
	w *world
	setting
	keys   int // of requests
	titles int
	words  int
	firing map[string]bool
}

func newHabits(w *world) habits { return habits{w: w, firing: map[string]bool{}} }

// some draws one of them.
func (w *world) some(of ...string) string { return of[w.people.IntN(len(of))] }

// within draws a time, short ones more often.
func (w *world) within(most time.Duration) time.Duration {
	x := w.people.Float64()
	return time.Duration(x * x * float64(most)).Round(time.Second)
}

// plan draws what one day brings.
func (w *world) plan(day time.Time) {
	at := func(do func()) {
		w.at(day.Add(time.Duration(w.people.Int64N(int64(24*time.Hour))).Round(time.Second)), do)
	}
	at(w.trouble) // there is no day without
	for range w.people.IntN(3) {
		at(w.trouble)
	}
	for range 2 + w.people.IntN(8) {
		at(w.errand)
	}
	for _, name := range sortedKeys(ends) {
		if w.people.IntN(6) == 0 {
			at(func() { w.outage(name, time.Minute+w.within(2*time.Hour)) })
		}
	}
}

// trouble begins an incident in one of the ways there are.
func (w *world) trouble() {
	switch w.people.IntN(8) {
	case 0, 1:
		rule := w.some("ApiErrors", "DiskSlow", "QueueLong")
		w.alarm(rule, 1+w.people.IntN(3))
	case 2: // a storm
		for i := range 6 {
			w.in(w.within(2*time.Minute), func() { w.alarm(fmt.Sprintf("Storm%d", i), 1+w.people.IntN(40)) })
		}
	case 3:
		w.say(w.anybody(), fmt.Sprintf("report customers see word%d in their export", w.people.IntN(4)), "slack", "")
	case 4:
		w.habits.titles++
		w.say(w.anybody(), fmt.Sprintf("declare %s private hush%d. accounts were read by a stranger", w.some("sev1", "sev2", "sev3"), w.habits.titles), "slack", "")
	default:
		w.habits.titles++
		line := fmt.Sprintf("declare %s inside%d. %s fails for somebody", w.some("sev1", "sev1", "sev2", "sev2", "sev3", "sev4", ""), w.habits.titles, w.some("api", "billing", "login"))
		by := w.anybody()
		w.say(by, line, "slack", "")
		if w.people.IntN(10) == 0 { // two see it at once
			w.say(w.anybody(), line, "slack", "")
		}
	}
}

// alarm lets an alert rule fire with some instances, and end.
func (w *world) alarm(rule string, width int) {
	severity, service := w.some("SEV1", "SEV2", "SEV3", ""), w.some("api", "billing", "")
	w.post(rule, service, severity, width)
	for range w.people.IntN(3) { // the monitoring repeats itself, and it gets wider
		width *= 1 + w.people.IntN(4)
		w.in(w.within(time.Hour), func() { w.post(rule, service, severity, width) })
	}
	w.in(time.Minute+w.within(3*time.Hour), func() { w.post(rule, service, severity, 0) })
}

// post is a post of the monitoring, which tries again until it is taken.
func (w *world) post(rule, service, severity string, width int) {
	v := alert.Receive{Rule: rule, Service: service, Severity: severity, Summary: rule + " is above its threshold"}
	for i := range 200 {
		f := alert.Instance{Fingerprint: fmt.Sprintf("%s-%d", rule, i), Firing: i < width, Since: w.now()}
		if f.Firing || w.habits.firing[f.Fingerprint] {
			v.Instances = append(v.Instances, f)
		}
		w.habits.firing[f.Fingerprint] = f.Firing
	}
	w.deliver(v)
}

func (w *world) deliver(v alert.Receive) {
	id := stream.ID{Workspace: serve.Workspace, Kind: alert.Kind, Name: alert.Name(v.Rule)}
	err := w.live(func(l *life) error {
		_, err := l.Bot.Do(l.ctx, bot.Command{Stream: id, Value: v, Meta: stream.Meta{At: w.now(), By: stream.Actor{ID: alert.Source(id.Name)}}})
		return err
	})
	if err != nil {
		w.in(30*time.Second, func() { w.deliver(v) })
	}
	w.note("%s is posted, %d instances: %v", v.Rule, len(v.Instances), err)
}

func (w *world) anybody() string { return handles[w.people.IntN(len(handles))] }

// errand is something that somebody does beside an incident.
func (w *world) errand() {
	by := w.anybody()
	rule := w.some("ApiErrors", "DiskSlow", "QueueLong", "Storm1")
	line := w.some("list", "help", "changes", "change start “deploy 7 of the api” api high risk", "change done",
		"change log “index rebuilt” billing @bob", "mute "+rule+" 2h because it is noisy", "mute "+rule+" CH-1 because of the change", "unmute "+rule,
		"hold all because lawyers", "release all", "release all", "report it is slow again", "approvee", "show")
	if w.people.IntN(5) == 0 {
		by = operator
		line = w.some(control.Live, control.Live, control.Shadow, control.Off) + " " + publicEnds[w.people.IntN(len(publicEnds))]
	}
	w.say(by, line, "slack", "")
}

// begins lets people work on a new incident, and somebody end it.
func (h *habits) begins(f *folded) {
	w, n := h.w, f.ID.Name
	if w.still {
		return
	}
	span := 20*time.Minute + w.within(6*time.Hour)
	for range 3 + w.people.IntN(20) {
		w.in(w.within(span), func() { w.act(n) })
	}
	if w.people.IntN(8) > 0 {
		w.in(span, func() { w.wind(n, "ann", "eve") })
	}
	w.in(12*time.Hour, func() { w.wind(n, "ann", "eve") }) // nobody leaves it for ever
}

// wind ends an incident the way it should be ended.
func (w *world) wind(n, first, second string) {
	steps := []struct{ by, line string }{{first, "ack #" + n}, {operator, "release #" + n}, {first, "confirm #" + n}, {first, "resolve #" + n},
		{second, "approve #" + n}, {operator, "approve sure #" + n}, {first, "approve sure #" + n}, {second, "close #" + n}, {first, "cancel over #" + n}}
	for i, s := range steps {
		w.in(time.Duration(i)*7*time.Minute, func() { w.say(s.by, s.line, "slack", "") })
	}
}

// settleDown lets everything be mended and ended.
func (w *world) settleDown() {
	w.calm = true
	w.town.down = map[string]time.Time{}
	if w.hold {
		w.hold = false
		if w.life != nil {
			w.shut()
			w.boot()
		}
	}
	w.say(operator, "release all", "slack", "")
	for _, id := range w.book.order {
		if f := w.book.incidents[id]; !f.Phase.Over() || f.State.Held {
			w.wind(id.Name, "ann", "eve")
		}
	}
}

// say lets somebody type a line. Whoever gets no answer says it again; a tap
// twice is the same request twice.
func (w *world) say(by, line, face, channel string) {
	w.habits.keys++
	key := ""
	if w.people.IntN(3) > 0 {
		key = fmt.Sprintf("request %d", w.habits.keys)
	}
	r := integrations.Request{Key: key, Face: face, By: stream.Actor{ID: by}, Line: line, Channel: channel}
	if face == "slack" {
		r.By.ID = slackID(by)
	}
	w.ask(by, r)
	if w.people.IntN(12) == 0 {
		w.ask(by, r)
	}
}

func (w *world) ask(by string, r integrations.Request) {
	w.commands++
	var reply integrations.Reply
	r.At = w.now()
	err := w.live(func(l *life) (err error) {
		reply, err = l.Desk.Handle(l.ctx, r)
		return err
	})
	switch {
	case errors.Is(err, errDied):
		w.note("%s: “%s” – no answer", by, r.Line)
		if w.calm || w.people.IntN(5) > 0 {
			w.in(time.Duration(5+w.people.IntN(90))*time.Second, func() { w.ask(by, r) })
		}
		return
	case err != nil:
		w.note("%s: “%s” – error: %s", by, r.Line, err)
		w.in(time.Minute, func() { w.ask(by, r) })
		return
	}
	w.note("%s: “%s” – %s", by, r.Line, reply.Words.Plain())
	w.answered(by, r, reply)
}

// reached lets people do something upon a message that has buttons.
func (h *habits) reached(e *effect) {
	w := h.w
	if w.still || e.Words == nil || len(e.Words.Buttons) == 0 || e.Action == "edit" && w.people.IntN(4) > 0 {
		return
	}
	who := handle(e.Args["person"])
	if who == "" {
		if who = w.anybody(); w.people.IntN(2) == 0 {
			return
		}
	}
	if who == "dan" && e.Action == "page" || w.people.IntN(3) == 0 {
		return // he is asleep
	}
	b := e.Words.Buttons[w.people.IntN(len(e.Words.Buttons))]
	if e.Action == "page" && w.people.IntN(5) > 0 {
		b = e.Words.Buttons[0]
	}
	line := b.Command
	if strings.HasPrefix(line, "update public") {
		line += " " + w.text(e.Stream.Name)
	}
	d := w.within(15 * time.Minute)
	w.in(d, func() { w.say(who, line, "slack", e.Args["channel"]) })
	if other := w.anybody(); w.people.IntN(6) == 0 { // two tap at once
		w.in(d, func() { w.say(other, line, "slack", e.Args["channel"]) })
	}
}
