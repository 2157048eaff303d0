package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/slack/sockets"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/slack/socket"
)

const appToken = "xapp-5ecret-token"

// exchange is a workspace in Socket Mode and a Slack that is connected to it. It
// lives in a bubble, whose clock makes hours pass at once.
type exchange struct {
	*standin.Workspace
	slack    *slack.Slack
	listener *sandbox.Listener
	faults   *sandbox.Faults
	line     *socket.Line
	log      *journal
	stop     func() // ends the bot, and waits for that
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// connect starts both; the test ends them with close.
func connect(t *testing.T, h integrations.Handler, change func(*slack.Config)) *exchange {
	t.Helper()
	x := &exchange{listener: sandbox.Listen(), faults: new(sandbox.Faults), log: &journal{}}
	x.Workspace = workspace(func(c *standin.Config) { c.AppToken = appToken })
	srv := &http.Server{Handler: x.faults.Wrap(x.Workspace)}
	go func() { _ = srv.Serve(x.listener) }() // it ends with Close
	cfg := slack.Config{BaseURL: "http://slack.example/api", BotToken: botToken, AppToken: appToken}
	if change != nil {
		change(&cfg)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: x.listener.DialContext, DisableKeepAlives: true}}
	var err error
	if x.slack, err = slack.New(cfg, client, slog.New(slog.NewTextHandler(x.log, nil))); err != nil {
		t.Fatal(err)
	}
	x.line = x.slack.Socket(h)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = x.line.Run(ctx) // it is always nil
	}()
	x.stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(func() {
		x.stop()
		_ = srv.Close()
	})
	synctest.Wait()
	return x
}

func (x *exchange) command(t *testing.T, text string) string {
	t.Helper()
	a, err := x.Command(t.Context(), "ann", "room", "/incident", text)
	if err != nil || a.Error != "" {
		t.Errorf("/incident %s: %+v, %v", text, a, err)
	}
	return a.Body
}

func (x *exchange) do(t *testing.T, what string) {
	t.Helper()
	if err := x.Sockets.Do(sockets.Trouble{Do: what}); err != nil {
		t.Fatal(err)
	}
}

// pass lets time pass and what it brings about.
func pass(d time.Duration) {
	<-time.After(d) // of the bubble's time
	synctest.Wait()
}

// counting answers each line, and counts it.
type counting struct {
	mu    sync.Mutex
	lines map[string]int
}

func (c *counting) handle(_ context.Context, r integrations.Request) (integrations.Reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines[r.Line]++
	return integrations.Reply{Words: stream.Say("heard " + r.Line)}, nil
}

// Connections are refreshed, warned of and dropped, and envelopes come twice, on
// both connections and out of order: each act is done once and acknowledged, and
// no person sees an error.
func TestSocketThroughTroubles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counting{lines: map[string]int{}}
		x := connect(t, c.handle, nil)
		pass(31 * time.Second)
		if n, err := x.slack.Connected(); n != 2 || err != nil {
			t.Fatalf("%d connections stand (%v), want 2", n, err)
		}
		want := map[string]int{}
		troubles := []string{"refresh", "twice", "warn", "both", "drop", "late", "both", "twice"}
		for round := range 80 {
			x.do(t, troubles[round%len(troubles)])
			var people sync.WaitGroup
			for n := range 5 {
				text := fmt.Sprintf("note %d of round %d", n, round)
				want[text]++
				people.Go(func() {
					if got := x.command(t, text); !strings.Contains(got, "heard "+text) {
						t.Errorf("%s: answered with %s", text, got)
					}
				})
			}
			mention := fmt.Sprintf("log %d", round)
			want[mention]++
			if _, err := x.Say("ann", "room", "", "@drumbeat "+mention); err != nil {
				t.Fatal(err)
			}
			people.Wait()
			pass(7 * time.Second)
		}
		pass(time.Minute)
		if diff := cmp.Diff(want, c.lines); diff != "" {
			t.Errorf("lines (-want +got)\n%s", diff)
		}
		s := x.Sockets.Stats()
		if s.Acked+s.Lost != s.Copies || s.Strange != 0 || s.Lost > 10 || s.Copies <= s.Envelopes || s.Opened < 30 || s.Refused > 0 {
			t.Errorf("%+v", s)
		}
		if got := len(x.Snapshot().Ephemerals["U0ANN"]); got != len(want) {
			t.Errorf("ann was answered %d times, want %d", got, len(want))
		}
	})
}

// An envelope is acknowledged when what it asks for is done, not before, and the
// end of the process waits for that.
func TestSocketAcknowledgesWhatIsDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		commit, heard := make(chan struct{}), make(chan struct{})
		x := connect(t, func(context.Context, integrations.Request) (integrations.Reply, error) {
			close(heard)
			<-commit
			return integrations.Reply{Words: stream.Say("Done.")}, nil
		}, nil)
		answers := make(chan string)
		go func() { answers <- x.command(t, "declare it") }()
		<-heard
		stopped := make(chan struct{})
		go func() {
			x.stop()
			close(stopped)
		}()
		pass(time.Second)
		if s := x.Sockets.Stats(); s.Copies != 1 || s.Acked != 0 || s.Lost != 0 {
			t.Errorf("before the commit: %+v", s)
		}
		close(commit)
		if got := <-answers; !strings.Contains(got, "Done.") {
			t.Errorf("answered with %s", got)
		}
		<-stopped
		synctest.Wait()
		if s := x.Sockets.Stats(); s.Acked != 1 || s.Open != 0 {
			t.Errorf("after the end: %+v", s)
		}
	})
}

// The same act in two envelopes at the same time is one: the second waits for the
// first, and both are answered.
func TestSocketTwiceAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		commit, asked := make(chan struct{}), 0
		s := open(t, &calls{})
		h := s.EnvelopeHandler(func(context.Context, integrations.Request) (integrations.Reply, error) {
			asked++
			<-commit
			return integrations.Reply{Words: stream.Say("Done.")}, nil
		})
		click, err := json.Marshal(click("ack #42"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []socket.Envelope{
			{Type: "slash_commands", Payload: []byte(`{"user_id":"U0ANN","text":"ack","trigger_id":"T2"}`)},
			{Type: "interactive", Payload: click},
			{Type: "events_api", Payload: []byte(event(t, map[string]any{"type": "app_mention", "user": "U0ANN", "text": "<@U0BOT> list", "ts": "1.1", "channel": "C1"}))},
		} {
			asked = 0
			answers := make(chan socket.Answer, 2)
			for _, id := range []string{"E1", "E2"} {
				copied := e
				copied.ID = id
				go func() { answers <- h(t.Context(), copied) }()
			}
			synctest.Wait()
			if asked != 1 || len(answers) != 0 {
				t.Errorf("%s: the bot was asked %d times, %d are answered; want one under way", e.Type, asked, len(answers))
			}
			commit <- struct{}{}
			one, two := <-answers, <-answers
			if string(one.Body) != string(two.Body) || one.Then != nil && two.Then != nil {
				t.Errorf("%s: %s and %s; what follows is said twice: %v", e.Type, one.Body, two.Body, one.Then != nil && two.Then != nil)
			}
		}
	})
}

// What the bot could not take is no repetition when it comes again.
func TestSocketTakesAFailedOneAgain(t *testing.T) {
	t.Parallel()
	s := open(t, &calls{})
	b := &bot{err: errors.New("the store is full"), reply: integrations.Reply{Words: stream.Say("Done.")}}
	h := s.EnvelopeHandler(b.handle)
	e := socket.Envelope{ID: "E1", Type: "slash_commands", Payload: []byte(`{"user_id":"U0ANN","text":"ack","trigger_id":"T1"}`)}
	give := func(id string) string {
		e.ID = id
		return string(h(t.Context(), e).Body)
	}
	if got := give("E1"); !strings.Contains(got, "the store is full") {
		t.Errorf("failed: got %s", got)
	}
	b.err = nil
	for _, id := range []string{"E1", "E1", "E2"} {
		if got := give(id); !strings.Contains(got, "Done.") {
			t.Errorf("%s: got %s", id, got)
		}
	}
	if got := len(b.heard()); got != 2 {
		t.Errorf("the bot was asked %d times, want twice: it failed, and then it did not", got)
	}
}

// An answer that is too long for an acknowledgement is shown all the same: Slack
// would drop it without a word.
func TestSocketWithLongAnswers(t *testing.T) {
	t.Parallel()
	inBubble(t, overSocket, func(t *testing.T, h *hall) {
		long := &stream.Message{Paragraphs: slices.Repeat([]string{strings.Repeat("<ä&>", 500)}, 8)}
		form := *declareForm
		form.Fields = slices.Repeat(form.Fields[:1], 20)
		for i := range form.Fields {
			form.Fields[i].Name, form.Fields[i].Value, form.Fields[i].Hint = fmt.Sprint("what", i), strings.Repeat("<ä&>", 40), strings.Repeat("é", 1000)
		}
		h.says["list"] = integrations.Reply{Words: long}
		h.says[""] = integrations.Reply{Open: declareForm}
		for _, line := range []string{"list", ""} {
			if a, err := h.Command(t.Context(), "ann", "room", "/incident", line); err != nil || a.Error != "" {
				t.Fatalf("command: %+v, %v", a, err)
			}
			h.settle(t)
		}
		if told := h.Snapshot().Ephemerals["U0ANN"]; len(told) != 1 || len(told[0].Blocks) < 20_000 {
			t.Errorf("ann was told %d times", len(told))
		}
		view := h.Snapshot().Views[0].ID
		for _, c := range []struct {
			name  string
			reply integrations.Reply
			fill  string
			want  string
		}{
			{"form", integrations.Reply{Open: &form}, "what", "what19"},
			{"words", integrations.Reply{Words: long}, "what0", "ä"},
		} {
			h.says["declare"] = c.reply
			if a, err := h.Submit(t.Context(), "ann", view, map[string]string{c.fill: "x"}); err != nil || a.Error != "" {
				t.Fatalf("%s: submit: %+v, %v", c.name, a, err)
			}
			h.settle(t)
			if v := h.Snapshot().Views[0]; v.ID != view || len(v.Blocks) < 20_000 || !strings.Contains(string(v.Blocks), c.want) {
				t.Errorf("%s: %d bytes are shown\n%s", c.name, len(v.Blocks), h.log)
			}
		}
		if s := h.Sockets.Stats(); s.TooLong != 0 || s.Acked != 4 {
			t.Errorf("%+v", s)
		}
	})
}

// A token that Slack does not take is told once, without the token, and is tried
// again; the bot goes on.
func TestSocketWithABadToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := connect(t, (&bot{}).handle, func(c *slack.Config) { c.AppToken = "xapp-revoked" })
		pass(10 * time.Minute)
		n, err := x.slack.Connected()
		if n != 0 || err == nil || !strings.Contains(err.Error(), "invalid_auth") || !strings.Contains(err.Error(), "connections:write") {
			t.Errorf("connected: %d, %v", n, err)
		}
		if log := x.log.String(); strings.Count(log, "\n") != 1 || strings.Contains(log, "xapp-revoked") {
			t.Errorf("logged:\n%s", log)
		}
		if got := x.Snapshot().Calls["apps.connections.open"].Count; got < 20 || got > 30 {
			t.Errorf("tried %d times in ten minutes", got)
		}
	})
}

// Slack is gone for an hour and comes back; Socket Mode is turned off and on.
func TestSocketComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counting{lines: map[string]int{}}
		x := connect(t, c.handle, nil)
		for _, trouble := range []struct {
			name     string
			from, to func()
			want     string
		}{
			{"gone", func() {
				x.faults.Add(sandbox.Fault{Reset: true})
				_ = x.Sockets.Do(sockets.Trouble{Do: "drop", Count: 2})
			}, x.faults.Clear, "apps.connections.open"},
			{"turned off", func() { x.do(t, "off") }, func() { x.do(t, "on") }, "link_disabled"},
		} {
			pass(time.Minute)
			trouble.from()
			pass(time.Hour)
			if n, err := x.slack.Connected(); n != 0 || err == nil || !strings.Contains(err.Error(), trouble.want) {
				t.Errorf("%s: connected: %d, %v", trouble.name, n, err)
			}
			trouble.to()
			pass(31 * time.Second)
			x.command(t, trouble.name)
			pass(31 * time.Second)
			if n, err := x.slack.Connected(); n != 2 || err != nil {
				t.Errorf("%s is over: connected: %d, %v", trouble.name, n, err)
			}
		}
		if diff := cmp.Diff(map[string]int{"gone": 1, "turned off": 1}, c.lines); diff != "" {
			t.Errorf("lines (-want +got)\n%s", diff)
		}
		if n := strings.Count(x.log.String(), "\n"); n > 8 {
			t.Errorf("%d lines in the log:\n%s", n, x.log)
		}
	})
}

// Only an encrypted connection is opened where the Web API is encrypted, and no
// error names the address, which is as good as a token.
func TestSocketAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"ws://wss.slack.example/link/?ticket=5ecret", "https://slack.example/?ticket=5ecret",
		"wss://:x?ticket=5ecret", "wss://a b/?ticket=5ecret", "wss:?ticket=5ecret", ""} {
		synctest.Test(t, func(t *testing.T) {
			log := &journal{}
			cfg := slack.Config{BaseURL: "https://slack.example/api", BotToken: botToken, AppToken: appToken}
			s, err := slack.New(cfg, &http.Client{Transport: &calls{answers: map[string]string{
				"apps.connections.open": fmt.Sprintf(`{"ok":true,"url":%q}`, address)}}}, slog.New(slog.NewTextHandler(log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			line := s.Socket((&bot{}).handle)
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = line.Run(ctx) // it is always nil
			}()
			pass(time.Millisecond)
			cancel()
			<-done
			if got := log.String(); !strings.Contains(got, "encrypted") || strings.Contains(got, "5ecret") {
				t.Errorf("%s: logged %s", address, got)
			}
		})
	}
}

// FuzzEnvelope: whatever an envelope brings is acknowledged with JSON or nothing.
func FuzzEnvelope(f *testing.F) {
	for _, kind := range []string{"slash_commands", "interactive", "events_api", "next_year"} {
		for _, payload := range []string{`{"user_id":"U0ANN","text":"list","trigger_id":"T1"}`, `null`, `[]`, `{"trigger_id":7}`,
			`{"type":"block_actions","user":{"id":"U0ANN"},"actions":[{"type":"button","value":"x"}]}`,
			`{"type":"view_submission","user":{"id":"U0ANN"},"view":{"id":"V1","private_metadata":"{"}}`,
			`{"type":"event_callback","event":{"type":"app_mention","user":"U0ANN","text":"<@"}}`} {
			f.Add(kind, []byte(payload))
		}
	}
	s := open(f, &calls{})
	b := &bot{reply: integrations.Reply{Words: stream.Say("x")}}
	h := s.EnvelopeHandler(b.handle)
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		a := h(t.Context(), socket.Envelope{ID: kind + string(payload), Type: kind, Payload: payload, Accepts: true})
		if len(a.Body) > 0 && !json.Valid(a.Body) || len(a.Body) >= socket.MaxAck {
			t.Errorf("answered with %.300s", a.Body)
		}
	})
}
