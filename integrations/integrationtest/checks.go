package integrationtest

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func (c suite) arrives(t *testing.T) {
	f := c.start(t)
	want := c.Delivery
	r, err := f.Sender.Send(t.Context(), clone(c.Delivery))
	c.quiet(t, r, err)
	if err != nil {
		t.Fatalf("the sample is refused: %v", err)
	}
	c.effects(t, f, 1)
	d := clone(c.Delivery)
	_, _ = c.start(t).Sender.Send(t.Context(), d)
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("Send changed the delivery (-want +got):\n%s", diff)
	}
}

func (c suite) check(t *testing.T) {
	f := c.start(t)
	if err := f.Sender.Check(c.Action, maps.Clone(c.Args)); err != nil {
		t.Errorf("the sample: got %v", err)
	}
	for _, action := range []string{"", "no_such_action"} {
		if err := f.Sender.Check(action, c.Args); err == nil {
			t.Errorf("action %q is not refused", action)
		}
	}
	for name, value := range c.Wrong {
		args := maps.Clone(c.Args)
		args[name] = value
		err := f.Sender.Check(c.Action, args)
		c.quiet(t, integrations.Receipt{}, err)
		if err == nil {
			t.Errorf("%s=%q is not refused", name, value)
		}
	}
	c.effects(t, f, 0)
}

// refuses: what is wrong by itself is refused for good and leaves no trace.
func (c suite) refuses(t *testing.T) {
	bad := map[string]stream.Delivery{}
	unknown := clone(c.Delivery)
	unknown.Action = "no_such_action"
	bad["unknown action"] = unknown
	for _, name := range c.Needs {
		d := clone(c.Delivery)
		if _, ok := d.Args[name]; !ok {
			t.Errorf("the sample itself lacks %s", name)
		}
		delete(d.Args, name)
		bad["without "+name] = d
	}
	for name, value := range c.Wrong {
		d := clone(c.Delivery)
		d.Args[name] = value
		bad["wrong "+name] = d
	}
	for what, d := range bad {
		f := c.start(t)
		r, err := f.Sender.Send(t.Context(), d)
		c.quiet(t, r, err)
		if got := KindOf(err); got != Permanent {
			t.Errorf("%s: got %s (%v), want permanent", what, got, err)
		}
		c.effects(t, f, 0)
	}
}

// strangeWords never panic and never leave open what became of them.
func (c suite) strangeWords(t *testing.T) {
	for name, words := range map[string]*stream.Message{
		"none":          nil,
		"empty":         {},
		"long":          stream.Say(strings.Repeat("word ", 20_000)),
		"one long word": {Title: strings.Repeat("ü", 9_000), Paragraphs: []string{strings.Repeat("💥", 9_000)}},
		"control":       {Title: "a\x00b\r\nBcc: c@example.com", Paragraphs: []string{"\x1b[31m\u202e\u0000"}},
		"not UTF-8":     {Title: "\xff\xfe", Paragraphs: []string{"\xc3\x28"}},
		"markup":        stream.Say("<!channel> <@U1> & <b>&amp;</b> *x* _y_ ](http://a.example)"),
	} {
		d := clone(c.Delivery)
		d.Words = words
		f := c.start(t)
		r, err := f.Sender.Send(t.Context(), d)
		c.quiet(t, r, err)
		switch got := KindOf(err); got {
		case Done:
			c.effects(t, f, 1)
		case Permanent:
			c.effects(t, f, 0)
		default:
			t.Errorf("%s: got %s (%v), want done or permanent", name, got, err)
		}
	}
}

func (c suite) concurrent(t *testing.T) {
	const n = 8
	f := c.start(t)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if _, err := f.Sender.Send(t.Context(), c.nth(i)); err != nil {
				t.Errorf("delivery %d: %v", i, err)
			}
			if err := f.Sender.Check(c.Action, c.Args); err != nil {
				t.Errorf("check beside sends: %v", err)
			}
		})
	}
	all.Wait()
	c.effects(t, f, n)
}

func (c suite) cancelledBefore(t *testing.T) {
	f := c.start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := f.Sender.Send(ctx, clone(c.Delivery))
	c.quiet(t, r, err)
	if err == nil {
		t.Error("a send whose context had ended succeeded")
	}
	if KindOf(err) == Permanent {
		t.Errorf("giving up was taken for a refusal: %v", err)
	}
	c.effects(t, f, 0)
}

// sentTwice is what a crash between the answer and its record makes.
func (c suite) sentTwice(t *testing.T) {
	f := c.start(t)
	for i := range 2 {
		if _, err := f.Sender.Send(t.Context(), clone(c.Delivery)); err != nil {
			t.Fatalf("send %d: %v", i+1, err)
		}
	}
	c.effects(t, f, 1)
}

// effects compares what the far end holds.
func (c suite) effects(t *testing.T, f Far, want int) {
	t.Helper()
	if got := f.Effects(); got != want {
		t.Errorf("effects at the far end: got %d, want %d", got, want)
	}
}

// clone copies a delivery as deep as a sender could change it.
func clone(d stream.Delivery) stream.Delivery {
	d.Args = maps.Clone(d.Args)
	if d.Words != nil {
		words := *d.Words
		d.Words = &words
	}
	return d
}

// quiet looks for secrets in what a sender gave back.
func (c suite) quiet(t *testing.T, r integrations.Receipt, err error) {
	t.Helper()
	said := ""
	if err != nil {
		said = err.Error()
	}
	kept, _ := json.Marshal(r)
	for _, secret := range c.Secrets {
		for _, form := range forms(secret) {
			if strings.Contains(said, form) {
				t.Errorf("the error text holds a secret: %s", strings.ReplaceAll(said, form, "[secret]"))
			}
			if strings.Contains(string(kept), form) {
				t.Errorf("the receipt holds a secret: %s", strings.ReplaceAll(string(kept), form, "[secret]"))
			}
		}
	}
}
