package playbooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
	"drumbeat/playbooks/render"

	"github.com/expr-lang/expr/vm"
)

// mostDeliveries bounds what one record may ask for.
const mostDeliveries = 500

// React gives the deliveries that a record asks for, and what went wrong, step
// by step. It cannot fail: words of a step with a fault are still sent, those
// for customers as they were approved, others as number and severity alone.
func (b *Playbook) React(s incident.State, r stream.Record) ([]stream.Delivery, []error) {
	steps := b.steps[r.Kind]
	if len(steps) == 0 {
		return nil, nil
	}
	event, err := incident.DecodeEvent(r)
	if err != nil {
		return nil, []error{err}
	}
	run := b.run(s, r, event)
	for _, st := range steps {
		run.step(st)
	}
	return run.out, run.faults
}

// run is one reaction. Its env holds the facts that were asked for so far.
type run struct {
	facts.Facts
	zone   func(string) *time.Location
	env    map[string]any
	frame  render.Frame
	vm     vm.VM
	out    []stream.Delivery
	faults []error
}

func (b *Playbook) run(s incident.State, r stream.Record, event any) *run {
	env := make(map[string]any, 2*len(b.steps[r.Kind])+16)
	return &run{Facts: facts.Facts{State: s, Record: r, Event: event, Settings: b.settings}, zone: b.zone, env: env, frame: render.Frame{Facts: env}}
}

func (r *run) fault(at place, err error) { r.faults = append(r.faults, fault{at, err}) }

// know works out the facts that a step names, each once.
func (r *run) know(all []fact) {
	for _, f := range all {
		if _, ok := r.env[f.name]; !ok {
			r.env[f.name] = f.of(&r.Facts)
		}
	}
}

// step runs one step, once for each of what it names. A panic costs that step
// alone.
func (r *run) step(st *step) {
	defer func() {
		if p := recover(); p != nil {
			r.fault(place{step: st.Name}, fmt.Errorf("panic: %v", p))
		}
	}()
	r.env["it"] = nil
	r.know(st.asks)
	if !r.holds(st.when) {
		return
	}
	items := []any{nil}
	if st.each != nil {
		items = r.items(st)
	}
	for i, it := range items {
		if len(r.out) == mostDeliveries {
			r.fault(place{step: st.Name}, fmt.Errorf("more than %d deliveries at once", mostDeliveries))
			return
		}
		if i == 0 {
			r.know(st.uses)
		}
		id := st.id
		if st.each != nil {
			r.env["it"], id = it, st.id+"."+strconv.Itoa(i+1)
		}
		r.deliver(st, id)
	}
}

func (r *run) items(st *step) (items []any) {
	list := reflect.ValueOf(r.value(st.each))
	if list.Kind() != reflect.Slice {
		return nil
	}
	for i := range list.Len() {
		items = append(items, list.Index(i).Interface())
	}
	return items
}

func (r *run) holds(cond *program) bool {
	if cond == nil {
		return true
	}
	ok, _ := r.value(cond).(bool)
	return ok
}

// deliver asks for the delivery that a step describes.
func (r *run) deliver(st *step, id string) {
	faults := len(r.faults)
	to := r.fill(st.to)
	if len(r.faults) > faults {
		return // without a far end it would withdraw what waits
	}
	d := stream.Delivery{ID: stream.DeliveryID(r.Record, id), Stream: r.Record.Stream, To: to, Action: st.Do,
		About: r.fill(st.about), Lane: r.fill(st.lane), Slot: r.fill(st.slot), Urgent: st.Urgent, Quiet: st.Quiet, Public: st.Public}
	for k, t := range st.args {
		if v := r.fill(t); v != "" {
			if d.Args == nil {
				d.Args = map[string]string{}
			}
			d.Args[k] = v
		}
	}
	if st.at != nil {
		if t, ok := r.value(st.at).(time.Time); ok {
			d.NotBefore, d.Lane = t, ""
		}
	}
	if st.Expires > 0 {
		d.NotAfter = r.Record.At.Add(time.Duration(st.Expires))
	}
	switch {
	case d.To == stream.Bot:
		r.command(st, d)
		return
	case st.Words == asWritten:
		d.Words = r.written()
	case st.words != nil:
		r.frame.Zone = r.read(d)
		d.Words = r.message(st.words)
		r.frame.Zone = nil
	}
	if err := r.leaks(st, d); err != nil {
		r.fault(place{step: st.Name, key: []any{"words"}}, err)
		if d.To == "slack" {
			return
		}
		d.Words = r.bare(d.Words)
	}
	r.out = append(r.out, d)
}

// leaks tells where a private incident would be told to others than those who
// are in it. A step whose `when` names private has thought of that. What wakes
// people still goes, without the title.
func (r *run) leaks(st *step, d stream.Delivery) error {
	if !r.State.Private || st.discreet || d.Words == nil {
		return nil
	}
	at := d.Args["channel"]
	switch {
	case d.To == "slack" && at != "" && at != r.State.Room.Channel && !strings.HasPrefix(at, "D"):
		return fmt.Errorf("it tells %s of a private incident: add “!private” to its `when`, or “private” if they may know", at)
	case d.To != "slack" && strings.Contains(d.Words.Plain(), r.State.Title):
		return fmt.Errorf("it tells %s the title of a private incident: write {{if .private}}", d.To)
	}
	return nil
}

// read is the time zone of the one person who reads a delivery, nil where more
// do or it is not known.
func (r *run) read(d stream.Delivery) *time.Location {
	if r.zone == nil || d.Args["person"] == "" && d.Args["address"] == "" {
		return nil
	}
	if zone := r.Person(d.Args["person"], d.Args["address"]).Zone; zone != "" {
		return r.zone(zone)
	}
	return nil
}

// written is the approved text alone.
func (r *run) written() *stream.Message {
	if p, ok := r.env["it"].(facts.Publication); ok {
		return stream.Say(p.Update.Text)
	}
	return stream.Say(facts.Written(r.State, r.Event).Text)
}

// command completes a delivery to the bot.
func (r *run) command(st *step, d stream.Delivery) {
	data := map[string]any{}
	for k, v := range d.Args {
		if k != stream.ArgStream {
			data[k] = v
		}
	}
	for k, prog := range st.command {
		data[k] = r.value(prog)
	}
	b, err := json.Marshal(data)
	to := r.Record.Stream
	if s, ok := d.Args[stream.ArgStream]; ok && err == nil {
		to, err = stream.ParseID(s)
	}
	if err != nil {
		r.fault(place{step: st.Name, key: []any{"command"}}, err)
		return
	}
	c := stream.CommandTo(d.ID, r.Record.Stream, to, d.Action, b)
	c.NotBefore, c.Slot = d.NotBefore, d.Slot
	r.out = append(r.out, c)
}

func (r *run) value(prog *program) any {
	if prog == nil {
		return nil
	}
	v, err := r.vm.Run(prog.Program, r.env)
	if err != nil {
		r.fault(prog.at, err)
		return nil
	}
	return v
}

// fill executes a template; a fault gives the empty string.
func (r *run) fill(t *form) string {
	if t == nil {
		return ""
	}
	s, err := t.Fill(&r.frame)
	if err != nil {
		r.fault(t.at, err)
	}
	return s
}

// message renders words; one with a fault, or without any, says number and
// severity instead, and keeps its buttons: a page is answered all the same.
func (r *run) message(t *text) *stream.Message {
	faults := len(r.faults)
	m := &stream.Message{Title: r.fill(t.title), Link: r.fill(t.link), Footer: r.fill(t.footer)}
	if people, ok := r.value(t.mention).([]incident.Person); ok {
		for _, p := range people {
			if p.Slack != "" {
				m.Mentions = append(m.Mentions, p.Slack)
			}
		}
	}
	for _, l := range t.lines {
		if s := r.fill(l); s != "" {
			m.Paragraphs = append(m.Paragraphs, s)
		}
	}
	for _, f := range t.fields {
		if v := r.fill(f[1]); v != "" {
			m.Fields = append(m.Fields, stream.Field{Name: r.fill(f[0]), Value: v})
		}
	}
	for _, b := range t.buttons {
		x := stream.Button{Style: b.style}
		if r.holds(b.when) {
			x.Text, x.Command, x.URL = r.fill(b.text), r.fill(b.command), r.fill(b.url)
		}
		if x.Text != "" && (x.Command != "" || x.URL != "") {
			m.Buttons = append(m.Buttons, x)
		}
	}
	if len(r.faults) == faults && m.Plain() == "" {
		r.fault(t.at, errors.New("it says nothing: where that is meant, the step needs a `when`"))
	}
	if len(r.faults) > faults {
		return r.bare(m)
	}
	return m
}

// bare is a message without its words, but for number and severity.
func (r *run) bare(m *stream.Message) *stream.Message {
	return &stream.Message{Paragraphs: []string{r.Number + " " + r.Severity}, Mentions: m.Mentions, Buttons: m.Buttons}
}

// StepOf names the step that asked for a delivery, empty when none did.
func (b *Playbook) StepOf(d stream.Delivery, kind string) string {
	_, _, id, err := stream.Origin(d.ID)
	if err != nil {
		return ""
	}
	id, _, _ = strings.Cut(id, ".")
	for _, st := range b.steps[kind] {
		if st.id == id {
			return st.Name
		}
	}
	return ""
}
