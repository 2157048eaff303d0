package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// find puts the incident that a line is about into a.state: the one that it
// names, the one whose channel or thread it was said in, for an answer to a
// page the one that pages the person, or the only one that is open.
func (d *Desk) find(ctx context.Context, a *ask) error {
	if a.number != "" && !a.last {
		s, err := d.named(ctx, a, a.number)
		a.state = s
		return err
	}
	here, err := d.at(ctx, a)
	switch {
	case err != nil:
		return err
	case here && a.number != "" && a.number != a.id().Name: // it may be part of the words, and they of another's business
		return stream.Refuse("This ends with #%s, and here is %s. For INC-%s say “%s #%s …”; if the number belongs to the words, end them with a full stop.",
			a.number, a.state.Number, a.number, a.spec.name, a.number)
	case here:
		return nil
	case a.number != "":
		a.state, err = d.named(ctx, a, a.number)
		return err
	}
	open, err := d.known(ctx, a)
	if err != nil {
		return err
	}
	if answersPage[a.spec.name] {
		if s := paging(open, a.person.Handle); s != nil {
			a.state = *s
			return nil
		}
	}
	if real := slices.DeleteFunc(slices.Clone(open), func(s incident.State) bool { return s.Drill }); len(real) > 0 {
		open = real // an exercise never makes it doubtful which one is meant
	}
	switch len(open) {
	case 0:
		return stream.Refuse("Nothing is open. “%s declare sev1 what is wrong” begins.", d.Settings.Command)
	case 1:
		a.state = open[0]
		return nil
	}
	var names []string
	for _, s := range open[:min(len(open), 5)] {
		names = append(names, fmt.Sprintf("%s (%s)", s.Number, phrase.Shorten(s.Title, 50)))
	}
	if more := len(open) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return stream.Refuse("Which incident? Add its number, as in “%s #%s”. Open: %s.",
		strings.TrimSpace(a.spec.name+" "+phrase.Shorten(a.rest, 60)), open[0].ID.Name, strings.Join(names, ", "))
}

// answersPage are the words that answer a page: by SMS they come without a
// place and a number.
var answersPage = map[string]bool{"ack": true, "decline": true, "join": true}

// paging is the incident that paged the person last: one that still rings
// before one that somebody has taken, a real one before a drill.
func paging(open []incident.State, handle string) *incident.State {
	var best *incident.State
	var newest incident.Page
	for i, s := range open {
		for _, p := range s.Pages {
			if !slices.ContainsFunc(p.Paged, func(x incident.Person) bool { return x.Handle == handle }) {
				continue
			}
			rings, rang := p.Acked.Handle == "", newest.Acked.Handle == ""
			if best == nil || rings && !rang || rings == rang && (best.Drill && !s.Drill || best.Drill == s.Drill && p.Rung0.After(newest.Rung0)) {
				best, newest = &open[i], p
			}
		}
	}
	return best
}

// named is the incident of that number. To whoever may not know of it, it does
// not exist.
func (d *Desk) named(ctx context.Context, a *ask, number string) (incident.State, error) {
	s, ok, err := d.Incident(ctx, d.ID(incident.Kind, number))
	if err != nil {
		return s, err
	}
	if !ok || !d.knows(a, s) {
		return incident.State{}, stream.Refuse("There is no INC-%s. “list” shows what is open.", number)
	}
	return s, nil
}

// at finds the incident that the place belongs to.
func (d *Desk) at(ctx context.Context, a *ask) (bool, error) {
	var tags []string
	if a.Thread != "" {
		tags = append(tags, "thread:"+a.Channel+"/"+a.Thread)
	}
	if a.Channel != "" {
		tags = append(tags, "channel:"+a.Channel)
	}
	for _, tag := range tags {
		found, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Tag: tag, Limit: 5})
		if err != nil {
			return false, err
		}
		for _, sum := range found {
			s, ok, err := d.Incident(ctx, sum.Stream)
			if err != nil {
				return false, err
			}
			if ok && d.knows(a, s) {
				a.state = s
				return true, nil
			}
		}
	}
	return false, nil
}

// known are the open incidents that the person may know of, the newest first.
func (d *Desk) known(ctx context.Context, a *ask) ([]incident.State, error) {
	open, err := d.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	return d.among(ctx, a, open)
}

// among are those of the incidents that the person may know of.
func (d *Desk) among(ctx context.Context, a *ask, all []stream.Summary) ([]incident.State, error) {
	var out []incident.State
	for _, sum := range all {
		s, ok, err := d.Incident(ctx, sum.Stream)
		if err != nil {
			return nil, err
		}
		if ok && d.knows(a, s) {
			out = append(out, s)
		}
	}
	return out, nil
}

// knows reports whether a person may know of an incident. Of a private one:
// whoever declared it, has a role, is paged or next to be, took part, or sits in
// its own channel, and the operator.
func (d *Desk) knows(a *ask, s incident.State) bool {
	me := a.By.ID
	if _, took := s.Seen[me]; !s.Private || took || s.DeclaredBy.Handle == me || a.chief ||
		a.Channel != "" && a.Channel == s.Room.Channel {
		return true
	}
	for _, p := range s.Roles {
		if p.Handle == me {
			return true
		}
	}
	is := func(p incident.Person) bool { return p.Handle == me }
	return slices.ContainsFunc(s.Pages, func(page incident.Page) bool {
		return slices.ContainsFunc(page.Paged, is) ||
			slices.ContainsFunc(page.Rungs, func(r incident.Rung) bool { return slices.ContainsFunc(r.People, is) })
	})
}
