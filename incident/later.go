package incident

import (
	"strings"
	"time"

	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
)

// Snooze proposes to tell customers a later time than the one that they were
// told. Text says that there is nothing new; it is looked up.
type Snooze struct {
	For  stream.Duration `json:"for"`
	Text string          `json:"text"`
}

// WordsWanted: customers are to hear sooner than they were told, by a new
// severity, phase or playbook. What they were told stands until words that name
// another time reach them.
type WordsWanted promises.Sooner

func (c Snooze) decide(s State, m stream.Meta) ([]Event, error) {
	p := s.Promise(Public)
	switch w := s.Updates.Waiting(0); {
	case p == nil || !s.IsPublic() || s.Phase.Ended():
		return nil, stream.Refuse("Customers were told no time that could be put off. “update public <text>” writes to them.")
	case strings.TrimSpace(c.Text) == "":
		return nil, stream.Refuse("Say what customers read meanwhile: “update public <text>”.")
	case c.For <= 0 || time.Duration(c.For) > 24*time.Hour:
		return nil, stream.Refuse("Say by how much, at most a day: “snooze 10m”.")
	case w != nil && w.Author != "" && w.Author != Unattended:
		return nil, stream.Refuse("%s's words wait for a yes already; a yes to them moves the time too.", w.AuthorName)
	}
	due := p.Due
	if m.At.After(due) {
		due = m.At
	}
	u := Update{Audience: Public, Kind: NoNews, Text: strings.TrimSpace(c.Text), Author: m.By.ID, AuthorName: m.By.Name, Next: promises.Round(due.Add(time.Duration(c.For)))}
	return []Event{s.propose(u, m)}, nil
}

// sooner asks for words where customers would hear earlier now than they were
// told, and nobody has written any.
func (s State) sooner(was State, m stream.Meta) []Event {
	p, last, w := s.Promise(Public), s.LastPublished(Public), s.Updates.Waiting(0)
	if p == nil || last == nil || s.Phase.Ended() || w != nil && w.Author != "" && w.Author != Unattended {
		return nil
	}
	before, now := was.cadenceFrom(last.PublishedAt), s.cadenceFrom(last.PublishedAt)
	if now.IsZero() || !before.IsZero() && !now.Before(before) || !now.Before(p.Due) {
		return nil
	}
	return []Event{WordsWanted{N: p.N, Told: p.Due, Every: s.Weight().Often(string(s.Phase))}}
}

func (WordsWanted) apply(s State, _ stream.Record) State { return s }
