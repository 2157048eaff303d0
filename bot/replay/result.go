package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
)

// Result is what a replay came to. Its times have the scenario's zone.
type Result struct {
	Scenario       string   `json:"scenario"`
	Title          string   `json:"title"`
	Zone           string   `json:"zone"`
	Sources        []Source `json:"sources"`
	WithoutChanges bool     `json:"without_changes"`

	Measures
	// Really is what happened without Drumbeat, as far as the sources tell.
	Really Measures `json:"really"`

	PromisesKept          int            `json:"promises_kept"`
	PromisesKeptByHolding int            `json:"promises_kept_by_holding"`
	PromisesMissed        int            `json:"promises_missed"`
	DeliveriesFailed      int            `json:"deliveries_failed"`
	PublicPosts           map[string]int `json:"public_posts"`
	MessagesPerPerson     map[string]int `json:"messages_per_person"`
	MessagesPerChannel    map[string]int `json:"messages_per_channel"`
	// MostInAnHour is the most messages within an hour, by person and channel.
	MostInAnHour map[string]int `json:"most_in_an_hour"`
	// Suspects are the changes under "look here first", in order.
	Suspects    []string  `json:"suspects"`
	Assumptions []string  `json:"assumptions"`
	Refused     []string  `json:"refused"` // what people asked for in vain
	Promises    []Promise `json:"promises"`
	Timeline    []Row     `json:"timeline"`

	zone *time.Location
}

// Measures are what Drumbeat and the real morning are compared by. A moment
// that never came, or is not known, is null.
type Measures struct {
	FirstSign      *time.Time  `json:"first_sign_at"`
	FirstPage      *time.Time  `json:"first_page_at"`
	FirstAck       *time.Time  `json:"first_ack_at"`
	FirstPublic    *time.Time  `json:"first_public_at"`
	Over           *time.Time  `json:"over_at"`
	LongestSilence int         `json:"longest_public_silence_minutes"`
	Words          []time.Time `json:"public_words_at"`
}

// Promise is one of words to customers.
type Promise struct {
	Audience string     `json:"audience"`
	Due      time.Time  `json:"due_at"`
	Kept     *time.Time `json:"kept_at"`
	// State: kept, held (by words that nobody tapped), missed, dropped, open.
	State string `json:"state"`
}

// result takes the measures.
func (p *play) result(ctx context.Context) (*Result, error) {
	states, err := p.incidents(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{Scenario: p.Name, Title: p.Title, Zone: p.Zone, Sources: p.Sources, WithoutChanges: p.o.WithoutChanges, DeliveriesFailed: p.failed,
		PublicPosts: p.posts, MessagesPerPerson: map[string]int{}, MessagesPerChannel: map[string]int{}, MostInAnHour: map[string]int{},
		Suspects: []string{}, Refused: append([]string{}, p.refused...), zone: p.zone}
	over := p.Really.Over.Time
	r.Measures = p.measures(p.Really.Began.Time, over, p.words)
	r.FirstPage, r.FirstAck = p.moment(p.page), p.moment(p.ack)
	var posted []time.Time
	for _, post := range p.Really.Posted {
		posted = append(posted, post.At.Time)
	}
	r.Really = p.measures(p.Really.Began.Time, over, posted)
	r.Really.FirstPage, r.Really.FirstAck = p.moment(p.Really.Paged.Time), p.moment(p.Really.Acknowledged.Time)
	for _, s := range states {
		p.promises(r, s)
		for _, c := range s.Suspects {
			r.Suspects = append(r.Suspects, fmt.Sprintf("%s “%s” by %s (%s)", c.ID, c.What, c.Author, c.Why))
		}
	}
	for name, all := range p.told {
		to := r.MessagesPerPerson
		if strings.Contains(name, "#") || strings.Contains(name, "channel") {
			to = r.MessagesPerChannel
		}
		to[name], r.MostInAnHour[name] = len(all), inAnHour(all)
	}
	r.Assumptions = p.assumptions()
	r.Timeline = p.timeline()
	return r, nil
}

func (p *play) measures(began, over time.Time, words []time.Time) Measures {
	m := Measures{FirstSign: p.moment(began), Over: p.moment(over), LongestSilence: int(longest(began, over, words).Round(time.Minute) / time.Minute), Words: []time.Time{}}
	for _, w := range words {
		m.Words = append(m.Words, w.In(p.zone))
	}
	slices.SortFunc(m.Words, time.Time.Compare)
	m.Words = slices.CompactFunc(m.Words, time.Time.Equal)
	if len(m.Words) > 0 {
		m.FirstPublic = &m.Words[0]
	}
	return m
}

func (p *play) moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(p.zone)
	return &t
}

func (p *play) promises(r *Result, s incident.State) {
	for _, x := range s.Promises {
		state := "open"
		switch {
		case x.Missed || x.Kept.After(x.Due):
			state = "missed"
			r.PromisesMissed++
		case x.Held:
			state = "held"
			r.PromisesKeptByHolding++
		case !x.Kept.IsZero():
			state = "kept"
			r.PromisesKept++
		case x.Dropped != "":
			state = "dropped"
		}
		r.Promises = append(r.Promises, Promise{string(x.Audience), x.Due.In(p.zone), p.moment(x.Kept), state})
	}
}

// timeline is both lanes in order; of one moment, what happened stands first.
func (p *play) timeline() []Row {
	var out []Row
	add := func(m Moment, format string, args ...any) {
		out = append(out, Row{At: m.In(p.zone), Text: fmt.Sprintf(format, args...)})
	}
	for _, f := range p.Facts {
		if f.Who != "" {
			add(f.At, "%s: %s", f.Who, f.What)
		} else {
			add(f.At, "%s", f.What)
		}
	}
	for _, o := range p.Outages {
		add(o.From, "%s does not work%s", ends[o.Tool], because(o.Why))
		add(o.To, "%s works again", ends[o.Tool])
	}
	for _, post := range p.Really.Posted {
		add(post.At, "customers were told (%s): “%s”", post.To, post.Text)
	}
	for _, r := range p.rows {
		r.At = r.At.In(p.zone)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Row) int { return a.At.Compare(b.At) })
	return out
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}
