package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// spec is one word of the grammar.
type spec struct {
	name     string
	aliases  []string
	usage    string // what follows the name
	about    string // one line
	everyday bool   // one of the words that are enough
	incident bool   // it is about an incident
	run      func(*Desk, context.Context, *ask) (integrations.Reply, error)
}

// grammar is every command there is. One line of help each; the order is the
// order of help.
func grammar() []spec {
	return []spec{
		{name: "declare", aliases: []string{"open", "new"}, usage: "[sev1] [private] <what is wrong>", about: "begins an incident at once", everyday: true, run: (*Desk).declare},
		{name: "report", usage: "<what a customer says> [ticket link]", about: "for support: is it known, and what to say", everyday: true, run: (*Desk).report},
		{name: "update", usage: "[stakeholders|public] <text>", about: "tells the responders, or proposes words", everyday: true, incident: true, run: (*Desk).update},
		{name: "page", usage: "[@who] [why]", about: "wakes whoever is on call, or somebody", everyday: true, incident: true, run: (*Desk).page},
		{name: "ack", aliases: []string{"acknowledge", "take"}, about: "I'm on it", everyday: true, incident: true, run: (*Desk).ack},
		{name: "severity", aliases: []string{"sev"}, usage: "<sev> [why]", about: "says how bad it is", everyday: true, incident: true, run: (*Desk).severity},
		{name: "lead", aliases: []string{"commander", "ic"}, usage: "[@who]", about: "takes or hands over command", everyday: true, incident: true, run: (*Desk).role},
		{name: "resolve", aliases: []string{"resolved", "fixed"}, usage: "[words for customers]", about: "customers are well again", everyday: true, incident: true, run: (*Desk).resolve},
		{name: "help", usage: "[word|all]", about: "what fits now", everyday: true, run: (*Desk).help},

		{name: "approve", aliases: []string{"yes"}, usage: "[number] [sure]", about: "lets proposed words go to customers", incident: true, run: (*Desk).approve},
		{name: "reject", aliases: []string{"no"}, usage: "[number] [why]", about: "sends proposed words back", incident: true, run: (*Desk).reject},
		{name: "correct", usage: "<number> <text>", about: "proposes the right words for published ones", incident: true, run: (*Desk).correct},
		{name: "sent", aliases: []string{"board"}, about: "what went out, to whom, and what came of it", incident: true, run: (*Desk).sent},
		{name: "hold", usage: "[all] [why]", about: "stops words to customers at once", run: (*Desk).hold},
		{name: "release", usage: "[all]", about: "lets held words go", run: (*Desk).release},
		{name: "live", usage: "<far end>", about: "lets a far end speak to customers (operator)", run: (*Desk).mode},
		{name: "shadow", usage: "<far end>", about: "shows its words to the team alone (operator)", run: (*Desk).mode},
		{name: "off", usage: "<far end>", about: "switches a far end off (operator)", run: (*Desk).mode},

		{name: "confirm", about: "customers notice", incident: true, run: (*Desk).confirm},
		{name: "investigating", usage: "[note]", about: "we look for the cause", incident: true, run: (*Desk).phase},
		{name: "identified", usage: "[note]", about: "we know the cause", incident: true, run: (*Desk).phase},
		{name: "monitoring", aliases: []string{"mitigated"}, usage: "[note]", about: "a fix is in place; we watch", incident: true, run: (*Desk).phase},
		{name: "close", aliases: []string{"closed"}, about: "the work is over", incident: true, run: (*Desk).end},
		{name: "reopen", usage: "[why]", about: "it is not over", incident: true, run: (*Desk).end},
		{name: "cancel", usage: "[false alarm]", about: "it was none", incident: true, run: (*Desk).end},
		{name: "merge", usage: "<number>", about: "this one goes on in that one", run: (*Desk).merge},
		{name: "since", usage: "<05:22>", about: "corrects the start", incident: true, run: (*Desk).since},

		{name: "comms", usage: "[@who]", about: "who writes to customers", incident: true, run: (*Desk).role},
		{name: "scribe", usage: "[@who]", about: "who keeps the timeline", incident: true, run: (*Desk).role},
		{name: "liaison", usage: "[@who]", about: "who talks to support", incident: true, run: (*Desk).role},
		{name: "join", about: "I join the response", incident: true, run: (*Desk).join},
		{name: "decline", about: "I can't: page the next one", incident: true, run: (*Desk).decline},
		{name: "escalate", about: "pages the next rung", incident: true, run: (*Desk).escalate},
		{name: "note", usage: "[at 06:45] <text>", about: "a line for the timeline", incident: true, run: (*Desk).note},
		{name: "task", usage: "add <text> | done <number>", about: "things to do", incident: true, run: (*Desk).task},

		{name: "mute", usage: "<alert> <2h|CH-19> because <why>", about: "an alert pages nobody for a while", run: (*Desk).mute},
		{name: "unmute", usage: "<alert>", about: "ends a mute", run: (*Desk).unmute},
		{name: "change", usage: "start|done|log <what> [service] [high risk] [@reviewer]", about: "records a change to production", run: (*Desk).change},
		{name: "changes", usage: "[24h]", about: "what was changed lately", run: (*Desk).changes},
		{name: "list", about: "what is open", run: (*Desk).list},
		{name: "show", usage: "[number]", about: "one incident", incident: true, run: (*Desk).show},
	}
}

// Word is one command, for those who list or complete them.
type Word struct{ Name, Usage, About string }

// Words lists the grammar in the order of help.
func Words() []Word {
	var out []Word
	for _, s := range grammar() {
		out = append(out, Word{s.name, s.usage, s.about})
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

var numbered = regexp.MustCompile(`(?i)(?:^|\s)(?:#|inc-)(\d{1,9})$`)

// parse splits a line into its command, its words, and the incident that it
// names at its end ("ack #42").
func (d *Desk) parse(a *ask, line string) error {
	word := firstWord(line)
	a.spec = lookUp(word)
	if a.spec == nil {
		if near := nearest(word); near != "" {
			return stream.Refuse("“%s” is not a command. Did you mean “%s”? “help” lists them.", word, near)
		}
		return stream.Refuse("“%s” is not a command. “help” lists them.", word)
	}
	a.rest = strings.TrimSpace(line[len(word):])
	if m := numbered.FindStringSubmatchIndex(a.rest); m != nil && a.spec.name != "declare" && a.spec.name != "report" {
		a.number = a.rest[m[2]:m[3]]
		a.rest = strings.TrimSpace(a.rest[:m[0]])
	}
	return nil
}

func firstWord(line string) string {
	if i := strings.IndexAny(line, " \t\n"); i >= 0 {
		return line[:i]
	}
	return line
}

// cut takes the first word off.
func cut(s string) (word, rest string) {
	word = firstWord(s)
	return word, strings.TrimSpace(s[len(word):])
}

// nearest is the command that differs from the word by one letter or begins
// with it.
func nearest(word string) string {
	word = strings.ToLower(word)
	for _, s := range grammar() {
		if len(word) >= 3 && strings.HasPrefix(s.name, word) || distance(word, s.name) <= 1 {
			return s.name
		}
	}
	return ""
}

// distance is 0, 1 or more: how many letters are wrong, missing or swapped.
func distance(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return 2
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b) && a[i:] == b[i+1:]:
		return 1
	case len(a) == len(b) && a[i+1:] == b[i+1:]:
		return 1
	case len(a) == len(b) && i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
		return 1
	}
	return 2
}

var severityWord = regexp.MustCompile(`(?i)^(sev|p)-?([1-9])$`)

func isSeverity(word string) (string, bool) {
	if m := severityWord.FindStringSubmatch(word); m != nil {
		return "SEV" + m[2], true
	}
	return "", false
}

// audienceOf reads the audience at the head of an update's words.
func audienceOf(rest string) (incident.Audience, string) {
	word, text := cut(rest)
	switch a := incident.Audience(strings.ToLower(word)); a {
	case incident.Public, incident.Stakeholders, incident.Internal:
		return a, text
	case "customers":
		return incident.Public, text
	}
	return incident.Internal, rest
}

func (d *Desk) help(_ context.Context, a *ask) (integrations.Reply, error) {
	facts := map[string]any{"title": "What you can type", "more": "`" + d.Settings.Command + " help all` lists the rest; `help <word>` explains one. In a thread: `@drumbeat <words>`."}
	var lines []string
	if s := lookUp(a.rest); a.rest != "" && s != nil {
		facts["title"], facts["more"] = s.name, ""
		lines = append(lines, "`"+d.Settings.Command+" "+strings.TrimSpace(s.name+" "+s.usage)+"` – "+s.about+".")
		if len(s.aliases) > 0 {
			lines = append(lines, "Also: "+strings.Join(s.aliases, ", ")+".")
		}
	} else {
		for _, s := range grammar() {
			if s.everyday || a.rest == "all" {
				lines = append(lines, "`"+strings.TrimSpace(s.name+" "+s.usage)+"` – "+s.about)
			}
		}
		if a.rest == "all" {
			facts["more"] = "Add `#42` to name an incident; without it, the place where you type stands for it."
		}
	}
	facts["lines"] = lines
	return d.say("help", facts), nil
}
