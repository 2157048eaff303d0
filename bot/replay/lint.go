package replay

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/config"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Tools are what an outage may be of; the public ones may be live.
var (
	tools  = []string{"slack", "twilio", incident.StatusPage, "twitter", "email", "bot"}
	public = []string{incident.StatusPage, "twitter", "email"}
)

// Open reads a scenario: one of the built-in ones by its name, or a file of
// one's own. Its error is a config.Mistake for each thing that is wrong, with
// line and column.
func Open(builtin fs.FS, name string) (*Scenario, error) {
	file := name
	data, err := fs.ReadFile(builtin, name+".yaml")
	if err != nil {
		if data, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("there is no scenario %s (%s), and no such file", name, strings.Join(Names(builtin), ", "))
		}
	} else {
		file += ".yaml"
	}
	return Parse(file, data)
}

// Names lists the built-in scenarios.
func Names(builtin fs.FS) []string {
	files, _ := fs.Glob(builtin, "*.yaml") // the pattern is right
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".yaml")
	}
	return files
}

// Parse reads and checks a scenario.
func Parse(file string, data []byte) (*Scenario, error) {
	s := &Scenario{Name: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))}
	l := &lint{Scenario: s}
	none := func(string) (string, bool) { return "", false }
	secret := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	err := config.Load(config.Source{Name: file, Data: data, Env: none, File: secret}, s, l.check)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// lint collects what is wrong with a scenario.
type lint struct {
	*Scenario
	out []integrations.Problem
}

func (l *lint) wrong(path, format string, args ...any) {
	l.out = append(l.out, integrations.Problem{Path: "$." + path, Text: fmt.Sprintf(format, args...)})
}

func (l *lint) check() []integrations.Problem {
	if _, err := time.LoadLocation(l.Zone); err != nil || l.Zone == "" {
		l.wrong("zone", "%q is not a time zone such as America/Los_Angeles", l.Zone)
	}
	if _, err := time.Parse(time.DateOnly, l.Date); err != nil {
		l.wrong("date", "%q is not a day such as 2019-10-02", l.Date)
	}
	l.settle()
	for key, v := range map[string]string{"title": l.Title, "company": l.Company} {
		if v == "" {
			l.wrong(key, "say it: it is printed")
		}
	}
	if len(l.Sources) == 0 {
		l.wrong("sources", "say where the facts come from")
	}
	l.needed("really.began", l.Really.Began)
	l.needed("really.over", l.Really.Over)
	l.cast()
	l.facts()
	l.assumptions()
	if len(l.Assume.Alerts) == 0 && len(l.Assume.Lines) == 0 {
		l.wrong("assume", "nothing begins: an alert has to fire, or somebody to type a line")
	}
	return l.out
}

func (l *lint) cast() {
	known := map[string]bool{}
	for i, p := range l.People {
		switch {
		case !handle(p.Handle):
			l.wrong(fmt.Sprintf("people[%d].handle", i), "write it in small letters, such as maya")
		case known[p.Handle]:
			l.wrong(fmt.Sprintf("people[%d].handle", i), "%s stands here twice", p.Handle)
		}
		known[p.Handle] = true
	}
	for i, r := range l.OnCall {
		for j, h := range r.People {
			l.person(fmt.Sprintf("oncall[%d].people[%d]", i, j), h)
		}
	}
	for i, h := range l.Approvers {
		l.person(fmt.Sprintf("approvers[%d]", i), h)
	}
	for name, s := range l.Services {
		if s.Component != "" && !slices.ContainsFunc(l.Components, func(c Component) bool { return c.Name == s.Component }) {
			l.wrong("services."+name+".component", "%s is not among components", s.Component)
		}
	}
}

func handle(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func (l *lint) facts() {
	for i, f := range l.Facts {
		l.needed(fmt.Sprintf("facts[%d].at", i), f.At)
		if f.What == "" {
			l.wrong(fmt.Sprintf("facts[%d].what", i), "say what happened")
		}
	}
	for i, o := range l.Outages {
		at := fmt.Sprintf("outages[%d]", i)
		if !slices.Contains(tools, o.Tool) {
			l.wrong(at+".tool", "%q is none of %s", o.Tool, strings.Join(tools, ", "))
		}
		l.span(at, o.From, o.To)
	}
	for i, p := range l.Really.Posted {
		l.needed(fmt.Sprintf("really.posted[%d].at", i), p.At)
	}
	if !l.Really.Over.IsZero() && l.Really.Over.Before(l.Really.Began.Time) {
		l.wrong("really.over", "it ended before it began")
	}
}

func (l *lint) assumptions() {
	a := l.Assume
	for i, f := range a.Live {
		if !slices.Contains(public, f) {
			l.wrong(fmt.Sprintf("assume.live[%d]", i), "%q is none of %s", f, strings.Join(public, ", "))
		}
	}
	names := map[string]bool{}
	for i, c := range a.Changes {
		at := fmt.Sprintf("assume.changes[%d]", i)
		names[c.Name] = true
		l.span(at, c.From, c.To)
		l.person(at+".by", c.By)
		if c.Reviewer != "" {
			l.person(at+".reviewer", c.Reviewer)
		}
	}
	for i, m := range a.Mutes {
		at := fmt.Sprintf("assume.mutes[%d]", i)
		l.needed(at+".at", m.At)
		l.person(at+".by", m.By)
		if m.For <= 0 || m.Because == "" || m.Alert == "" {
			l.wrong(at, "a mute has an alert, a time (for), and a reason (because)")
		}
		if m.Until != "" && !names[m.Until] {
			l.wrong(at+".until", "%q is the name of no change", m.Until)
		}
	}
	for i, x := range a.Alerts {
		at := fmt.Sprintf("assume.alerts[%d]", i)
		l.span(at, x.From, x.To)
		if x.Rule == "" {
			l.wrong(at+".rule", "an alert has a rule")
		}
	}
	l.acts()
}

func (l *lint) acts() {
	for i, x := range l.Assume.Lines {
		at := fmt.Sprintf("assume.lines[%d]", i)
		l.needed(at+".at", x.At)
		l.person(at+".who", x.Who)
		if x.Says == "" {
			l.wrong(at+".says", "say what is typed")
		}
	}
	for i, x := range l.Assume.Talks {
		at := fmt.Sprintf("assume.talks[%d]", i)
		l.span(at, x.From, x.To)
		l.person(at+".who", x.Who)
		if x.Every < stream.Duration(time.Minute) {
			l.wrong(at+".every", "say how often, such as 5m: at least a minute apart")
		}
	}
	for i, h := range l.Assume.Habits {
		at := fmt.Sprintf("assume.habits[%d]", i)
		l.person(at+".who", h.Who)
		if h.When == "" {
			l.wrong(at+".when", "say which button: the command that it stands for, such as ack")
		}
		if h.After < stream.Duration(time.Second) {
			l.wrong(at+".after", "nobody is that fast: say how long it takes, such as 2m")
		}
	}
}

func (l *lint) needed(path string, m Moment) {
	if m.IsZero() {
		l.wrong(path, "say when")
	}
}

func (l *lint) span(at string, from, to Moment) {
	l.needed(at+".from", from)
	l.needed(at+".to", to)
	if to.Before(from.Time) {
		l.wrong(at+".to", "it ends before it begins")
	}
}

func (l *lint) person(path, h string) {
	if !slices.ContainsFunc(l.People, func(p Member) bool { return p.Handle == h }) {
		l.wrong(path, "%q is not among people", h)
	}
}
