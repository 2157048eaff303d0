package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func event(t testing.TB, inner map[string]any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": "event_callback", "event_id": fmt.Sprint(inner), "event": inner,
		"authorizations": []any{map[string]any{"user_id": "U0BOT", "is_bot": true}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	w := ask(open(t, &calls{}).EventsHandler((&bot{}).handle), signed("/", `{"type":"url_verification","challenge":"c1"}`, time.Now()))
	if want := `{"challenge":"c1"}`; w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("got %d %q, want %q", w.Code, w.Body, want)
	}
}

func TestMention(t *testing.T) { overBoth(t, testMention) }

func testMention(t *testing.T, over way) {
	for _, c := range []struct{ text, want string }{
		{"<@U0BOT> declare sev1 people cannot save", "declare sev1 people cannot save"},
		{"<@U0BOT|drumbeat>: page <@U0BOB>", "page <@U0BOB>"},
		{"hey <@U0BOT>, resolve", "resolve"},
		{"note all is well <@U0BOT>", "note all is well"},
		{"<@U0BOT>", ""},
		{"<@U0BOT> note a &amp; b &lt;!channel&gt; <!here>", "note a & b <!channel> @here"},
	} {
		wire := &calls{answers: map[string]string{"users.info": `{"ok":true,"user":{"id":"U0ANN","name":"ann"}}`}}
		s := open(t, wire)
		b := &bot{reply: integrations.Reply{Words: stream.Say("Done.")}}
		body := event(t, map[string]any{"type": "app_mention", "user": "U0ANN", "text": c.text, "ts": "17.1", "thread_ts": "16.1", "channel": "C0ROOM"})
		if w := over.event(t, s, b.handle, body); w.Code != http.StatusOK {
			t.Errorf("got %d", w.Code)
		}
		want := []integrations.Request{{Key: "slack:message:C0ROOM:17.1", Face: "slack", By: stream.Actor{ID: "U0ANN"},
			Line: c.want, Channel: "C0ROOM", Thread: "16.1"}}
		if diff := cmp.Diff(want, b.heard()); diff != "" {
			t.Errorf("%q: request (-want +got):\n%s", c.text, diff)
		}
		said := wire.to("chat.postEphemeral")
		if len(said) != 1 || said[0].Args.Get("user") != "U0ANN" || said[0].Args.Get("thread_ts") != "16.1" || said[0].Args.Get("text") != "Done." {
			t.Errorf("said: %v", said)
		}
	}
}

// That people talk is a sign of life; what they say is not the bot's business.
func TestPeopleWhoTalk(t *testing.T) { overBoth(t, testPeopleWhoTalk) }

func testPeopleWhoTalk(t *testing.T, over way) {
	s, b := open(t, &calls{}), &bot{}
	var heard []string
	s.Heard = func(_ context.Context, by stream.Actor, at time.Time, channel, thread string) error {
		heard = append(heard, fmt.Sprint(by.ID, " ", at.Unix(), " ", channel, " ", thread))
		return errors.New("the store is full")
	}
	for _, e := range []map[string]any{
		{"type": "message", "channel_type": "channel", "user": "U0ANN", "text": "servers at 100 %", "ts": "17.1", "channel": "C0ROOM", "thread_ts": "16.1"},
		{"type": "message", "channel_type": "channel", "user": "U0ANN", "bot_id": "B1", "text": "deployed", "ts": "17.2", "channel": "C0ROOM"},
		{"type": "message", "channel_type": "channel", "user": "U0ANN", "subtype": "channel_join", "ts": "17.3", "channel": "C0ROOM"},
		{"type": "message", "channel_type": "im", "user": "U0ANN", "text": "list", "ts": "17.4", "channel": "D1"},
	} {
		if w := over.event(t, s, b.handle, event(t, e)); w.Code != http.StatusOK {
			t.Errorf("got %d", w.Code)
		}
	}
	if diff := cmp.Diff([]string{"U0ANN 17 C0ROOM 16.1"}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if got := b.heard(); len(got) != 1 || got[0].Line != "list" {
		t.Errorf("asked: %+v", got)
	}
}

// The name is asked for once, and never before the answer.
func TestNameIsLearnt(t *testing.T) { overBoth(t, testNameIsLearnt) }

func testNameIsLearnt(t *testing.T, over way) {
	wire := &calls{answers: map[string]string{"users.info": `{"ok":true,"user":{"id":"U0ANN","name":"ann","profile":{"display_name":"Ann B"}}}`}}
	s, b := open(t, wire), &bot{}
	for _, ts := range []string{"17.1", "17.2", "17.3"} {
		over.event(t, s, b.handle, event(t, map[string]any{"type": "message", "channel_type": "im", "user": "U0ANN", "text": "list", "ts": ts, "channel": "D1"}))
	}
	var got []string
	for _, r := range b.heard() {
		got = append(got, r.By.Name)
	}
	if diff := cmp.Diff([]string{"", "Ann B", "Ann B"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := len(wire.to("users.info")); got != 1 {
		t.Errorf("users.info was called %d times", got)
	}
}

// In direct messages the bot need not be mentioned, so a mention in the middle
// belongs to what is said.
func TestMentionInADirectMessage(t *testing.T) { overBoth(t, testMentionInADirectMessage) }

func testMentionInADirectMessage(t *testing.T, over way) {
	for text, want := range map[string]string{
		"note told <@U0BOT> about it": "note told <@U0BOT> about it",
		"<@U0BOT> list":               "list",
		"page <@U0BOB>":               "page <@U0BOB>",
	} {
		b := &bot{}
		body := event(t, map[string]any{"type": "message", "channel_type": "im", "user": "U0ANN", "text": text, "ts": "17.1", "channel": "D1"})
		over.event(t, open(t, &calls{}), b.handle, body)
		if got := b.heard(); len(got) != 1 || got[0].Line != want {
			t.Errorf("%q: got %+v, want %q", text, got, want)
		}
	}
}

// What was learnt is bounded: the oldest goes first.
func TestLearntPostsAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, &calls{answers: map[string]string{"auth.test": `{"ok":true,"url":"https://acme.slack.com/","user_id":"U0BOT","bot_id":"B1"}`}})
	h := s.EventsHandler((&bot{}).handle)
	d := post()
	const kept = 10_000
	for i := range kept + 1 {
		ask(h, signed("/", event(t, map[string]any{"type": "message", "user": "U0BOT", "ts": "17.1", "channel": "C0ROOM",
			"metadata": map[string]any{"event_type": "drumbeat_delivery", "event_payload": map[string]any{"id": fmt.Sprint(d.ID, i)}}}), time.Now()))
	}
	for i, want := range map[int]bool{0: false, 1: true, kept: true} {
		again := d
		again.ID = fmt.Sprint(d.ID, i)
		if _, found, err := s.Find(t.Context(), again); found != want || err != nil {
			t.Errorf("post %d: got %v, %v, want %v", i, found, err, want)
		}
	}
}

func TestDirectMessageIsAnsweredThere(t *testing.T) { overBoth(t, testDirectMessageIsAnsweredThere) }

func testDirectMessageIsAnsweredThere(t *testing.T, over way) {
	wire := &calls{}
	b := &bot{reply: integrations.Reply{Words: stream.Say("Nothing is open.")}}
	body := event(t, map[string]any{"type": "message", "channel_type": "im", "user": "U0ANN", "text": "list", "ts": "17.1", "channel": "D1"})
	over.event(t, open(t, wire), b.handle, body)
	said := wire.to("chat.postMessage")
	if len(said) != 1 || said[0].Args.Get("channel") != "D1" || said[0].Args.Get("text") != "Nothing is open." {
		t.Errorf("said: %v", said)
	}
}

func TestWhatIsNotAsked(t *testing.T) { overBoth(t, testWhatIsNotAsked) }

func testWhatIsNotAsked(t *testing.T, over way) {
	for name, inner := range map[string]map[string]any{
		"somebody's message": {"type": "message", "channel_type": "channel", "user": "U0ANN", "text": "declare", "ts": "1.1", "channel": "C1"},
		"an edit":            {"type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D1"},
		"our own":            {"type": "message", "channel_type": "im", "user": "U0BOT", "bot_id": "B1", "text": "list", "ts": "1.1", "channel": "D1"},
		"another bot":        {"type": "app_mention", "user": "U0CI", "bot_id": "B2", "text": "<@U0BOT> list", "ts": "1.1", "channel": "C1"},
		"ourselves":          {"type": "app_mention", "user": "U0BOT", "text": "<@U0BOT> list", "ts": "1.1", "channel": "C1"},
		"another event":      {"type": "pin_added", "user": "U0ANN"},
		"the messages tab":   {"type": "app_home_opened", "user": "U0ANN", "channel": "D1", "tab": "messages"},
	} {
		wire, b := &calls{}, &bot{}
		w := over.event(t, open(t, wire), b.handle, event(t, inner))
		if w.Code != http.StatusOK || len(b.heard()) != 0 || len(wire.made) != 0 {
			t.Errorf("%s: got %d, %d requests, %d calls", name, w.Code, len(b.heard()), len(wire.made))
		}
	}
}

// Slack sends an event again when the first try died; it is handed over again
// under the same key, and the retry's mark changes nothing.
func TestEventAgainHasTheSameKey(t *testing.T) {
	t.Parallel()
	s, b := open(t, &calls{}), &bot{}
	inner := map[string]any{"type": "app_mention", "user": "U0ANN", "text": "<@U0BOT> list", "ts": "1.1", "channel": "C1"}
	edited := map[string]any{"type": "app_mention", "user": "U0ANN", "text": "<@U0BOT> list", "ts": "1.1", "channel": "C1", "edited": map[string]any{"ts": "2.1"}}
	for i, e := range []map[string]any{inner, inner, edited} {
		r := signed("/", event(t, e), time.Now())
		if i > 0 {
			r.Header.Set("X-Slack-Retry-Num", "1")
		}
		if w := ask(s.EventsHandler(b.handle), r); w.Code != http.StatusOK {
			t.Errorf("try %d: got %d", i, w.Code)
		}
	}
	var got []string
	for _, r := range b.heard() {
		got = append(got, r.Key)
	}
	if diff := cmp.Diff([]string{"slack:message:C1:1.1", "slack:message:C1:1.1", "slack:message:C1:1.1"}, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// Our own post that came back as an event is found without reading history, and
// is not posted again; somebody else's with the same metadata counts nothing.
func TestPostIsLearntFromItsEvent(t *testing.T) { overBoth(t, testPostIsLearntFromItsEvent) }

func testPostIsLearntFromItsEvent(t *testing.T, over way) {
	d := post()
	for user, want := range map[string]bool{"U0BOT": true, "U0EVE": false} {
		wire := &calls{answers: map[string]string{"auth.test": `{"ok":true,"url":"https://acme.slack.com/","user_id":"U0BOT","bot_id":"B1"}`}}
		s := open(t, wire)
		body := event(t, map[string]any{"type": "message", "user": user, "bot_id": "B1", "ts": "17.000100", "channel": "C0ROOM",
			"metadata": map[string]any{"event_type": "drumbeat_delivery", "event_payload": map[string]any{"id": d.ID}}})
		over.event(t, s, (&bot{}).handle, body)
		r, found, err := s.Find(t.Context(), d)
		if err != nil || found != want {
			t.Fatalf("%s: got %v, %v, want %v", user, found, err, want)
		}
		if !want {
			continue
		}
		receipt := integrations.Receipt{Ref: "17.000100", Link: "https://acme.slack.com/archives/C0ROOM/p17000100", More: map[string]string{"channel": "C0ROOM"}}
		again, err := s.Send(t.Context(), d)
		if diff := cmp.Diff([]integrations.Receipt{receipt, receipt}, []integrations.Receipt{r, again}); diff != "" || err != nil {
			t.Errorf("receipts (-want +got), %v:\n%s", err, diff)
		}
		if n := len(wire.to("conversations.history")) + len(wire.to("chat.postMessage")); n != 0 {
			t.Errorf("Slack was asked %d times", n)
		}
	}
}
