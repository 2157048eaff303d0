package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Slack shows an error of its own when it has no answer after three seconds,
// and a trigger_id lives as long.
const (
	answerWithin = 2500 * time.Millisecond
	openWithin   = 2 * time.Second
	// saidWithin bounds what follows after Slack has its 200.
	saidWithin = 10 * time.Second
	maxBody    = 1 << 20
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

// Routes are the face's handlers by pattern of http.ServeMux: POST
// /slack/commands, /slack/interactions and /slack/events, which the app's
// configuration at Slack names.
func (s *Slack) Routes(h integrations.Handler) map[string]http.Handler {
	return map[string]http.Handler{
		"POST /slack/commands":     s.CommandsHandler(h),
		"POST /slack/interactions": s.InteractionsHandler(h),
		"POST /slack/events":       s.EventsHandler(h),
	}
}

// CommandsHandler takes slash commands; the response is the answer.
func (s *Slack) CommandsHandler(h integrations.Handler) http.Handler {
	return s.verified(true, face{s, h}.command)
}

// InteractionsHandler takes clicks and submitted forms.
func (s *Slack) InteractionsHandler(h integrations.Handler) http.Handler {
	return s.verified(true, face{s, h}.interaction)
}

// EventsHandler takes mentions and direct messages, and learns of our posts.
func (s *Slack) EventsHandler(h integrations.Handler) http.Handler {
	return s.verified(false, face{s, h}.event)
}

// face is Slack in front of a bot.
type face struct {
	*Slack
	bot integrations.Handler
}

// verified lets only requests through that Slack signed within the last five
// minutes, and with once each of them only once: 401 else, 413 when too large.
// Events are let through again, since their Keys tell and Slack goes on until it
// has a 200. Source: docs.slack.dev/authentication/verifying-requests-from-slack.
func (s *Slack) verified(once bool, next func(http.ResponseWriter, *http.Request, []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What a person asked is carried out, also when Slack hangs up.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerWithin)
		defer cancel()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				s.turnAway(w, http.StatusRequestEntityTooLarge, "too large")
				return
			}
			http.Error(w, "the body could not be read", http.StatusBadRequest)
			return
		}
		if reason := s.verify(r.Header, body, once); reason != "" {
			s.turnAway(w, http.StatusUnauthorized, reason)
			return
		}
		next(w, r.WithContext(ctx), body)
	})
}

func (s *Slack) turnAway(w http.ResponseWriter, status int, reason string) {
	if s.Refused != nil {
		s.Refused(reason)
	}
	http.Error(w, reason, status)
}

// verify gives the reason to refuse a request, or nothing.
func (s *Slack) verify(header http.Header, body []byte, once bool) string {
	v, err := api.NewSecretsVerifier(header, s.config.SigningSecret)
	if errors.Is(err, api.ErrExpiredTimestamp) {
		return "stale"
	}
	if err != nil {
		return "forged"
	}
	if _, err := v.Write(body); err != nil || v.Ensure() != nil {
		return "forged"
	}
	// Hex digits may be written in either case.
	if once && !s.seen.add(strings.ToLower(header.Get("X-Slack-Signature")), struct{}{}) {
		return "replayed"
	}
	return ""
}

// ask hands a request to the bot. An error reads as a sentence for the person.
func (f face) ask(ctx context.Context, r integrations.Request) integrations.Reply {
	r.Face = "slack"
	reply, err := f.bot(ctx, r)
	if err != nil {
		f.log.Warn("slack: a request was not accepted", "key", r.Key, "error", f.redact(err.Error()))
		return integrations.Reply{Words: stream.Say(f.redact(err.Error())), Refused: true}
	}
	return reply
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

// respond answers Slack with JSON.
func respond(w http.ResponseWriter, v any) {
	body, _ := json.Marshal(v) // views and strings always encode
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that went away is the only reason to fail
}

// acknowledge gives Slack its empty 200 now and returns a context for what is
// said afterwards, long when the 200 has left.
func acknowledge(w http.ResponseWriter, r *http.Request) (context.Context, context.CancelFunc) {
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return afterwards(w, r)
}

// afterwards lets the answer, whose length is known, leave now.
func afterwards(w http.ResponseWriter, r *http.Request) (context.Context, context.CancelFunc) {
	if http.NewResponseController(w).Flush() != nil {
		return context.WithCancel(r.Context())
	}
	return context.WithTimeout(context.WithoutCancel(r.Context()), saidWithin)
}
