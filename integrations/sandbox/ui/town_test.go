package ui_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	netsmtp "net/smtp"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/pagerduty"
	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/smtp"
	"drumbeat/integrations/sandbox/statuspage"
	"drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/sandbox/ui"
	"drumbeat/integrations/sandbox/x"
)

var noon = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC) // in the team's zone

// bot is an app that answers what the test says, and remembers what it got.
type bot struct {
	mu      sync.Mutex
	got     []string // path and the part of the form that matters
	answers map[string]string
	down    bool
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if r.Method == http.MethodGet {
		if b.answers[r.URL.Path] == "" {
			http.NotFound(w, r)
			return
		}
	} else {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		line := r.URL.Path
		for _, name := range []string{"user_name", "command", "text", "From", "Body", "Digits", "payload"} {
			if form.Get(name) != "" {
				line += " " + form.Get(name)
			}
		}
		if len(form) == 0 || strings.HasPrefix(string(body), "{") {
			line += " " + string(body)
		}
		b.got = append(b.got, line)
	}
	_, _ = io.WriteString(w, b.answers[r.URL.Path])
}

// last gives the newest request whose path it is.
func (b *bot) last(path string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.got) - 1; i >= 0; i-- {
		if strings.HasPrefix(b.got[i], path+" ") {
			return b.got[i]
		}
	}
	return ""
}

func (b *bot) says(path, body string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers[path] = body
}

// world is a small town with its page.
type world struct {
	*testing.T
	bot *bot
	ui.Config
	page *ui.UI
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldAt(t, func() time.Time { return noon }, nil)
}

// newWorldAt is one with a clock, and with something that leads through it.
func newWorldAt(t testing.TB, now func() time.Time, show ui.Show) *world {
	t.Helper()
	b := &bot{answers: map[string]string{}}
	client := &http.Client{Transport: sandbox.Transport(b)}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	const app = "http://bot.example"
	everybody := []string{"U0SANDBOX", "U1", "U2"}
	c := ui.Config{
		Slack: slack.New(slack.Config{Client: client, Now: now, Queue: true, URL: "http://town.example/slack",
			CommandsURL: app + "/commands", InteractionsURL: app + "/interactions", EventsURL: app + "/events",
			People:   []slack.Person{{ID: "U1", Name: "maya"}, {ID: "U2", Name: "omar"}},
			Channels: []slack.Seed{{ID: "C1", Name: "incidents", Members: everybody}, {ID: "C2", Name: "other"}, {ID: "C3", Name: "secret", Private: true, Members: []string{"U2", "U0SANDBOX"}}}}),
		SlackFaults: new(sandbox.Faults),
		X:           x.New(x.Config{Now: now}),
		Statuspage:  statuspage.New(statuspage.Config{Key: "key", PageID: "page", Now: now, Components: []statuspage.Component{{ID: "c1", Name: "Mail view"}}}),
		PagerDuty:   pagerduty.New(pagerduty.Config{RoutingKeys: []string{strings.Repeat("r", 32)}, Now: now}),
		Twilio:      twilio.New(twilio.Config{AccountSID: "AC1", AuthToken: "token", Numbers: []string{"+14155550100"}, Webhook: app + "/sms", Client: client, Now: now}),
		Mail:        smtp.New(smtp.Config{Now: now}),
		People:      []ui.Person{{ID: "U1", Name: "Maya", Part: "on call", Phone: "+14155550101"}, {ID: "U2", Name: "Omar", Part: "engineer"}},
		Home:        "incidents", Bot: "U0SANDBOX", Command: "/incident", App: app, Alerts: "/alerts", Zone: zone,
		Client: client, Every: time.Millisecond, Now: now, Show: show,
	}
	w := &world{bot: b, Config: c, page: ui.New(c)}
	w.T, _ = t.(*testing.T)
	return w
}

// get reads a page.
func (w *world) get(address string) string {
	r := httptest.NewRecorder()
	w.page.ServeHTTP(r, httptest.NewRequest(http.MethodGet, address, nil))
	return r.Body.String()
}

// do acts with a script in the browser; it gives the notice.
func (w *world) do(act string, pairs ...string) string {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	req := httptest.NewRequest(http.MethodPost, "/ui/do/"+act, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("HX-Request", "true")
	r := httptest.NewRecorder()
	w.page.ServeHTTP(r, req)
	if r.Code != http.StatusOK {
		return r.Result().Status
	}
	return strings.TrimSpace(r.Body.String())
}

// api calls a stand-in as the bot does.
func (w *world) api(h http.Handler, address string, body any, header ...string) map[string]any {
	w.Helper()
	var text string
	kind := "application/json"
	switch b := body.(type) {
	case url.Values:
		text, kind = b.Encode(), "application/x-www-form-urlencoded"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.Fatal(err)
		}
		text = string(raw)
	}
	req := httptest.NewRequest(http.MethodPost, address, strings.NewReader(text))
	req.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	r := httptest.NewRecorder()
	h.ServeHTTP(r, req)
	var got map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &got); err != nil || r.Code >= 300 {
		w.Fatalf("%s answers %d %s", address, r.Code, r.Body)
	}
	return got
}

// post posts as the bot.
func (w *world) post(channel, text, blocks string) (ts string) {
	w.Helper()
	got := w.api(w.Slack, "/api/chat.postMessage", url.Values{"channel": {channel}, "text": {text}, "blocks": {blocks}}, "Authorization", "Bearer xoxb-sandbox")
	if got["ok"] != true {
		w.Fatalf("chat.postMessage answers %v", got)
	}
	return got["ts"].(string)
}

func (w *world) sms(to, body string) {
	w.Helper()
	req := url.Values{"To": {to}, "From": {"+14155550100"}, "Body": {body}}
	w.api(w.Twilio, "/2010-04-01/Accounts/AC1/Messages.json", req, "Authorization", "Basic QUMxOnRva2Vu")
}

func (w *world) publish(name, body string) {
	w.Helper()
	w.api(w.Statuspage, "/v1/pages/page/incidents", map[string]any{"incident": map[string]any{"name": name, "status": "investigating",
		"body": body, "component_ids": []string{"c1"}, "components": map[string]string{"c1": "partial_outage"}}}, "Authorization", "OAuth key")
}

func (w *world) trigger(summary, key string) {
	w.Helper()
	w.api(w.PagerDuty, "/v2/enqueue", map[string]any{"routing_key": strings.Repeat("r", 32), "event_action": "trigger", "dedup_key": key,
		"payload": map[string]any{"summary": summary, "source": "INC-1", "severity": "critical"}})
}

func (w *world) mail(to, subject, body string) {
	w.Helper()
	addr, err := w.Mail.Listen("127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = w.Mail.Close() })
	text := "From: a@b.example\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@b.example>\r\nSubject: " + subject + "\r\n\r\n" + body + "\r\n"
	if err := netsmtp.SendMail(addr.String(), nil, "a@b.example", []string{to}, []byte(text)); err != nil {
		w.Fatal(err)
	}
}

// want complains about what a text has not, or has ("!" before it).
func (w *world) want(text string, parts ...string) {
	w.Helper()
	for _, part := range parts {
		absent, not := strings.CutPrefix(part, "!")
		if strings.Contains(text, absent) == not {
			w.Errorf("want %s in\n%s", part, text[:min(len(text), 300)])
		}
	}
}
