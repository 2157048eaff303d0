// Package approval is the rule of whose yes words for customers need, and when
// there are enough of them.
//
// A yes is a person's: he counts once, whatever roles and groups he is in, and
// never for what he wrote himself. It is bound to the words (an edit is a new
// proposal, with no yes at all), and to the phase and severity under which it was
// given: what was given under others no longer stands.
//
// Nobody's silence keeps words back for ever: after policy.Approval.FallbackAfter
// the fallback's yes counts too, after AloneAfter the commander's is enough, and
// at night whoever is alone may say it to his own.
package approval

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Scene is what the rule has to know of the incident when somebody says yes.
type Scene struct {
	Phase    words.Phase // as customers are told it
	Severity string
	Roles    map[string]stream.Person
	// Seen are those who took part, and when last.
	Seen map[string]time.Time
	// Local is the team's clock: "02:15".
	Local string
	// Spoken is when customers last got words; zero for never.
	Spoken time.Time
}

// Verdict is what a yes does.
type Verdict struct {
	// Given counts the yeses that stand, with this one, and Need how many
	// there must be.
	Given, Need int
	// Alone: it is enough by itself, since nobody else answered, or is there.
	Alone bool
}

// Enough reports whether the words go.
func (v Verdict) Enough() bool { return v.Alone || v.Given >= v.Need }

// Judge says what a person's yes to words that wait does; its refusals say why
// it does not count. Roles of the actor are his groups.
func Judge(rule policy.Approval, u words.Update, yes stream.Meta, s Scene) (Verdict, error) {
	err := refuse(rule, u, yes, s)
	v := Verdict{Given: len(Standing(u, s)), Need: max(1, rule.Need)}
	if err == nil {
		v.Given++
	}
	if v.Given < v.Need || err != nil {
		v.Alone = alone(rule, u, yes, s)
	}
	if v.Alone {
		err = nil
	}
	return v, err
}

// refuse says why the yes does not count among the others; nil when it does.
func refuse(rule policy.Approval, u words.Update, yes stream.Meta, s Scene) error {
	waited := yes.At.Sub(u.ProposedAt)
	late := rule.FallbackAfter > 0 && waited >= time.Duration(rule.FallbackAfter)
	fallback := Names(rule.Fallback, yes.By, s.Roles)
	gave := slices.ContainsFunc(Standing(u, s), func(y words.Yes) bool { return y.Person == yes.By.ID })
	who := Who(rule, s.Roles)
	if who != "" {
		who = " (" + who + ")"
	}
	switch {
	case yes.By.ID == u.Author:
		return stream.Refuse("You wrote these words: somebody else has to approve them%s. They type “approve %d”.%s", who, u.N, soon(rule, u, yes, s))
	case gave:
		return stream.Refuse("Your yes is counted. It needs somebody else's, too%s.%s", who, soon(rule, u, yes, s))
	case len(rule.By) == 0, Names(rule.By, yes.By, s.Roles), late && fallback:
		return nil
	case fallback && rule.FallbackAfter > 0:
		return stream.Refuse("Your yes counts in %s, if none of those who are asked%s has answered by then.", left(waited, rule.FallbackAfter), who)
	}
	return stream.Refuse("You are not among those who approve words for customers%s. Ask one of them to type “approve %d”.%s", who, u.N, soon(rule, u, yes, s))
}

// alone: the commander after the wait, or who is alone at night, to words that
// are his own or nobody's.
func alone(rule policy.Approval, u words.Update, yes stream.Meta, s Scene) bool {
	if rule.AloneAfter > 0 && leads(yes, s) && yes.At.Sub(u.ProposedAt) >= time.Duration(rule.AloneAfter) {
		return true
	}
	return s.without(yes.By.ID) && (u.Author == yes.By.ID || u.Author == "") && rule.Night.Has(s.Local)
}

// without reports whether nobody but that person takes part or holds a role.
func (s Scene) without(handle string) bool {
	for h := range s.Seen {
		if h != handle {
			return false
		}
	}
	for _, p := range s.Roles {
		if p.Handle != handle {
			return false
		}
	}
	return true
}

func leads(yes stream.Meta, s Scene) bool { return s.Roles["commander"].Handle == yes.By.ID }

// soon tells the commander when his yes will be enough.
func soon(rule policy.Approval, u words.Update, yes stream.Meta, s Scene) string {
	if rule.AloneAfter == 0 || !leads(yes, s) {
		return ""
	}
	return " In " + left(yes.At.Sub(u.ProposedAt), rule.AloneAfter) + " yours is enough, as you command."
}

func left(waited time.Duration, of stream.Duration) string {
	return stream.Duration((time.Duration(of) - waited + time.Minute - 1).Truncate(time.Minute)).Words()
}

// The kinds of entries that name more than a handle.
const (
	Role  = "role"  // "role:legal": whoever holds it in the incident
	Group = "group" // "group:comms": people of the configuration
)

// Parse takes an entry of policy.Approval apart; a handle has no kind.
func Parse(entry string) (kind, name string) {
	if k, n, ok := strings.Cut(entry, ":"); ok && (k == Role || k == Group) {
		return k, n
	}
	return "", entry
}

// Names reports whether entries of policy.Approval name the person, whose Roles
// are his groups.
func Names(entries []string, p stream.Actor, roles map[string]stream.Person) bool {
	return slices.ContainsFunc(entries, func(e string) bool {
		switch kind, name := Parse(e); kind {
		case Role:
			return roles[name].Handle == p.ID
		case Group:
			return slices.Contains(p.Roles, name)
		default:
			return name == p.ID
		}
	})
}

// Standing are the yeses that words have under the phase and severity of now.
func Standing(u words.Update, s Scene) []words.Yes {
	return slices.DeleteFunc(slices.Clone(u.Given), func(y words.Yes) bool {
		return u.Kind != words.Correction && (y.Phase != s.Phase || y.Severity != s.Severity)
	})
}

// Give gives the words with one more yes.
func Give(u words.Update, y words.Yes, s Scene) words.Update {
	y.Phase, y.Severity = s.Phase, s.Severity
	u.Given = append(slices.Clip(u.Given), y)
	var names []string
	for _, y := range Standing(u, s) {
		names = append(names, y.Name)
	}
	u.ApprovedBy = words.And(names)
	return u
}

// None refuses a yes or a no to number n, which does not wait; u is nil when
// there are no such words.
func None(u *words.Update, n int) error {
	switch {
	case u == nil || u.Audience != words.Public:
		return stream.Refuse("No words wait for a yes. “update public <text>” writes some.")
	case u.State == words.PublishedS:
		return stream.Refuse("Nothing to do: %s said yes, and it went out at %s. “correct %d <text>” corrects it.", u.ApprovedBy, words.UTC(u.PublishedAt), n)
	}
	return stream.Refuse("Words %d were %s. “sent” shows what waits.", n, u.State)
}

// Changed names what is no longer as it was when the words were written; empty
// when they can still be meant. A correction is about what was said, whatever
// has happened since.
func Changed(u words.Update, s Scene) string {
	switch {
	case u.Kind == words.Correction:
		return ""
	case u.Severity != s.Severity:
		return "Severity is now " + s.Severity
	case u.Phase != s.Phase:
		return "The phase is now " + string(s.Phase)
	}
	return ""
}

// ReadAgain says why a yes has to be said anew, by somebody who knows what
// changed; empty when it need not.
func ReadAgain(u words.Update, s Scene) string {
	if s.Spoken.After(u.ProposedAt) {
		return "Customers got newer words"
	}
	return Changed(u, s)
}

// Who names those whose yes counts, as part of a sentence: "sam, Dana as legal
// or one of comms". It is empty where everybody's does.
func Who(rule policy.Approval, roles map[string]stream.Person) string {
	var names []string
	for _, e := range rule.By {
		switch kind, name := Parse(e); {
		case kind == Role && roles[name].Handle != "":
			names = append(names, roles[name].String()+" as "+name)
		case kind == Role:
			names = append(names, "whoever is "+name)
		case kind == Group:
			names = append(names, "one of "+name)
		default:
			names = append(names, name)
		}
	}
	n := len(names)
	switch {
	case rule.Need > 1 && n == 0:
		return strconv.Itoa(rule.Need) + " people"
	case rule.Need > 1:
		return strconv.Itoa(rule.Need) + " of: " + strings.Join(names, ", ")
	case n > 1:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}
