package playbooks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// lines adds what the words of the catalogue name beside the plain facts:
// each is one phrase, computed when it is asked for.
func lines(v map[string]any, s incident.State, event any) {
	v["id_name"], v["impact"], v["headline"] = s.ID.Name, s.Policy.Impact(s.Severity), s.Headline()
	v["pages"], v["updates"] = s.Pages, s.Updates
	v["incident_id"], v["alert_stream"] = s.ID, alertStream(s)
	v["asks"] = func() []ask { return asks(s) }
	v["decided"] = func() []decision { return decided(s, event) }
	v["at_pagerduty"] = func() []call { return atPagerDuty(s) }
	v["unrung"] = func() []call { return unrung(s, event) }
	v["stood_down"] = func() []call { return stoodDown(s, event) }
	v["still_there"] = func() []call { return stillThere(event) }
	v["phones_late"] = func() []call { return phonesLate(s, event) }
	v["shadowed"] = func() []publication { return shadowed(s, event) }
	v["retries"] = len(retry(s, event)) > 0
	v["silent_names"], v["paged_all"] = "", pagedAll(s)
	v["acked"], v["open_tasks"] = acked(s), openTasks(s)
	v["component_states"], v["updates_by_n"] = componentStates(s), byNumber(s)
	v["ask_after"], v["again_after"] = time.Duration(s.Policy.AskConfirmation), time.Duration(s.Policy.PagesAgain)
	v["wait"], v["audience"], v["first_words"] = time.Duration(0), "", s.Weight().FirstWords > 0
	v["unattended"], v["unattended_at"], v["unattended_wait"] = false, time.Time{}, time.Duration(s.Policy.Unattended.Wait)
	v["event_role"], v["event_about"], v["event_acked"], v["hold_why"] = "", "", s.At, ""
	v["target_marks"], v["reminded_audience"] = "", string(incident.Public)
	switch e := event.(type) {
	case incident.Paged:
		v["wait"] = time.Duration(e.Wait)
		if len(e.Silent) > 0 {
			v["silent_names"] = names(e.Silent)
		}
	case incident.Assigned:
		v["event_role"] = e.Role
	case incident.Settled:
		v["event_about"] = e.About
	case incident.AckQuestioned:
		if e.N >= 1 && e.N <= len(s.Pages) {
			v["event_acked"] = s.Pages[e.N-1].AckedAt
		}
	case incident.HoldPlaced:
		v["hold_why"] = e.Why
	case incident.Promised:
		at := s.PrepareAt(incident.Promise{Audience: e.Audience, Due: e.Due})
		v["unattended"], v["unattended_at"] = !at.IsZero(), at
	case incident.Proposed:
		v["audience"] = string(e.Audience)
	case incident.Published:
		v["audience"] = string(update(s.Update(e.N)).Audience)
		v["target_marks"] = marks(e.Targets)
	case incident.Reminded:
		if e.N >= 1 && e.N <= len(s.Promises) {
			v["reminded_audience"] = string(s.Promises[e.N-1].Audience)
		}
	}
}

func byNumber(s incident.State) map[int]incident.Update {
	m := make(map[int]incident.Update, len(s.Updates))
	for _, u := range s.Updates {
		m[u.N] = u
	}
	return m
}

// marks shows an update's targets: "page ✓ twitter … email (shadow)".
func marks(targets []incident.Target) string {
	var out []string
	for _, t := range targets {
		switch t.State {
		case incident.TargetSent:
			out = append(out, t.Name+" ✓")
		case incident.TargetShadowed:
			out = append(out, t.Name+" (shadow)")
		case incident.TargetHeld:
			out = append(out, t.Name+" (held)")
		default:
			out = append(out, t.Name+" …")
		}
	}
	if len(out) == 0 {
		return "No far end takes these words."
	}
	return strings.Join(out, " · ")
}

func acked(s incident.State) string {
	var out []string
	for _, p := range s.Pages {
		switch {
		case p.Acked.Handle != "":
			out = append(out, "on it: "+p.Acked.String())
		case p.Exhausted:
			out = append(out, "nobody answers")
		case len(p.Rungs) > p.Rung:
			out = append(out, "paging "+names(p.Rungs[p.Rung].People))
		}
	}
	return strings.Join(out, ", ")
}

func pagedAll(s incident.State) []incident.Person {
	var out []incident.Person
	for _, p := range s.Pages {
		out = append(out, p.Paged...)
	}
	return out
}

func openTasks(s incident.State) string {
	var out []string
	for _, t := range s.Tasks {
		if t.Done == "" {
			out = append(out, fmt.Sprintf("%d. %s", t.N, t.Text))
		}
	}
	return strings.Join(out, " ")
}

// componentStates is what the far ends get: our component's name → its state.
func componentStates(s incident.State) string {
	if len(s.Components) == 0 {
		return ""
	}
	m := map[string]string{}
	for _, c := range s.Components {
		m[c.Name] = c.State
		if s.Phase.Ended() {
			m[c.Name] = "operational"
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}

// unrung are the calls that may still wait to be sent for a page that
// somebody has taken.
func unrung(s incident.State, event any) []call {
	var out []call
	for _, p := range paged(s, event) {
		for _, w := range p.Ways {
			out = append(out, call{Person: p, To: w.To, Page: event.(incident.Acknowledged).N})
		}
	}
	return out
}

// stoodDown are those whose phones rang for nothing: once, by what rang.
func stoodDown(s incident.State, event any) []call {
	e, ok := event.(incident.Acknowledged)
	if !ok || e.N < 1 || e.N > len(s.Pages) {
		return nil
	}
	var out []call
	rang := s.Pages[e.N-1].Ways
	for _, p := range paged(s, event) {
		for _, w := range p.Ways {
			if rang[p.Handle+"/"+w.To] == "delivered" {
				out = append(out, call{Person: p, To: w.To, Address: w.Address, Page: e.N})
				break
			}
		}
	}
	return out
}

// stillThere is the person who took a page and went silent.
func stillThere(event any) []call {
	e, ok := event.(incident.AckQuestioned)
	if !ok || len(e.By.Ways) == 0 {
		return nil
	}
	w := e.By.Ways[0]
	return []call{{Person: e.By, To: w.To, Address: w.Address, Page: e.N}}
}

// phonesLate are the phones that a very late promise rings: of whoever holds
// comms, at the severities that the ladder names.
func phonesLate(s incident.State, event any) []call {
	e, ok := event.(incident.Reminded)
	if !ok || e.Rung >= len(s.Policy.Ladder) {
		return nil
	}
	for _, severity := range s.Policy.Ladder[e.Rung].Page {
		if p := s.Comms(); severity == s.Severity && len(p.Ways) > 0 {
			return []call{{Person: p, To: p.Ways[0].To, Address: p.Ways[0].Address}}
		}
	}
	return nil
}

// shadowed are the far ends of an update that are not live yet.
func shadowed(s incident.State, event any) []publication {
	e, ok := event.(incident.Published)
	if !ok {
		return nil
	}
	var out []publication
	for _, t := range e.Targets {
		if t.State == incident.TargetShadowed {
			u := update(s.Update(e.N))
			out = append(out, publication{Update: u, Target: t, Length: len([]rune(u.Text))})
		}
	}
	return out
}

// ask is a question to the people of one change.
type ask struct {
	Stream stream.ID
	Page   bool
}

// asked is how many of the changes under "look here first" are asked about.
const asked = 2

// asks are the questions that opening the incident's place asks: the people of
// the likeliest changes. At severities that wake authors, those of a risky one
// are paged.
func asks(s incident.State) []ask {
	var out []ask
	for _, c := range s.Suspects {
		if name, ok := strings.CutPrefix(c.ID, "CH-"); ok && len(out) < asked {
			wakes := slices.Contains(s.Weight().Wakes, "authors") && c.Risk == "high"
			out = append(out, ask{s.ID.Of("change", name), wakes})
		}
	}
	return out
}

// alertStream is the alert that raised the incident, empty when a person did.
func alertStream(s incident.State) string {
	if len(s.Signs) == 0 {
		return ""
	}
	rule, ok := strings.CutPrefix(s.Signs[0].Source, "alert:")
	if !ok {
		return ""
	}
	return s.ID.Of("alert", rule).String()
}

// decision is an update that waits no more, and the message that asked for a
// yes.
type decision struct {
	Update incident.Update
	Post   incident.Post
}

// decided are the updates that this event settled, and those whose message
// arrived only after they had been.
func decided(s incident.State, event any) []decision {
	var out []decision
	for _, u := range s.Updates {
		post, posted := s.Posts["approval/"+strconv.Itoa(u.N)]
		if !posted || u.State == incident.Proposing {
			continue
		}
		switch e := event.(type) {
		case incident.Published:
			posted = e.N == u.N
		case incident.SentBack:
			posted = e.N == u.N
		case incident.Proposed:
			posted = u.State == incident.Replaced && u.N == lastReplaced(s)
		case incident.Settled:
			posted = e.About == "post/approval/"+strconv.Itoa(u.N)
		}
		if posted {
			out = append(out, decision{u, post})
		}
	}
	return out
}

// lastReplaced is the newest update that another took the place of.
func lastReplaced(s incident.State) int {
	n := 0
	for _, u := range s.Updates {
		if u.State == incident.Replaced {
			n = u.N
		}
	}
	return n
}

// atPagerDuty are the alerts that this incident opened at PagerDuty.
func atPagerDuty(s incident.State) []call {
	var out []call
	for _, page := range s.Pages {
		for _, p := range page.Paged {
			for _, w := range p.Ways {
				if w.To == "pagerduty" && page.Ways[p.Handle+"/pagerduty"] == stream.Delivered {
					out = append(out, call{Person: p, To: w.To, Address: w.Address, Page: page.N})
				}
			}
		}
	}
	return out
}
