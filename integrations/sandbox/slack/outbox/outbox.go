package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations/sandbox"
)

// patience is how long Slack waits for the app.
const patience = 3 * time.Second

// retries says when an event is sent again after a failure: almost at once,
// after a minute, after five.
var retries = []time.Duration{time.Second, time.Minute, 5 * time.Minute}

// event is one that waits to be sent, not before at.
type event struct {
	body   []byte
	at     time.Time
	try    int
	reason string
}

// letter is a conversation's kind as events name it.
func letter(ch *channel) string {
	return map[string]string{public: "channel", private: "group", direct: "im", several: "mpim"}[ch.kind]
}

// tell queues an event of a channel that the bot is in.
func (w *Workspace) tell(ch *channel, payload reply) {
	if ch.has(w.config.BotUser) {
		w.announce(payload)
	}
}

// tellMessage tells of a message, and of a mention in it.
func (w *Workspace) tellMessage(ch *channel, m *Message) {
	payload := w.draw(ch, m, true)
	payload["channel"], payload["channel_type"], payload["event_ts"] = ch.id, letter(ch), m.TS
	w.tell(ch, payload)
	if m.Subtype == "" && m.BotID == "" && strings.Contains(m.Text, "<@"+w.config.BotUser+">") {
		mention := w.draw(ch, m, true)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", ch.id, m.TS
		w.tell(ch, mention)
	}
}

func (w *Workspace) announce(payload reply) {
	if w.config.EventsURL == "" {
		return
	}
	if payload["event_ts"] == nil {
		payload["event_ts"] = w.ts()
	}
	body, _ := json.Marshal(reply{ // maps and strings always encode
		"token": "legacy", "team_id": w.config.TeamID, "api_app_id": w.config.AppID, "type": "event_callback",
		"event_id": w.newID("Ev"), "event_time": w.now().Unix(), "event": payload,
		"authorizations": []reply{{"enterprise_id": nil, "team_id": w.config.TeamID,
			"user_id": w.config.BotUser, "is_bot": true, "is_enterprise_install": false}},
	})
	w.queue = append(w.queue, &event{body: body, at: w.now()})
}

// drain sees to it that what waits is sent, on a goroutine that ends with the queue.
func (w *Workspace) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.config.Queue || w.draining || len(w.queue) == 0 {
		return
	}
	w.draining = true
	go func() {
		for e := w.next(); e != nil; e = w.next() {
			w.send(context.Background(), e)
		}
	}()
}

// next takes the first event that is due.
func (w *Workspace) next() *event {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	i := slices.IndexFunc(w.queue, func(e *event) bool { return !e.at.After(now) })
	if i < 0 {
		w.draining = false
		return nil
	}
	e := w.queue[i]
	w.queue = slices.Delete(w.queue, i, i+1)
	return e
}

// Flush sends, with Config.Queue, what is due and what that brings about; it
// returns how many events were sent.
func (w *Workspace) Flush(ctx context.Context) int {
	n := 0
	for ctx.Err() == nil {
		e := w.next()
		if e == nil {
			break
		}
		w.send(ctx, e)
		n++
	}
	return n
}

func (w *Workspace) send(ctx context.Context, e *event) {
	header := http.Header{}
	if e.try > 0 {
		header.Set("X-Slack-Retry-Num", strconv.Itoa(e.try))
		header.Set("X-Slack-Retry-Reason", e.reason)
	}
	a := w.push(ctx, w.config.EventsURL, "application/json", e.body, header)
	if a.Status == http.StatusOK || e.try == len(retries) || a.noRetry {
		return
	}
	after := retries[e.try]
	again := &event{body: e.body, try: e.try + 1, reason: a.Error, at: w.now().Add(after)}
	if w.config.Queue {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queue = append(w.queue, again)
		return
	}
	time.AfterFunc(after, func() { w.send(context.Background(), again) })
}

// Answer is what the app answered to a person's act.
type Answer struct {
	Status  int              `json:"status"` // 0: none
	Body    string           `json:"body,omitempty"`
	Latency sandbox.Duration `json:"latency"`
	// Error is what Slack would tell the person: "operation_timeout",
	// "dispatch_failed", "invalid_command_response".
	Error   string `json:"error,omitempty"`
	noRetry bool
}

// push posts a signed request to the app.
func (w *Workspace) push(ctx context.Context, url, kind string, body []byte, header http.Header) (a Answer) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	defer func() { a.Latency = sandbox.Duration(time.Since(start)) }()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return Answer{Error: "dispatch_failed"}
	}
	r.Header = header
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	w.sign(r, body)
	resp, err := w.config.Client.Do(r)
	if err != nil {
		return Answer{Error: failure(err)}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return Answer{Error: failure(err)}
	}
	a = Answer{Status: resp.StatusCode, Body: string(text), noRetry: resp.Header.Get("X-Slack-No-Retry") == "1"}
	if a.Status != http.StatusOK {
		a.Error = "http_error"
	}
	return a
}

func failure(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "http_timeout"
	}
	return "connection_failed"
}

// sign follows Slack's scheme v0: HMAC-SHA256 of "v0:timestamp:body".
func (w *Workspace) sign(r *http.Request, body []byte) {
	at := strconv.FormatInt(w.now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(w.config.SigningSecret))
	mac.Write([]byte("v0:" + at + ":"))
	mac.Write(body)
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}
