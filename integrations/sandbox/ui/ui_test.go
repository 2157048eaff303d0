package ui_test

import (
	"bufio"
	"context"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox"
)

var update = flag.Bool("update", false, "write the golden page")

const words = `[{"type":"section","text":{"type":"mrkdwn","text":"*INC-1: may they go out?* <@U1>"}},
	{"type":"section","fields":[{"type":"mrkdwn","text":"*Lead*\nOmar"}]},{"type":"divider"},
	{"type":"actions","block_id":"b1","elements":[{"type":"button","action_id":"yes","value":"approve 2 #1","style":"primary","text":{"type":"plain_text","text":"Yes, post"}},
	{"type":"button","action_id":"see","url":"https://status.example/1","text":{"type":"plain_text","text":"See"}}]},
	{"type":"context","elements":[{"type":"mrkdwn","text":"first words"}]}]`

const summary = `{"status":{"indicator":"minor","description":"Minor Service Outage"},
	"components":[{"name":"Mail view","status":"partial_outage"}],"incidents":[{"name":"Problems with mail","status":"investigating",
	"shortlink":"http://bot.example/incidents/1","incident_updates":[{"status":"investigating","body":"Saving fails.","display_at":"2026-11-22T19:59:00Z"}]}]}`

// full is a town in which something stands everywhere.
func full(t *testing.T) *world {
	w := newWorld(t)
	w.furnish()
	return w
}

func (w *world) furnish() {
	w.Helper()
	w.bot.says("/api/v2/summary.json", summary)
	ts := w.post("C1", "may they go out?", words)
	w.api(w.Slack, "/api/pins.add", url.Values{"channel": {"C1"}, "timestamp": {ts}}, "Authorization", "Bearer xoxb-sandbox")
	if _, err := w.Slack.Say("omar", "incidents", ts, "looking"); err != nil {
		w.Fatal(err)
	}
	if _, err := w.Slack.Say("maya", "incidents", "", "It is `drafts`:\n```\nlock wait\n```\n> since _05:20_"); err != nil {
		w.Fatal(err)
	}
	w.trigger("people cannot save", "main/incident/1/maya")
	w.sms("+14155550101", "Harbor INC-1 SEV1\nReply 1")
	w.X.Publish("harborstatus", "Saving fails. https://status.example/1")
	w.publish("Problems with mail", "Saving fails.")
	w.mail("customers@lists.example", "[Investigating] Mail", "Saving fails.")
}

// TestGolden holds the whole of what one sees.
func TestGolden(t *testing.T) {
	t.Parallel()
	page := full(t).get("/?as=maya")
	_, page, _ = strings.Cut(page, "<main>")
	got := "<main>" + regexp.MustCompile(`\n\s*\n+`).ReplaceAllString(page, "\n")
	const name = "testdata/page.html"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the page (-want +got)\n%s", diff)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	w := full(t)
	home := w.get("/")
	w.want(home, `aria-current="true" title="Maya, on call"`, "#incidents · Maya", "12:00</time>", "PST", "1 reply", "On-call page", "to subscribers", "bot is up")
	w.want(home, `!secret`, `!looking`)
	w.want(w.get("/?as=omar&in=secret"), "#secret · Omar", "private · 2 members")
	w.want(w.get("/?as=maya&in=secret"), "#incidents · Maya") // not hers to see
	w.want(w.get("/?as=nobody&in=nowhere"), "#incidents · Maya")
	w.want(w.get("/?as=maya&in=%40drumbeat"), "@drumbeat · Maya")
	w.want(w.get("/?as=omar"), "gave no number", `<a href="/?as=omar&amp;in=incidents&amp;say=%2Fincident&#43;approve">`)
	w.want(w.get("/?say=%3C%2Ftextarea%3E%3Cb%3E"), "&lt;/textarea&gt;&lt;b&gt;</textarea>")
	ts := w.Slack.Snapshot().Channels[0].Messages[0].TS
	w.want(w.get("/?as=maya&in=C1&thread="+ts), "<h2>Thread</h2>", "looking", "Reply, or @drumbeat")
}

// TestUnread counts what others wrote where one has not looked yet.
func TestUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post("C1", "one", "")
	w.post("C1", "two", "")
	const badge = `<span class="count">2<span`
	w.want(w.get("/?as=maya&in=other"), badge)
	w.want(w.get("/?as=maya&in=incidents"), "one")
	w.want(w.get("/?as=maya&in=other"), "!"+badge)
	w.want(w.get("/?as=omar&in=other"), badge)
}

func TestActing(t *testing.T) {
	t.Parallel()
	w := full(t)
	ts := w.Slack.Snapshot().Channels[0].Messages[0].TS
	for _, c := range []struct {
		act    string
		form   []string
		notice string // "" is none
		path   string
		got    string // what the bot got there
	}{
		{"say", []string{"in", "incidents", "text", "/incident declare sev1 saves fail"}, "", "/commands", "maya /incident declare sev1 saves fail"},
		{"say", []string{"as", "omar", "in", "C1", "text", "/incident"}, "", "/commands", "omar /incident"},
		{"say", []string{"in", "C1", "text", "/deploy"}, "not a command here", "", ""},
		{"say", []string{"in", "C1", "thread", ts, "text", "/incident ack"}, "Commands do not work in threads", "", ""},
		{"say", []string{"in", "C1", "thread", "1.2", "text", "x"}, "no message", "", ""},
		{"say", []string{"in", "C1", "text", "  "}, "", "", ""},
		{"click", []string{"in", "C1", "channel", "C1", "ts", ts, "press", "yes approve 2 #1"}, "", "/interactions", `"value":"approve 2 #1"`},
		{"click", []string{"in", "C1", "channel", "C1", "ts", ts, "press", "no reject"}, "Nothing to click", "", ""},
		{"text", []string{"text", "1"}, "", "/sms", "+14155550101 1"},
		{"text", []string{"as", "omar", "text", "1"}, "Omar has no number", "", ""},
		{"press", []string{"call", "CA1", "digits", "1"}, "no such call", "", ""},
		{"alert", nil, "", "/alerts", `"alertname":"MailSavesFail"`},
		{"fault", []string{"name", "moon"}, "There is no such switch", "", ""},
		{"submit", []string{"view", "V1"}, "closed already", "", ""},
	} {
		notice := w.do(c.act, c.form...)
		if (notice == "") != (c.notice == "") || !strings.Contains(notice, c.notice) {
			t.Errorf("%s %q: notice %q, want %q", c.act, c.form, notice, c.notice)
		}
		if got := w.bot.last(c.path); c.path != "" && !strings.Contains(got, c.got) {
			t.Errorf("%s %q: the bot got %q, want %q", c.act, c.form, got, c.got)
		}
	}
	w.do("say", "as", "omar", "in", "C1", "thread", ts, "text", "@drumbeat ack")
	w.want(w.get("/?in=C1&thread="+ts), `<span class="mention">@drumbeat</span> ack`)
	w.Slack.Flush(t.Context())
	w.want(w.bot.last("/events"), "app_mention")
}

func TestTheBotIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.down = true
	w.want(w.do("say", "in", "C1", "text", "/incident list"), "The bot", `class="notice"`)
	w.want(w.do("text", "text", "1"), "The bot answered with 502")
}

// TestAnswersAndForms lets the bot answer, and open a form that it finds wrong.
func TestAnswersAndForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.says("/commands", `{"response_type":"ephemeral","text":"You alone"}`)
	w.do("say", "in", "C1", "text", "/incident help")
	w.want(w.get("/?as=maya"), "You alone", "only you can see this")
	w.want(w.get("/?as=omar"), "!You alone")
	w.do("hide", "in", "C1", "ts", w.Slack.Snapshot().Ephemerals["U1"][0].TS)
	w.want(w.get("/?as=maya"), "!You alone")

	w.post("C1", "x", words)
	w.do("click", "in", "C1", "channel", "C1", "ts", w.Slack.Snapshot().Channels[0].Messages[0].TS, "press", "yes approve 2 #1")
	_, rest, _ := strings.Cut(w.bot.last("/interactions"), `"trigger_id":"`)
	trigger, _, _ := strings.Cut(rest, `"`)
	opened := w.api(w.Slack, "/api/views.open", url.Values{"trigger_id": {trigger}, "view": {`{"type":"modal","title":{"type":"plain_text","text":"Declare"},
		"submit":{"type":"plain_text","text":"Go"},"blocks":[
		{"type":"input","block_id":"title","label":{"type":"plain_text","text":"What is wrong?"},"hint":{"type":"plain_text","text":"In short"},"element":{"type":"plain_text_input","action_id":"value","max_length":200}},
		{"type":"input","block_id":"sev","optional":true,"label":{"type":"plain_text","text":"How bad?"},"element":{"type":"static_select","action_id":"value",
			"initial_option":{"text":{"type":"plain_text","text":"SEV2"},"value":"2"},"options":[{"text":{"type":"plain_text","text":"SEV1"},"value":"1"},{"text":{"type":"plain_text","text":"SEV2"},"value":"2"}]}},
		{"type":"input","block_id":"private","optional":true,"label":{"type":"plain_text","text":"Private"},"element":{"type":"checkboxes","action_id":"value","options":[{"text":{"type":"plain_text","text":"Yes"},"value":"true"}]}}]}`}},
		"Authorization", "Bearer xoxb-sandbox")
	if opened["ok"] != true {
		t.Fatalf("views.open answers %v", opened)
	}
	id := opened["view"].(map[string]any)["id"].(string)
	w.want(w.get("/?as=maya"), `<dialog open class="modal" data-view="`+id, "What is wrong?", `maxlength="200" required aria-describedby="hint-title"`,
		`<option value="2" selected>SEV2`, `type="checkbox" name="field-private" value="true"`)
	w.want(w.get("/?as=omar"), "!<dialog")

	w.want(w.do("submit", "in", "C1", "view", id, "field-title", ""), "title is required")
	w.bot.says("/interactions", `{"response_action":"errors","errors":{"title":"Say more."}}`)
	w.want(w.do("submit", "in", "C1", "view", id, "field-title", "<db>", "field-sev", "1", "field-private", "true"), "!notice")
	w.want(w.bot.last("/interactions"), `"value":"\u003cdb\u003e"`, `"selected_option":{"text":{"text":"SEV1"`, `"selected_options":[{"text":{"text":"Yes"`)
	w.want(w.get("/?as=maya"), "Say more.", `value="&lt;db&gt;"`, `<option value="1" selected>`, `value="true" checked`)
	w.bot.says("/interactions", "")
	w.do("submit", "in", "C1", "view", id, "field-title", "db")
	w.want(w.get("/?as=maya"), "!<dialog")
}

func TestCloseAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post("C1", "x", words)
	w.do("click", "in", "C1", "channel", "C1", "ts", w.Slack.Snapshot().Channels[0].Messages[0].TS, "press", "yes approve 2 #1")
	_, rest, _ := strings.Cut(w.bot.last("/interactions"), `"trigger_id":"`)
	trigger, _, _ := strings.Cut(rest, `"`)
	w.api(w.Slack, "/api/views.open", url.Values{"trigger_id": {trigger}, "view": {`{"type":"modal","title":{"type":"plain_text","text":"Done"},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*Done*"}}]}`}},
		"Authorization", "Bearer xoxb-sandbox")
	w.want(w.get("/"), "<dialog", "<b>Done</b>", ">Close</button>")
	w.do("close", "view", w.Slack.Snapshot().Views[0].ID)
	w.want(w.get("/"), "!<dialog")
}

// TestFaults throws each switch, sees that its far end breaks, and throws it back.
func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ends := map[string]*sandbox.Faults{"chat": w.SlackFaults, "x": &w.X.Faults, "x-lost": &w.X.Faults, "statuspage": &w.Statuspage.Faults,
		"pagerduty": &w.PagerDuty.Faults, "sms": &w.Twilio.Faults, "mail": &w.Mail.Faults}
	other := sandbox.Fault{Match: "/own", Status: 418}
	for name, f := range ends {
		f.Clear()
		f.Add(other)
		w.do("fault", "name", name)
		if got := len(f.Armed()); got != 2 {
			t.Errorf("%s on: %d faults armed, want 2", name, got)
		}
		w.want(w.get("/"), `name="name" value="`+name+`" role="switch" aria-checked="true"`, "broken</span>")
		w.do("fault", "name", name)
		if diff := cmp.Diff([]sandbox.Fault{other}, f.Armed()); diff != "" {
			t.Errorf("%s off (-want +got)\n%s", name, diff)
		}
	}
	w.want(w.get("/"), `!aria-checked="true"`)
}

// TestWithoutAScript acts with plain forms.
func TestWithoutAScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func(text string) *http.Response {
		req := httptest.NewRequest(http.MethodPost, "/ui/do/say", strings.NewReader(url.Values{"as": {"omar"}, "in": {"C1"}, "text": {text}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r := httptest.NewRecorder()
		w.page.ServeHTTP(r, req)
		return r.Result()
	}
	if r := post("hello"); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/?as=omar&in=C1" {
		t.Errorf("got %d %q", r.StatusCode, r.Header.Get("Location"))
	}
	r := post("/deploy <b>")
	body, _ := io.ReadAll(r.Body)
	w.want(string(body), `<p class="notice">/deploy is not a command here`, "/deploy &lt;b&gt;</textarea>")
}

// TestWhoMayAsk: other origins may not act, and nothing may be fetched from elsewhere.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]int{"/": 200, "/ui/static/ui.js": 200, "/ui/static/LICENSE.htmx": 200, "/ui/static/LICENSE.htmx-ext-sse": 200,
		"/ui/nothing": 404, "/ui/static/../ui.go": 307} {
		r := httptest.NewRecorder()
		w.page.ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
		policy := r.Header().Get("Content-Security-Policy")
		if r.Code != want || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d, want %d; policy %q", path, r.Code, want, policy)
		}
	}
	page := w.get("/")
	if bad := regexp.MustCompile(`(?:src|srcset)="(?:https?:)?//|<link[^>]+href="http|style="|<script>| on[a-z]+="`).FindString(page); bad != "" {
		t.Errorf("the page has %s", bad)
	}
	req := httptest.NewRequest(http.MethodPost, "/ui/do/alert", nil)
	req.Header.Set("Origin", "https://elsewhere.example")
	r := httptest.NewRecorder()
	w.page.ServeHTTP(r, req)
	if r.Code != http.StatusForbidden || w.bot.last("/alerts") != "" {
		t.Errorf("from elsewhere: %d, want 403", r.Code)
	}
}

// TestEvents: a page that is up to date hears nothing until something changes.
func TestEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	srv := httptest.NewServer(w.page)
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, rest, _ := strings.Cut(w.get("/?as=maya&in=C1"), "have=")
	have, _, _ := strings.Cut(rest, `"`)
	connect := func(have string) (next func() (name, html string)) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/ui/events?as=maya&in=C1&have="+have, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		lines := bufio.NewScanner(resp.Body)
		return func() (name, html string) {
			for lines.Scan() {
				switch line := lines.Text(); {
				case strings.HasPrefix(line, "event: "):
					name = line[7:]
				case strings.HasPrefix(line, "data: "):
					html += line[6:] + "\n"
				case line == "" && name != "":
					return name, html
				}
			}
			t.Fatal("the stream ended:", lines.Err())
			return "", ""
		}
	}
	current, late := connect(have), connect("")
	if name, _ := late(); name != "rail" {
		t.Errorf("who has nothing gets %q first, want rail", name)
	}
	w.X.Publish("harborstatus", "first line\r\nsecond\rline")
	if name, html := current(); name != "posts" || !strings.Contains(html, "first line\nsecond\nline") {
		t.Errorf("got %s %s, want the post", name, html)
	}
	w.post("C1", "hello", "")
	if name, html := current(); name != "room" || !strings.Contains(html, "hello") {
		t.Errorf("got %s %s, want the message", name, html)
	}
}
