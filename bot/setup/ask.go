package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"strings"

	"drumbeat/integrations/slack/manifest"
)

// Answers are what the files and the letter are made of.
type Answers struct {
	Workspace string // harbor
	Handle    string // the operator's: maya
	Slack     string // his member ID; may be empty
	Announce  string
	Page      bool
	Wake      string // pagerduty, twilio, email, slack
	Reach     string // his number or mail address, for twilio and email
	Zone      string
	Profile   manifest.Profile
}

// Scopes are what the app asks for.
func (a Answers) Scopes() []manifest.Scope { return manifest.Scopes(a.Profile) }

// Name is the workspace's as customers may say it: Harbor.
func (a Answers) Name() string { return strings.ToUpper(a.Workspace[:1]) + a.Workspace[1:] }

var (
	workspaceName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	handleName    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,30}$`)
	memberID      = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)
	channelName   = regexp.MustCompile(`^[a-z0-9_-]{1,80}$|^[CG][A-Z0-9]{6,}$`)
	phoneNumber   = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
)

// errNoAnswer is the end of the input.
var errNoAnswer = errors.New("the answers ended")

// dialogue asks on one side and hears on the other.
type dialogue struct {
	World
	ctx     context.Context // ends when the person goes away
	in      *bufio.Scanner
	lines   <-chan string // closed at the end of the input
	greeted bool
}

// newDialogue begins to listen, beside whoever waits for a line: a terminal that
// is read from cannot be interrupted.
func newDialogue(ctx context.Context, w World) *dialogue {
	lines := make(chan string)
	d := &dialogue{World: w, ctx: ctx, in: bufio.NewScanner(w.Stdin), lines: lines}
	go func() {
		defer close(lines)
		for d.in.Scan() {
			select {
			case lines <- d.in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return d
}

// hear asks once and gives the answer, or what stands in brackets.
func (d *dialogue) hear(question, usual string) (string, error) {
	if usual != "" {
		question += " [" + usual + "]"
	}
	if _, err := fmt.Fprintf(d.Stdout, "%s: ", question); err != nil {
		return "", err
	}
	var line string
	var more bool
	select {
	case line, more = <-d.lines:
	case <-d.ctx.Done():
	}
	switch v := strings.TrimSpace(line); {
	case more && v != "":
		return v, nil
	case more:
		return usual, nil
	}
	_, _ = fmt.Fprintln(d.Stdout) // the error that follows begins a line
	if d.ctx.Err() == nil && d.in.Err() != nil {
		return "", fmt.Errorf("reading the answers: %w", d.in.Err())
	}
	return "", errNoAnswer
}

// permission asks whether files may be replaced. Without a clear yes they stay.
func (d *dialogue) permission(files []string, dir string) error {
	v, err := d.hear(fmt.Sprintf("%s: in %s already. Replace, and keep what is there as .old? yes or no", list(files), dir), "no")
	if err != nil && !errors.Is(err, errNoAnswer) {
		return err
	}
	if yes, err := truth(v); err != nil || yes != "yes" {
		return fmt.Errorf("%s: in %s already, so nothing was written: --force replaces, --dir writes elsewhere", list(files), dir)
	}
	return nil
}

// question is one thing to know.
type question struct {
	flag, given, text, usual string
	// read gives the answer in its form, or an error that says how to write it.
	read func(string) (string, error)
	to   *string
}

// put takes the flag, or asks until the answer can be read.
func (d *dialogue) put(q question) error {
	if q.given != "" {
		v, err := q.read(q.given)
		if err != nil {
			return fmt.Errorf("--%s: %w", q.flag, err)
		}
		*q.to = v
		return nil
	}
	if !d.greeted {
		d.greeted = true
		if _, err := io.WriteString(d.Stdout, "Five questions. Enter alone takes what stands in [brackets].\n\n"); err != nil {
			return err
		}
	}
	for {
		v, err := d.hear(q.text, q.usual)
		if errors.Is(err, errNoAnswer) {
			return fmt.Errorf("%w, and nothing was written: answer, or say --%s", err, q.flag)
		}
		if err != nil {
			return err
		}
		if *q.to, err = q.read(v); err == nil {
			return nil
		}
		if _, err := fmt.Fprintf(d.Stdout, "   %s\n", strings.ToUpper(err.Error()[:1])+err.Error()[1:]+"."); err != nil {
			return err
		}
	}
}

// ask puts the questions that no flag has answered.
func (d *dialogue) ask(c Command) (Answers, error) {
	a := Answers{Profile: manifest.Profile(c.Profile), Zone: d.Zone}
	var operator, page string
	for _, q := range []question{
		{"workspace", c.Workspace, "1. Your Slack workspace (harbor, for harbor.slack.com)", "", workspace, &a.Workspace},
		{"operator", c.Operator, "2. Who looks after the bot? Your Slack member ID, or “later”\n   (in Slack: your picture > Profile > ⋮ > Copy member ID)", "later", person, &operator},
		{"announce", c.Announce, "3. The channel in which incidents are announced", "incidents", channel, &a.Announce},
		{"status-page", c.StatusPage, "4. A status page for your customers? It stays hidden until you say so; yes or no", "yes", truth, &page},
		{"wake", c.Wake, "5. What wakes people at night: pagerduty, twilio (SMS), email or slack", "slack", way, &a.Wake},
	} {
		if err := d.put(q); err != nil {
			return a, err
		}
	}
	a.Page = page == "yes"
	a.Handle, a.Slack, _ = strings.Cut(operator, "=")
	if a.Handle == "" {
		a.Handle = handleOf(d.User)
	}
	reach := question{"reach", c.Reach, "", "", number, &a.Reach}
	switch a.Wake {
	case "twilio":
		reach.text = "   Your phone number, such as +15551234567"
	case "email":
		reach.text, reach.read = "   Your mail address", address
	default:
		return a, nil
	}
	return a, d.put(reach)
}

func workspace(v string) (string, error) {
	v = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(v, "https://"), "/"))
	v = strings.TrimSuffix(v, ".slack.com")
	if !workspaceName.MatchString(v) {
		return "", errors.New("write the part before .slack.com, such as harbor")
	}
	return v, nil
}

// person reads U024BE7LH, maya=U024BE7LH, maya or later, as handle=ID.
func person(v string) (string, error) {
	if v == "later" {
		return "=", nil
	}
	handle, id, both := strings.Cut(v, "=")
	if !both && memberID.MatchString(v) {
		handle, id = "", v
	}
	if handle != "" && !handleName.MatchString(handle) || id != "" && !memberID.MatchString(id) || handle+id == "" || both && id == "" {
		return "", errors.New("a member ID looks like U024BE7LH; with a name: maya=U024BE7LH")
	}
	return handle + "=" + id, nil
}

func channel(v string) (string, error) {
	v = strings.TrimPrefix(v, "#")
	if !channelName.MatchString(v) {
		return "", errors.New("write a channel's name, such as incidents, or its ID")
	}
	return v, nil
}

func truth(v string) (string, error) {
	switch strings.ToLower(v) {
	case "y", "yes", "true":
		return "yes", nil
	case "n", "no", "false":
		return "no", nil
	}
	return "", errors.New("write yes or no")
}

func way(v string) (string, error) {
	switch v = strings.ToLower(v); v {
	case "pagerduty", "twilio", "email", "slack":
		return v, nil
	}
	return "", errors.New("write pagerduty, twilio, email or slack")
}

func number(v string) (string, error) {
	v = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(v)
	if !phoneNumber.MatchString(v) {
		return "", errors.New("write it in international form: +15551234567")
	}
	return v, nil
}

func address(v string) (string, error) {
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v {
		return "", errors.New("write it as maya@example.com")
	}
	return v, nil
}

// handleOf makes a handle of the name that the machine has for a person.
func handleOf(user string) string {
	if user = strings.ToLower(user); handleName.MatchString(user) && user != "root" {
		return user
	}
	return "operator"
}
