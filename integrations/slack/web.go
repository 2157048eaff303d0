package slack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/integrations"
)

const maxBody = 1 << 20

// Routes are the face's handlers by pattern of http.ServeMux: POST
// /slack/commands, /slack/interactions and /slack/events, which the app's
// configuration at Slack names. Without a signing secret there are none.
func (s *Slack) Routes(h integrations.Handler) map[string]http.Handler {
	if s.config.SigningSecret == "" {
		return nil
	}
	return map[string]http.Handler{
		"POST /slack/commands":     s.CommandsHandler(h),
		"POST /slack/interactions": s.InteractionsHandler(h),
		"POST /slack/events":       s.EventsHandler(h),
	}
}

// CommandsHandler takes slash commands; the response is the answer.
func (s *Slack) CommandsHandler(h integrations.Handler) http.Handler {
	return s.verified(true, func(ctx context.Context, body []byte) answer {
		v, err := url.ParseQuery(string(body))
		if err != nil {
			return answer{wrong: "not a form"}
		}
		if v.Get("ssl_check") == "1" { // Slack tries the address
			return answer{}
		}
		return face{s, h}.command(ctx, v.Get)
	})
}

// InteractionsHandler takes clicks and submitted forms.
func (s *Slack) InteractionsHandler(h integrations.Handler) http.Handler {
	return s.verified(true, func(ctx context.Context, body []byte) answer {
		v, err := url.ParseQuery(string(body))
		if err != nil {
			return answer{wrong: "not a form"}
		}
		return face{s, h}.interaction(ctx, []byte(v.Get("payload")))
	})
}

// EventsHandler takes mentions and direct messages, and learns of our posts.
func (s *Slack) EventsHandler(h integrations.Handler) http.Handler {
	return s.verified(false, face{s, h}.event)
}

// verified lets only requests through that Slack signed within the last five
// minutes, and with once each of them only once: 401 else, 413 when too large.
// Events are let through again, since their Keys tell and Slack goes on until it
// has a 200. Source: docs.slack.dev/authentication/verifying-requests-from-slack.
func (s *Slack) verified(once bool, next func(context.Context, []byte) answer) http.Handler {
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
		respond(ctx, w, next(ctx, body))
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

// respond gives Slack its answer, and then says what follows it, long when the
// answer has left.
func respond(ctx context.Context, w http.ResponseWriter, a answer) {
	if a.wrong != "" {
		http.Error(w, a.wrong, http.StatusBadRequest)
		return
	}
	if len(a.body) > 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(a.body) // a client that went away is the only reason to fail
	if a.then == nil {
		return
	}
	if http.NewResponseController(w).Flush() == nil { // else the answer leaves with our return
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), saidWithin)
		defer cancel()
	}
	a.then(ctx)
}
