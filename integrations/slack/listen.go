package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/socket"
)

// maxCarried is what an acknowledgement carries, in bytes, beside what stands
// around it.
const maxCarried = socket.MaxAck - 256

// Socket gives the connections of Socket Mode, over which h is asked; nil
// without an app_token.
func (s *Slack) Socket(h integrations.Handler) *socket.Line {
	if s.config.AppToken == "" {
		return nil
	}
	line := socket.New(socket.Config{Open: s.connection, Dialer: s.dialer(), Handle: s.EnvelopeHandler(h), Log: s.log})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line = line
	return line
}

// EnvelopeHandler takes what comes over Socket Mode.
func (s *Slack) EnvelopeHandler(h integrations.Handler) func(context.Context, socket.Envelope) socket.Answer {
	return face{s, h}.envelope
}

// Connected says over how many connections of Socket Mode Slack is heard, of
// socket.Two, and what keeps it from more. Over HTTP nobody knows: none, and no
// error.
func (s *Slack) Connected() (int, error) {
	s.mu.Lock()
	line := s.line
	s.mu.Unlock()
	if line == nil {
		return 0, nil
	}
	return line.Connected()
}

// connection asks for the address of a new connection. It is as good as a token
// until it is used, so no error names it.
func (s *Slack) connection(ctx context.Context) (string, error) {
	_, address, err := s.client.StartSocketModeContext(ctx)
	switch errName(err) {
	case "invalid_auth", "not_authed", "token_revoked", "account_inactive", "missing_scope", "not_allowed_token_type":
		return "", fmt.Errorf("%w: slack.app_token is not, or no longer, a token of the app with the scope connections:write", s.failure("apps.connections.open", err))
	}
	if err != nil {
		return "", s.failure("apps.connections.open", err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "wss" && (u.Scheme != "ws" || strings.HasPrefix(s.config.BaseURL, "https:")) {
		return "", errors.New("slack apps.connections.open: its answer is not the address of an encrypted connection")
	}
	return address, nil
}

// dialer connects as the client of the Web API does.
func (s *Slack) dialer() *websocket.Dialer {
	// Slack reads an acknowledgement of one frame only, so the buffer holds it whole.
	d := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 10 * time.Second, WriteBufferSize: 2 * socket.MaxAck}
	if t, ok := s.http.Transport.(*http.Transport); ok {
		d.Proxy, d.NetDialContext, d.TLSClientConfig = t.Proxy, t.DialContext, t.TLSClientConfig
	}
	return d
}

// envelope carries out what came over the socket, once: what comes again is
// acknowledged with the answer of the first time.
func (f face) envelope(ctx context.Context, e socket.Envelope) socket.Answer {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	first := false
	key := actOf(e)
	v, _, _ := f.doing.Do(key, func() (any, error) {
		if a, again := f.done.look(key); again {
			return a, nil
		}
		first = true
		a := f.payload(ctx, e)
		if len(a.body) > maxCarried {
			a = f.later(e, a)
		}
		if !a.failed {
			f.done.add(key, a)
		}
		return a, nil
	})
	a, _ := v.(answer)
	if a.wrong != "" && first {
		f.log.Warn("slack: an envelope brought what cannot be read", "type", e.Type, "error", a.wrong)
	}
	out := socket.Answer{Body: a.body}
	if first && a.then != nil {
		out.Then = func(ctx context.Context) {
			ctx, cancel := context.WithTimeout(ctx, saidWithin)
			defer cancel()
			a.then(ctx)
		}
	}
	return out
}

// actOf names what happened, in whichever envelope and however often it
// comes: a person's act has one trigger, an event one ID.
func actOf(e socket.Envelope) string {
	var p struct {
		TriggerID string `json:"trigger_id"`
		EventID   string `json:"event_id"`
	}
	_ = json.Unmarshal(e.Payload, &p) // what has neither is known by its envelope
	return cmp.Or(p.TriggerID, p.EventID, e.ID)
}

// payload finds what a payload is. One that is nothing to us is acknowledged:
// again it would be the same.
func (f face) payload(ctx context.Context, e socket.Envelope) answer {
	switch e.Type {
	case "slash_commands":
		var fields map[string]any
		if json.Unmarshal(e.Payload, &fields) != nil {
			return answer{wrong: "no command"}
		}
		return f.command(ctx, func(name string) string {
			text, _ := fields[name].(string)
			return text
		})
	case "interactive":
		return f.interaction(ctx, e.Payload)
	case "events_api":
		return f.event(ctx, e.Payload)
	}
	return answer{}
}

// later is an answer that an acknowledgement does not carry: a command's goes to
// its response_url, a view says "…" until it is drawn.
func (f face) later(e socket.Envelope, a answer) answer {
	var p struct {
		ResponseURL string `json:"response_url"`
		View        view   `json:"view"`
	}
	var drawn struct {
		View *api.ModalViewRequest `json:"view"`
	}
	if err := errors.Join(json.Unmarshal(e.Payload, &p), json.Unmarshal(a.body, &drawn)); err != nil {
		f.log.Warn("slack: a long answer was not shown", "type", e.Type, "error", err)
		return answer{failed: a.failed, then: a.then}
	}
	out, show := answer{failed: a.failed}, func(ctx context.Context) error { return f.sayAt(ctx, p.ResponseURL, a.body) }
	if drawn.View != nil {
		out.body = encoded(map[string]any{"response_action": "update", "view": p.View.done(stream.Say("…"))}).body
		show = func(ctx context.Context) error {
			_, err := f.client.UpdateViewContext(ctx, *drawn.View, "", "", p.View.ID)
			return err
		}
	}
	out.then = func(ctx context.Context) {
		if err := show(ctx); err != nil {
			f.log.Warn("slack: a long answer was not shown", "type", e.Type, "error", f.failure("answer", err))
		}
		if a.then != nil {
			a.then(ctx)
		}
	}
	return out
}
