package simulation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/bot/simulation"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks"
	"drumbeat/store"
)

// Each invariant is broken once, and that is found.
func TestBreachesAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		want string
		cfg  func(*simulation.Config)
	}{
		{"a store forgets a delivery", simulation.Lost, func(c *simulation.Config) {
			c.Store = forgetful{simulation.NewMemory(), func(d stream.Delivery) bool { return d.Action == "pin" }}
		}},
		{"a far end that was told nothing counts as told", simulation.Lost, senders("slack", func(e *altered) { e.deaf = true })},
		{"a far end does twice what it is told", simulation.Doubled, senders("slack", func(e *altered) { e.twice = true })},
		{"a far end keeps the first words back", simulation.Overtaken, senders("atlassian_statuspage", func(e *altered) { e.kept = &[]stream.Delivery{} })},
		{"a store without lanes", simulation.Doubled, func(c *simulation.Config) { c.Store = hasty{simulation.NewMemory()} }},
		{"no timer of a promise is set", simulation.Forgotten, furnish(func(p *serve.Parts) {
			p.Store = forgetful{p.Store, func(d stream.Delivery) bool { return d.Action == "remind" }}
		})},
		{"no timer of a page is set", simulation.Forgotten, furnish(func(p *serve.Parts) {
			p.Store = forgetful{p.Store, func(d stream.Delivery) bool { return d.Action == "escalate" }}
		})},
		{"a gate that lets all pass", simulation.Unapproved, func(c *simulation.Config) {
			c.Built = func(s *serve.Server) { s.Courier.Gate = nil }
		}},
		{"words are changed after the yes", simulation.Unapproved, senders("twitter", func(e *altered) {
			e.alter = func(d *stream.Delivery) { d.Words = stream.Say("All is well.") }
		})},
		{"all is posted where everybody reads", simulation.Leaked, senders("slack", func(e *altered) {
			e.alter = func(d *stream.Delivery) { d.Args["channel"] = "CANNOUNCE" }
		})},
		{"the configuration's secret is said", simulation.Leaked, furnish(func(p *serve.Parts) { p.Settings.Company = p.API.Token })},
		{"the bot logs a defect", simulation.Complained, furnish(func(p *serve.Parts) {
			p.Compile = func(incident.Pinned, *time.Location) (*playbooks.Playbook, error) { return nil, errors.New("broken") }
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const most = 40
			for seed := range uint64(most) {
				cfg := simulation.Config{Seed: seed + 17, Days: 1}
				c.cfg(&cfg)
				r := simulate(t, cfg)
				if slices.ContainsFunc(r.Breaches, func(b simulation.Breach) bool { return b.Invariant == c.want }) {
					return
				}
				if len(r.Breaches) > 0 {
					t.Fatalf("want it %s, got %q", c.want, r.Breaches)
				}
			}
			t.Errorf("%d seeds do not find it", most)
		})
	}
}

func furnish(do func(*serve.Parts)) func(*simulation.Config) {
	return func(c *simulation.Config) { c.Furnish = do }
}

// senders alters one far end.
func senders(name string, alter func(*altered)) func(*simulation.Config) {
	return furnish(func(p *serve.Parts) {
		e := altered{Sender: p.Senders[name]}
		alter(&e)
		p.Senders[name] = e
	})
}

// altered is a far end that does something else than it is told.
type altered struct {
	integrations.Sender
	deaf, twice bool
	kept        *[]stream.Delivery
	alter       func(*stream.Delivery)
}

func (e altered) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	switch {
	case e.deaf:
		return integrations.Receipt{}, nil
	case e.kept != nil && d.Args["kind"] == string(incident.FirstWords):
		*e.kept = append(*e.kept, d)
		return integrations.Receipt{Ref: "1"}, nil
	case e.kept != nil:
		r, err := e.Sender.Send(ctx, d)
		for _, old := range *e.kept {
			_, _ = e.Sender.Send(ctx, old) // too late
		}
		*e.kept = nil
		return r, err
	case e.alter != nil:
		e.alter(&d)
	case e.twice:
		if r, err := e.Sender.Send(ctx, d); err != nil {
			return r, err
		}
	}
	return e.Sender.Send(ctx, d)
}

func (e altered) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	if e.deaf {
		return integrations.Receipt{}, true, nil
	}
	return e.Sender.(integrations.Finder).Find(ctx, d)
}

// forgetful loses deliveries.
type forgetful struct {
	store.Store
	loses func(stream.Delivery) bool
}

func (s forgetful) Commit(ctx context.Context, b store.Batch) error {
	b.Deliveries = slices.DeleteFunc(slices.Clone(b.Deliveries), s.loses)
	return s.Store.Commit(ctx, b)
}

// hasty has no lanes.
type hasty struct{ store.Store }

func (s hasty) Commit(ctx context.Context, b store.Batch) error {
	b.Deliveries = slices.Clone(b.Deliveries)
	for i := range b.Deliveries {
		b.Deliveries[i].Lane = ""
	}
	return s.Store.Commit(ctx, b)
}
