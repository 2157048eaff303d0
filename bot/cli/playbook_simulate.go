package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// simulateCommand is `drumbeat playbook simulate`.
type simulateCommand struct {
	bookshelf
	Playbook string `placeholder:"NAME" help:"The playbook; left out, the one that is chosen for such an incident."`
	Sev      string `default:"1" help:"How bad it is: 1 or SEV1."`
	Private  bool   `help:"Only those who are invited know of it."`
	Service  string `placeholder:"NAME" help:"The service that it is in."`
	Title    string `default:"people cannot save" help:"What is wrong."`
	Alert    string `placeholder:"NAME" help:"An alert raises it; left out, somebody declares it."`
	At       string `default:"Tue 10:00" help:"When it begins: “02:00” (a Tuesday's), “Sat 02:00” or “2026-03-07 02:00”, in this machine's zone."`

	For        span     `default:"6h" help:"How long it is watched."`
	Ack        span     `default:"3m" help:"How long after a call somebody says “I'm on it”, or never."`
	Confirm    span     `default:"5m" help:"When somebody says that customers notice, or never."`
	Words      span     `default:"2m" help:"How long whoever is asked takes to write."`
	Answer     span     `default:"1m" help:"How long to say yes to words, or to answer any other question."`
	SilentFrom span     `default:"never" help:"From then on nobody types anything."`
	Identified span     `default:"never" help:"When the cause is known."`
	Monitoring span     `default:"never" help:"When a fix is in place."`
	Resolved   span     `default:"never" help:"When it is over."`
	Broken     []string `placeholder:"FAR-END" help:"A far end that does not answer, such as slack or twitter."`

	All  bool   `help:"Also what notifies nobody: edits, topics, invitations."`
	JSON bool   `name:"json" help:"Print JSON."`
	SVG  string `name:"svg" placeholder:"FILE" help:"Also draw it into a file: a lane for each person, channel and far end."`
}

// span is a duration such as 40m or 5d, or "never".
type span time.Duration

// UnmarshalText reads it.
func (s *span) UnmarshalText(text []byte) error {
	if string(text) == "never" {
		*s = span(simulate.Never)
		return nil
	}
	var d stream.Duration
	if err := d.UnmarshalText(text); err != nil {
		return err
	}
	if d < 0 {
		return fmt.Errorf("%s is before the beginning", d)
	}
	*s = span(d)
	return nil
}

// Run plays the incident and prints what came of it.
func (c simulateCommand) Run(w World) error {
	course, err := c.course(w)
	if err != nil {
		return err
	}
	set, err := c.load()
	if err != nil {
		return err
	}
	src, err := c.chosen(set, course)
	if err != nil {
		return err
	}
	company := simulate.Sample()
	company.Zone = zone(w)
	book, err := company.Open(src)
	if err != nil {
		return err
	}
	r, err := simulate.Run(book, company, course)
	if err != nil {
		return misuse(err.Error())
	}
	if c.SVG != "" {
		var b bytes.Buffer
		if err := r.SVG(&b); err != nil {
			return err
		}
		if err := os.WriteFile(c.SVG, b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("the drawing: %w", err)
		}
	}
	if !c.JSON {
		return r.Text(w.Stdout, c.All)
	}
	e := json.NewEncoder(w.Stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// chosen is the playbook that is named, else the one that such an incident has.
func (c simulateCommand) chosen(set playbooks.Set, course simulate.Course) (playbooks.Source, error) {
	if c.Playbook != "" {
		return named(set, c.Playbook)
	}
	q := playbooks.Question{Severity: course.Severity, Phase: string(incident.Investigating), Title: course.Title, Private: course.Private, At: course.At}
	if course.Service != "" {
		q.Services = []string{course.Service}
	}
	choice, err := set.Choose(q)
	if err != nil {
		return playbooks.Source{}, err
	}
	return named(set, choice.Name)
}

func (c simulateCommand) course(w World) (simulate.Course, error) {
	at, err := moment(c.At, w)
	if err != nil {
		return simulate.Course{}, err
	}
	if c.For < 0 {
		return simulate.Course{}, misuse("--for: say how long")
	}
	out := simulate.Duty(severity(c.Sev), at)
	out.Title, out.Service, out.Private, out.Broken = c.Title, c.Service, c.Private, c.Broken
	out.For, out.Ack, out.Confirm, out.Words, out.Answer, out.SilentFrom = time.Duration(c.For), time.Duration(c.Ack), time.Duration(c.Confirm), time.Duration(c.Words), time.Duration(c.Answer), time.Duration(c.SilentFrom)
	if c.Alert != "" {
		out.Alert = "alert:" + strings.TrimPrefix(c.Alert, "alert:")
	}
	for _, t := range []struct {
		to    incident.Phase
		after span
	}{{incident.Identified, c.Identified}, {incident.Monitoring, c.Monitoring}, {incident.Resolved, c.Resolved}} {
		if t.after >= 0 {
			out.Turns = append(out.Turns, simulate.Turn{To: t.to, After: time.Duration(t.after)})
		}
	}
	return out, nil
}

// severity is what people mean by "1".
func severity(s string) string {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return "SEV" + s
	}
	return strings.ToUpper(s)
}
