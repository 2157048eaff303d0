package slack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"drumbeat/integrations"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/slack/socket"
)

// way is how what people do comes to the bot.
type way string

const (
	overHTTP   way = "HTTP"
	overSocket way = "Socket Mode"
)

// overBoth runs a test once for each way: what a payload means does not depend
// on it.
func overBoth(t *testing.T, test func(t *testing.T, over way)) {
	t.Parallel()
	for _, over := range []way{overHTTP, overSocket} {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			test(t, over)
		})
	}
}

// command brings a slash command, whose body is given as HTTP has it, and gives
// the answer when all that follows it is said.
func (over way) command(t testing.TB, s *slack.Slack, h integrations.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	if over == overHTTP {
		return ask(s.CommandsHandler(h), signed("/", body, time.Now()))
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return envelope(t, s, h, socket.Envelope{Type: "slash_commands", Payload: payload, Accepts: true})
}

func (over way) interaction(t testing.TB, s *slack.Slack, h integrations.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	if over == overHTTP {
		return ask(s.InteractionsHandler(h), signed("/", body, time.Now()))
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	return envelope(t, s, h, socket.Envelope{Type: "interactive", Payload: []byte(form.Get("payload")), Accepts: true})
}

func (over way) event(t testing.TB, s *slack.Slack, h integrations.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	if over == overHTTP {
		return ask(s.EventsHandler(h), signed("/", body, time.Now()))
	}
	w := envelope(t, s, h, socket.Envelope{Type: "events_api", Payload: []byte(body)})
	if w.Body.Len() > 0 {
		t.Errorf("an event is answered with %s", w.Body)
	}
	return w
}

// envelope gives an envelope to the face as a connection does; an acknowledgement
// is as good as a 200.
func envelope(t testing.TB, s *slack.Slack, h integrations.Handler, e socket.Envelope) *httptest.ResponseRecorder {
	t.Helper()
	e.ID = "E1"
	a := s.EnvelopeHandler(h)(t.Context(), e)
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(a.Body); err != nil {
		t.Fatal(err)
	}
	if a.Then != nil {
		a.Then(t.Context())
	}
	return w
}
