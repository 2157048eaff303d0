// Package web is the bot's HTTP side: which path is whose, on which listener,
// and what a request needs to be heard.
//
//	public   the status page, at /
//	slack    /slack/…, /hooks/…
//	private  /v1/…, /metrics, /healthz, /readyz
//
// Several of them may share one address. Whatever is accepted was committed
// before the answer; an answer other than 2xx accepted nothing.
package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is what the handlers need; all of it, but for the Token.
type Config struct {
	Bot       *bot.Bot
	Store     Reader
	Workspace string
	Handle    integrations.Handler
	// Token is the bearer of /v1; without one /v1 answers 403.
	Token string
	// Trusted callers need no token: the listener knows who they are.
	Trusted bool
	// FarEnds gives the public far ends with the modes that they are in now.
	FarEnds func(context.Context) (map[string]string, error)
	// Ready says why requests cannot be served, nil when they can.
	Ready func(context.Context) error
	// Metrics is served at /metrics.
	Metrics http.Handler
	// Refused counts requests that were turned away, by reason.
	Refused func(reason string)
	Log     *slog.Logger
}

// maxBody is the most that a request may hold, in bytes. An Alertmanager group
// of a thousand alerts has about 1 MB.
const maxBody = 8 << 20

// API gives the private paths.
func API(c Config) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := c.Ready(ctx); err != nil {
			text(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		text(w, http.StatusOK, "ready")
	})
	mux.Handle("GET /metrics", c.Metrics)
	mux.Handle("POST /v1/command", c.bearer(c.command))
	mux.Handle("POST /v1/changes", c.bearer(c.changes))
	mux.Handle("GET /v1/far-ends", c.bearer(c.farEnds))
	mux.Handle("GET /v1/incidents", c.bearer(c.incidents))
	mux.Handle("GET /v1/incidents/{number}/score", c.bearer(c.score))
	return mux
}

func text(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, s+"\n") // nobody is left to hear of a failure
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // nobody is left to hear of a failure
}

// problem is the body of every refusal: a sentence for the person, a code for
// the machine.
func (c Config) problem(w http.ResponseWriter, status int, code, sentence string) {
	c.Refused(code)
	answer(w, status, map[string]string{"error": sentence, "code": code})
}

func (c Config) bearer(next http.HandlerFunc) http.Handler {
	if c.Trusted {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.Token == "" {
			c.problem(w, http.StatusForbidden, "no_token", "api.token is not configured, so nobody may use /v1")
			return
		}
		got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(got), []byte(c.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			c.problem(w, http.StatusUnauthorized, "bad_token", "the bearer token is missing or wrong")
			return
		}
		next(w, r)
	})
}

// read decodes a JSON body; it answers itself when it cannot.
func (c Config) read(w http.ResponseWriter, r *http.Request, v any) bool {
	body, ok := c.body(w, r)
	if !ok {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil && dec.More() {
		err = errors.New("something follows the JSON object")
	}
	if err != nil {
		c.problem(w, http.StatusBadRequest, "bad_json", "the body is not what this path takes: "+strings.TrimPrefix(err.Error(), "json: "))
		return false
	}
	return true
}

func (c Config) body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.problem(w, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the body is larger than %d bytes", maxBody))
		return nil, false
	case err != nil:
		c.problem(w, http.StatusBadRequest, "cut_off", "the body was cut off")
		return nil, false
	}
	return body, true
}

// Command is the body of POST /v1/command. By is a handle of the configuration.
// Key makes a repeat harmless.
type Command struct {
	Line    string `json:"line"`
	By      string `json:"by"`
	Key     string `json:"key,omitempty"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
}

// Answer is what /v1/command answers: 200, or 422 when it was refused.
type Answer struct {
	Text    string          `json:"text"`
	Refused bool            `json:"refused,omitempty"`
	Message *stream.Message `json:"message,omitempty"`
}

func (c Config) command(w http.ResponseWriter, r *http.Request) {
	var cmd Command
	if !c.read(w, r, &cmd) {
		return
	}
	if cmd.By == "" {
		c.problem(w, http.StatusBadRequest, "no_person", "“by” is missing: the handle of the person who asks")
		return
	}
	if cmd.Key != "" {
		cmd.Key = "http:" + cmd.Key
	}
	reply, err := c.Handle(r.Context(), integrations.Request{Key: cmd.Key, Face: "http", By: stream.Actor{ID: cmd.By},
		Line: cmd.Line, Channel: cmd.Channel, Thread: cmd.Thread})
	switch {
	case err != nil:
		c.problem(w, http.StatusServiceUnavailable, "unknown", err.Error())
	case reply.Refused:
		c.Refused("refused")
		answer(w, http.StatusUnprocessableEntity, Answer{Text: reply.Words.Plain(), Refused: true, Message: reply.Words})
	default:
		answer(w, http.StatusOK, Answer{Text: reply.Words.Plain(), Message: reply.Words})
	}
}

// Change is the body of POST /v1/changes. Action is "start" (as when empty),
// "log" (it was done before) or "end", which names the Change and may tell its
// Exit code. The answer is 201 with the number of a new change, 200 when nothing
// new began: one that ended, or the same Key again.
type Change struct {
	Action string       `json:"action,omitempty"`
	Change string       `json:"change,omitempty"` // "CH-23"
	Facts  change.Facts `json:"facts"`
	At     time.Time    `json:"at,omitzero"`
	Exit   int          `json:"exit,omitempty"`
	Key    string       `json:"key,omitempty"`
}

func (c Config) changes(w http.ResponseWriter, r *http.Request) {
	var ch Change
	if !c.read(w, r, &ch) {
		return
	}
	cmd := bot.Command{Meta: stream.Meta{By: stream.Actor{ID: cmp.Or(ch.Facts.Author.Handle, "api")}}}
	if ch.Key != "" {
		cmd.Meta.Key = "http:" + ch.Key
	}
	switch ch.Action {
	case "", "start", "log":
		cmd.Stream = stream.ID{Workspace: c.Workspace, Kind: change.Kind, Name: bot.Next}
		cmd.Value = change.Start{Facts: ch.Facts, At: ch.At, Log: ch.Action == "log"}
	case "end":
		number, ok := strings.CutPrefix(strings.ToUpper(ch.Change), "CH-")
		if n, err := strconv.Atoi(number); !ok || err != nil || n < 1 {
			c.problem(w, http.StatusBadRequest, "no_change", "“change” must name what ends, as in CH-23")
			return
		}
		cmd.Stream = stream.ID{Workspace: c.Workspace, Kind: change.Kind, Name: number}
		cmd.Value = change.End{Exit: ch.Exit}
	default:
		c.problem(w, http.StatusBadRequest, "bad_action", "“action” is start, log or end")
		return
	}
	res, err := c.Bot.Do(r.Context(), cmd)
	if err != nil {
		c.failed(w, cmd, err)
		return
	}
	status := http.StatusCreated
	if ch.Action == "end" || res.Duplicate {
		status = http.StatusOK
	}
	answer(w, status, map[string]string{"change": "CH-" + res.Stream.Name})
}

// failed answers for a command that was not carried out. What the store says is
// the operator's to read, not the caller's.
func (c Config) failed(w http.ResponseWriter, cmd bot.Command, err error) {
	if errors.Is(err, stream.ErrRefused) {
		c.problem(w, http.StatusUnprocessableEntity, "refused", err.Error())
		return
	}
	c.Log.Error("a command was not recorded", "stream", cmd.Stream.String(), "error", err)
	if errors.Is(err, bot.ErrStore) {
		c.problem(w, http.StatusServiceUnavailable, "unknown", "the store does not answer; send it again, with the same key if it has one")
		return
	}
	c.problem(w, http.StatusInternalServerError, "defect", "it was not recorded; the log says why")
}

// Alerts makes the handler of an alert source's hook. parse says what a body
// holds; its error names the field that is wrong, and the answer is 400.
func (c Config) Alerts(token string, parse func([]byte) ([]alert.Receive, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token == "" || subtle.ConstantTimeCompare([]byte(r.PathValue("token")), []byte(token)) != 1 {
			c.problem(w, http.StatusUnauthorized, "bad_token", "the token in the path is wrong")
			return
		}
		body, ok := c.body(w, r)
		if !ok {
			return
		}
		rules, err := parse(body)
		if err != nil {
			c.Log.Error("an alert was not understood", "error", err, "body", string(body[:min(len(body), 4096)]))
			c.problem(w, http.StatusBadRequest, "bad_alert", err.Error())
			return
		}
		for _, cmd := range c.receive(rules) {
			if _, err := c.Bot.Do(r.Context(), cmd); err != nil {
				c.failed(w, cmd, err)
				return
			}
		}
		answer(w, http.StatusOK, map[string]int{"rules": len(rules)})
	})
}

// receive makes one command of each rule. The monitoring posts the same state
// again and again; the state itself tells what is new, so the commands need no
// Key.
func (c Config) receive(rules []alert.Receive) []bot.Command {
	out := make([]bot.Command, 0, len(rules))
	for _, r := range rules {
		name := alert.Name(r.Rule)
		out = append(out, bot.Command{Stream: stream.ID{Workspace: c.Workspace, Kind: alert.Kind, Name: name},
			Meta: stream.Meta{By: stream.Actor{ID: alert.Source(name)}}, Value: r})
	}
	return out
}
