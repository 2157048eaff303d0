package main_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/bot/wiring"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/town"
)

// benchLatency is how long every far end takes to answer.
const benchLatency = 100 * time.Millisecond

// benchPatience ends a benchmark that would wait for ever.
const benchPatience = 20 * time.Second

// benchBot is the bot in this process, so that a profile shows it, in a town
// whose far ends are slow. What reaches them is noted with its time.
type benchBot struct {
	testing.TB
	app  string
	town *town.Town
	*serve.Server
	client http.Client

	mu   sync.Mutex
	hits []benchHit
}

// benchHit is a request that a far end has taken.
type benchHit struct {
	path string
	body string
	form url.Values // of a call of Slack's
	at   time.Time
}

// benchStart runs a bot on an empty store, "sqlite" or "redis". It ends with
// the returned function.
func benchStart(b testing.TB, kind string) (bot *benchBot, stop func()) {
	b.Helper()
	addr, err := freeAddress()
	benchMust(b, err)
	bot = &benchBot{TB: b, app: "http://" + addr}
	bot.client.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	srv := httptest.NewServer(http.HandlerFunc(bot.note))
	bot.town = town.New(town.Options{URL: srv.URL, App: bot.app})
	mail, err := bot.town.Mail.Listen("127.0.0.1:0")
	benchMust(b, err)
	bot.slow()
	c, err := wiring.Parse(town.Config(srv.URL, mail.String(), bot.app))
	benchMust(b, err)
	c.Store = "sqlite:" + filepath.Join(b.TempDir(), "drumbeat.db")
	if kind == "redis" {
		c.Store = redisServer.database(b)
	}
	parts, err := c.Parts(b.Context(), wiring.Tools{Client: serve.Client(),
		Log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	benchMust(b, err)
	listening := make(chan struct{})
	parts.Listening = func([]string) { close(listening) }
	bot.Server, err = serve.New(parts)
	benchMust(b, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bot.Run(ctx) }()
	select {
	case <-listening:
	case err := <-done:
		b.Fatal(err)
	}
	return bot, func() {
		cancel()
		bot.client.CloseIdleConnections()
		if err := <-done; err != nil {
			b.Error(err)
		}
		srv.Close()
		_ = bot.town.Mail.Close()
		benchMust(b, parts.Store.Close())
	}
}

func benchMust(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// slow has every far end answer after benchLatency. Mail is a conversation of
// six answers before the text; there it is the answer that accepts the mail.
func (bot *benchBot) slow() {
	bot.Helper()
	for _, name := range []string{"slack", "x", "statuspage", "pagerduty", "twilio"} {
		r := httptest.NewRequest(http.MethodPost, "/"+name+"/_faults", strings.NewReader(fmt.Sprintf(`{"delay": %q}`, benchLatency)))
		w := httptest.NewRecorder()
		if bot.town.ServeHTTP(w, r); w.Code != http.StatusOK {
			bot.Fatalf("%s cannot be slowed: %s", name, w.Body)
		}
	}
	bot.town.Mail.Add(sandbox.Fault{Match: "DATA ", Delay: sandbox.Duration(benchLatency)})
}

// note lets the town answer, and keeps when it had.
func (bot *benchBot) note(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	bot.town.ServeHTTP(w, r)
	h := benchHit{path: r.URL.Path, body: string(body), at: time.Now()}
	if strings.HasPrefix(h.path, "/slack/") {
		h.form, _ = url.ParseQuery(h.body) // what is no form has no channel
	}
	bot.mu.Lock()
	defer bot.mu.Unlock()
	bot.hits = append(bot.hits, h)
}

// when gives the time of the first hit since a moment that is meant.
func (bot *benchBot) when(since time.Time, meant func(benchHit) bool) (at time.Time) {
	bot.mu.Lock()
	defer bot.mu.Unlock()
	i := slices.IndexFunc(bot.hits, func(h benchHit) bool { return h.at.After(since) && meant(h) })
	if i >= 0 {
		at = bot.hits[i].at
	}
	return at
}

// hit waits for such a hit and gives its time.
func (bot *benchBot) hit(what string, since time.Time, meant func(benchHit) bool) (at time.Time) {
	bot.Helper()
	bot.await(what, func() bool { at = bot.when(since, meant); return !at.IsZero() })
	return at
}

// await looks every half millisecond: the clocks that count run elsewhere.
func (bot *benchBot) await(what string, holds func() bool) {
	bot.Helper()
	deadline, tick := time.NewTimer(benchPatience), time.NewTicker(500*time.Microsecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			bot.Fatalf("not within %s: %s", benchPatience, what)
		}
	}
}

// slash posts a signed slash command and gives its answer.
func (bot *benchBot) slash(user, text string) string {
	bot.Helper()
	form := url.Values{"command": {"/incident"}, "text": {text}, "user_id": {user}, "user_name": {user}, "channel_id": {"C0ANNOUNCE"},
		"trigger_id": {strconv.FormatInt(time.Now().UnixNano(), 36)}}.Encode()
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(town.SigningSecret))
	mac.Write([]byte("v0:" + at + ":" + form))
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, bot.app+"/slack/commands", strings.NewReader(form))
	benchMust(bot, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	status, body, err := benchSend(&bot.client, r)
	if err != nil || status != http.StatusOK {
		bot.Fatalf("/incident %s: %d %s %v", text, status, body, err)
	}
	return body
}

func benchSend(client *http.Client, r *http.Request) (int, string, error) {
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}
