package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func command(text string) string {
	return url.Values{"user_id": {"U0ANN"}, "user_name": {"ann"}, "channel_id": {"C0ROOM"},
		"text": {text}, "trigger_id": {"T1." + text}, "command": {"/incident"}}.Encode()
}

func payload(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"payload": {string(text)}}.Encode()
}

func TestSignature(t *testing.T) {
	t.Parallel()
	body := command("list")
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		at     time.Duration
		want   string // why it was turned away
	}{
		{"good", func(*http.Request) {}, 0, ""},
		{"a little old", func(*http.Request) {}, -4 * time.Minute, ""},
		{"old", func(*http.Request) {}, -6 * time.Minute, "stale"},
		{"from the future", func(*http.Request) {}, 6 * time.Minute, "stale"},
		{"another body", func(r *http.Request) { r.Body = http.NoBody }, 0, "forged"},
		{"another time", func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "1") }, 0, "stale"},
		{"no time", func(r *http.Request) { r.Header.Del("X-Slack-Request-Timestamp") }, 0, "forged"},
		{"no signature", func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, 0, "forged"},
		{"not hex", func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0=zz") }, 0, "forged"},
		{"another version", func(r *http.Request) {
			r.Header.Set("X-Slack-Signature", "v1"+r.Header.Get("X-Slack-Signature")[2:])
		}, 0, "forged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, b := open(t, &calls{}), &bot{}
			var why []string
			s.Refused = func(reason string) { why = append(why, reason) }
			r := signed("/slack/commands", body, time.Now().Add(c.at))
			c.change(r)
			w := ask(s.CommandsHandler(b.handle), r)
			status, heard := http.StatusOK, 1
			var reasons []string
			if c.want != "" {
				status, heard, reasons = http.StatusUnauthorized, 0, []string{c.want}
			}
			if w.Code != status || len(b.heard()) != heard {
				t.Errorf("got %d and %d requests, want %d and %d", w.Code, len(b.heard()), status, heard)
			}
			if diff := cmp.Diff(reasons, why); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReplayIsTurnedAway(t *testing.T) {
	t.Parallel()
	s, b := open(t, &calls{}), &bot{}
	h := s.CommandsHandler(b.handle)
	now := time.Now()
	if got := ask(h, signed("/", command("list"), now)).Code; got != http.StatusOK {
		t.Fatalf("first: got %d", got)
	}
	again := signed("/", command("list"), now)
	again.Header.Set("X-Slack-Signature", "v0="+strings.ToUpper(again.Header.Get("X-Slack-Signature")[3:]))
	if got := ask(h, again).Code; got != http.StatusUnauthorized {
		t.Errorf("replayed: got %d, want 401", got)
	}
	if got := len(b.heard()); got != 1 {
		t.Errorf("the bot heard %d requests, want 1", got)
	}
}

func TestLargeBodyIsTurnedAway(t *testing.T) {
	t.Parallel()
	s, b := open(t, &calls{}), &bot{}
	for path, h := range s.Routes(b.handle) {
		if got := ask(h, signed("/", strings.Repeat("x", 1<<20+1), time.Now())).Code; got != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: got %d, want 413", path, got)
		}
	}
	if got := len(b.heard()); got != 0 {
		t.Errorf("the bot heard %d requests", got)
	}
}

func TestCommand(t *testing.T) { overBoth(t, testCommand) }

func testCommand(t *testing.T, over way) {
	s := open(t, &calls{})
	b := &bot{reply: integrations.Reply{Words: &stream.Message{Title: "Declared", Paragraphs: []string{"#42 is yours"},
		Buttons: []stream.Button{{Text: "Acknowledge", Command: "ack #42", Style: "primary"}, {Text: "Page", URL: "https://status.example"}}}}}
	w := over.command(t, s, b.handle, command("declare sev1 a &amp; b &lt;c&gt; <@U0BOB|bob> <#C1|ops> <http://x.example|x.example>"))
	want := []integrations.Request{{
		Face: "slack",
		By:   stream.Actor{ID: "U0ANN", Name: "ann"}, Line: "declare sev1 a & b <c> <@U0BOB> #ops x.example", Channel: "C0ROOM", CanOpen: true}}
	if diff := cmp.Diff(want, b.heard()); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	var got struct {
		Type    string          `json:"response_type"`
		Text    string          `json:"text"`
		Replace bool            `json:"replace_original"`
		Blocks  json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v: %s", w.Code, err, w.Body)
	}
	if got.Type != "ephemeral" || got.Text != "Declared\n#42 is yours" || got.Replace {
		t.Errorf("answer: got %+v", got)
	}
	texts, buttons := blocksOf(t, got.Blocks)
	if diff := cmp.Diff([]string{"*Declared*", "#42 is yours"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if len(buttons) != 2 || buttons[0]["value"] != "ack #42" || buttons[0]["style"] != "primary" ||
		buttons[1]["url"] != "https://status.example" || buttons[0]["action_id"] == buttons[1]["action_id"] {
		t.Errorf("buttons: got %v", buttons)
	}
}

func TestCommandThatIsNotAccepted(t *testing.T) { overBoth(t, testCommandThatIsNotAccepted) }

func testCommandThatIsNotAccepted(t *testing.T, over way) {
	s := open(t, &calls{})
	b := &bot{err: errors.New("The store is full; nothing was kept. " + botToken)}
	w := over.command(t, s, b.handle, command("list"))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "The store is full") || strings.Contains(w.Body.String(), botToken) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// The same words typed or clicked again have no key of their own: the bot knows
// them by who said what.
func TestCommandsHaveNoKeys(t *testing.T) { overBoth(t, testCommandsHaveNoKeys) }

func testCommandsHaveNoKeys(t *testing.T, over way) {
	s, b := open(t, &calls{}), &bot{}
	over.command(t, s, b.handle, url.Values{"user_id": {"U0ANN"}, "text": {"a"}}.Encode())
	if got := b.heard(); len(got) != 1 || got[0].Key != "" || got[0].CanOpen {
		t.Errorf("got %+v", got)
	}
}

var declareForm = &integrations.Form{ID: "declare", Line: "declare", Title: "Declare an incident now", Submit: "Declare", Version: 7,
	Fields: []integrations.FormField{
		{Name: "what", Label: "What is wrong?", Kind: "text", Required: true, Max: 200},
		{Name: "sev", Label: "Severity", Kind: "choice", Value: "2", Choices: []integrations.Choice{{Value: "1", Label: "SEV1"}, {Value: "2", Label: "SEV2"}}},
		{Name: "private", Label: "Keep it private?", Kind: "check", Value: "true"},
		{Name: "note", Label: "On call is <paged>", Kind: "note"},
	}}

func TestCommandOpensForm(t *testing.T) { overBoth(t, testCommandOpensForm) }

func testCommandOpensForm(t *testing.T, over way) {
	b := &bot{reply: integrations.Reply{Open: declareForm, Words: stream.Say("/incident declare <what>")}}
	for _, c := range []struct {
		answer string
		want   string // part of the answer; "" means none
	}{
		{`{"ok":true,"view":{"id":"V1"}}`, ""},
		{`{"ok":false,"error":"exchanged_trigger_id"}`, ""},
		{`{"ok":false,"error":"expired_trigger_id"}`, `/incident declare \u0026lt;what\u0026gt;`},
		{`<html>`, `/incident declare \u0026lt;what\u0026gt;`},
	} {
		wire := &calls{answers: map[string]string{"views.open": c.answer}}
		w := over.command(t, open(t, wire), b.handle, command(""))
		if got := w.Body.String(); w.Code != http.StatusOK || (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %d %q, want %q", c.answer, w.Code, got, c.want)
		}
		if got := len(wire.to("views.open")); got != 1 {
			t.Errorf("views.open was called %d times", got)
		}
	}
}

// Slack may hang as it likes: the person has an answer within three seconds.
func TestCommandAnswersInTime(t *testing.T) {
	overBoth(t, func(t *testing.T, over way) {
		synctest.Test(t, func(t *testing.T) { testCommandAnswersInTime(t, over) })
	})
}

func testCommandAnswersInTime(t *testing.T, over way) {
	s := open(t, wireFunc(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}))
	b := &bot{reply: integrations.Reply{Open: declareForm, Words: stream.Say("say it in one line")}}
	start := time.Now()
	w := over.command(t, s, b.handle, command(""))
	if took := time.Since(start); took >= 3*time.Second || !strings.Contains(w.Body.String(), "say it in one line") {
		t.Errorf("after %v: %s", took, w.Body)
	}
}

// What a person asked is carried out when Slack hangs up meanwhile.
func TestCommandOutlivesItsConnection(t *testing.T) {
	t.Parallel()
	s := open(t, &calls{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var got error
	h := func(ctx context.Context, _ integrations.Request) (integrations.Reply, error) {
		got = ctx.Err()
		return integrations.Reply{}, nil
	}
	ask(s.CommandsHandler(h), signed("/", command("list"), time.Now()).WithContext(ctx))
	if got != nil {
		t.Errorf("the bot's context: %v", got)
	}
}

func click(value string) map[string]any {
	return map[string]any{
		"type": "block_actions", "trigger_id": "T1", "response_url": "https://hooks.slack.example/actions/5ecret",
		"user": map[string]any{"id": "U0ANN", "username": "ann"}, "channel": map[string]any{"id": "C0ROOM"},
		"message": map[string]any{"ts": "17.1", "thread_ts": "16.1"}, "container": map[string]any{"type": "message", "message_ts": "17.1"},
		"actions": []any{map[string]any{"type": "button", "action_id": "button-0", "action_ts": "18.1", "value": value}},
	}
}

func TestClick(t *testing.T) { overBoth(t, testClick) }

func testClick(t *testing.T, over way) {
	wire := &calls{}
	b := &bot{reply: integrations.Reply{Words: stream.Say("You have it.")}}
	w := over.interaction(t, open(t, wire), b.handle, payload(t, click("ack #42")))
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("got %d %q, want an empty 200", w.Code, w.Body)
	}
	want := []integrations.Request{{Face: "slack", By: stream.Actor{ID: "U0ANN", Name: "ann"},
		Line: "ack #42", Channel: "C0ROOM", Thread: "16.1", CanOpen: true}}
	if diff := cmp.Diff(want, b.heard()); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	said := wire.to("https://hooks.slack.example/actions/5ecret")
	if len(said) != 1 {
		t.Fatalf("said %d times", len(said))
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(said[0].Body), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "blocks")
	if diff := cmp.Diff(map[string]any{"response_type": "ephemeral", "replace_original": false, "text": "You have it.", "thread_ts": "16.1"}, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// An answer that cannot be shown is logged, without the address that is as good
// as a token.
func TestAnswerThatIsNotShown(t *testing.T) { overBoth(t, testAnswerThatIsNotShown) }

func testAnswerThatIsNotShown(t *testing.T, over way) {
	for name, wire := range map[string]wireFunc{
		"gone":      func(*http.Request) (*http.Response, error) { return httpAnswer(http.StatusNotFound, "used_url"), nil },
		"no answer": func(*http.Request) (*http.Response, error) { return nil, errors.New("reset") },
	} {
		var log strings.Builder
		b := &bot{reply: integrations.Reply{Words: stream.Say("You have it.")}}
		s := logged(t, wire, slog.New(slog.NewTextHandler(&log, nil)))
		w := over.interaction(t, s, b.handle, payload(t, click("ack #42")))
		if w.Code != http.StatusOK || !strings.Contains(log.String(), "an answer was not shown") || strings.Contains(log.String(), "5ecret") {
			t.Errorf("%s: got %d and logged %s", name, w.Code, log.String())
		}
	}
}

// A click in a view has no response_url: the answer comes in the place that the
// view was opened at, else in direct messages.
func TestClickInAView(t *testing.T) { overBoth(t, testClickInAView) }

func testClickInAView(t *testing.T, over way) {
	for metadata, want := range map[string]string{`{"channel":"C0ROOM"}`: "chat.postEphemeral", `{"channel":"D1"}`: "chat.postMessage", "": "conversations.open"} {
		wire := &calls{answers: map[string]string{"conversations.open": `{"ok":true,"channel":{"id":"D0ANN"}}`}}
		p := click("ack #42")
		delete(p, "response_url")
		delete(p, "channel")
		delete(p, "message")
		p["container"] = map[string]any{"type": "view", "view_id": "V1"}
		p["view"] = map[string]any{"id": "V1", "private_metadata": metadata}
		b := &bot{reply: integrations.Reply{Words: stream.Say("You have it."), Open: declareForm}}
		over.interaction(t, open(t, wire), b.handle, payload(t, p))
		if len(wire.to("views.open")) != 0 {
			t.Error("views.open was called from a view")
		}
		if got := b.heard(); len(got) != 1 || got[0].Line != "ack #42" {
			t.Errorf("heard %+v", got)
		}
		if len(wire.to(want)) != 1 {
			t.Errorf("%q: %s was not called: %+v", metadata, want, wire.made)
		}
	}
}

func TestClickThatOnlyLeadsSomewhere(t *testing.T) { overBoth(t, testClickThatOnlyLeadsSomewhere) }

func testClickThatOnlyLeadsSomewhere(t *testing.T, over way) {
	wire, b := &calls{}, &bot{}
	w := over.interaction(t, open(t, wire), b.handle, payload(t, click("")))
	if w.Code != http.StatusOK || len(b.heard()) != 0 || len(wire.made) != 0 {
		t.Errorf("got %d, %d requests, %d calls", w.Code, len(b.heard()), len(wire.made))
	}
}

// The 200 leaves when the bot has committed, and before the answer is said.
func TestClickIsCommittedThenAcknowledged(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var order []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	s := open(t, wireFunc(func(*http.Request) (*http.Response, error) {
		note("said")
		return httpAnswer(http.StatusOK, "ok"), nil
	}))
	h := s.InteractionsHandler(func(context.Context, integrations.Request) (integrations.Reply, error) {
		note("committed")
		return integrations.Reply{Words: stream.Say("x")}, nil
	})
	h.ServeHTTP(&spy{header: http.Header{}, note: note}, signed("/", payload(t, click("ack")), time.Now()))
	if diff := cmp.Diff([]string{"committed", "200", "flushed", "said"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// spy is a response whose flush can be seen.
type spy struct {
	header http.Header
	note   func(string)
}

func (s *spy) Header() http.Header         { return s.header }
func (s *spy) Write(b []byte) (int, error) { return len(b), nil }
func (s *spy) WriteHeader(code int)        { s.note(strconv.Itoa(code)) }
func (s *spy) Flush()                      { s.note("flushed") }

// view is a submitted form as Slack sends it, with what modal put into it.
func submitted(view map[string]any, values map[string]any) map[string]any {
	v := map[string]any{"id": "V1", "state": map[string]any{"values": values}}
	for _, key := range []string{"callback_id", "private_metadata", "blocks", "title"} {
		v[key] = view[key]
	}
	return map[string]any{"type": "view_submission", "user": map[string]any{"id": "U0ANN", "name": "ann"}, "view": v}
}

// opened is the view that a form makes.
func opened(t *testing.T, f *integrations.Form) map[string]any {
	t.Helper()
	wire := &calls{}
	b := &bot{reply: integrations.Reply{Open: f}}
	ask(open(t, wire).CommandsHandler(b.handle), signed("/", command(""), time.Now()))
	made := wire.to("views.open")
	if len(made) != 1 {
		t.Fatalf("views.open was called %d times", len(made))
	}
	var got struct {
		View map[string]any `json:"view"`
	}
	if err := json.Unmarshal([]byte(made[0].Body), &got); err != nil {
		t.Fatal(err)
	}
	return got.View
}

func TestForm(t *testing.T) {
	t.Parallel()
	view := opened(t, declareForm)
	var got []string
	for _, b := range view["blocks"].([]any) {
		block := b.(map[string]any)
		line := block["type"].(string)
		if e, ok := block["element"].(map[string]any); ok {
			line += " " + block["block_id"].(string) + " " + e["type"].(string)
			if block["optional"] == true {
				line += " optional"
			}
		}
		got = append(got, line)
	}
	want := []string{"input what plain_text_input", "input sev static_select optional", "input private checkboxes optional", "section"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if n := len([]rune(view["title"].(map[string]any)["text"].(string))); n > 24 {
		t.Errorf("the title has %d characters", n)
	}
}

func TestSubmit(t *testing.T) { overBoth(t, testSubmit) }

func testSubmit(t *testing.T, over way) {
	values := map[string]any{
		"what":    map[string]any{"value": map[string]any{"type": "plain_text_input", "value": "a < b"}},
		"sev":     map[string]any{"value": map[string]any{"type": "static_select", "selected_option": map[string]any{"value": "1"}}},
		"private": map[string]any{"value": map[string]any{"type": "checkboxes", "selected_options": []any{map[string]any{"value": "true"}}}},
		"empty":   map[string]any{"value": map[string]any{"type": "plain_text_input", "value": nil}},
	}
	view := opened(t, declareForm)
	for _, c := range []struct {
		name  string
		reply integrations.Reply
		err   error
		want  map[string]any
	}{
		{"done", integrations.Reply{}, nil, map[string]any{"response_action": "clear"}},
		{"wrong", integrations.Reply{Problems: map[string]string{"what": "Say more."}, Words: stream.Say("Look again.")}, nil,
			map[string]any{"response_action": "errors", "errors": map[string]any{"what": "Say more."}}},
		{"wrong beside no question", integrations.Reply{Problems: map[string]string{"note": "Odd.", "sev": "No."}}, nil,
			map[string]any{"response_action": "errors", "errors": map[string]any{"what": "Odd.", "sev": "No."}}},
		{"refused", integrations.Reply{Refused: true, Words: stream.Say("It moved on.")}, nil,
			map[string]any{"response_action": "errors", "errors": map[string]any{"what": "It moved on."}}},
		{"not accepted", integrations.Reply{}, errors.New("the store is full"),
			map[string]any{"response_action": "errors", "errors": map[string]any{"what": "the store is full"}}},
		{"said", integrations.Reply{Words: stream.Say("#42 is declared.")}, nil, map[string]any{"response_action": "update"}},
		{"next form", integrations.Reply{Open: declareForm}, nil, map[string]any{"response_action": "update"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &bot{reply: c.reply, err: c.err}
			w := over.interaction(t, open(t, &calls{}), b.handle, payload(t, submitted(view, values)))
			var got map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
				t.Fatalf("%d %v: %s", w.Code, err, w.Body)
			}
			if next, ok := got["view"].(map[string]any); ok {
				delete(got, "view")
				if next["type"] != "modal" || len(next["blocks"].([]any)) == 0 {
					t.Errorf("view: got %v", next)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			want := []integrations.Request{{Key: "slack:form:V1", Face: "slack", By: stream.Actor{ID: "U0ANN", Name: "ann"},
				Line: "declare", Channel: "C0ROOM", Form: "declare", Version: 7,
				Values: map[string]string{"what": "a < b", "sev": "1", "private": "true", "empty": ""}}}
			if diff := cmp.Diff(want, b.heard()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}
