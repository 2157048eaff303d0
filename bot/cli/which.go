package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"drumbeat/playbooks"
)

// whichCommand is `drumbeat playbook which`.
type whichCommand struct {
	Severity  string            `name:"sev" help:"The severity: 1, or SEV1." default:"SEV2"`
	Service   []string          `help:"A service that it is about."`
	Component []string          `help:"A component of the status page, by the name that the configuration gives it."`
	Title     string            `help:"What is wrong."`
	Phase     string            `help:"The phase." default:"investigating"`
	Private   bool              `help:"It is private."`
	Drill     bool              `help:"It is a drill."`
	Label     map[string]string `help:"A label of the alert: team=payments."`
	Since     time.Duration     `help:"How long ago it began." default:"0s"`
	Silent    time.Duration     `help:"How long nothing was heard of the commander." default:"0s"`
	At        string            `help:"When: 02:00, \"Sat 02:00\" or 2026-10-03T02:00, in this machine's zone. Left out: now."`
	bookshelf
	JSON bool `name:"json" help:"Print the answer as JSON."`
}

// Run says which playbook such an incident would have, and why every other one
// is not it, one line each.
func (c whichCommand) Run(w World) error {
	at, err := moment(c.At, zone(w), time.Now())
	if err != nil {
		return misuse(err.Error())
	}
	set, err := c.load()
	if err != nil {
		return err
	}
	severity := strings.ToUpper(c.Severity)
	if severity != "" && unicode.IsDigit(rune(severity[0])) {
		severity = "SEV" + severity
	}
	choice, err := set.Choose(playbooks.Question{Severity: severity, Phase: c.Phase, Services: c.Service, Components: c.Component, Title: c.Title,
		Private: c.Private, Drill: c.Drill, Labels: c.Label, At: at, Since: c.Since, CommanderSilent: c.Silent})
	if err != nil {
		return err
	}
	return printChoice(w.Stdout, choice, c.JSON)
}

func printChoice(w io.Writer, c playbooks.Choice, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(c.Reasons)
	}
	width := 0
	for _, r := range c.Reasons {
		width = max(width, len(r.Playbook))
	}
	var b strings.Builder
	for _, r := range c.Reasons {
		mark := "      "
		if r.Chosen {
			mark = "takes "
		}
		fmt.Fprintf(&b, "%s %-*s  %s\n", mark, width, r.Playbook, r.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// zone is where the person is; UTC where nobody knows.
func zone(w World) *time.Location {
	if z, err := time.LoadLocation(w.Zone); err == nil {
		return z
	}
	return time.UTC
}

// moment reads when something is: a time of today, of the next day of that
// name, or of a date.
func moment(text string, zone *time.Location, now time.Time) (time.Time, error) {
	now = now.In(zone)
	if text == "" {
		return now, nil
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04", text, zone); err == nil {
		return t, nil
	}
	day, clock, named := strings.Cut(text, " ")
	if !named {
		day, clock = now.Weekday().String(), text
	}
	t, err := time.Parse("15:04", clock)
	for i := range 7 {
		d := now.AddDate(0, 0, i)
		if name := d.Weekday().String(); err == nil && len(day) >= 3 && len(day) <= len(name) && strings.EqualFold(name[:len(day)], day) {
			return time.Date(d.Year(), d.Month(), d.Day(), t.Hour(), t.Minute(), 0, 0, zone), nil
		}
	}
	return time.Time{}, fmt.Errorf(`--at %q is no time: write 02:00, "Sat 02:00" or 2026-10-03T02:00`, text)
}
