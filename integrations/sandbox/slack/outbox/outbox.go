// Package outbox sends to an app what Slack sends: commands and interactions
// once, events again and again. It goes out as signed requests, or over the
// connections of Socket Mode: an app has one or the other.
//
// Events leave in order on one goroutine that lives only while something waits;
// what is not answered with 200 within 3 s is sent again by the schedule of
// retries, unless the app says X-Slack-No-Retry. An Outbox with Hold sends
// nothing by itself: Flush does, on the caller's goroutine and by Now alone. Over
// Socket Mode one event does not wait for another.
package outbox

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
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/sockets"
)

// patience is how long Slack waits for the app.
const patience = 3 * time.Second

// retries says when an event is sent again after a failure: almost at once,
// after a minute, after five.
var retries = []time.Duration{time.Second, time.Minute, 5 * time.Minute}

// Outbox is the way to one app. Its fields are set before its first use; it is
// safe for concurrent use.
type Outbox struct {
	Secret string // signs each request
	// Where they go; what has no address is not sent.
	Commands, Interactions, Events string
	Client                         *http.Client
	// Sockets, if any, takes everything in place of requests.
	Sockets *sockets.Sockets
	Now     func() time.Time
	Signed  func() time.Time // the clock of signatures
	Hold    bool

	mu      sync.Mutex
	queue   []event
	running bool
	cleared int // how often Clear was called: a retry of before is forgotten
}

type event struct {
	body    []byte
	at      time.Time
	try     int
	reason  string
	cleared int
}

// Add queues an event; Start sends it.
func (o *Outbox) Add(body []byte) {
	if o.Events == "" && o.Sockets == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, event{body: body, at: o.Now(), cleared: o.cleared})
}

// Waiting counts the events that are queued.
func (o *Outbox) Waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue)
}

// Clear forgets what waits.
func (o *Outbox) Clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue, o.cleared = nil, o.cleared+1
}

// Start sees to it that what waits is sent. It does not block.
func (o *Outbox) Start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Hold || o.running || len(o.queue) == 0 {
		return
	}
	o.running = true
	go func() {
		for e, ok := o.next(); ok; e, ok = o.next() {
			if o.Sockets != nil {
				go o.send(context.Background(), e)
				continue
			}
			o.send(context.Background(), e)
		}
	}()
}

// next takes the first event that is due.
func (o *Outbox) next() (event, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.Now()
	i := slices.IndexFunc(o.queue, func(e event) bool { return !e.at.After(now) })
	if i < 0 {
		o.running = false
		return event{}, false
	}
	e := o.queue[i]
	o.queue = slices.Delete(o.queue, i, i+1)
	return e, true
}

// Flush sends what is due and what that brings about; it returns how many
// requests that were.
func (o *Outbox) Flush(ctx context.Context) int {
	n := 0
	for ctx.Err() == nil {
		e, ok := o.next()
		if !ok {
			break
		}
		o.send(ctx, e)
		n++
	}
	return n
}

func (o *Outbox) send(ctx context.Context, e event) {
	a := o.attempt(ctx, e)
	if a.Status == http.StatusOK || e.try == len(retries) || a.noRetry {
		return
	}
	after := retries[e.try]
	e.at, e.reason, e.try = o.Now().Add(after), a.Error, e.try+1
	if !o.Hold {
		time.AfterFunc(after, func() { o.again(e) })
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, e)
}

func (o *Outbox) attempt(ctx context.Context, e event) Answer {
	if o.Sockets != nil {
		return o.push(ctx, sockets.Envelope{Type: "events_api", Payload: e.body, Retry: e.try, Reason: e.reason})
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if e.try > 0 {
		header.Set("X-Slack-Retry-Num", strconv.Itoa(e.try))
		header.Set("X-Slack-Retry-Reason", e.reason)
	}
	return o.post(ctx, o.Events, header, e.body)
}

func (o *Outbox) again(e event) {
	o.mu.Lock()
	forgotten := e.cleared != o.cleared
	o.mu.Unlock()
	if !forgotten {
		o.send(context.Background(), e)
	}
}

// Answer is what the app answered.
type Answer struct {
	Status  int              `json:"status"` // 0: none
	Body    string           `json:"body,omitempty"`
	Latency sandbox.Duration `json:"latency"`
	// Error says what went wrong; of events: "http_timeout",
	// "connection_failed", "http_error" (not 200).
	Error   string `json:"error,omitempty"`
	noRetry bool
}

// Command sends a slash command, once. What went wrong is named as the person
// reads it: "dispatch_failed", "operation_timeout".
func (o *Outbox) Command(ctx context.Context, form url.Values) Answer {
	if o.Sockets == nil {
		return o.once(ctx, o.Commands, form)
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, _ := json.Marshal(fields) // strings always encode
	return told(o.push(ctx, sockets.Envelope{Type: "slash_commands", Payload: payload, Accepts: true}))
}

// Interaction sends what a person did in a message or a view, once, with the
// errors of Command.
func (o *Outbox) Interaction(ctx context.Context, payload []byte) Answer {
	if o.Sockets == nil {
		return o.once(ctx, o.Interactions, url.Values{"payload": {string(payload)}})
	}
	return told(o.push(ctx, sockets.Envelope{Type: "interactive", Payload: payload, Accepts: true}))
}

func (o *Outbox) once(ctx context.Context, to string, form url.Values) Answer {
	if to == "" {
		return Answer{Error: "dispatch_failed"}
	}
	return told(o.post(ctx, to, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form.Encode())))
}

// told names what went wrong as the person reads it.
func told(a Answer) Answer {
	switch a.Error {
	case "":
	case "http_timeout", sockets.ErrTimeout.Error():
		a.Error = "operation_timeout"
	default:
		a.Error = "dispatch_failed"
	}
	return a
}

// push gives out an envelope; one that is acknowledged counts as answered with 200.
func (o *Outbox) push(ctx context.Context, e sockets.Envelope) Answer {
	start := time.Now()
	body, err := o.Sockets.Send(ctx, e)
	a := Answer{Latency: sandbox.Duration(time.Since(start))}
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Status, a.Body = http.StatusOK, string(body)
	return a
}

// post posts one signed request and waits as long as Slack does.
func (o *Outbox) post(ctx context.Context, url string, header http.Header, body []byte) (a Answer) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	defer func() { a.Latency = sandbox.Duration(time.Since(start)) }()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return Answer{Error: "connection_failed"}
	}
	r.Header = header
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	o.sign(r, body)
	resp, err := o.Client.Do(r)
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
func (o *Outbox) sign(r *http.Request, body []byte) {
	at := strconv.FormatInt(o.Signed().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(o.Secret))
	mac.Write([]byte("v0:" + at + ":"))
	mac.Write(body)
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}
