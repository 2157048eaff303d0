package choice_test

import (
	"slices"
	"testing"

	"drumbeat/incident/choice"
)

func named(name string) choice.Pinned { return choice.Pinned{Name: name, Hash: name + "-1"} }

func TestWeigh(t *testing.T) {
	t.Parallel()
	open := choice.Standing{Offer: choice.Offered{Fit: choice.Fit{Playbook: named("outage")}}}
	for _, c := range []struct {
		name   string
		s      choice.Standing
		follow bool
		fit    choice.Pinned
		want   string
	}{
		{"nothing fits", choice.Standing{}, false, choice.Pinned{}, ""},
		{"what it is under", choice.Standing{}, true, named("default"), ""},
		{"a new text of what it is under", choice.Standing{}, true, choice.Pinned{Name: "default", Hash: "default-2"}, ""},
		{"another", choice.Standing{}, false, named("outage"), choice.Offer},
		{"another, and it follows", choice.Standing{}, true, named("outage"), choice.Follow},
		{"one that was declined", choice.Standing{Declined: []string{"outage"}}, true, named("outage"), ""},
		{"the offered one again", open, false, named("outage"), ""},
		{"a third one, while one is offered", open, false, named("security"), choice.Offer},
		{"what it is under, while another is offered", open, false, named("default"), choice.End},
		{"one that was declined, while another is offered", choice.Standing{Offer: open.Offer, Declined: []string{"security"}}, false, named("security"), choice.End},
		{"nothing, while one is offered", open, false, choice.Pinned{}, ""},
	} {
		if got := c.s.Weigh(named("default"), c.follow, c.fit); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Whoever names a playbook does not want the one before; whoever agrees to one
// may have both.
func TestDeclined(t *testing.T) {
	t.Parallel()
	fit := func(name string) choice.Fit { return choice.Fit{Playbook: named(name)} }
	var s choice.Standing
	steps := []struct {
		do   func(choice.Standing) choice.Standing
		want []string
	}{
		{func(s choice.Standing) choice.Standing { return s.Stay(choice.Stayed{Name: "outage"}) }, []string{"outage"}},
		{func(s choice.Standing) choice.Standing { return s.Stay(choice.Stayed{Name: "outage"}) }, []string{"outage"}},
		{func(s choice.Standing) choice.Standing { return s.Stay(choice.Stayed{Name: "gds", Outdated: true}) }, []string{"outage"}},
		{func(s choice.Standing) choice.Standing {
			return s.Take(choice.Taken{Fit: fit("outage"), From: "default", How: choice.Named})
		}, []string{"default"}},
		{func(s choice.Standing) choice.Standing {
			return s.Take(choice.Taken{Fit: fit("default"), From: "outage", How: choice.Agreed})
		}, nil},
		{func(s choice.Standing) choice.Standing {
			return s.Take(choice.Taken{Fit: fit("default"), From: "default", How: choice.Named})
		}, nil},
	}
	for i, step := range steps {
		before, next := slices.Concat(s.Declined, s.Left), step.do(s)
		if got := slices.Concat(next.Declined, next.Left); !slices.Equal(got, step.want) || next.Open() {
			t.Errorf("step %d: got %q, want %q", i+1, got, step.want)
		}
		if !slices.Equal(before, slices.Concat(s.Declined, s.Left)) {
			t.Errorf("step %d altered what was handed out", i+1)
		}
		s = next
	}
}
