package desk

import (
	"context"
	"slices"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/integrations"
)

// whose says whether a command is about an incident.
type whose int

const (
	nobody whose = iota
	may          // it may name one and finds it by itself
	must
)

// spec is one word of the grammar.
type spec struct {
	name     string
	aliases  []string
	usage    string // what follows the name
	about    string // one line
	everyday bool   // one of the words that are enough
	whose    whose
	// first is a word of the command's own that may stand before the number.
	first func(string) bool
	// text: it ends in free words, of which a number may be a part.
	text bool
	// alone: other words behind it mean that it was not meant.
	alone bool
	// sets: said twice, it changes nothing, so that it needs no name.
	sets bool
	fits func(moment) bool
	run  func(*Desk, context.Context, *ask) (integrations.Reply, error)
}

// moment is when and where somebody asks for help.
type moment struct {
	here     bool // in an incident's place
	s        incident.State
	operator bool
	me       string // a handle
	open     int    // incidents that are open
}

func (m moment) inPhase(phases ...incident.Phase) bool {
	return m.here && slices.Contains(phases, m.s.Phase)
}

func outside(m moment) bool   { return !m.here }
func active(m moment) bool    { return m.here && !m.s.Phase.Ended() }
func unended(m moment) bool   { return m.here && !m.s.Phase.Over() }
func seldom(moment) bool      { return false } // “help all” tells
func over(m moment) bool      { return m.here && m.s.Phase.Ended() && m.s.Phase != incident.Merged }
func waiting(m moment) bool   { return m.here && m.s.Waiting() != nil }
func published(m moment) bool { return m.here && m.s.IsPublic() }
func chief(m moment) bool     { return m.operator && !m.here }

// ringing: somebody is being paged, and the person too if that is asked.
func ringing(me bool) func(moment) bool {
	return func(m moment) bool {
		return active(m) && slices.ContainsFunc(m.s.Pages, func(p incident.Page) bool {
			return p.Acked.Handle == "" && (!me || slices.ContainsFunc(p.Paged, func(x incident.Person) bool { return x.Handle == m.me }))
		})
	}
}

func untaken(m moment) bool { return active(m) && (m.s.Commander().Handle == "" || ringing(false)(m)) }

func newcomer(m moment) bool {
	_, took := m.s.Seen[m.me]
	return active(m) && !took
}

func towards(p incident.Phase) func(moment) bool {
	return func(m moment) bool { return active(m) && m.s.Phase != p }
}

// grammar is every command there is. One line of help each; the order is the
// order of help.
func grammar() []spec {
	var out []spec
	for _, g := range groups() {
		out = append(out, g.specs...)
	}
	return out
}

// group is words that belong together.
type group struct {
	title string
	specs []spec
}

func groups() []group {
	return []group{{"Every day", everyday()}, {"Words for customers", words()}, {"How an incident goes", course()},
		{"Who does what", response()}, {"Elsewhere", elsewhere()}}
}

// everyday is the words that are enough.
func everyday() []spec {
	return []spec{
		{name: "declare", usage: "[sev1] [private] <what is wrong>", about: "begins an incident at once", everyday: true, fits: outside, run: (*Desk).declare},
		{name: "report", usage: "<what a customer says> [ticket link]", about: "for support: is it known, and what to say", everyday: true, fits: outside, run: (*Desk).report},
		{name: "update", usage: "[stakeholders|public] <text>", about: "tells the responders, or proposes words", everyday: true, whose: must, text: true, first: phrase.IsAudience, fits: unended, run: (*Desk).update},
		{name: "page", usage: "[@who] [why]", about: "wakes whoever is on call, or somebody", everyday: true, whose: must, text: true, fits: active, run: (*Desk).page},
		{name: "ack", aliases: []string{"acknowledge", "take"}, about: "I'm on it", everyday: true, whose: must, sets: true, fits: untaken, run: (*Desk).ack},
		{name: "severity", aliases: []string{"sev"}, usage: "<sev> [why]", about: "says how bad it is", everyday: true, whose: must, sets: true, fits: active, run: (*Desk).severity},
		{name: "lead", aliases: []string{"commander", "ic", "handoff"}, usage: "[@who]", about: "takes or hands over command", everyday: true, whose: must, sets: true, fits: active, run: (*Desk).role},
		{name: "resolve", aliases: []string{"resolved", "fixed"}, usage: "[words for customers]", about: "customers are well again", everyday: true, whose: must, text: true, sets: true, fits: active, run: (*Desk).resolve},
		{name: "help", usage: "[word|all]", about: "what fits now", everyday: true, run: (*Desk).help},
	}
}

// words is what is said to customers.
func words() []spec {
	return []spec{
		{name: "approve", aliases: []string{"yes"}, usage: "[number] [sure]", about: "lets proposed words go to customers", whose: must, first: phrase.IsDigits, sets: true, fits: waiting, run: (*Desk).approve},
		{name: "reject", usage: "[number] [why]", about: "sends proposed words back", whose: must, text: true, first: phrase.IsDigits, sets: true, fits: waiting, run: (*Desk).reject},
		{name: "preview", usage: "[number]", about: "shows words that wait as each far end would", whose: must, first: phrase.IsDigits, sets: true, fits: waiting, run: (*Desk).whole},
		{name: "correct", usage: "<number> <text>", about: "proposes the right words for published ones", whose: must, text: true, first: phrase.IsDigits, fits: published, run: (*Desk).correct},
		{name: "snooze", usage: "<10m>", about: "proposes to tell customers a later time for the next words", whose: must, fits: published, run: (*Desk).snooze},
		{name: "sent", aliases: []string{"board"}, about: "what went out, to whom, and what came of it", whose: must, sets: true, fits: published, run: (*Desk).sent},
		{name: "hold", usage: "[all] [why]", about: "stops words to customers at once", whose: may, first: phrase.IsAll, sets: true, fits: func(m moment) bool { return (waiting(m) || published(m)) && !m.s.Held }, run: (*Desk).hold},
		{name: "release", usage: "[all]", about: "lets held words go", whose: may, first: phrase.IsAll, sets: true, fits: func(m moment) bool { return m.here && m.s.Held }, run: (*Desk).release},
		{name: "resume", about: "lets words go from a store that was restored or copied (operator)", alone: true, sets: true, fits: seldom, run: (*Desk).resume},
		{name: "live", usage: "<far end>", about: "lets a far end speak to customers (operator)", sets: true, fits: chief, run: (*Desk).mode},
		{name: "shadow", usage: "<far end>", about: "shows its words to the team alone (operator)", sets: true, fits: chief, run: (*Desk).mode},
		{name: "off", usage: "<far end>", about: "switches a far end off (operator)", sets: true, fits: chief, run: (*Desk).mode},
	}
}

// course is how an incident goes.
func course() []spec {
	return []spec{
		{name: "confirm", about: "customers notice", whose: must, alone: true, sets: true, fits: func(m moment) bool { return active(m) && m.s.Confirmed.IsZero() }, run: (*Desk).confirm},
		{name: "investigating", usage: "[note]", about: "we look for the cause", whose: must, text: true, fits: towards(incident.Investigating), run: (*Desk).phase},
		{name: "identified", usage: "[note]", about: "we know the cause", whose: must, text: true, fits: towards(incident.Identified), run: (*Desk).phase},
		{name: "monitoring", aliases: []string{"mitigated"}, usage: "[note]", about: "a fix is in place; we watch", whose: must, text: true, fits: towards(incident.Monitoring), run: (*Desk).phase},
		{name: "watch", about: "not over yet: ask me again after the quiet time", whose: must, alone: true, fits: func(m moment) bool { return m.inPhase(incident.Monitoring) }, run: (*Desk).watch},
		{name: "close", aliases: []string{"closed"}, usage: "[since 05:22] [useful|noise|missing] [review @who] [5d]", about: "the work is over: what the alert was worth, who writes the review by when", whose: must, sets: true,
			fits: func(m moment) bool { return m.inPhase(incident.Resolved, incident.Triage) }, run: (*Desk).end},
		{name: "reopen", usage: "[why]", about: "it is not over", whose: must, text: true, sets: true, fits: over, run: (*Desk).end},
		{name: "cancel", usage: "[false alarm]", about: "it was none", whose: must, text: true, sets: true, fits: active, run: (*Desk).end},
		{name: "playbook", usage: "[name]", about: "what the bot goes by here and why; or another one", whose: must, sets: true, fits: seldom, run: (*Desk).playbook},
		{name: "merge", usage: "<number>", about: "this one goes on in that one", sets: true, fits: func(m moment) bool { return active(m) && m.open > 1 && !m.s.IsPublic() }, run: (*Desk).merge},
		{name: "affects", usage: "<component> [degraded|partial|major|operational]", about: "says which part of the product, and how it does", whose: must, text: true, sets: true, fits: active, run: (*Desk).affects},
		{name: "since", usage: "<05:22>", about: "corrects the start", whose: must, first: phrase.IsClock, sets: true, fits: func(m moment) bool { return active(m) && !m.s.IsPublic() }, run: (*Desk).began},
	}
}

// response is who does what.
func response() []spec {
	return []spec{
		{name: "comms", usage: "[@who]", about: "who writes to customers", whose: must, sets: true, fits: active, run: (*Desk).role},
		{name: "scribe", usage: "[@who]", about: "who keeps the timeline", whose: must, sets: true, fits: seldom, run: (*Desk).role},
		{name: "liaison", usage: "[@who]", about: "who talks to support", whose: must, sets: true, fits: seldom, run: (*Desk).role},
		{name: "role", usage: "<role> [@who]", about: "takes or gives any role, such as legal", whose: must, sets: true, fits: seldom, run: (*Desk).role},
		{name: "join", about: "I join the response", whose: must, fits: newcomer, run: (*Desk).join},
		{name: "decline", about: "I can't: page the next one", whose: must, fits: ringing(true), run: (*Desk).decline},
		{name: "escalate", about: "pages the next rung", whose: must, fits: ringing(false), run: (*Desk).escalate},
		{name: "note", usage: "[at 06:45] <text>", about: "a line for the timeline", whose: must, text: true, fits: func(m moment) bool { return m.here }, run: (*Desk).note},
		{name: "duty", usage: "done <name> [what was sent] | stop <name> <why it is none> | list", about: "notices that others demand, with their clocks", whose: must, text: true, first: isDutyVerb, fits: seldom, run: (*Desk).duty},
		{name: "task", usage: "add <text> [@who] | done <number> | list", about: "things to do", whose: must, text: true, first: isTaskVerb, fits: seldom, run: (*Desk).task},
		{name: "followup", aliases: []string{"follow-up"}, usage: "add <text> [@who] [5d] | done <number> | list", about: "what is to be done afterwards, by when; its owner is reminded until it is", whose: must, text: true, first: isTaskVerb, fits: seldom, run: (*Desk).task},
	}
}

// elsewhere is what needs no incident.
func elsewhere() []spec {
	return []spec{
		{name: "mute", usage: "<alert> <2h|CH-19> because <why>", about: "an alert pages nobody for a while", fits: outside, run: (*Desk).mute},
		{name: "unmute", usage: "<alert>", about: "ends a mute", sets: true, run: (*Desk).unmute},
		{name: "change", usage: `start|done|log "<what>" [service] [high risk] [@reviewer]`, about: "records a change to production", fits: outside, run: (*Desk).change},
		{name: "changes", usage: "[24h]", about: "what was changed lately", sets: true, run: (*Desk).changes},
		{name: "setup", usage: "<code>", about: "makes you the operator, with the code from the log", sets: true, fits: seldom, run: (*Desk).setup},
		{name: "drill", usage: "[oncall]", about: "three minutes of exercise: pages you, tells no customer", fits: chief, run: (*Desk).drill},
		{name: "schedules", about: "what recurs for the team, and when next", alone: true, sets: true, fits: seldom, run: (*Desk).schedules},
		{name: "home", about: "what waits for you, and what goes on", alone: true, sets: true, fits: seldom, run: (*Desk).home},
		{name: "list", about: "what is open", sets: true, fits: func(m moment) bool { return !m.here && m.open > 0 }, run: (*Desk).list},
		{name: "show", usage: "[number]", about: "one incident", whose: must, sets: true, fits: func(m moment) bool { return !m.here && m.open > 0 }, run: (*Desk).show},
	}
}

func isTaskVerb(word string) bool { return word == "add" || word == "list" }

func isDutyVerb(word string) bool { return word == "done" || word == "stop" || word == "list" }

func names() []string {
	var out []string
	for _, s := range grammar() {
		out = append(out, s.name)
	}
	return out
}

// Word is one command, for those who list or complete them. Needs says that it
// is about one incident, which it may name.
type Word struct {
	Name, Usage, About, Group string
	Aliases                   []string
	Needs                     bool
}

// Words lists the grammar in the order of help.
func Words() []Word {
	var out []Word
	for _, g := range groups() {
		for _, s := range g.specs {
			out = append(out, Word{s.name, s.usage, s.about, g.title, s.aliases, s.whose != nobody})
		}
	}
	return out
}

func lookUp(word string) *spec {
	word = strings.ToLower(word)
	for _, s := range grammar() {
		if s.name == word || slices.Contains(s.aliases, word) {
			return &s
		}
	}
	return nil
}
