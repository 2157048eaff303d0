package sockets_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/sockets"
)

// hub is Sockets that can be connected to, in a bubble.
type hub struct {
	*sockets.Sockets
	dialer websocket.Dialer
}

func open(t *testing.T) *hub {
	t.Helper()
	l := sandbox.Listen()
	h := &hub{Sockets: sockets.New("http://slack.example/link/", "A1"), dialer: websocket.Dialer{NetDialContext: l.DialContext}}
	srv := &http.Server{Handler: h.Sockets}
	go func() { _ = srv.Serve(l) }() // it ends with Close
	t.Cleanup(func() {
		_ = srv.Close()
		_ = h.Do(sockets.Trouble{Do: "drop", Count: 10}) // there is such a trouble
	})
	return h
}

// app is one connection of an app, and what it heard.
type app struct {
	ws    *websocket.Conn
	mute  bool // it acknowledges nothing
	mu    sync.Mutex
	heard []string
	ids   []string
}

func (h *hub) connect(t *testing.T, answer string) *app {
	t.Helper()
	ws, resp, err := h.dialer.Dial(h.Ticket(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	a := &app{ws: ws, mute: answer == ""}
	go func() {
		for {
			var f struct {
				ID      string          `json:"envelope_id"`
				Type    string          `json:"type"`
				Reason  string          `json:"reason"`
				Payload json.RawMessage `json:"payload"`
			}
			if ws.ReadJSON(&f) != nil {
				return
			}
			a.mu.Lock()
			a.heard = append(a.heard, strings.TrimSpace(fmt.Sprintf("%s %s%s", f.Type, f.Reason, f.Payload)))
			if f.ID != "" {
				a.ids = append(a.ids, f.ID)
			}
			mute := a.mute || f.ID == ""
			a.mu.Unlock()
			if !mute { // a connection that broke is what some tests are about
				_ = a.write(`{"envelope_id":"` + f.ID + `","payload":` + answer + `}`)
			}
		}
	}()
	synctest.Wait()
	return a
}

func (a *app) write(text string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ws.WriteMessage(websocket.TextMessage, []byte(text))
}

func (a *app) silence(mute bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mute = mute
}

func (a *app) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string{}, a.heard...)
}

func (h *hub) trouble(t *testing.T, do string, count int) {
	t.Helper()
	if err := h.Do(sockets.Trouble{Do: do, Count: count}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func envelope(text string) sockets.Envelope {
	return sockets.Envelope{Type: "slash_commands", Payload: []byte(text), Accepts: true}
}

func inBubble(t *testing.T, test func(t *testing.T, h *hub)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, open(t)) })
}

// An envelope goes to any of the connections, and to another when the one that
// had it ends; without an acknowledgement it fails after three seconds.
func TestEnvelope(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		if _, err := h.Send(t.Context(), envelope(`0`)); !errors.Is(err, sockets.ErrNone) {
			t.Errorf("without a connection: %v", err)
		}
		a := h.connect(t, `"a"`)
		b := h.connect(t, `"b"`)
		answers := map[string]int{}
		for range 10 {
			answer, err := h.Send(t.Context(), envelope(`1`))
			if err != nil {
				t.Fatal(err)
			}
			answers[string(answer)]++
		}
		if diff := cmp.Diff(map[string]int{`"a"`: 5, `"b"`: 5}, answers); diff != "" {
			t.Errorf("answers (-want +got)\n%s", diff)
		}
		a.silence(true)
		b.silence(true)
		began := time.Now()
		if _, err := h.Send(t.Context(), envelope(`2`)); !errors.Is(err, sockets.ErrTimeout) || time.Since(began) != 3*time.Second {
			t.Errorf("unacknowledged: %v after %v", err, time.Since(began))
		}
		answered := make(chan string)
		go func() {
			answer, err := h.Send(t.Context(), envelope(`3`))
			answered <- fmt.Sprint(string(answer), err)
		}()
		synctest.Wait()
		h.trouble(t, "drop", 2)
		c := h.connect(t, `"c"`)
		if got := <-answered; got != `"c"<nil>` {
			t.Errorf("after the drop: %s", got)
		}
		if diff := cmp.Diff([]string{"hello", "slash_commands 3"}, c.all()); diff != "" {
			t.Errorf("heard (-want +got)\n%s", diff)
		}
		if before := append(a.ids, b.ids...); before[len(a.ids)-1] != c.ids[0] && before[len(before)-1] != c.ids[0] {
			t.Errorf("the envelope came again under another ID")
		}
		synctest.Wait()
		// Of the two that were dropped, either may have been given it once more.
		if s := h.Stats(); s.Open != 1 || s.Envelopes != 12 || s.Acked != 11 || s.Lost < 2 || s.Lost > 3 || s.Copies != s.Acked+s.Lost {
			t.Errorf("%+v", s)
		}
	})
}

// What happens to connections is announced as Slack announces it.
func TestTroublesOfConnections(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		for _, c := range []struct {
			do    string
			after time.Duration
			want  []string
		}{
			{"drop", 0, []string{"hello"}},
			{"refresh", time.Second, []string{"hello", "disconnect refresh_requested"}},
			{"warn", 10 * time.Second, []string{"hello", "disconnect warning"}},
		} {
			a := h.connect(t, `""`)
			h.trouble(t, c.do, 1)
			if c.after > 0 {
				<-time.After(c.after - time.Millisecond)
				if got := h.Stats().Open; got != 1 {
					t.Errorf("%s: it has ended before its time", c.do)
				}
				<-time.After(2 * time.Millisecond)
			}
			synctest.Wait()
			if got := h.Stats().Open; got != 0 {
				t.Errorf("%s: it has not ended", c.do)
			}
			if diff := cmp.Diff(c.want, a.all()); diff != "" {
				t.Errorf("%s: heard (-want +got)\n%s", c.do, diff)
			}
		}
		h.connect(t, `""`)
		h.trouble(t, "off", 0)
		if a := h.connect(t, `""`); len(a.all()) != 1 || a.all()[0] != "disconnect link_disabled" {
			t.Errorf("turned off: heard %q", a.all())
		}
		h.trouble(t, "on", 0)
		for range 10 {
			h.connect(t, `""`)
		}
		if a := h.connect(t, `""`); a.all()[0] != "disconnect too_many_websockets" || h.Stats().Open != 10 || h.Stats().Refused != 2 {
			t.Errorf("the eleventh: heard %q; %+v", a.all(), h.Stats())
		}
		if err := h.Do(sockets.Trouble{Do: "explode"}); err == nil {
			t.Error("an unknown trouble is taken")
		}
	})
}

func TestTroublesOfEnvelopes(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		a, b := h.connect(t, `"a"`), h.connect(t, `"b"`)
		send := func(text string) {
			t.Helper()
			if _, err := h.Send(t.Context(), envelope(text)); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		h.trouble(t, "twice", 1)
		send(`"twice"`)
		h.trouble(t, "both", 1)
		send(`"both"`)
		h.trouble(t, "late", 1)
		send(`"nothing follows"`)
		count := map[string]int{}
		for _, line := range append(a.all(), b.all()...) {
			count[line]++
		}
		want := map[string]int{"hello": 2, `slash_commands "twice"`: 2, `slash_commands "both"`: 2, `slash_commands "nothing follows"`: 1}
		if diff := cmp.Diff(want, count); diff != "" {
			t.Errorf("heard (-want +got)\n%s", diff)
		}
		if s := h.Stats(); s.Copies != 5 || s.Acked != 5 || s.Envelopes != 3 || s.Strange != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// "late" lets the one that follows overtake.
func TestLateIsOvertaken(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		a := h.connect(t, `""`)
		h.trouble(t, "late", 1)
		var two sync.WaitGroup
		for _, text := range []string{`1`, `2`} {
			two.Go(func() {
				if _, err := h.Send(t.Context(), envelope(text)); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		two.Wait()
		if diff := cmp.Diff([]string{"hello", "slash_commands 2", "slash_commands 1"}, a.all()); diff != "" {
			t.Errorf("heard (-want +got)\n%s", diff)
		}
	})
}

// An acknowledgement is of what the connection was given, and short; an answer
// where none is accepted is left out.
func TestAcknowledgements(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		a := h.connect(t, `"`+strings.Repeat("x", 20<<10)+`"`)
		if _, err := h.Send(t.Context(), envelope(`1`)); !errors.Is(err, sockets.ErrTimeout) {
			t.Errorf("too long: %v", err)
		}
		for _, text := range []string{`{"envelope_id":"another"}`, `nonsense`} {
			if err := a.write(text); err != nil {
				t.Fatal(err)
			}
		}
		h.trouble(t, "drop", 1)
		h.connect(t, `"said"`)
		answer, err := h.Send(t.Context(), sockets.Envelope{Type: "events_api", Payload: []byte(`1`), Retry: 1, Reason: "timeout"})
		if answer != nil || err != nil {
			t.Errorf("an event is answered with %s, %v", answer, err)
		}
		if s := h.Stats(); s.TooLong != 1 || s.Strange != 2 || s.Lost != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTicketIsGoodForOne(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hub) {
		ticket := h.Ticket()
		for i, want := range []int{http.StatusSwitchingProtocols, http.StatusForbidden} {
			ws, resp, err := h.dialer.Dial(ticket, nil)
			if ws != nil {
				_ = ws.Close()
			}
			if resp == nil || resp.StatusCode != want {
				t.Errorf("use %d: %v, %v", i, resp, err)
			}
		}
		if !strings.HasPrefix(ticket, "ws://slack.example/link/?") {
			t.Errorf("got %s", ticket)
		}
	})
}

func TestControl(t *testing.T) {
	t.Parallel()
	h := sockets.New("https://slack.example/link/", "A1")
	if !strings.HasPrefix(h.Ticket(), "wss://") {
		t.Errorf("got %s", h.Ticket())
	}
	for body, want := range map[string]int{`{"do":"twice","count":3}`: 200, `{"do":"explode"}`: 400, `?`: 400} {
		w := httptest.NewRecorder()
		h.ServeControl(w, httptest.NewRequest(http.MethodPost, "/_sockets", strings.NewReader(body)))
		if w.Code != want {
			t.Errorf("%s: got %d %s", body, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	h.ServeControl(w, httptest.NewRequest(http.MethodGet, "/_sockets", nil))
	var got sockets.Stats
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK || got != (sockets.Stats{}) {
		t.Errorf("%d %v: %s", w.Code, err, w.Body)
	}
}
