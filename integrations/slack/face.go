package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Slack shows an error of its own when it has no answer after three seconds,
// and a trigger_id lives as long.
const (
	answerWithin = 2500 * time.Millisecond
	openWithin   = 2 * time.Second
	// saidWithin bounds what follows after Slack has its answer.
	saidWithin = 10 * time.Second
)

// Heard is told that a person wrote something in a channel or thread, to others
// than the bot. It is not told what.
type Heard func(ctx context.Context, by stream.Actor, at time.Time, channel, thread string) error

// Face sets whom the face tells (see Slack.Heard, Slack.Refused) and gives its
// Routes.
func (s *Slack) Face(h integrations.Handler, heard Heard, refused func(reason string)) map[string]http.Handler {
	s.Heard, s.Refused = heard, refused
	return s.Routes(h)
}

// face is Slack in front of a bot: what a payload means, however it came.
type face struct {
	*Slack
	bot integrations.Handler
}

// answer is what Slack gets for a payload.
type answer struct {
	body   json.RawMessage       // empty: a mere "understood"
	then   func(context.Context) // what is said once Slack has its answer; nil for nothing
	failed bool                  // the bot could not take it: the same again is no repetition
	wrong  string                // the payload is none, and why
}

// encoded is an answer with a body.
func encoded(v any) answer {
	body, _ := json.Marshal(v) // views and strings always encode
	return answer{body: body}
}

// ask hands a request to the bot. An error reads as a sentence for the person.
func (f face) ask(ctx context.Context, r integrations.Request) (reply integrations.Reply, failed bool) {
	r.Face = "slack"
	reply, err := f.bot(ctx, r)
	if err != nil {
		f.log.Warn("slack: a request was not accepted", "key", r.Key, "error", f.redact(err.Error()))
		return integrations.Reply{Words: stream.Say(f.redact(err.Error())), Refused: true}, true
	}
	return reply, false
}

// open shows a form and reports whether the person sees it.
func (f face) open(ctx context.Context, trigger string, form *integrations.Form, at place) bool {
	if trigger == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	_, err := f.client.OpenViewContext(ctx, trigger, modal(form, at))
	if err != nil && errName(err) != "exchanged_trigger_id" { // exchanged: it is open already
		f.log.Warn("slack: a form was not opened", "form", form.ID, "error", f.failure("views.open", err))
		return false
	}
	return true
}
