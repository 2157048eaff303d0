package page

import (
	"path"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
)

// recentDays is how far back the first page looks.
const recentDays = 14

// view is what the templates draw: every word and choice is made here.
type view struct {
	Name, Title, Description string
	Origin, Path, Style      string
	Live, Home, Missing      bool

	Status   status
	Look     condition
	Active   []incidentView
	Groups   []groupView
	Past     []period
	Days     int
	Incident incidentView
}

type groupView struct {
	Name       string
	Components []componentView
}

type componentView struct {
	Name, Description string
	State             condition
}

// period is a day or a month with the incidents that began in it.
type period struct {
	Name      string
	Incidents []incidentView
}

type incidentView struct {
	Number, Title, Path string
	Open, Retracted     bool
	Look                condition
	Since, Ended        moment
	Next                *nextView
	Affects             []componentView
	Updates             []updateView
	Last                *updateView
}

// nextView is the promise of the next words.
type nextView struct {
	At   moment
	Late bool
}

type updateView struct {
	Anchor, Link, Label   string
	At                    moment
	Paragraphs            []string
	Corrects, CorrectedBy *updateView
}

// moment is a time as machines and as people read it.
type moment struct{ Machine, Words string }

func at(t time.Time, layout string) moment {
	t = t.UTC()
	return moment{Machine: t.Format(time.RFC3339), Words: t.Format(layout)}
}

const (
	clock   = "15:04 UTC"
	dayTime = "2 Jan, 15:04 UTC"
	dated   = "2 Jan 2006, 15:04 UTC"
	aDay    = "2 January 2006"
	aMonth  = "January 2006"
)

// near names the day only when it is not that of ref.
func near(t, ref time.Time, far string) moment {
	if midnight(t).Equal(midnight(ref)) {
		return at(t, clock)
	}
	return at(t, far)
}

func newIncidentView(c Config, i incident.PublicIncident, now time.Time) incidentView {
	v := incidentView{Number: i.Number, Title: i.Title, Path: pathOf(i.Number), Open: open(i),
		Retracted: i.Retracted, Since: at(i.Since, dated), Updates: updateViews(i)}
	if len(v.Updates) > 0 {
		v.Last = &v.Updates[0]
	}
	if !v.Open {
		ended := i.ResolvedAt
		if ended.IsZero() {
			ended = lastChange(i)
		}
		v.Ended = near(ended, i.Since, dated)
		return v
	}
	if !i.NextUpdate.IsZero() {
		v.Next = &nextView{At: near(i.NextUpdate, now, dayTime), Late: !now.Before(i.NextUpdate)}
	}
	v.Look, v.Affects = affects(c, i)
	return v
}

// affects gives the page's components that an open incident touches, and the
// worst condition among them.
func affects(c Config, i incident.PublicIncident) (condition, []componentView) {
	own := componentStates(c, []incident.PublicIncident{i})
	worst := byImpact(i).look()
	var parts []componentView
	for _, component := range c.Components {
		if state := own[component.Name]; state != operational {
			if len(parts) == 0 {
				worst = state
			}
			worst = max(worst, state)
			parts = append(parts, componentView{Name: component.Name, State: state})
		}
	}
	return worst, parts
}

// updateViews gives the updates newest first, each correction tied to what it
// corrects.
func updateViews(i incident.PublicIncident) []updateView {
	byNumber := make(map[int]*updateView, len(i.Updates))
	all := make([]updateView, len(i.Updates))
	for n, u := range i.Updates {
		v := &all[len(all)-1-n]
		anchor := "update-" + path.Base(pathOf(i.Number)) + "-" + strconv.Itoa(u.N)
		*v = updateView{Anchor: anchor, Link: pathOf(i.Number) + "#" + anchor, Label: label(u),
			At: at(u.At, dayTime), Paragraphs: paragraphs(u.Text)}
		byNumber[u.N] = v
	}
	for _, u := range i.Updates {
		if right := byNumber[u.Corrected]; right != nil {
			wrong := byNumber[u.N]
			wrong.CorrectedBy = &updateView{Link: right.Link}
			right.Corrects = &updateView{Link: wrong.Link, At: wrong.At}
		}
	}
	return all
}

func label(u incident.PublicUpdate) string {
	switch u.Kind {
	case incident.Correction:
		return "Correction"
	case incident.Retraction:
		return "Retracted"
	}
	phase := string(phaseOf(u.Phase))
	return strings.ToUpper(phase[:1]) + phase[1:]
}

// paragraphs splits at empty lines; single line breaks stay.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// groups puts the components under their headings, each heading where its
// first component stands.
func groups(c Config, states map[string]condition) []groupView {
	var all []groupView
	place := map[string]int{}
	for _, component := range c.Components {
		n, known := place[component.Group]
		if !known {
			n = len(all)
			place[component.Group] = n
			all = append(all, groupView{Name: component.Group})
		}
		all[n].Components = append(all[n].Components, componentView{Name: component.Name,
			Description: component.Description, State: states[component.Name]})
	}
	return all
}

// periods gathers neighbours that began in the same day or month.
func periods(c Config, incidents []incident.PublicIncident, layout string, now time.Time) []period {
	var all []period
	for _, i := range incidents {
		name := i.Since.UTC().Format(layout)
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, period{Name: name})
		}
		last := &all[len(all)-1]
		last.Incidents = append(last.Incidents, newIncidentView(c, i, now))
	}
	return all
}
