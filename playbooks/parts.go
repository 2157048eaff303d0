package playbooks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/layer"

	"github.com/goccy/go-yaml/ast"
)

// Parts are what a playbook says in a few keys: all that is not a step or a
// text. Incident tells what the rules make of them, and plain.go which steps.
type Parts struct {
	// Severities from the worst to the least.
	Severities []string `yaml:"severities,omitempty"`
	// Page says whom an incident wakes, and how long an answer lasts.
	Page Paging `yaml:"page,omitempty"`
	// Room is where the work happens.
	Room Room `yaml:"room,omitempty"`
	// Audiences say who gets words, how soon and how often.
	Audiences Audiences `yaml:"audiences,omitempty"`
	// Remind is the ladder of a promise: whom it reaches before and after it is due.
	Remind []policy.Reminder `yaml:"remind,omitempty"`
	// Roles are those that it names beside the usual ones.
	Roles map[string]Role `yaml:"roles,omitempty"`
	// Tasks are put on the list of things to do.
	Tasks []Task `yaml:"tasks,omitempty"`
	// Duties are promises that somebody else's rules make.
	Duties []Duty `yaml:"duties,omitempty"`
	// Close says what the end asks for.
	Close Closing `yaml:"close,omitempty"`
	// Budget is how many messages an incident may cost.
	Budget map[string]policy.Limits `yaml:"budget,omitempty"`
}

// Paging is whom an incident wakes.
type Paging struct {
	// Wakes: "oncall", "authors" (of risky changes shortly before), or a role:
	// whoever stands in the configuration's group of that name, one after the
	// other, until somebody takes it.
	Wakes By[[]string] `yaml:"wakes,omitempty"`
	// Lapses is how long an "I'm on it" lasts without a sign of life, Grace how
	// much longer once he was asked.
	Lapses By[stream.Duration] `yaml:"lapses,omitempty"`
	Grace  By[stream.Duration] `yaml:"grace,omitempty"`
	// Lead is how long a commander may be silent before he is asked, Offered how
	// much later somebody else is offered command.
	Lead    By[stream.Duration] `yaml:"lead,omitempty"`
	Offered By[stream.Duration] `yaml:"offered,omitempty"`
	// Again: when nobody answered, all are called once more after so long.
	Again stream.Duration `yaml:"again,omitempty"`
}

// Room is where the work happens.
type Room struct {
	// Place is "channel", or "thread" for one under the announcement.
	Place By[string] `yaml:"place,omitempty"`
	// Call is the link of a call that everybody joins.
	Call By[string] `yaml:"call,omitempty"`
	// Archive: a channel is archived so long after the end, when nothing of the
	// incident is owed any more; it is told a day before. Left out: never.
	Archive stream.Duration `yaml:"archive,omitempty"`
}

// Audiences are those who get words.
type Audiences struct {
	Public       PublicWords  `yaml:"public,omitempty"`
	Stakeholders Stakeholders `yaml:"stakeholders,omitempty"`
}

// PublicWords is what customers are owed.
type PublicWords struct {
	// First words are due so long after the first sign, or Confirmed after
	// somebody said that customers notice, if that is later. Without First only
	// when asked.
	First     By[stream.Duration] `yaml:"first,omitempty"`
	Confirmed By[stream.Duration] `yaml:"confirmed,omitempty"`
	// Every is the time to the next ones, once public.
	Every Rhythm `yaml:"every,omitempty"`
	// Impact is how status pages weigh it: none, minor, major or critical. Left
	// out: the worst severity is critical, then major, then minor.
	Impact By[string] `yaml:"impact,omitempty"`
	// Ask: unconfirmed for so long, the commander is asked whether customers
	// notice.
	Ask stream.Duration `yaml:"ask,omitempty"`
	// Takes are the kinds of words that a far end takes; one that is not named
	// takes all.
	Takes map[string][]string `yaml:"takes,omitempty"`
	// Approval says whose yes they need.
	Approval policy.Approval `yaml:"approval,omitempty"`
	// QuietHours: words of these kinds wait for the morning wherever they are sent
	// to readers, while the status page shows them at once.
	QuietHours policy.Quiet `yaml:"quiet_hours,omitempty"`
	// Unattended words may leave without a tap, where the operator asked for it
	// (status_page.unattended).
	Unattended Unattended `yaml:"unattended,omitempty"`
	// Words are written before a person reads and approves them.
	Words Draft `yaml:"words,omitempty"`
}

// Stakeholders are colleagues who have to know.
type Stakeholders struct {
	// Every is how often they get words while nothing is public.
	Every By[stream.Duration] `yaml:"every,omitempty"`
}

// Draft holds the words that are written for customers before a person reads
// and approves them: {since}, {until}, {duration}, {what} and, in Next, {time}
// are filled in.
type Draft struct {
	Next      string `yaml:"next,omitempty"`      // ends all words while the incident lasts
	First     string `yaml:"first,omitempty"`     // that something does not work
	Resolved  string `yaml:"resolved,omitempty"`  // that it is over
	Retracted string `yaml:"retracted,omitempty"` // that it was none
}

// Unattended holds the words that may leave without a tap.
type Unattended struct {
	// First is said on two independent signs only, Holding only after a sign of
	// life from somebody, at most Most times in a row.
	First   string `yaml:"first,omitempty"`
	Holding string `yaml:"holding,omitempty"`
	Most    int    `yaml:"most,omitempty"`
	// Wait is how long anybody may stop them.
	Wait stream.Duration `yaml:"wait,omitempty"`
}

// Closing is what the end asks for.
type Closing struct {
	// Quiet: monitoring so long without a sign, "resolved" is offered.
	Quiet By[stream.Duration] `yaml:"quiet,omitempty"`
	// Review is due so long after the close; without it none is asked for.
	Review By[stream.Duration] `yaml:"review,omitempty"`
	// Asks are the questions on the form that closes: "start", "alert", "review".
	Asks []string `yaml:"asks,omitempty"`
	// FollowUps is how often an open follow-up is asked for.
	FollowUps stream.Duration `yaml:"follow_ups,omitempty"`
}

// Incident gives the policy as the rules read it.
func (s Source) Incident() policy.Policy {
	public := s.Audiences.Public
	out := policy.Policy{Change: s.Change, Approval: public.Approval, Ladder: s.Remind, NextWords: public.Words.Next, FirstWords: public.Words.First,
		ResolvedWords: public.Words.Resolved, RetractedWords: public.Words.Retracted, AskConfirmation: public.Ask,
		Kinds: public.Takes, PagesAgain: s.Page.Again, QuietHours: public.QuietHours, Budget: s.Budget, Close: policy.Close{Asks: s.Close.Asks, FollowUps: s.Close.FollowUps, Archive: s.Room.Archive},
		Unattended: policy.Unattended{First: public.Unattended.First, Holding: public.Unattended.Holding, Most: public.Unattended.Most, Wait: public.Unattended.Wait}}
	for _, d := range s.Duties {
		out.Duties = append(out.Duties, d.Duty)
	}
	for _, name := range s.Severities {
		out.Severities = append(out.Severities, policy.Weight{Name: name, Room: s.Room.Place.Of(name), Call: s.Room.Call.Of(name), Impact: public.Impact.Of(name),
			Wakes: s.Page.Wakes.Of(name), FirstWords: public.First.Of(name), AfterConfirmed: public.Confirmed.Of(name),
			Every: public.Every.Of(name), Stakeholders: s.Audiences.Stakeholders.Every.Of(name),
			AckLapses: s.Page.Lapses.Of(name), AckGrace: s.Page.Grace.Of(name),
			LeadLapses: s.Page.Lead.Of(name), LeadGrace: s.Page.Offered.Of(name),
			Quiet: s.Close.Quiet.Of(name), Review: s.Close.Review.Of(name) > 0, ReviewDue: s.Close.Review.Of(name)})
	}
	return out
}

// owes reports whether words are ever due.
func (s Source) owes() bool {
	return slices.ContainsFunc(s.Severities, func(name string) bool {
		public := s.Audiences.Public
		return public.First.Of(name) > 0 || len(public.Every.Of(name)) > 0 || s.Audiences.Stakeholders.Every.Of(name) > 0
	})
}

var (
	severityName = regexp.MustCompile(`^[A-Z][A-Z0-9]*$`)
	roleName     = regexp.MustCompile(`^[a-z][a-z-]*$`)
)

// mistake is what is wrong with a part, and its key.
type mistake struct {
	key  []any
	text string
}

// mistakes tells what is wrong with the parts of a playbook.
func (s Source) mistakes() (out []mistake) {
	wrong := func(key []any, format string, args ...any) {
		out = append(out, mistake{key, fmt.Sprintf(format, args...)})
	}
	if len(s.Severities) == 0 {
		wrong([]any{"severities"}, "a playbook needs severities, the worst first")
	}
	for i, name := range s.Severities {
		if !severityName.MatchString(name) {
			wrong([]any{"severities", i}, "severity %q: capital letters and digits, such as SEV1", name)
		}
		if room := s.Room.Place.Of(name); room != "channel" && room != "thread" {
			wrong(by("room", "place", s.Room.Place, name), "severity %s: room is channel or thread, not %q", name, room)
		}
		for i, who := range s.Page.Wakes.Of(name) {
			if !roleName.MatchString(who) {
				wrong(append(by("page", "wakes", s.Page.Wakes, name), i), "severity %s wakes oncall, authors or a role such as comms, not %q", name, who)
			}
		}
		if impact := s.Audiences.Public.Impact.Of(name); !slices.Contains([]string{"", "none", "minor", "major", "critical"}, impact) {
			wrong([]any{"audiences", "public", "impact"}, "the impact of %s is none, minor, major or critical, not %q", name, impact)
		}
		for phase, every := range s.Audiences.Public.Every.Of(name) {
			if !slices.Contains(spoken, phase) || every <= 0 {
				wrong([]any{"audiences", "public", "every", name, phase}, "severity %s: every %s, and how long: not %q %s", name, strings.Join(spoken, ", "), phase, every)
			}
		}
	}
	for _, path := range bySeverity {
		m, _ := s.tree.At(path...).(*ast.MappingNode)
		if m == nil {
			continue
		}
		for _, v := range m.Values { // what is inherited may name the parent's severities
			if name := layer.Key(v); s.tree.Own(v) && !slices.Contains(s.Severities, name) && !slices.Contains(spoken, name) {
				wrong(append(slices.Clone(path), name), "there is no severity %s", name)
			}
		}
	}
	return slices.Concat(out, s.wordMistakes(), s.partMistakes())
}

// wordMistakes tells what is wrong with who hears what.
func (s Source) wordMistakes() (out []mistake) {
	for i, r := range s.Remind {
		if !slices.Contains([]string{"comms", "channel", "commander"}, r.Who) {
			out = append(out, mistake{[]any{"remind", i, "who"}, fmt.Sprintf("a reminder reaches comms, channel or commander, not %q", r.Who)})
		}
		for j, name := range r.Page {
			if s.tree.Own(s.tree.At("remind", i)) && !slices.Contains(s.Severities, name) {
				out = append(out, mistake{[]any{"remind", i, "page", j}, "there is no severity " + name})
			}
		}
	}
	if s.owes() && !slices.ContainsFunc(s.Remind, func(r policy.Reminder) bool { return r.At >= 0 }) {
		out = append(out, mistake{[]any{"remind"}, "nobody hears that words are late: remind somebody when they are due or after it, as in {at: 0s, who: channel}"})
	}
	quiet := s.Audiences.Public.QuietHours
	for i, kind := range quiet.Kinds {
		if !slices.Contains([]string{"phase", "news", "no-news"}, kind) {
			out = append(out, mistake{[]any{"audiences", "public", "quiet_hours", "kinds", i}, fmt.Sprintf("words of the kinds phase, news and no-news may wait for the morning, not %q", kind)})
		}
	}
	if !policy.IsClock(quiet.From) || !policy.IsClock(quiet.To) {
		out = append(out, mistake{[]any{"audiences", "public", "quiet_hours"}, `quiet hours go from a time of the day to another: {from: "22:00", to: "07:00"}`})
	}
	kinds := []string{"first", "phase", "news", "no-news", "resolved", "correction", "retraction"}
	for end, takes := range s.Audiences.Public.Takes {
		for i, kind := range takes {
			if !slices.Contains(kinds, kind) {
				out = append(out, mistake{[]any{"audiences", "public", "takes", end, i}, fmt.Sprintf("%s takes words of the kinds %s, not %q", end, strings.Join(kinds, ", "), kind)})
			}
		}
	}
	return out
}

func by[T any](part, key string, b By[T], severity string) []any {
	if _, ok := b[severity]; ok {
		return []any{part, key, severity}
	}
	return []any{part, key}
}

// bySeverity are the keys whose keys are severities.
var bySeverity = [][]any{{"page", "wakes"}, {"page", "lapses"}, {"page", "grace"}, {"page", "lead"}, {"page", "offered"}, {"room", "place"}, {"room", "call"},
	{"audiences", "public", "first"}, {"audiences", "public", "confirmed"}, {"audiences", "public", "every"}, {"audiences", "public", "impact"},
	{"audiences", "stakeholders", "every"}, {"close", "quiet"}, {"close", "review"}, {"budget"}}
