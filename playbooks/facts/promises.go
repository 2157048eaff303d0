package facts

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/todo"
)

// rung is one reminder of a promise.
type rung struct {
	N    int
	Rung int
	At   time.Time
}

func ladder(s incident.State, event any) []rung {
	e, ok := event.(incident.Promised)
	if !ok {
		return nil
	}
	var out []rung
	for i, r := range s.Ladder(incident.Promise{Audience: e.Audience, Name: e.Name}) {
		out = append(out, rung{e.N, i, e.Due.Add(time.Duration(r.At))})
	}
	return out
}

// reminded is the audience of the promise that fell due. While customers wait
// too, their promise alone is reminded of: words for them satisfy everybody.
func reminded(s incident.State, event any) string {
	e, ok := event.(incident.Reminded)
	if !ok || e.N < 1 || e.N > len(s.Promises) {
		return ""
	}
	a := s.Promises[e.N-1].Audience
	if a == incident.Duty || a != incident.Public && s.Promise(incident.Public) != nil {
		return ""
	}
	return string(a)
}

// phonesLate are the phones that a very late promise rings: of whoever holds
// comms, at the severities that the ladder names.
func phonesLate(s incident.State, event any) []call {
	e, ok := event.(incident.Reminded)
	if !ok || e.Rung < 0 || e.Rung >= len(s.Policy.Ladder) || reminded(s, event) == "" {
		return nil
	}
	p := s.Comms()
	if !slices.Contains(s.Policy.Ladder[e.Rung].Page, s.Severity) || len(p.Ways) == 0 {
		return nil
	}
	return []call{{Person: p, To: p.Ways[0].To, Address: p.Ways[0].Address}}
}

// owed is a duty, and who has it.
type owed struct {
	incident.Promise
	Owner incident.Person
	// By is the owner as the playbook names him: a role or a handle.
	By string
}

func owes(s incident.State, p incident.Promise) owed {
	return owed{Promise: p, Owner: s.Owner(p.Owner), By: p.Owner}
}

// duty is the one that an event is about; its N is 0 when it is about none.
func duty(s incident.State, event any) owed {
	n := 0
	switch e := event.(type) {
	case incident.Reminded:
		n = e.N
	case incident.Promised:
		n = e.N
	case incident.PromiseKept:
		n = e.N
	case incident.PromiseDropped:
		n = e.N
	}
	if n < 1 || n > len(s.Promises) || s.Promises[n-1].Audience != incident.Duty {
		return owed{}
	}
	return owes(s, s.Promises[n-1])
}

// reviewDue is when the review is owed, of what ends now; zero where none is.
func reviewDue(f *Facts) time.Time {
	if due := f.Weight().ReviewDue; due > 0 {
		return f.Record.At.Add(time.Duration(due))
	}
	return time.Time{}
}

// duties are all that are still owed.
func duties(s incident.State) (out []owed) {
	for _, p := range s.Promises.Duties() {
		out = append(out, owes(s, p))
	}
	return out
}

// unattendedAt is when unattended words are got ready for a promise; zero when
// there are none.
func unattendedAt(s incident.State, event any) time.Time {
	e, _ := event.(incident.Promised)
	return s.PrepareAt(incident.Promise{Audience: e.Audience, Due: e.Due})
}

// answer is a question of the bot that nobody needs to answer any more.
type answer struct {
	What string // "words", "customers", "help"
	Post incident.Post
	// Promise is that of "words", Page that of "help".
	Promise incident.Promise
	Page    incident.Page
}

// settledPromise reports whether nobody has to write for it: words that nobody
// tapped keep a promise, and leave the duty.
func settledPromise(p incident.Promise) bool { return !p.Open() && !p.Held }

// answered are the questions that this event answers, or whose message arrived
// only after they had been: their buttons are taken off.
func answered(f *Facts) []answer {
	var out []answer
	add := func(key string, a answer) {
		if post, ok := f.Posts[key]; ok {
			a.Post = post
			out = append(out, a)
		}
	}
	word := func(n int) {
		if n < 1 || n > len(f.Promises) || !settledPromise(f.Promises[n-1]) {
			return
		}
		for i := range f.Ladder(f.Promises[n-1]) {
			add("remind/"+strconv.Itoa(n)+"/"+strconv.Itoa(i), answer{What: "words", Promise: f.Promises[n-1]})
		}
		add("sooner/"+strconv.Itoa(n), answer{What: "words", Promise: f.Promises[n-1]})
	}
	switch e := f.Event.(type) {
	case incident.PromiseKept:
		word(e.N)
	case incident.PromiseDropped:
		word(e.N)
	case incident.Confirmed:
		add("confirm", answer{What: "customers"})
	case incident.Alive:
		if f.Record.By.ID == f.Commander().Handle {
			add("lead", answer{What: "lead"})
		}
	case incident.Assigned:
		if e.Role == incident.RoleCommander {
			add("lead", answer{What: "lead"})
		}
	case incident.Watched:
		add("over", answer{What: "over"})
	case incident.PhaseChanged:
		if e.From == incident.Monitoring {
			add("over", answer{What: "over"})
		}
		if e.To.Ended() && !e.From.Ended() {
			add("confirm", answer{What: "customers"})
		}
	case incident.PlaybookTaken, incident.PlaybookStayed:
		add("playbook", answer{What: "playbook"})
	case incident.Acknowledged:
		if e.By.Handle == f.Commander().Handle {
			add("lead", answer{What: "lead"})
		}
		add("nobody/"+strconv.Itoa(e.N), answer{What: "help", Page: page(f.State, e.N)})
	case incident.Settled:
		tooLate(f, e.About, add)
	}
	return out
}

// tooLate takes the buttons off a message that arrived only after its question
// had been answered.
func tooLate(f *Facts, about string, add func(string, answer)) {
	key, posted := strings.CutPrefix(about, "post/")
	part := strings.Split(key, "/")
	switch {
	case !posted:
	case len(part) == 3 && part[0] == "remind":
		if n, err := strconv.Atoi(part[1]); err == nil && n >= 1 && n <= len(f.Promises) && settledPromise(f.Promises[n-1]) {
			add(key, answer{What: "words", Promise: f.Promises[n-1]})
		}
	case key == "playbook" && !f.Choice.Open():
		add(key, answer{What: "playbook"})
	case key == "confirm" && (!f.Confirmed.IsZero() || f.Phase.Ended()):
		add(key, answer{What: "customers"})
	}
}

// chased are those who are asked for what is to be done afterwards.
func chased(event any) (out []todo.Ask) {
	e, _ := event.(incident.Chased)
	for _, a := range e.To {
		if a.Person.Slack != "" {
			out = append(out, a)
		}
	}
	return out
}
