// Package words is what was written to people outside, and where it stands: an
// Update for one audience, its Targets, and the List of all that an incident
// has said. The rules of who may write, approve and send are the incident's.
package words

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Audience is who reads words.
type Audience string

// The audiences that rules know.
const (
	Internal     Audience = "internal"
	Stakeholders Audience = "stakeholders"
	Public       Audience = "public"
	// Duty is none that reads words: what somebody else's rules demand, such as a
	// notice to an authority.
	Duty Audience = "duty"
)

// UpdateKind is what words are for.
type UpdateKind string

// The kinds of words.
const (
	FirstWords    UpdateKind = "first"
	PhaseWords    UpdateKind = "phase"
	News          UpdateKind = "news"
	NoNews        UpdateKind = "no-news"
	ResolvedWords UpdateKind = "resolved"
	Correction    UpdateKind = "correction"
	Retraction    UpdateKind = "retraction"
)

// The states of an update.
const (
	Proposing  = "proposed"
	PublishedS = "published"
	Rejected   = "rejected"
	Replaced   = "replaced"
)

// The states of an update at one far end.
const (
	TargetQueued   = "queued"
	TargetSent     = "sent"
	TargetShadowed = "shadowed"
	TargetHeld     = "held"
	TargetFailing  = "failing"
	TargetDoubt    = "in doubt"
	TargetGaveUp   = "gave up"
	TargetTooOld   = "too old" // it names a time that has passed: withdrawn
)

// Update is one text for one audience.
type Update struct {
	N           int        `json:"n"`
	Audience    Audience   `json:"audience"`
	Kind        UpdateKind `json:"kind"`
	Text        string     `json:"text"` // all of it, as it is read: with the next time
	Next        time.Time  `json:"next,omitzero"`
	Phase       Phase      `json:"phase"`    // when it was written
	Severity    string     `json:"severity"` // when it was written
	Author      string     `json:"author,omitempty"`
	AuthorName  string     `json:"author_name,omitempty"`
	Corrects    int        `json:"corrects,omitempty"`
	Override    *Override  `json:"override,omitempty"` // by the author
	Corrected   int        `json:"-"`
	State       string     `json:"-"`
	ProposedAt  time.Time  `json:"-"`
	Given       []Yes      `json:"-"` // the yeses to it, oldest first
	ApprovedBy  string     `json:"-"`
	Ends        []Target   `json:"-"` // who would read it, and in which form, as it was shown
	PublishedAt time.Time  `json:"-"`
	Targets     []Target   `json:"-"`
}

// Override is what the guard found in words that their author sends all the
// same, by its rules' names. Why is his reason: words that it blocks need one.
type Override struct {
	Rules []string `json:"rules"`
	Why   string   `json:"why,omitempty"`
}

// Line tells it in a line: "although the guard found internal, because our host
// is in the news".
func (o *Override) Line() string {
	if o == nil {
		return ""
	}
	line := "although the guard found " + And(o.Rules)
	if o.Why != "" {
		line += ", because " + o.Why
	}
	return line
}

// Yes is a person's yes to words, under the phase and severity of then.
type Yes struct {
	Person   string // the handle
	Name     string
	At       time.Time
	Phase    Phase
	Severity string
}

// Drawn is words as a far end draws them.
type Drawn struct {
	Parts   []string `json:"parts"`             // one for each post, mail or entry
	Measure string   `json:"measure,omitempty"` // "212 of 280 characters"
	Readers string   `json:"readers,omitempty"` // who would read them
}

// Unattended is the author of words that nobody tapped.
const Unattended = "drumbeat:unattended"

// StatusPage is the name of our own page among the targets of public words.
const StatusPage = "page"

// On reports whether the words stand at a target that is ours.
func (u Update) On(target string) bool {
	return slices.ContainsFunc(u.Targets, func(t Target) bool { return t.Name == target && t.State == TargetSent })
}

// Missed reports whether the newest words for a far end came too late to be sent
// there.
func (l List) Missed(farEnd string) bool {
	for _, u := range slices.Backward(l) {
		for _, t := range u.Targets {
			if t.Name == farEnd {
				return t.State == TargetTooOld
			}
		}
	}
	return false
}

// GoesTo reports whether the far end is among the targets.
func (u Update) GoesTo(farEnd string) bool {
	return slices.ContainsFunc(u.Targets, func(t Target) bool { return t.Name == farEnd })
}

// List is all that an incident has said, oldest first: number n stands at n-1.
// It is never changed: what alters it gives a new one.
type List []Update

// Number finds an update by number, nil if there is none.
func (l List) Number(n int) *Update {
	if n < 1 || n > len(l) {
		return nil
	}
	u := l[n-1]
	return &u
}

// Published is the newest published update of an audience, nil if none.
func (l List) Published(a Audience) *Update {
	return l.last(func(u *Update) bool { return u.Audience == a && u.State == PublishedS })
}

// last is a copy of the last that is such, nil if none is.
func (l List) last(such func(*Update) bool) *Update {
	for i := len(l) - 1; i >= 0; i-- {
		if such(&l[i]) {
			u := l[i]
			return &u
		}
	}
	return nil
}

// Waiting finds a public proposal: the one of that number; for 0 the newest.
func (l List) Waiting(n int) *Update {
	return l.last(func(u *Update) bool { return u.Audience == Public && u.State == Proposing && (n == 0 || u.N == n) })
}

// Withheld is the newest of the words that a hold stopped, nil if none.
func (l List) Withheld() *Update {
	return l.last(func(u *Update) bool {
		return slices.ContainsFunc(u.Targets, func(t Target) bool { return t.State == TargetHeld })
	})
}

// Spoken is when something last became of words at a far end.
func (l List) Spoken() (at time.Time) {
	for _, u := range l {
		for _, t := range u.Targets {
			if t.At.After(at) {
				at = t.At
			}
		}
	}
	return at
}

// InARow are the unattended words since a person's last ones, newest first.
func (l List) InARow() []Update {
	var out []Update
	for _, u := range slices.Backward(l) {
		if u.Audience != Public || u.State != PublishedS {
			continue
		}
		if u.Author != Unattended {
			break
		}
		out = append(out, u)
	}
	return out
}

// RefAt gives what public words are called at a far end: the first post and the
// newest one, and whether they had to stand alone there.
func (l List) RefAt(target string) (first, last string, standalone bool) {
	for _, u := range l {
		for _, t := range u.Targets {
			if t.Name == target && t.Ref != "" {
				first, last, standalone = cmp.Or(first, t.Ref), t.Ref, standalone || t.Standalone
			}
		}
	}
	return first, last, standalone
}

// Propose adds words. Those for the public replace what waits of the same
// author, and a draft that nobody wrote.
func (l List) Propose(u Update, at time.Time) List {
	u.State, u.ProposedAt = Proposing, at
	if u.Audience == Internal {
		u.State, u.PublishedAt = PublishedS, at
	}
	out := slices.Clone(l)
	for i, old := range out {
		if old.State == Proposing && old.Audience == u.Audience && (old.Author == u.Author || old.Author == "" || old.Author == Unattended) {
			out[i].State = Replaced
		}
	}
	return append(out, u)
}

// Publish sends number n to its targets; what it corrects is corrected.
func (l List) Publish(n int, targets []Target, at time.Time) List {
	out := l.With(n, func(u *Update) {
		u.State, u.PublishedAt, u.Targets = PublishedS, at, slices.Clone(targets)
		for i := range u.Targets {
			if u.Targets[i].State == TargetSent {
				u.Targets[i].At = at
			}
		}
	})
	if u := out.Number(n); u != nil {
		out = out.With(u.Corrects, func(old *Update) { old.Corrected = u.N })
	}
	return out
}

// Release puts what was withheld back in line; on our own page it stands from
// now on. freed: a person asked for it.
func (l List) Release(at time.Time, freed bool) List {
	return l.retarget(func(u Update, t *Target) {
		switch {
		case t.State != TargetHeld:
		case !freed && !t.Until.IsZero() && !u.Next.IsZero() && !u.Next.After(at):
			t.State, t.At = TargetTooOld, at
		case t.Name == StatusPage:
			t.State, t.At = TargetSent, at
		default:
			t.State, t.At, t.Freed = TargetQueued, at, freed
		}
	})
}

// Stale are the numbers of published words that wait for a far end and name a
// time for the next ones that has passed.
func (l List) Stale(now time.Time) (out []int) {
	for _, u := range l {
		if !u.Next.IsZero() && !u.Next.After(now) && slices.ContainsFunc(u.Targets, Target.waits) {
			out = append(out, u.N)
		}
	}
	return out
}

// waits: the words have not left, and will unless somebody withdraws them.
func (t Target) waits() bool { return t.State == TargetQueued || t.State == TargetFailing }

// Why they wait, of words that are held.
func (t Target) Why() string {
	if !t.Until.IsZero() {
		return "in the morning"
	}
	return "on hold"
}

// Expire gives up number n wherever it waits.
func (l List) Expire(n int, at time.Time) List {
	return l.retarget(func(u Update, t *Target) {
		if u.N == n && t.waits() {
			t.State, t.At = TargetTooOld, at
		}
	})
}

// retarget alters every target of every update.
func (l List) retarget(alter func(Update, *Target)) List {
	out := slices.Clone(l)
	for i := range out {
		out[i].Targets = slices.Clone(out[i].Targets)
		for j := range out[i].Targets {
			alter(out[i], &out[i].Targets[j])
		}
	}
	return out
}

// With gives the list with number n altered, or as it is without such a number.
func (l List) With(n int, alter func(*Update)) List {
	if n < 1 || n > len(l) {
		return l
	}
	out := slices.Clone(l)
	alter(&out[n-1])
	return out
}

// About names an update at a far end in Delivery.About.
func About(n int, target string) string {
	return "update/" + strconv.Itoa(n) + "/" + target
}

// Of reads what About wrote.
func Of(about string) (n int, target string, ok bool) {
	p := strings.SplitN(about, "/", 3)
	if len(p) != 3 || p[0] != "update" {
		return 0, "", false
	}
	n, err := strconv.Atoi(p[1])
	return n, p[2], err == nil
}

// Settle takes what became of an update at a far end. What arrived has arrived.
func (l List) Settle(e stream.Settled, at time.Time) List {
	n, target, ok := Of(e.About)
	if !ok {
		return l
	}
	return l.With(n, func(u *Update) {
		u.Targets = slices.Clone(u.Targets)
		for i := range u.Targets {
			if t := &u.Targets[i]; t.Name == target && (t.State != TargetSent || e.Result == stream.Delivered) {
				t.State, t.Ref, t.Link, t.Problem, t.At = settled[e.Result], e.Ref, e.Link, e.Problem, at
				t.Standalone = e.More["standalone"] == "true"
			}
		}
	})
}

// settled are the states of a target by what became of its delivery.
var settled = map[string]string{stream.Delivered: TargetSent, stream.Failing: TargetFailing,
	stream.InDoubt: TargetDoubt, stream.GaveUp: TargetGaveUp, stream.Withheld: TargetHeld}

// Left gives when words reached, or may have reached, a far end.
func (l List) Left(target string) []time.Time {
	var out []time.Time
	for _, u := range l {
		for _, t := range u.Targets {
			if t.Name == target && (t.State == TargetSent || t.State == TargetDoubt) {
				out = append(out, t.At)
			}
		}
	}
	return out
}
