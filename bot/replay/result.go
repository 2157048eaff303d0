package replay

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/playbooks"
	"drumbeat/playbooks/facts"
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
	// MostInAnHour is the most messages within an hour, by person and channel;
	// Budget is how many there should be at most at the worst severity that the
	// incident had, and OverBudget who got more than the severity of the hour
	// allows. A SEV3 or SEV4 may cost so many in all.
	MostInAnHour map[string]int `json:"most_in_an_hour"`
	Budget       int            `json:"budget_in_an_hour"`
	OverBudget   []string       `json:"over_budget"`
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
	FirstSign   *time.Time `json:"first_sign_at"`
	FirstPage   *time.Time `json:"first_page_at"`
	FirstAck    *time.Time `json:"first_ack_at"`
	FirstPublic *time.Time `json:"first_public_at"`
	Over        *time.Time `json:"over_at"`
	// LongestSilence is between the first sign and the end, in minutes. Of the
	// real outage it is the time before the first words, since no source lists
	// all later ones; null when not even these are known.
	LongestSilence *int        `json:"longest_public_silence_minutes"`
	Words          []time.Time `json:"public_words_at"`
}

// Promise is one of words to customers.
type Promise struct {
	Audience string    `json:"audience"`
	Due      time.Time `json:"due_at"`
	// Kept is when the words went out; Reached, when customers could read them:
	// null when every outlet that takes them was down.
	Kept    *time.Time `json:"kept_at"`
	Reached *time.Time `json:"reached_at"`
	// State: kept, held (by words that nobody tapped), missed, dropped, open.
	State string `json:"state"`
}

// usual is the budget of the playbook that comes along.
var usual = sync.OnceValue(func() map[string]policy.Limits {
	set, err := playbooks.Builtin()
	if err != nil {
		return nil // tests hold that it loads
	}
	return set["default"].Budget
})

// Budget is how many messages a person should get at most at a severity: in an
// hour, or in all where an incident of it has such a budget.
func Budget(severity string) int { return max(usual()[severity].Person, usual()[severity].All) }

// result takes the measures.
func (p *play) result(ctx context.Context) (*Result, error) {
	states, err := p.incidents(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{Scenario: p.Name, Title: p.Title, Zone: p.Zone, Sources: p.Sources, WithoutChanges: p.o.WithoutChanges, DeliveriesFailed: p.failed,
		PublicPosts: p.posts, MessagesPerPerson: map[string]int{}, MessagesPerChannel: map[string]int{}, MostInAnHour: map[string]int{},
		OverBudget: []string{}, Suspects: []string{}, Refused: append([]string{}, p.refused...), zone: p.zone}
	over := p.Really.Over.Time
	r.Measures = p.measures(p.Really.Began.Time, over, p.public)
	r.FirstPage, r.FirstAck = p.moment(p.page), p.moment(p.ack)
	var posted []time.Time
	for _, post := range p.Really.Posted {
		posted = append(posted, post.At.Time)
	}
	r.Really = p.measures(p.Really.Began.Time, over, posted)
	if r.Really.LongestSilence = nil; r.Really.FirstPublic != nil {
		r.Really.LongestSilence = minutes(r.Really.FirstPublic.Sub(p.Really.Began.Time))
	}
	r.Really.FirstPage, r.Really.FirstAck = p.moment(p.Really.Paged.Time), p.moment(p.Really.Acknowledged.Time)
	for _, s := range states {
		p.promises(r, s)
		r.Budget = max(r.Budget, s.Policy.Budget[s.Severity].Person)
		for _, c := range s.Suspects {
			r.Suspects = append(r.Suspects, fmt.Sprintf("%s “%s” by %s (%s)", c.ID, c.What, c.Author, c.Why))
		}
	}
	p.messages(r)
	r.Assumptions = p.assumptions()
	r.Timeline = p.timeline()
	return r, nil
}

func (p *play) measures(began, over time.Time, words []time.Time) Measures {
	m := Measures{FirstSign: p.moment(began), Over: p.moment(over), LongestSilence: minutes(longest(began, over, words)), Words: []time.Time{}}
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

func minutes(d time.Duration) *int {
	n := int(d.Round(time.Minute) / time.Minute)
	return &n
}

func (p *play) moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(p.zone)
	return &t
}

// messages counts what the bot wrote, against the budget.
func (p *play) messages(r *Result) {
	sum, inAll := 0, 0
	for _, name := range slices.Sorted(maps.Keys(p.told)) {
		all := p.told[name]
		to := r.MessagesPerPerson
		if channel(name) {
			to = r.MessagesPerChannel
		}
		most, over := inAnHour(all)
		to[name], r.MostInAnHour[name] = len(all), most
		if over {
			r.OverBudget = append(r.OverBudget, name)
		}
		sum += len(all)
	}
	for _, limits := range p.limits {
		inAll = max(inAll, limits.All)
		if limits.All == 0 {
			return
		}
	}
	if r.Budget = inAll; sum > inAll {
		r.OverBudget = append(r.OverBudget, "all together")
	}
}

// promises judges by what customers could read: words that went out while
// every outlet that takes them was down keep nothing.
func (p *play) promises(r *Result, s incident.State) {
	for _, x := range s.Promises {
		if x.Audience == incident.Duty {
			continue
		}
		kept := x.Kept
		if x.Audience == incident.Public {
			kept = p.readable(x.Kept)
		}
		state := "open"
		switch {
		case x.Missed || !x.Kept.IsZero() && (kept.IsZero() || kept.After(x.Due)):
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
		r.Promises = append(r.Promises, Promise{string(x.Audience), x.Due.In(p.zone), p.moment(x.Kept), p.moment(kept), state})
	}
}

// readable is the first moment from t on at which customers got words.
func (p *play) readable(t time.Time) (first time.Time) {
	for _, at := range p.public {
		if !t.IsZero() && !at.Before(t) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// timeline is both lanes in order; of one moment, what happened stands first.
func (p *play) timeline() []Row {
	var out []Row
	add := func(m Moment, kind, format string, args ...any) {
		out = append(out, Row{At: m.In(p.zone), Kind: kind, Text: fmt.Sprintf(format, args...)})
	}
	for _, f := range p.Facts {
		who := f.Who
		if who != "" {
			who += ": "
		}
		add(f.At, "fact", "%s%s", who, f.What)
	}
	for _, o := range p.Outages {
		add(o.From, "outage", "%s does not work%s", facts.FarEnd(o.Tool), because(o.Why))
		add(o.To, "outage", "%s works again", facts.FarEnd(o.Tool))
	}
	for _, post := range p.Really.Posted {
		add(post.At, "public", "customers were told (%s)%s", post.To, saying(post.Text))
	}
	for _, r := range p.rows {
		r.At = r.At.In(p.zone)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Row) int { return a.At.Compare(b.At) })
	return out
}

func saying(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}
