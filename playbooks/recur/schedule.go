package recur

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/schedule"
)

// Schedule is work of the team that recurs. It is no incident's, so a playbook
// does not inherit it.
type Schedule struct {
	// Name is how people call it; it is the only one of that name.
	Name string `yaml:"name"`
	// Cron says when, as Next reads it: "0 10 * * MON".
	Cron string `yaml:"cron"`
	// Zone is the clock that Cron is read by, an IANA name; empty is the
	// team's. Whether there is such a zone, the bot knows.
	Zone string `yaml:"zone,omitempty"`
	// Do is digest, handover, noise or drill.
	Do string `yaml:"do"`
	// To is who reads it: "#channel", a person's handle, or "operator". Of a
	// drill it is whom it pages: a handle, or nobody for whoever is on call.
	To string `yaml:"to,omitempty"`
}

// recurs are the things that can recur.
var recurs = []string{schedule.Digest, schedule.Handover, schedule.Noise, schedule.Drill}

// someDay is when schedules are tried.
var someDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// channelName is a channel's name or ID.
var channelName = regexp.MustCompile(`^#[\pL\pN_.-]{1,80}$|^[CG][A-Z0-9]{7,}$`)

// Person is the handle of the one person whom it is for; empty where that is a
// channel, the operator or whoever is on call.
func (s Schedule) Person() string {
	if strings.HasPrefix(s.To, "#") || channelName.MatchString(s.To) || s.To == Operator {
		return ""
	}
	return s.To
}

// Operator, as the reader, is whoever that is then.
const Operator = "operator"

// Problems are what is wrong with it, each told with its key.
func (s Schedule) Problems(tell func(key, problem string)) {
	wrong := func(key, format string, args ...any) { tell(key, fmt.Sprintf(format, args...)) }
	if s.Name == "" || len(s.Name) > 80 {
		wrong("name", "a schedule needs a name of at most 80 characters")
	}
	if _, err := Next(s.Cron, time.UTC, someDay); err != nil {
		wrong("cron", "%s", err)
	}
	channel := strings.HasPrefix(s.To, "#") || channelName.MatchString(s.To)
	switch {
	case !slices.Contains(recurs, s.Do):
		wrong("do", "what recurs is one of %s, not %q", strings.Join(recurs, ", "), s.Do)
	case s.Do == schedule.Drill && channel:
		wrong("to", "a drill pages a person: write a handle, or leave `to` out for whoever is on call")
	case s.Do != schedule.Drill && s.To == "":
		wrong("to", "who reads it? Write a channel (“#eng”), a handle, or operator")
	case channel && !channelName.MatchString(s.To):
		wrong("to", "%q is not a channel such as “#eng”", s.To)
	}
}
