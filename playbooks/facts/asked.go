package facts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Approver is who is asked for a yes: the commander, unless the words are his
// own, or the policy names others or more than one. Nobody means that the
// channel is asked.
func Approver(s incident.State) incident.Person {
	u, c, rule := s.Waiting(), s.Commander(), s.Policy.Approval
	if u == nil || c.Slack == "" || c.Handle == u.Author || rule.Need > 1 ||
		len(rule.By) > 0 && !approval.Names(rule.By, stream.Actor{ID: c.Handle}, s.Roles) {
		return incident.Person{}
	}
	return c
}

// asking are the words that a question for a yes is about: those of the event,
// while they wait, else the newest that do.
func asking(s incident.State, event any) incident.Update {
	if u := eventUpdate(s, event); u != nil && u.State == incident.Proposing {
		return *u
	}
	return waiting(s)
}

// askedToo are those who are asked in person beside the commander and the
// channel.
func askedToo(event any) []incident.Person {
	e, _ := event.(incident.ApprovalAsked)
	return slices.DeleteFunc(slices.Clone(e.People), func(p incident.Person) bool { return p.Slack == "" })
}

func askedLate(event any) bool {
	e, _ := event.(incident.ApprovalAsked)
	return e.Late
}

// askAll reports whether the responders are asked, as nobody has answered: where
// they have not been yet, and somebody else takes part.
func askAll(s incident.State, event any) bool {
	u, c := asking(s, event), s.Commander()
	channel, _ := s.Room.Place()
	here := func(p incident.Post) bool { return p.Channel == channel }
	if !askedLate(event) || len(askedToo(event)) > 0 || channel == "" || slices.ContainsFunc(askedIn(s, u.N), here) {
		return false
	}
	return slices.ContainsFunc(append(involved(s, false), s.DeclaredBy), func(p incident.Person) bool {
		return p.Handle != "" && p.Handle != c.Handle && p.Handle != u.Author
	})
}

// approvalPost is the message that asked for a yes to words n: the one to the
// commander or in the channel. Others are called as it is, and whom they ask.
func approvalPost(n int) string { return "approval/" + strconv.Itoa(n) }

// asksFor reads the key of a message that asked for a yes.
func asksFor(key string) (n int, ok bool) {
	name, ok := strings.CutPrefix(key, "approval/")
	number, _, _ := strings.Cut(name, "/")
	n, err := strconv.Atoi(number)
	return n, ok && err == nil
}

// askedIn are all messages that asked for a yes to words n.
func askedIn(s incident.State, n int) []incident.Post {
	var keys []string
	first := approvalPost(n)
	for key := range s.Posts {
		if key == first || strings.HasPrefix(key, first) && key[len(first)] == '/' {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var out []incident.Post
	for _, key := range keys {
		out = append(out, s.Posts[key])
	}
	return out
}

// counted are the messages that ask for a yes, when one came that was not the
// last.
func counted(s incident.State, event any) []incident.Post {
	e, ok := event.(incident.Approved)
	if u := s.Update(e.N); !ok || u == nil || u.State != incident.Proposing || e.Alone || e.Unattended || e.Given >= e.Need {
		return nil
	}
	return askedIn(s, e.N)
}

// outdated are the messages that ask for a yes to words that have to be read
// again since this event.
func outdated(s incident.State, event any) []incident.Post {
	switch event.(type) {
	case incident.SeverityChanged, incident.PhaseChanged, incident.Published:
	default:
		return nil
	}
	u := waiting(s)
	if drafted := u.Author == "" && u.Kind == incident.FirstWords; u.N > 0 && !drafted && s.ReadAgain(u) != "" { // a draft is written anew
		return askedIn(s, u.N)
	}
	return nil
}

// yeses says who has said yes to words that need more than one: "Omar (1 of 2)".
func yeses(s incident.State, u incident.Update) string {
	var names []string
	for _, y := range s.Given(u) {
		names = append(names, y.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("%s (%d of %d)", words.And(names), len(names), s.Policy.Approval.Need)
}

// Difference is how words differ from the last that customers got.
func Difference(s incident.State, u incident.Update) string {
	last := s.LastPublished(incident.Public)
	if last == nil || u.N == 0 {
		return ""
	}
	if old := s.Update(u.Corrects); old != nil {
		last = old
	}
	was, is := words.WithoutNext(last.Text, s.Policy.NextWords), words.WithoutNext(u.Text, s.Policy.NextWords)
	changes, fresh := words.Changes(was, is), 0
	for _, c := range changes {
		fresh += len(strings.Fields(c.In))
	}
	switch {
	case len(changes) == 0:
		return "The same words as the last."
	case fresh*2 >= len(strings.Fields(is)): // most of it: the last ones tell more than what is not in them
		return "Last: “" + short(was) + "”"
	}
	return "Since the last: " + words.Difference(was, is)
}

func short(text string) string {
	const most = 140
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return text
}

// Reach is where words go, how long they are there and who reads them, as far
// as a number tells: "status page (142 characters) · email (2 addresses)".
func Reach(ends []incident.Target) string {
	var out []string
	for _, t := range ends {
		var notes []string
		if t.Drawn != nil && t.Drawn.Measure != "" {
			notes = append(notes, t.Drawn.Measure)
		}
		if t.Drawn != nil && t.Drawn.Readers != "" && t.Drawn.Readers[0] >= '0' && t.Drawn.Readers[0] <= '9' {
			count, _, _ := strings.Cut(t.Drawn.Readers, ", ")
			notes = append(notes, count)
		}
		switch {
		case t.Mode == "shadow":
			notes = append(notes, "shadow")
		case t.State == incident.TargetHeld:
			notes = append(notes, t.Why())
		}
		end := FarEnd(t.Name)
		if len(notes) > 0 {
			end += " (" + strings.Join(notes, ", ") + ")"
		}
		out = append(out, end)
	}
	return strings.Join(out, " · ")
}
