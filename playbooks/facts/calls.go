package facts

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/paging"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

const pagerduty = "pagerduty"

// call is one way to wake one person.
type call struct {
	Person  incident.Person
	To      string
	Address string
	Page    int
	Why     string
}

// calls are the first ways of everybody on the rung that rings, and Slack
// beside whatever wakes.
func calls(s incident.State, event any) []call {
	e, ok := event.(incident.Paged)
	if !ok {
		return nil
	}
	return ways(e.People, e.N, e.Why)
}

// ways call each by the first way that there is, and by Slack.
func ways(people []incident.Person, page int, why string) (out []call) {
	for _, p := range people {
		for i, w := range p.Ways {
			if i == 0 || w.To == "slack" {
				out = append(out, call{p, w.To, w.Address, page, why})
			}
		}
	}
	return out
}

// page finds a page by number; one that does not exist is empty.
func page(s incident.State, n int) incident.Page {
	if n < 1 || n > len(s.Pages) {
		return incident.Page{}
	}
	return s.Pages[n-1]
}

// eventPage is the page that an event is about.
func eventPage(s incident.State, event any) incident.Page {
	switch e := event.(type) {
	case incident.Paged:
		return page(s, e.N)
	case incident.Acknowledged:
		return page(s, e.N)
	case incident.AckQuestioned:
		return page(s, e.N)
	case incident.PageExhausted:
		return page(s, e.N)
	}
	return incident.Page{}
}

func wait(event any) time.Duration {
	e, _ := event.(incident.Paged)
	return time.Duration(e.Wait)
}

func silent(event any) []incident.Person {
	e, _ := event.(incident.Paged)
	return e.Silent
}

func pagedAll(s incident.State) []incident.Person {
	var out []incident.Person
	for _, p := range s.Pages {
		for _, person := range p.Paged {
			if !slices.ContainsFunc(out, func(x incident.Person) bool { return x.Handle == person.Handle }) {
				out = append(out, person)
			}
		}
	}
	return out
}

// failure is what went wrong with a delivery, in words of the incident.
type failure struct {
	Page   int // 0: not a call
	Person incident.Person
	To     string
	// Say: nobody was told of it yet, or there is no other way left.
	Say     bool
	Problem string
	// Ways are other ways to this person, Next the people after him and when
	// they are called.
	Ways   []call
	Next   []incident.Person
	NextAt time.Time
	Words  incident.Update // N is 0: not words
}

func failed(s incident.State, event any) failure {
	e, ok := event.(incident.Settled)
	if !ok {
		return failure{}
	}
	f := failure{To: e.To, Problem: strings.TrimRight(e.Problem, ".")}
	same := problems(s, e.About)
	n, handle, way, isCall := paging.Of(e.About)
	if p := page(s, n); isCall && p.N > 0 {
		f.Page, f.To = n, way
		f.Person = person(p, handle)
		f.Ways = otherWays(p, f.Person, way)
		if next := p.Rung + 1; next < len(p.Rungs) {
			f.Next, f.NextAt = p.Rungs[next].People, p.Rung0.Add(time.Duration(p.Rungs[p.Rung].Wait))
		}
		others := problems(s, "page/"+strconv.Itoa(n)+"/"+handle+"/") - same
		f.Say = same <= 1 && (others == 0 || len(f.Ways) == 0) && !rang(p, handle)
	}
	if n, target, isUpdate := words.Of(e.About); isUpdate {
		f.Words, f.To, f.Say = update(s.Update(n)), target, same <= 1 || e.Result != stream.Failing // an end is always told
	}
	return f
}

// problems counts the failures of what is named so, or begins so.
func problems(s incident.State, about string) int {
	n := 0
	for _, p := range s.Problems {
		if p.About == about || strings.HasSuffix(about, "/") && strings.HasPrefix(p.About, about) {
			n++
		}
	}
	return n
}

func person(p incident.Page, handle string) incident.Person {
	for _, x := range p.Paged {
		if x.Handle == handle {
			return x
		}
	}
	return incident.Person{Handle: handle}
}

// rang reports whether another way reached a person; Slack wakes nobody.
func rang(p incident.Page, handle string) bool {
	for key, result := range p.Ways {
		if strings.HasPrefix(key, handle+"/") && key != handle+"/slack" && result == stream.Delivered {
			return true
		}
	}
	return false
}

// otherWays are the ways to a person after one that failed, which were not
// tried. Slack rang beside the first.
func otherWays(p incident.Page, who incident.Person, failed string) []call {
	var out []call
	after := false
	for _, w := range who.Ways {
		_, tried := p.Ways[who.Handle+"/"+w.To]
		if after && !tried && w.To != "slack" {
			out = append(out, call{who, w.To, w.Address, p.N, p.Why})
		}
		after = after || w.To == failed
	}
	return out
}

// retry is the next way to a person whose call failed, while nobody has the
// page.
func retry(s incident.State, event any) []call {
	f := failed(s, event)
	if f.Page == 0 || page(s, f.Page).Acked.Handle != "" || len(f.Ways) == 0 {
		return nil
	}
	return f.Ways[:1]
}

// others are those whose phones may still ring for a page that somebody has
// taken.
func others(s incident.State, event any) []incident.Person {
	e, ok := event.(incident.Acknowledged)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(page(s, e.N).Paged), func(p incident.Person) bool { return p.Handle == e.By.Handle })
}

// unrung are the calls that may still wait to be sent for a page that somebody
// has taken: the taker's too.
func unrung(s incident.State, event any) []call {
	e, ok := event.(incident.Acknowledged)
	if !ok {
		return nil
	}
	var out []call
	for _, p := range page(s, e.N).Paged {
		for _, w := range p.Ways {
			out = append(out, call{p, w.To, w.Address, e.N, ""})
		}
	}
	return out
}

// stoodDown are those whose phones rang for nothing: once, by what rang.
// PagerDuty stops by itself when the page is acknowledged there.
func stoodDown(s incident.State, event any) []call {
	var out []call
	for _, p := range others(s, event) {
		n := event.(incident.Acknowledged).N
		for _, w := range p.Ways {
			if w.To != pagerduty && page(s, n).Ways[p.Handle+"/"+w.To] == stream.Delivered {
				out = append(out, call{p, w.To, w.Address, n, ""})
				break
			}
		}
	}
	return out
}

// stillThere is the person who took a page and went silent, by the first way
// that rings again: PagerDuty would add it to the alert that he acknowledged.
func stillThere(event any) []call {
	e, ok := event.(incident.AckQuestioned)
	if !ok || len(e.By.Ways) == 0 {
		return nil
	}
	w := e.By.Ways[0]
	if w.To == pagerduty && len(e.By.Ways) > 1 {
		w = e.By.Ways[1]
	}
	return []call{{e.By, w.To, w.Address, e.N, ""}}
}

// atPagerDuty are the alerts that this incident opened there and this event
// settles: those of the page that was taken, also when PagerDuty's receipt
// comes after it was; all of them at the end.
func atPagerDuty(s incident.State, event any) []call {
	about, taken, ended := "", 0, false
	switch e := event.(type) {
	case incident.Acknowledged:
		taken = e.N
	case incident.Settled:
		about = e.About
	case incident.PhaseChanged:
		ended = e.To.Ended() && !e.From.Ended()
	case incident.MergedInto:
		ended = true
	}
	var out []call
	for _, pg := range s.Pages {
		for _, p := range pg.Paged {
			key := p.Handle + "/" + pagerduty
			late := about == "page/"+strconv.Itoa(pg.N)+"/"+key && (pg.Acked.Handle != "" || s.Phase.Ended())
			if pg.Ways[key] != stream.Delivered || taken != pg.N && !ended && !late {
				continue
			}
			for _, w := range p.Ways {
				if w.To == pagerduty {
					out = append(out, call{p, w.To, w.Address, pg.N, ""})
				}
			}
		}
	}
	return out
}

// acked says who is on it, as a phrase for the brief.
func acked(s incident.State) string {
	if len(s.Pages) == 0 {
		return ""
	}
	switch p := s.Pages[len(s.Pages)-1]; {
	case p.Acked.Handle != "" && p.Acked.Handle == s.Commander().Handle:
		return ""
	case p.Acked.Handle != "":
		return "on it: " + p.Acked.String()
	case p.Exhausted:
		return "nobody who was paged answers"
	case len(p.Rungs) > p.Rung:
		return "paging " + Names(p.Rungs[p.Rung].People)
	}
	return ""
}

// reason is what to tell a person who is woken: what monitoring and customers
// say, else the title.
func reason(s incident.State) string {
	out := ""
	for _, sign := range s.Signs {
		text := sign.Text
		if sign.Source == "customers" {
			text = "customers report it"
			if sign.Count > 1 {
				text = strconv.Itoa(sign.Count) + " customers report it"
			}
		}
		if text == "" || sign.Ended {
			continue
		}
		if out != "" {
			out += ", "
		}
		out += text
	}
	if out == "" {
		return s.Title
	}
	return out
}

// quiet reports whether alerts fired, and none does any more.
func quiet(s incident.State) bool {
	alerts := slices.DeleteFunc(slices.Clone(s.Signs), func(x incident.Sign) bool { return !strings.HasPrefix(x.Source, "alert:") })
	return len(alerts) > 0 && !slices.ContainsFunc(alerts, func(x incident.Sign) bool { return !x.Ended })
}

// quietSince is when the person who is asked about his silence was last seen.
func quietSince(s incident.State, event any) time.Time {
	e, _ := event.(incident.AckQuestioned)
	at := page(s, e.N).AckedAt
	if seen := s.Seen[e.By.Handle]; seen.After(at) {
		at = seen
	}
	return at
}

// summary is the title, and what the signs add to it.
func summary(s incident.State) string {
	r := reason(s)
	if strings.HasPrefix(r, s.Title) {
		return r
	}
	return s.Title + " – " + r
}

// ask is a question to the people of one change.
type ask struct {
	Stream stream.ID
	Page   bool
}

// mostAsks is how many of the changes under "look here first" are asked about.
const mostAsks = 2

// asks are the questions that opening the incident's place asks: the people of
// the likeliest changes. At severities that wake authors, those of a risky one
// are paged.
func asks(s incident.State) []ask {
	var out []ask
	for _, c := range s.Suspects {
		if name, ok := strings.CutPrefix(c.ID, "CH-"); ok && len(out) < mostAsks {
			wakes := slices.Contains(s.Weight().Wakes, "authors") && c.Risk == "high"
			out = append(out, ask{s.ID.Of("change", name), wakes})
		}
	}
	return out
}

// alertStream is the alert that raised the incident, empty when a person did.
func alertStream(f *Facts) string {
	var source string
	switch e := f.Event.(type) {
	case incident.Declared:
		source = e.Sign.Source
	case incident.Signed:
		source = e.Sign.Source
	}
	if rule, ok := strings.CutPrefix(source, "alert:"); ok {
		return f.ID.Of("alert", rule).String()
	}
	return ""
}
