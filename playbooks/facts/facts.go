// Package facts is what a playbook's expressions and templates see of an
// incident, of the event that it reacts to, and of the installation: every name
// once. Each fact is worked out of the state alone, and none can fail.
package facts

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
)

// Settings are what a playbook's steps may name of the installation. They are
// pinned with it.
type Settings struct {
	Company  string `json:"company,omitempty"`  // how the pages and mails call us
	Command  string `json:"command,omitempty"`  // "/incident"
	Announce string `json:"announce,omitempty"` // Slack's channel for announcements
	Shadow   string `json:"shadow,omitempty"`   // Slack's channel for shadowed words
	URL      string `json:"url,omitempty"`      // of our status page
	Zone     string `json:"zone,omitempty"`     // the team's, an IANA name
	Operator string `json:"operator,omitempty"` // in a drill: his Slack ID
}

// Facts are the incident as it is just after the event, the event, and the
// installation's settings.
type Facts struct {
	incident.State
	Record   stream.Record
	Event    any
	Settings Settings
}

// Known is every name that expressions and templates know, beside "it" (one of
// `each`). A fact is worked out only for a step that names it.
var Known = map[string]func(f *Facts) any{
	// The incident.
	"number":     func(f *Facts) any { return f.Number }, // "INC-42"
	"id_name":    func(f *Facts) any { return f.ID.Name },
	"id":         func(f *Facts) any { return f.ID },
	"title":      func(f *Facts) any { return f.Title },
	"severity":   func(f *Facts) any { return f.Severity },
	"higher":     func(f *Facts) any { return higher(f.State) },
	"phase":      func(f *Facts) any { return string(f.Phase) },
	"phase_note": func(f *Facts) any { return f.PhaseNote },
	"phase_wait": func(*Facts) any { return phaseWait },
	"phase_news": func(f *Facts) any {
		return Approver(f.State).Slack == "" && phaseNews(f.State, update(f.Waiting()).ProposedAt)
	},
	"done":        func(f *Facts) any { return f.Phase.Ended() }, // customers are well
	"over":        func(f *Facts) any { return f.Phase.Over() },  // so is the work
	"private":     func(f *Facts) any { return f.Private },
	"held":        func(f *Facts) any { return f.Held },
	"confirmed":   func(f *Facts) any { return !f.Confirmed.IsZero() },
	"public":      func(f *Facts) any { return f.IsPublic() },
	"began":       func(f *Facts) any { return f.Since },
	"ended":       func(f *Facts) any { return f.Ended },
	"into":        func(f *Facts) any { return f.Into },
	"service":     func(f *Facts) any { return f.Service },
	"weight":      func(f *Facts) any { return f.Weight() },
	"policy":      func(f *Facts) any { return f.Policy },
	"settings":    func(f *Facts) any { return f.Settings },
	"signs":       func(f *Facts) any { return f.Signs },
	"quiet":       func(f *Facts) any { return quiet(f.State) },
	"review_due":  func(f *Facts) any { return reviewDue(f) },
	"quiet_after": func(f *Facts) any { return time.Duration(f.Weight().Quiet) },
	"reason":      func(f *Facts) any { return reason(f.State) },
	"summary":     func(f *Facts) any { return summary(f.State) },
	"suspects":    func(f *Facts) any { return f.Suspects },
	"drill":       func(f *Facts) any { return f.Drill },
	"ends_at":     func(f *Facts) any { return f.DeclaredAt.Add(drillTime) },
	"playbook":    func(f *Facts) any { return f.Playbook.Name },
	"offer":       func(f *Facts) any { return f.Choice.Offer }, // of another playbook
	"components":  func(f *Facts) any { return f.Components },
	"affected":    func(f *Facts) any { return affected(f.Event) },
	"labels":      func(f *Facts) any { return f.Labels },
	"problems":    func(f *Facts) any { return f.Problems },
	"tasks":       func(f *Facts) any { return openTasks(f.State) },

	// People.
	"commander": func(f *Facts) any { return f.Commander() },
	"comms":     func(f *Facts) any { return f.Comms() },
	"roles":     func(f *Facts) any { return f.Roles },
	"declarer":  func(f *Facts) any { return f.DeclaredBy },
	"invited":   func(f *Facts) any { return involved(f.State, true) },
	"thanked":   func(f *Facts) any { return thanked(f) },
	"acked":     func(f *Facts) any { return acked(f.State) },

	// The event.
	"event":       func(f *Facts) any { return f.Event },
	"event_role":  func(f *Facts) any { return eventRole(f) },
	"event_about": func(f *Facts) any { return settled(f).About },
	"kind":        func(f *Facts) any { return f.Record.Kind },
	"by":          func(f *Facts) any { return f.Record.By },
	"at":          func(f *Facts) any { return f.Record.At },
	"opens":       func(f *Facts) any { return opens(f.State, f.Event) },

	// The place.
	"room":    func(f *Facts) any { return f.Room },
	"channel": func(f *Facts) any { c, _ := f.Room.Place(); return c },
	"thread":  func(f *Facts) any { _, t := f.Room.Place(); return t },

	// Waking people.
	"calls":          func(f *Facts) any { return calls(f.State, f.Event) },
	"retry":          func(f *Facts) any { return retry(f.State, f.Event) },
	"unrung":         func(f *Facts) any { return unrung(f.State, f.Event) },
	"stood_down":     func(f *Facts) any { return stoodDown(f.State, f.Event) },
	"still_there":    func(f *Facts) any { return stillThere(f.Event) },
	"at_pagerduty":   func(f *Facts) any { return atPagerDuty(f.State, f.Event) },
	"failed":         func(f *Facts) any { return failed(f.State, f.Event) },
	"quiet_since":    func(f *Facts) any { return quietSince(f.State, f.Event) },
	"silent":         func(f *Facts) any { return silent(f.Event) },
	"paged_all":      func(f *Facts) any { return pagedAll(f.State) },
	"page":           func(f *Facts) any { return eventPage(f.State, f.Event) },
	"wait":           func(f *Facts) any { return wait(f.Event) },
	"taken_again":    func(f *Facts) any { return resumed(f.State, f.Event, true) },
	"ringing_again":  func(f *Facts) any { return resumed(f.State, f.Event, false) },
	"asked_for_help": func(f *Facts) any { return f.Posts["nobody/"+strconv.Itoa(eventPage(f.State, f.Event).N)] },
	"again_after":    func(f *Facts) any { return time.Duration(f.Policy.PagesAgain) },

	// Changes and alerts.
	"asks":         func(f *Facts) any { return asks(f.State) },
	"alert_stream": func(f *Facts) any { return alertStream(f) },

	// Words.
	"said":           func(f *Facts) any { return update(f.LastPublished(incident.Public)) },
	"waiting":        func(f *Facts) any { return waiting(f.State) },
	"written":        func(f *Facts) any { return Written(f.State, f.Event) },
	"audience":       func(f *Facts) any { return audience(f.State, f.Event) },
	"approvers":      func(f *Facts) any { return approval.Who(f.Policy.Approval, f.Roles) },
	"approver":       func(f *Facts) any { return Approver(f.State) },
	"asking":         func(f *Facts) any { return asking(f.State, f.Event) },
	"asked_too":      func(f *Facts) any { return askedToo(f.Event) },
	"asked_late":     func(f *Facts) any { return askedLate(f.Event) },
	"ask_all":        func(f *Facts) any { return askAll(f.State, f.Event) },
	"counted":        func(f *Facts) any { return counted(f.State, f.Event) },
	"outdated":       func(f *Facts) any { return outdated(f.State, f.Event) },
	"changed":        func(f *Facts) any { return f.ReadAgain(asking(f.State, f.Event)) },
	"yeses":          func(f *Facts) any { return yeses(f.State, asking(f.State, f.Event)) },
	"difference":     func(f *Facts) any { return Difference(f.State, asking(f.State, f.Event)) },
	"reach":          func(f *Facts) any { return Reach(asking(f.State, f.Event).Ends) },
	"fallback_after": func(f *Facts) any { return time.Duration(f.Policy.Approval.FallbackAfter) },
	"redrafted":      func(f *Facts) any { return redrafted(f.State, f.Event) },
	"asked":          func(f *Facts) any { return asked(f.State) },
	"mended": func(f *Facts) any {
		return strings.HasPrefix(settled(f).About, "update/") && problems(f.State, settled(f).About) > 0
	},
	"unreached":        func(f *Facts) any { return unreached(f) },
	"earlier":          func(f *Facts) any { return earlier(f.State) },
	"publications":     func(f *Facts) any { return publications(f.State, f.Event) },
	"stale":            func(f *Facts) any { return stale(f.State, f.Event) },
	"too_old":          func(f *Facts) any { return tooOld(f.State, f.Event) },
	"shadowed":         func(f *Facts) any { return shadowed(f.State, f.Event) },
	"told":             func(f *Facts) any { return told(f.State, f.Event) },
	"decided":          func(f *Facts) any { return decided(f.State, f.Event) },
	"headline":         func(f *Facts) any { return f.Headline() },
	"impact":           func(f *Facts) any { return f.Policy.Impact(f.Severity) },
	"component_states": func(f *Facts) any { return componentStates(f.State) },
	"morning":          func(f *Facts) any { return morning(f) },
	"quiet_ended":      func(f *Facts) any { e, _ := f.Event.(incident.HoldReleased); return e.Morning },
	"hold_why":         func(f *Facts) any { e, _ := f.Event.(incident.HoldPlaced); return e.Why },

	// Promises.
	"next":            func(f *Facts) any { return due(f.State) },
	"first_words":     func(f *Facts) any { return f.Weight().FirstWords > 0 },
	"ladder":          func(f *Facts) any { return ladder(f.State, f.Event) },
	"reminded":        func(f *Facts) any { return reminded(f.State, f.Event) },
	"duty":            func(f *Facts) any { return duty(f.State, f.Event) },
	"duties":          func(f *Facts) any { return duties(f.State) },
	"phones_late":     func(f *Facts) any { return phonesLate(f.State, f.Event) },
	"answered":        func(f *Facts) any { return answered(f) },
	"ask_after":       func(f *Facts) any { return time.Duration(f.Policy.AskConfirmation) },
	"lead_lapses":     func(f *Facts) any { return time.Duration(f.Weight().LeadLapses) },
	"lead_calls":      func(f *Facts) any { return leadCalls(f.Event) },
	"asked_as_taker":  func(f *Facts) any { return askedAsTaker(f.State) },
	"archive_at":      func(f *Facts) any { return f.ArchiveAt() },
	"chase_at":        func(f *Facts) any { return f.ChaseAt() },
	"chased":          func(f *Facts) any { return chased(f.Event) },
	"unattended_at":   func(f *Facts) any { return unattendedAt(f.State, f.Event) },
	"unattended_wait": func(f *Facts) any { return time.Duration(f.Policy.Unattended.Wait) },
}

// drillTime is how long a drill lasts.
const drillTime = 3 * time.Minute

// opens says that this event is the one upon which the incident gets its place
// to work in: it was declared as one, or was just taken out of triage, or was
// raised to a severity, or came under a playbook, that has a channel.
func opens(s incident.State, event any) bool {
	switch e := event.(type) {
	case incident.Declared:
		return s.Phase != incident.Triage
	case incident.PhaseChanged:
		return !e.To.Over() && (e.From == incident.Triage || e.From.Over() && s.Room.Channel == "" && s.Room.Before != "")
	case incident.PlaybookTaken:
		return s.Phase != incident.Triage && s.Room.Channel == "" && e.Room != "channel" && s.Weight().Room == "channel"
	case incident.SeverityChanged:
		return s.Phase != incident.Triage && s.Room.Channel == "" &&
			s.Policy.Weight(e.From).Room != "channel" && s.Weight().Room == "channel"
	}
	return false
}

// affected is the part of the product that an event is about.
func affected(event any) []incident.Component {
	if e, ok := event.(incident.ScopeChanged); ok {
		return []incident.Component{e.Component}
	}
	return nil
}

// higher is the next worse severity, empty for the worst.
func higher(s incident.State) string {
	worse := ""
	for _, name := range s.Policy.Names() {
		if name == s.Severity {
			return worse
		}
		worse = name
	}
	return ""
}

func due(s incident.State) time.Time {
	if p := s.Promise(incident.Public); p != nil {
		return p.Due
	}
	return time.Time{}
}

func eventRole(f *Facts) string {
	e, _ := f.Event.(incident.Assigned)
	return e.Role
}

func settled(f *Facts) stream.Settled {
	e, _ := f.Event.(incident.Settled)
	return e.Settled
}

// involved are the people of an incident. Who was paged belongs into its
// channel; who is thanked has taken something.
func involved(s incident.State, andPaged bool) []incident.Person {
	var out []incident.Person
	seen := map[string]bool{"": true}
	add := func(p incident.Person) {
		if !seen[p.Handle] && (p.Slack != "" || !andPaged) {
			seen[p.Handle] = true
			out = append(out, p)
		}
	}
	add(s.Commander())
	if andPaged {
		add(s.DeclaredBy)
	}
	for _, role := range []string{incident.RoleComms, incident.RoleScribe, incident.RoleLiaison} {
		add(s.Roles[role])
	}
	for _, page := range s.Pages {
		add(page.Acked)
		for _, p := range page.Paged {
			if andPaged {
				add(p)
			}
		}
	}
	return out
}

// thanked are those who took something, but for who closes it.
func thanked(f *Facts) []incident.Person {
	return slices.DeleteFunc(involved(f.State, false), func(p incident.Person) bool { return p.Handle == f.Record.By.ID })
}

// openTasks is the list of things to do as one phrase.
func openTasks(s incident.State) string {
	out := ""
	for _, t := range s.Tasks {
		if t.Done == "" {
			if out != "" {
				out += " · "
			}
			out += t.Text
		}
	}
	return out
}
