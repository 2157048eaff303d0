package desk

import (
	"context"
	"errors"
	"strings"

	"drumbeat/bot/desk/form"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// ask is one request on its way through the desk.
type ask struct {
	integrations.Request
	person incident.Person
	spec   *spec
	rest   string         // the line without its command and number
	number string         // the incident that the line names: "42"
	last   bool           // the number was the last word
	anyway bool           // the words go also where the guard warns: “update!”
	why    string         // and where it blocks, for this reason
	state  incident.State // the incident that the command is for
	chief  bool           // the person is the operator
}

func (a *ask) id() stream.ID { return a.state.ID }

func (a *ask) meta() stream.Meta { return stream.Meta{At: a.At, By: a.By, Key: a.Key} }

// phases are the commands that are a phase's name.
var phases = map[string]bool{"investigating": true, "identified": true, "monitoring": true}

// fault is a sentence for the person whose request was not accepted.
type fault string

func (f fault) Error() string { return string(f) }

const (
	storeFull = fault("Nothing was done: the store is full. The operator has to make room; then say it again.")
	unsure    = fault("That did not work, and I cannot tell whether it was done; the log tells the operator why. What was accepted before is safe. Say it again in a minute.")
)

// Handle answers one request. Its errors read as sentences.
func (d *Desk) Handle(ctx context.Context, r integrations.Request) (integrations.Reply, error) {
	a := &ask{Request: r}
	if a.At.IsZero() {
		a.At = d.Bot.Now()
	}
	a.person = d.Directory.Identify(r.By)
	switch {
	case strings.HasPrefix(a.person.Handle, "tel:"): // anybody may text a number
		return refused("This number belongs to nobody I know, so nothing was done."), nil
	case a.person.Handle == "", stream.Actor{ID: a.person.Handle}.Machine():
		return refused("I take commands of people alone, and this came without one's name. Nothing was done."), nil
	}
	a.By = stream.Actor{ID: a.person.Handle, Name: a.person.String(), Roles: d.Directory.Groups(a.person.Handle)}
	a.chief = d.IsOperator(ctx, a.By.ID)
	line := strings.TrimSpace(strings.ToValidUTF8(r.Line, "�"))
	reply, err := d.answer(ctx, a, line)
	var stop stopped
	switch {
	case err == nil:
		return reply, nil
	case errors.As(err, &stop):
		return stop.Reply, nil
	case errors.Is(err, stream.ErrRefused):
		reply = refused(err.Error())
		if field := form.Field(r.Form); field != "" {
			reply.Problems = map[string]string{field: err.Error()}
		}
		return reply, nil
	case errors.Is(err, store.ErrFull):
		d.Log.Error("the store is full", "error", err)
		return integrations.Reply{}, storeFull
	}
	d.Log.Error("a request failed", "command", phrase.Shorten(phrase.First(line), 20), "error", err)
	return integrations.Reply{}, unsure
}

func refused(sentence string) integrations.Reply {
	return integrations.Reply{Words: stream.Say(sentence), Refused: true}
}

func (d *Desk) answer(ctx context.Context, a *ask, line string) (integrations.Reply, error) {
	if a.Form != "" {
		return d.submit(ctx, a)
	}
	if word, rest := phrase.Cut(line); word == d.Settings.Command { // typed where a mention had called already
		line = rest
	}
	if line == "" {
		return d.bare(ctx, a)
	}
	word, rest := phrase.Cut(line)
	a.anyway = strings.HasSuffix(word, "!")
	if a.spec = lookUp(strings.TrimRight(word, ".,:;!?")); a.spec == nil {
		return d.unknown(word, rest), nil
	}
	if err := a.parse(rest); err != nil {
		return integrations.Reply{}, err
	}
	// A bare phase said again after another one is no repetition.
	again := a.rest == "" && phases[a.spec.name]
	if a.Key == "" && !a.spec.sets && !again {
		a.Key = d.recent.Intent(a.Request, line)
	}
	if a.spec.whose == must {
		if err := d.find(ctx, a); err != nil {
			return integrations.Reply{}, err
		}
	}
	return a.spec.run(d, ctx, a)
}

// bare is the command without words: the incident's state in its place, the
// form to declare one elsewhere.
func (d *Desk) bare(ctx context.Context, a *ask) (integrations.Reply, error) {
	here, err := d.at(ctx, a)
	switch {
	case err != nil:
		return integrations.Reply{}, err
	case here:
		return d.show(ctx, a)
	case a.CanOpen:
		return d.offerDeclare(incident.Declare{}), nil
	}
	return d.help(ctx, a)
}
