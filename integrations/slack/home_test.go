package slack_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/slack"
)

// hall is a workspace and a bot that answers by line, as people use them.
type hall struct {
	*standin.Workspace
	slack *slack.Slack
	bot   *bot
	log   *journal
	says  map[string]integrations.Reply
}

// inHall runs a test in a hall, once for each way of hearing Slack.
func inHall(t *testing.T, test func(t *testing.T, h *hall)) {
	overBoth(t, func(t *testing.T, over way) { inBubble(t, over, test) })
}

func inBubble(t *testing.T, over way, test func(t *testing.T, h *hall)) {
	synctest.Test(t, func(t *testing.T) { test(t, newHall(t, over)) })
}

func newHall(t *testing.T, over way) *hall {
	t.Helper()
	h := &hall{bot: &bot{}, says: map[string]integrations.Reply{}}
	handle := func(ctx context.Context, r integrations.Request) (integrations.Reply, error) {
		_, _ = h.bot.handle(ctx, r) // it remembers
		return h.says[r.Line], nil
	}
	if over == overSocket {
		x := connect(t, handle, nil)
		h.Workspace, h.slack, h.log = x.Workspace, x.slack, x.log
		return h
	}
	mux := http.NewServeMux()
	h.log = &journal{}
	h.Workspace = workspace(func(c *standin.Config) {
		c.CommandsURL, c.InteractionsURL, c.EventsURL = "http://bot.example/slack/commands", "http://bot.example/slack/interactions", "http://bot.example/slack/events"
		c.Client, c.Queue = &http.Client{Transport: sandbox.Transport(mux)}, true
	})
	h.slack = logged(t, sandbox.Transport(h.Workspace), slog.New(slog.NewTextHandler(h.log, nil)))
	for pattern, handler := range h.slack.Routes(handle) {
		mux.Handle(pattern, handler)
	}
	return h
}

// settle lets what is under way happen, and what that brings about.
func (h *hall) settle(t testing.TB) {
	t.Helper()
	h.Flush(t.Context())
	synctest.Wait()
}

// home gives a person's App Home as he reads it: [text] is a button.
func (h *hall) home(t testing.TB, user string) (id string, lines []string) {
	t.Helper()
	views := h.Snapshot().Views
	i := slices.IndexFunc(views, func(v standin.View) bool { return v.User == user && v.Type == "home" })
	if i < 0 {
		return "", nil
	}
	type text struct {
		Text string `json:"text"`
	}
	var blocks []struct {
		Type     string `json:"type"`
		Text     text   `json:"text"`
		Elements []struct {
			Text json.RawMessage `json:"text"` // of a button an object, of a context's text a string
		} `json:"elements"`
		Accessory *struct {
			Text text `json:"text"`
		} `json:"accessory"`
	}
	if err := json.Unmarshal(views[i].Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		line := b.Type + " " + b.Text.Text
		if b.Accessory != nil {
			line += " [" + b.Accessory.Text.Text + "]"
		}
		for _, e := range b.Elements {
			var s string
			var label text
			if json.Unmarshal(e.Text, &s) != nil && json.Unmarshal(e.Text, &label) == nil {
				s = "[" + label.Text + "]"
			}
			line += s
		}
		lines = append(lines, line)
	}
	return views[i].ID, lines
}

func (h *hall) open(t testing.TB, who string) {
	t.Helper()
	if err := h.Home(who); err != nil {
		t.Fatal(err)
	}
	h.settle(t)
}

func (h *hall) press(t testing.TB, who, view, label string) {
	t.Helper()
	k := standin.Click{View: view}
	k.Text = label
	if a, err := h.Click(t.Context(), who, k); err != nil || a.Error != "" {
		t.Fatalf("%s presses %s: %+v, %v", who, label, a, err)
	}
	h.settle(t)
}

func (h *hall) expect(t testing.TB, name string, want []string) {
	t.Helper()
	_, got := h.home(t, "U0ANN")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}

// page is a page as the desk answers with it.
func page(said string) integrations.Reply {
	return integrations.Reply{Words: stream.Say("all of it, as text"), Parts: []*stream.Message{
		{Paragraphs: []string{said}, Footer: "As of 05:41", Buttons: []stream.Button{{Text: "Declare", Command: "declare"}, {Text: "Refresh", Command: "home"}}},
		{Title: "Open"},
		{Title: "INC-42 <b> & *co*", Paragraphs: []string{"since 05:30", "<!channel>"}, Buttons: []stream.Button{{Text: "I'm on it", Command: "ack #42"}}},
		{Paragraphs: []string{"CH-23 “backfill”"}}}}
}

func drawn(first ...string) []string {
	return append(first, "actions [Declare][Refresh]", "context As of 05:41", "header Open",
		"section *INC-42 &lt;b&gt; &amp; co*\nsince 05:30\n&lt;!channel&gt; [I'm on it]", "section CH-23 “backfill”")
}

// A person opens the App Home, presses its buttons, and fills in the form that
// one of them opens: each time it is drawn anew, for that person alone.
func TestHome(t *testing.T) { inHall(t, testHome) }

func testHome(t *testing.T, h *hall) {
	h.says["home"], h.says["ack #42"] = page("One thing waits."), integrations.Reply{Words: stream.Say("INC-42 is yours.")}
	h.says["declare"] = integrations.Reply{Open: declareForm, Words: stream.Say("say it in one line")}
	h.open(t, "ann")
	h.expect(t, "opened", drawn("section One thing waits."))
	if id, _ := h.home(t, "U0BOB"); id != "" {
		t.Error("bob's home is drawn, and he did not open it")
	}

	home, _ := h.home(t, "U0ANN")
	h.says["home"] = page("Nothing waits.")
	h.press(t, "ann", home, "I'm on it")
	h.expect(t, "pressed", drawn("section INC-42 is yours.", "divider ", "section Nothing waits."))
	h.press(t, "ann", home, "Refresh")
	h.expect(t, "refreshed", drawn("section Nothing waits."))

	h.press(t, "ann", home, "Declare")
	views := h.Snapshot().Views
	i := slices.IndexFunc(views, func(v standin.View) bool { return v.Type == "modal" })
	if i < 0 {
		t.Fatalf("no form opened: %+v\n%s", views, h.log.String())
	}
	h.says["declare"] = integrations.Reply{Problems: map[string]string{"what": "Say more."}}
	h.says["home"] = page("INC-43 is open.")
	submit := func() {
		t.Helper()
		if a, err := h.Submit(t.Context(), "ann", views[i].ID, map[string]string{"what": "people cannot save"}); err != nil || a.Error != "" {
			t.Fatalf("submit: %+v, %v", a, err)
		}
		h.settle(t)
	}
	submit()
	h.expect(t, "a form that stays open changes nothing", drawn("section Nothing waits."))
	h.says["declare"] = integrations.Reply{Words: stream.Say("INC-43 SEV1")}
	submit()
	h.expect(t, "declared", drawn("section INC-43 is open."))

	var lines []string
	for _, r := range h.bot.heard() {
		lines = append(lines, strings.Join([]string{r.By.ID, r.Line, r.Form, r.Channel}, "|"))
	}
	if diff := cmp.Diff([]string{"U0ANN|home||", "U0ANN|ack #42||", "U0ANN|home||", "U0ANN|home||", "U0ANN|declare||",
		"U0ANN|declare|declare|", "U0ANN|declare|declare|", "U0ANN|home||"}, lines); diff != "" {
		t.Errorf("heard (-want +got)\n%s", diff)
	}
	if l := h.Snapshot(); len(l.Calls["views.publish"].Errors)+len(l.Calls["views.open"].Errors)+l.Calls["chat.postMessage"].Count > 0 {
		t.Errorf("calls: %+v", l.Calls)
	}
}

// However much there is, and whatever it says, Slack takes the view.
func TestLargeHome(t *testing.T) { inHall(t, testLargeHome) }

func testLargeHome(t *testing.T, h *hall) {
	long := strings.Repeat("<💥&", 4000)
	for name, m := range map[string]*stream.Message{
		"texts":                      {Title: long, Paragraphs: []string{long, long}, Footer: long, Buttons: []stream.Button{{Text: long, Command: "ack"}}},
		"heading":                    {Title: long},
		"buttons":                    {Paragraphs: []string{"x"}, Buttons: slices.Repeat([]stream.Button{{Text: "a", Command: "ack"}}, 40)},
		"a command that is too long": {Buttons: []stream.Button{{Text: "a", Command: long}}},
		"nothing":                    {},
	} {
		h.Reset()
		h.says["home"] = integrations.Reply{Parts: slices.Repeat([]*stream.Message{m}, 130)}
		h.open(t, "ann")
		_, lines := h.home(t, "U0ANN")
		if n := len(lines); n < 20 || n > 100 || lines[n-1] != "section …" {
			t.Errorf("%s: %d blocks, the last are %.200q\n%s", name, n, lines[max(0, n-1):], h.log.String())
		}
	}
}

// A page that cannot be looked up says so, and is not left empty.
func TestHomeWithoutParts(t *testing.T) { inHall(t, testHomeWithoutParts) }

func testHomeWithoutParts(t *testing.T, h *hall) {
	h.open(t, "ann")
	h.expect(t, "no words", []string{"section …"})
	h.says["home"] = integrations.Reply{Words: stream.Say("That did not work."), Refused: true}
	h.open(t, "ann")
	h.expect(t, "refused", []string{"section That did not work."})
}

// Where the App Home cannot be drawn, what came of a press is said in direct
// messages, and the log names the reason without the token.
func TestHomeThatIsNotDrawn(t *testing.T) { overBoth(t, testHomeThatIsNotDrawn) }

func testHomeThatIsNotDrawn(t *testing.T, over way) {
	var log strings.Builder
	wire := &calls{answers: map[string]string{"views.publish": `{"ok":false,"error":"not_enabled"}`, "conversations.open": `{"ok":true,"channel":{"id":"D0ANN"}}`}}
	s := logged(t, wire, slog.New(slog.NewTextHandler(&log, nil)))
	b := &bot{reply: integrations.Reply{Words: stream.Say("You have it.")}}
	w := over.event(t, s, b.handle, event(t, map[string]any{"type": "app_home_opened", "user": "U0ANN", "channel": "D1", "tab": "home"}))
	if w.Code != http.StatusOK || !strings.Contains(log.String(), "not_enabled") || strings.Contains(log.String(), botToken) {
		t.Errorf("opened: got %d and logged %s", w.Code, log.String())
	}
	p := click("ack #42")
	delete(p, "response_url")
	delete(p, "channel")
	delete(p, "message")
	p["container"], p["view"] = map[string]any{"type": "view", "view_id": "V1"}, map[string]any{"id": "V1", "type": "home"}
	over.interaction(t, s, b.handle, payload(t, p))
	if said := wire.to("chat.postMessage"); len(said) != 1 || said[0].Args.Get("channel") != "D0ANN" || said[0].Args.Get("text") != "You have it." {
		t.Errorf("pressed: said %+v", said)
	}
}
