package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/replay"
	"drumbeat/incident/score"
	"drumbeat/integrations/sandbox/ui"
	"drumbeat/playbooks/facts"
)

// none stands where there is nothing to tell.
const none = "–"

// race is the wait of customers for the first words, then and now.
func (s *show) race() *ui.Race {
	r := &ui.Race{Began: s.Really.Began.Time, Past: "That morning"}
	if posted := s.Really.Posted; len(posted) > 0 {
		r.Then = posted[0].At.Sub(s.Really.Began.Time)
	}
	if x := s.seen.score; x != nil && x.FirstPublic != nil {
		r.Now = max(time.Second, x.FirstPublic.Sub(s.Really.Began.Time))
	}
	return r
}

// score sets what the bot's log says beside what really happened.
func (s *show) score() *ui.Score {
	x := s.seen.score
	if x == nil {
		return nil
	}
	out := &ui.Score{Then: s.Really.Began.Format("2 January 2006"), Today: "Today, with you", Rows: s.rows(x), Budget: replay.Budget(x.Severity),
		Assumptions: s.assumptions(), Open: x.Resolved == nil}
	for _, l := range s.Sources {
		out.Sources = append(out.Sources, ui.Link{Name: l.Name, URL: l.URL})
	}
	for _, m := range s.People {
		name := s.named(m.Handle)
		all := s.seen.told[name]
		woken := slices.ContainsFunc(x.Woken, func(w score.Woken) bool { return w.Name == name })
		if len(all) > 0 || woken {
			out.People = append(out.People, ui.Heard{Who: name, Woken: woken, Messages: len(all), Max: inAnHour(all)})
		}
	}
	for _, w := range x.Words {
		if w.Published != nil {
			out.Words = append(out.Words, s.word(w))
		}
	}
	return out
}

// rows are the measures.
func (s *show) rows(x *score.Score) []ui.ScoreRow {
	began := s.Really.Began.Time
	after := func(t *time.Time) string {
		if t == nil {
			return none
		}
		return long(t.Sub(began))
	}
	then := func(t time.Time) string {
		if t.IsZero() {
			return none
		}
		return long(t.Sub(began))
	}
	first, silence := none, none
	if posted := s.Really.Posted; len(posted) > 0 {
		first = then(posted[0].At.Time)
		silence = "at least " + first
	}
	p := x.Promises
	made := p.Kept + p.Held + p.Missed + p.Open
	promises := fmt.Sprintf("%d kept of %d", p.Kept+p.Held, made)
	if p.Open > 0 {
		promises += fmt.Sprintf(", %d not due yet", p.Open)
	}
	if p.Held > 0 {
		promises += fmt.Sprintf(" (%d by unattended words)", p.Held)
	}
	look := none
	if len(x.Suspects) > 0 {
		look = fmt.Sprintf("%s “%s”, %s", x.Suspects[0].ID, x.Suspects[0].What, x.Suspects[0].Author)
	}
	words := 0
	for _, w := range x.Words {
		if w.Published != nil {
			words++
		}
	}
	waited := x.FirstPublic != nil && x.FirstPublic.Sub(began) <= 15*time.Minute
	rows := []ui.ScoreRow{
		{What: "A phone rings", Then: then(s.Really.Paged.Time), Today: after(x.FirstPage), Good: x.FirstPage != nil && x.FirstPage.Sub(began) <= time.Minute},
		{What: "Somebody has it", Then: then(s.Really.Acknowledged.Time), Today: after(x.FirstAck), Good: x.FirstAck != nil},
		{What: "Look here first", Then: none, Today: look, Good: len(x.Suspects) > 0},
		{What: "Customers read the first words", Then: first, Today: after(x.FirstPublic), Good: waited},
		{What: "Longest silence towards customers", Then: silence, Today: long(time.Duration(x.Silence) * time.Second), Good: x.Silence <= 30*60},
		{What: "Words to customers", Then: fmt.Sprint(len(s.Really.Posted)), Today: fmt.Sprint(words), Good: words > len(s.Really.Posted)},
		{What: "Promises of the next words", Then: "none made", Today: promises, Good: made > 0 && p.Missed == 0},
		{What: "Somebody read a word twice", Then: none, Today: map[bool]string{true: "yes", false: "no"}[s.seen.twice], Good: !s.seen.twice},
	}
	for i := range rows {
		rows[i].Early = !rows[i].Good && x.Resolved == nil
	}
	return rows
}

func (s *show) word(w score.Words) ui.Word {
	zone := s.clockZone()
	clock := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(zone).Format("15:04:05")
	}
	by := w.Author
	if w.Approver != "" && w.Approver != w.Author {
		by += ", approved by " + w.Approver
	}
	out := ui.Word{At: clock(w.Published), Kind: string(w.Kind), Text: w.Text, By: by}
	for _, e := range w.FarEnds {
		end := ui.WordEnd{Name: facts.FarEnd(e.Name), State: e.State, Class: "warn", At: clock(e.Sent), Tries: e.Attempts}
		switch e.State {
		case "sent":
			end.Class = "well"
		case "gave up", "in doubt":
			end.Class = "bad"
		}
		out.Ends = append(out.Ends, end)
	}
	return out
}

func (s *show) handle(p ui.Person) string {
	for _, m := range s.People {
		if s.named(m.Handle) == p.Name {
			return m.Handle
		}
	}
	return ""
}

// named is what somebody is called.
func (s *show) named(handle string) string {
	for i, m := range s.People {
		if m.Handle == handle {
			return citizens(s.Scenario)[i].Name
		}
	}
	return handle
}

// assumptions are what no source tells, as far as it matters here.
func (s *show) assumptions() []string {
	out := slices.Clone(s.Assume.Says)
	for _, c := range s.Assume.Changes {
		out = append(out, fmt.Sprintf("%s recorded “%s” with “drumbeat run”.", s.named(c.By), c.What))
	}
	for _, m := range s.Assume.Mutes {
		out = append(out, fmt.Sprintf("%s had muted %s for %s, at most until “%s” ended.", s.named(m.By), m.Alert, m.For, m.Until))
	}
	return append(out, "Reaction times are yours, on a clock that runs faster while nobody has anything to do.",
		"The far ends are stand-ins on this machine: they answer at once, unless you break them.")
}

// inAnHour is the most that fell within one hour.
func inAnHour(all []time.Time) (most int) {
	for _, from := range all {
		n := 0
		for _, t := range all {
			if !t.Before(from) && t.Before(from.Add(time.Hour)) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// long writes a duration as 2:15:00, or 12 s.
func long(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return strings.TrimSpace(fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60))
}
