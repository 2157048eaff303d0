package slack_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// FuzzWords: whatever stands in the words, no markup of Slack's comes out, no
// limit is passed, and what fits reads the same when a person types it back.
func FuzzWords(f *testing.F) {
	for _, text := range []string{"plain", "<!channel> & <@U1> <http://a|b>", "&lt;&amp;", "*_~`", "\x00\xff\u202e", strings.Repeat("<💥", 2000), "a\n\nb"} {
		f.Add(text)
	}
	s := open(f, &calls{})
	f.Fuzz(func(t *testing.T, text string) {
		m := &stream.Message{Title: text, Paragraphs: []string{text, text}, Fields: []stream.Field{{Name: text, Value: text}},
			Buttons: []stream.Button{{Text: text, Command: text}}, Footer: text, Mentions: []string{text}}
		b := &bot{reply: integrations.Reply{Words: m}}
		w := ask(s.CommandsHandler(b.handle), signed("/", url.Values{"user_id": {"U0ANN"}, "text": {text}, "trigger_id": {time.Now().String()}}.Encode(), time.Now()))
		var got struct {
			Text   string          `json:"text"`
			Blocks json.RawMessage `json:"blocks"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		var texts []string
		if got.Blocks != nil {
			texts, _ = blocksOf(t, got.Blocks)
		}
		for _, drawn := range append(texts, got.Text) {
			if strings.HasPrefix(text, "U") || strings.HasPrefix(text, "W") {
				drawn = strings.ReplaceAll(drawn, "<@"+text+"> ", "")
			}
			if strings.ContainsAny(drawn, "<>") || utf8.RuneCountInString(drawn) > 4000 || drawn == "" {
				t.Errorf("drawn: %.200q", drawn)
			}
			for rest := drawn; ; {
				_, after, ok := strings.Cut(rest, "&")
				if !ok {
					break
				}
				if !strings.HasPrefix(after, "amp;") && !strings.HasPrefix(after, "lt;") && !strings.HasPrefix(after, "gt;") {
					t.Errorf("an entity was cut: %.200q", drawn)
				}
				rest = after
			}
		}
	})
}

// FuzzLine: what a person reads is what the bot hears: escaped text comes back
// as it was, and no text of Slack's breaks the reading.
func FuzzLine(f *testing.F) {
	for _, text := range []string{"declare a & b", "<@U1|ann> <#C1|ops> <!here> <!subteam^S1> <http://a.example|a.example> <", "<>", "<|>", "<!>", "&amp;lt;", "a > b < c"} {
		f.Add(text)
	}
	s := open(f, &calls{})
	hear := func(t *testing.T, text string) string {
		b := &bot{}
		ask(s.CommandsHandler(b.handle), signed("/", url.Values{"user_id": {"U0ANN"}, "text": {text}, "trigger_id": {time.Now().String()}}.Encode(), time.Now()))
		if len(b.heard()) != 1 {
			t.Fatalf("heard %d requests", len(b.heard()))
		}
		return b.heard()[0].Line
	}
	f.Fuzz(func(t *testing.T, text string) {
		hear(t, text)
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
		if got := hear(t, escaped); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	})
}

// FuzzBodies: no body, however well signed, breaks the face.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		"", "%", "user_id=U1", "payload={}", `payload={"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","value":"x"}]}`,
		`payload={"type":"view_submission","user":{"id":"U1"},"view":{"private_metadata":"[]","state":{"values":{"a":{"b":null}}}}}`,
		`{"type":"event_callback","event":{"type":"app_mention","user":"U1","text":"<@"}}`, `{"type":"url_verification","challenge":"x"}`, `[]`, `null`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		b := &bot{reply: integrations.Reply{Refused: true, Words: stream.Say("no"), Problems: map[string]string{"a": "b"}}}
		for _, path := range []string{"POST /slack/commands", "POST /slack/interactions", "POST /slack/events"} {
			h := open(t, &calls{}).Routes(b.handle)[path] // each its own: the second would be a replay
			if got := ask(h, signed("/", body, time.Now())).Code; got != http.StatusOK && got != http.StatusBadRequest {
				t.Errorf("%s: got %d", path, got)
			}
		}
	})
}

// FuzzSignature: only the right signature passes.
func FuzzSignature(f *testing.F) {
	f.Add("v0=00", "0")
	f.Add("", "")
	f.Add("v0="+strings.Repeat("00", 32), "99999999999999999999")
	s := open(f, &calls{})
	f.Fuzz(func(t *testing.T, signature, ts string) {
		r := signed("/", "x", time.Now())
		right := r.Header.Get("X-Slack-Signature")
		r.Header.Set("X-Slack-Signature", signature)
		r.Header.Set("X-Slack-Request-Timestamp", ts)
		if got := ask(s.EventsHandler((&bot{}).handle), r).Code; got != http.StatusUnauthorized && !strings.EqualFold(signature, right) {
			t.Errorf("%q at %q: got %d", signature, ts, got)
		}
	})
}
