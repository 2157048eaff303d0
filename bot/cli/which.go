package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
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
	At        string            `help:"When: “02:00” (a Tuesday's), “Sat 02:00” or “2026-03-07 02:00”, in this machine's zone. Left out: now."`
	bookshelf
	JSON bool `name:"json" help:"Print the answer as JSON."`
}

// Run says which playbook such an incident would have, and why every other one
// is not it, one line each.
func (c whichCommand) Run(w World) error {
	at, err := moment(c.At, w)
	if err != nil {
		return err
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

// moment reads when something is, by the clock of where the person is: now, where
// he does not say.
func moment(text string, w World) (time.Time, error) {
	if text == "" {
		return time.Now().In(zone(w)), nil
	}
	at, err := simulate.Moment(text, zone(w))
	if err != nil {
		return at, misuse("--at: " + err.Error())
	}
	return at, nil
}
