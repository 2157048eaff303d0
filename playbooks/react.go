package playbooks

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// asWritten stands for an approved text: it is sent as it is, so that no
// template can stand between a yes and what leaves.
const asWritten = "as-written"

// React gives the deliveries that a record asks for, and what went wrong, step
// by step. It cannot fail: words of a step with a fault are still sent, those
// for customers as they were approved, others as number and severity alone.
func (b *Playbook) React(s incident.State, r stream.Record) (out []stream.Delivery, faults []error) {
	steps := b.steps[r.Kind]
	if len(steps) == 0 {
		return nil, nil
	}
	event, err := incident.DecodeEvent(r)
	if err != nil {
		return nil, []error{err}
	}
	run := &run{book: b, state: s, record: r, env: view(s, b.settings, r.Kind, event, r.Meta)}
	for _, st := range steps {
		out = append(out, run.step(st)...)
	}
	return out, run.faults
}

// run is one reaction.
type run struct {
	book   *Playbook
	state  incident.State
	record stream.Record
	env    map[string]any
	where  string
	faults []error
}

func (r *run) fault(err error) {
	r.faults = append(r.faults, fmt.Errorf("step “%s”: %w", r.where, err))
}

// step runs one step, once for each of what it names.
func (r *run) step(st *step) (out []stream.Delivery) {
	r.where, r.env["it"] = st.Name, nil
	if !r.holds(st.when) {
		return nil
	}
	if st.each == nil {
		return r.deliver(st, slug(st.Name))
	}
	items, err := expr.Run(st.each, r.env)
	if err != nil {
		r.fault(err)
		return nil
	}
	list := reflect.ValueOf(items)
	if list.Kind() != reflect.Slice {
		r.fault(fmt.Errorf("each is not a list but %T", items))
		return nil
	}
	for i := range list.Len() {
		r.env["it"] = list.Index(i).Interface()
		out = append(out, r.deliver(st, fmt.Sprintf("%s.%d", slug(st.Name), i+1))...)
	}
	return out
}

func (r *run) holds(cond *vm.Program) bool {
	if cond == nil {
		return true
	}
	v, err := expr.Run(cond, r.env)
	if err != nil {
		r.fault(err)
		return false
	}
	ok, _ := v.(bool)
	return ok
}

// deliver makes the delivery that a step describes.
func (r *run) deliver(st *step, name string) []stream.Delivery {
	d := stream.Delivery{ID: stream.DeliveryID(r.record, name), Stream: r.record.Stream, To: r.fill(st.to), Action: st.Do,
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
		d.NotAfter = r.record.At.Add(time.Duration(st.Expires))
	}
	if d.To == stream.Bot {
		return r.command(st, d)
	}
	switch {
	case st.Words == asWritten:
		d.Words = r.written()
	case st.words != nil:
		d.Words = r.message(st.words)
	}
	return []stream.Delivery{d}
}

// written is the approved text alone.
func (r *run) written() *stream.Message {
	if p, ok := r.env["it"].(publication); ok {
		return stream.Say(p.Update.Text)
	}
	return stream.Say(r.state.Number)
}

// command completes a delivery to the bot.
func (r *run) command(st *step, d stream.Delivery) []stream.Delivery {
	data := map[string]any{}
	for k, prog := range st.command {
		data[k] = r.value(prog)
	}
	b, err := json.Marshal(data)
	if err != nil {
		r.fault(err)
		return nil
	}
	to := r.record.Stream
	if s, ok := d.Args[stream.ArgStream]; ok {
		if to, err = stream.ParseID(s); err != nil {
			r.fault(err)
			return nil
		}
	}
	c := stream.CommandTo(d.ID, r.record.Stream, to, d.Action, b)
	c.NotBefore, c.Slot = d.NotBefore, d.Slot
	return []stream.Delivery{c}
}

func (r *run) value(prog *vm.Program) any {
	v, err := expr.Run(prog, r.env)
	if err != nil {
		r.fault(err)
		return nil
	}
	return v
}

// fill executes a template; a fault gives the empty string.
func (r *run) fill(t *template.Template) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	if err := t.Execute(&b, r.env); err != nil {
		r.fault(err)
		return ""
	}
	return strings.TrimSpace(b.String())
}

// message renders words; one with a fault says number and severity instead.
func (r *run) message(t *text) *stream.Message {
	faults := len(r.faults)
	m := &stream.Message{Title: r.fill(t.title), Link: r.fill(t.link), Footer: r.fill(t.footer)}
	if t.mention != nil {
		if people, ok := r.value(t.mention).([]incident.Person); ok {
			for _, p := range people {
				if p.Slack != "" {
					m.Mentions = append(m.Mentions, p.Slack)
				}
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
		if r.holds(b.when) {
			m.Buttons = append(m.Buttons, stream.Button{Text: r.fill(b.text), Command: r.fill(b.command), URL: r.fill(b.url), Style: b.style})
		}
	}
	if len(r.faults) > faults {
		return stream.Say(r.state.Number + " " + r.state.Severity)
	}
	return m
}
