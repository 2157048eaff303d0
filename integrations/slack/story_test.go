package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/slack"
)

// far is a workspace, its faults and a Slack that speaks with it.
type far struct {
	*slack.Slack
	w      *standin.Workspace
	faults *sandbox.Faults
}

func start(t testing.TB) far {
	t.Helper()
	w, faults := workspace(nil), new(sandbox.Faults)
	return far{open(t, sandbox.Transport(faults.Wrap(w))), w, faults}
}

func (f far) do(t *testing.T, d stream.Delivery) integrations.Receipt {
	t.Helper()
	r, err := f.Send(t.Context(), d)
	if err != nil {
		t.Fatalf("%s: %v", d.Action, err)
	}
	return r
}

func (f far) channel(t *testing.T, name string) standin.Channel {
	t.Helper()
	c, ok := f.w.Snapshot().Channel(name)
	if !ok {
		t.Fatalf("there is no channel %q", name)
	}
	return c
}

func delivery(n int, action string, words *stream.Message, args ...string) stream.Delivery {
	d := stream.Delivery{ID: fmt.Sprintf("main/incident/42/%d/%s", n, action), To: slack.To, Action: action,
		Args: map[string]string{}, Words: words}
	for i := 0; i < len(args); i += 2 {
		d.Args[args[i]] = args[i+1]
	}
	return d
}

func TestChannelNameThatIsTaken(t *testing.T) {
	t.Parallel()
	f := start(t)
	first := f.do(t, delivery(1, "channel.create", nil, "name", "INC 7: Save!"))
	second := f.do(t, delivery(2, "channel.create", nil, "name", "inc-7-save"))
	c := f.channel(t, first.Ref)
	if c.Name != "inc-7-save-2" || f.channel(t, second.Ref).Name != "inc-7-save-3" || first.More["channel"] != first.Ref {
		t.Errorf("got %+v and %+v", first, second)
	}
	if want := "https://sandbox.slack.com/archives/" + first.Ref; first.Link != want {
		t.Errorf("link: got %s, want %s", first.Link, want)
	}
}

// A creation whose answer was lost is found under the name that it got in the
// end, and neither another delivery's channel nor somebody else's is taken.
func TestLostCreationIsFound(t *testing.T) {
	t.Parallel()
	f := start(t)
	other := f.do(t, delivery(1, "channel.create", nil, "name", "inc-7-save")) // …-2
	f.faults.Add(sandbox.Fault{Match: "conversations.create", Delay: 1, Count: 2})
	f.faults.Add(sandbox.Fault{Match: "conversations.create", LoseAnswer: true, Count: 1})
	d := delivery(2, "channel.create", nil, "name", "inc-7-save")
	if _, found, err := f.Find(t.Context(), d); found || err != nil {
		t.Fatalf("before: got %v, %v", found, err)
	}
	if r, err := f.Send(t.Context(), d); err == nil {
		t.Fatalf("the answer was not lost: %+v", r)
	}
	r, found, err := f.Find(t.Context(), d)
	if !found || err != nil || r.Ref == other.Ref || f.channel(t, r.Ref).Name != "inc-7-save-3" {
		t.Errorf("got %+v, %v, %v", r, found, err)
	}
	if _, found, _ := f.Find(t.Context(), delivery(3, "channel.create", nil, "name", "inc-7-save", "private", "true")); found {
		t.Error("a public channel was taken for a private one")
	}
}

// Of what the bot is in, only what the creation could have made is taken.
func TestWhichChannelIsFound(t *testing.T) {
	t.Parallel()
	now := time.Now().Unix()
	channel := func(id, name, creator string, private bool, created int64) string {
		return fmt.Sprintf(`{"id":%q,"name":%q,"creator":%q,"is_private":%v,"created":%d}`, id, name, creator, private, created)
	}
	good := channel("C0GOOD", "inc-7", "U0BOT", false, now)
	for name, c := range map[string]struct {
		all  string
		want string
	}{
		"none":             {"", ""},
		"ours":             {good, "C0GOOD"},
		"with a suffix":    {channel("C0TWO", "inc-7-2", "U0BOT", false, now), "C0TWO"},
		"the newest":       {good + "," + channel("C0TWO", "inc-7-2", "U0BOT", false, now+1) + "," + channel("C0OLD", "inc-7-3", "U0BOT", false, now-1), "C0TWO"},
		"somebody else's":  {channel("C0ANN", "inc-7", "U0ANN", false, now), ""},
		"a private one":    {channel("C0PRIV", "inc-7", "U0BOT", true, now), ""},
		"another name":     {channel("C0SEV", "inc-77", "U0BOT", false, now), ""},
		"of last month":    {channel("C0PAST", "inc-7", "U0BOT", false, now-30*24*3600), ""},
		"beside the wrong": {channel("C0ANN", "inc-7", "U0ANN", false, now+9) + "," + good, "C0GOOD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, &calls{answers: map[string]string{
				"auth.test":            `{"ok":true,"url":"https://acme.slack.com/","user_id":"U0BOT","bot_id":"B1"}`,
				"conversations.create": `{"ok":false,"error":"internal_error"}`,
				"users.conversations":  `{"ok":true,"channels":[` + c.all + `]}`,
			}})
			d := delivery(1, "channel.create", nil, "name", "inc-7")
			if _, err := s.Send(t.Context(), d); err == nil {
				t.Fatal("the creation did not fail")
			}
			r, found, err := s.Find(t.Context(), d)
			if err != nil || found != (c.want != "") || r.Ref != c.want {
				t.Errorf("got %+v, %v, %v, want %q", r, found, err, c.want)
			}
		})
	}
}

// Another app can write our metadata into its own message; that is no proof.
func TestForgedMetadataIsNotFound(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]bool{`"user":"U0EVE","bot_id":"B0EVE"`: false, `"user":"U0BOT"`: true, `"bot_id":"B1"`: true} {
		s := open(t, &calls{answers: map[string]string{
			"auth.test":             `{"ok":true,"url":"https://acme.slack.com/","user_id":"U0BOT","bot_id":"B1"}`,
			"conversations.history": `{"ok":true,"messages":[{"ts":"17.1",` + who + `,"metadata":{"event_type":"drumbeat_delivery","event_payload":{"id":"` + post().ID + `"}}}]}`,
		}})
		if _, found, err := s.Find(t.Context(), post()); found != want || err != nil {
			t.Errorf("%s: got %v, %v, want %v", who, found, err, want)
		}
	}
}

// A history that goes on without saying where was not read to its end.
func TestHistoryWithoutCursor(t *testing.T) {
	t.Parallel()
	for method, thread := range map[string]string{"conversations.history": "", "conversations.replies": "16.1"} {
		s := open(t, &calls{answers: map[string]string{
			"auth.test": `{"ok":true,"url":"https://acme.slack.com/","user_id":"U0BOT"}`, // no bot_id
			method:      `{"ok":true,"has_more":true,"messages":[{"ts":"17.1","user":"U0ANN","metadata":{"event_type":"drumbeat_delivery","event_payload":{"id":"` + post().ID + `"}}}]}`,
		}})
		d := post()
		d.Args = map[string]string{"channel": "C0ROOM", "thread": thread}
		if _, found, err := s.Find(t.Context(), d); found || err == nil {
			t.Errorf("%s: got %v, %v, want an error", method, found, err)
		}
	}
}

func TestPostsUnfurlNothing(t *testing.T) {
	t.Parallel()
	wire := &calls{}
	_, _ = open(t, wire).Send(t.Context(), post()) // the answer has no ts
	made := wire.to("chat.postMessage")
	if len(made) != 1 || made[0].Args.Get("unfurl_links") != "false" || made[0].Args.Get("unfurl_media") != "false" {
		t.Errorf("got %v", made)
	}
}

func TestTopicIsTakenAway(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.do(t, delivery(1, "channel.topic", nil, "channel", "room", "topic", "SEV1"))
	f.do(t, delivery(2, "channel.topic", nil, "channel", "room", "topic", ""))
	if got := f.channel(t, "room").Topic; got != "" {
		t.Errorf("topic: got %q", got)
	}
}

func TestLongChannelName(t *testing.T) {
	t.Parallel()
	f := start(t)
	name := strings.Repeat("a-very-long-name-", 10)
	for n := range 3 {
		r := f.do(t, delivery(n+1, "channel.create", nil, "name", name))
		if got := f.channel(t, r.Ref).Name; len(got) > 80 {
			t.Errorf("the name has %d characters", len(got))
		}
	}
	if _, err := f.Send(t.Context(), delivery(9, "channel.create", nil, "name", "★★★")); !integrations.IsPermanent(err) {
		t.Errorf("a name without letters: got %v", err)
	}
}

func TestInviteGoesOnWithoutTheOneWhoIsGone(t *testing.T) {
	t.Parallel()
	f := start(t)
	r := f.do(t, delivery(1, "channel.invite", nil, "channel", "C0ROOM", "users", "U0BOB,U0GONE,U0ANN,,U0BOB"))
	if got := f.channel(t, "C0ROOM").Members; !slices.Contains(got, "U0BOB") {
		t.Errorf("members: got %v", got)
	}
	if want := "U0GONE: user_not_found"; r.More["failed"] != want {
		t.Errorf("failed: got %q, want %q", r.More["failed"], want)
	}
	f.do(t, delivery(2, "channel.invite", nil, "channel", "C0ROOM", "users", "U0BOB")) // he is in
	if _, err := f.Send(t.Context(), delivery(3, "channel.invite", nil, "channel", "C0ROOM", "users", "U0GONE")); !integrations.IsPermanent(err) {
		t.Errorf("nobody: got %v", err)
	}
}

// Slack may refuse a call for one of the people although it is forced.
func TestInviteOneByOne(t *testing.T) {
	t.Parallel()
	wire := wireFunc(func(r *http.Request) (*http.Response, error) {
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		if strings.Contains(r.Form.Get("users"), "U0GUEST") {
			return httpAnswer(http.StatusOK, `{"ok":false,"error":"user_is_restricted"}`), nil
		}
		return httpAnswer(http.StatusOK, `{"ok":true,"channel":{"id":"C0ROOM"}}`), nil
	})
	r, err := open(t, wire).Send(t.Context(), delivery(1, "channel.invite", nil, "channel", "C0ROOM", "users", "U0ANN,U0GUEST"))
	if want := "U0GUEST: user_is_restricted"; err != nil || r.More["failed"] != want {
		t.Errorf("got %q, %v, want %q", r.More["failed"], err, want)
	}
}

// What is done already is a success: again changes nothing.
func TestAgainIsSuccess(t *testing.T) {
	t.Parallel()
	f := start(t)
	post := f.do(t, delivery(1, "post", stream.Say("x"), "channel", "room"))
	for n := range 2 {
		f.do(t, delivery(10+n, "pin", nil, "channel", "C0ROOM", "ts", post.Ref))
		f.do(t, delivery(20+n, "edit", stream.Say("y"), "channel", "C0ROOM", "ts", post.Ref))
	}
	c := f.channel(t, "C0ROOM")
	if got := c.Messages[len(c.Messages)-1].Text; len(c.Pins) != 1 || !slices.ContainsFunc(c.Messages, func(m standin.Message) bool { return m.TS == post.Ref && m.Text == "y" }) {
		t.Errorf("pins %v, last text %q", c.Pins, got)
	}
	for n := range 2 {
		f.do(t, delivery(30+n, "delete", nil, "channel", "C0ROOM", "ts", post.Ref))
	}
	mine := f.do(t, delivery(40, "channel.create", nil, "name", "inc-42"))
	for n := range 2 {
		f.do(t, delivery(50+n, "channel.archive", nil, "channel", mine.Ref))
	}
	if !f.channel(t, mine.Ref).Archived {
		t.Error("the channel is not archived")
	}
}

func TestTopicIsFound(t *testing.T) {
	t.Parallel()
	f := start(t)
	d := delivery(1, "channel.topic", nil, "channel", "room", "topic", "SEV1 · a & b <!channel> · "+strings.Repeat("long ", 80))
	if _, found, err := f.Find(t.Context(), d); found || err != nil {
		t.Errorf("before: got %v, %v", found, err)
	}
	f.do(t, d)
	if _, found, err := f.Find(t.Context(), d); !found || err != nil {
		t.Errorf("after: got %v, %v", found, err)
	}
	if got := f.channel(t, "room").Topic; strings.Contains(got, "<") {
		t.Errorf("topic: got %q", got)
	}
}

func TestThread(t *testing.T) {
	t.Parallel()
	f := start(t)
	root := f.do(t, delivery(1, "post", stream.Say("root"), "channel", "#room"))
	f.faults.Add(sandbox.Fault{Match: "chat.postMessage", LoseAnswer: true, Count: 1})
	d := delivery(2, "post", stream.Say("reply"), "channel", "C0ROOM", "thread", root.Ref, "broadcast", "true")
	if _, err := f.Send(t.Context(), d); err == nil {
		t.Fatal("the answer was not lost")
	}
	r, found, err := f.Find(t.Context(), d)
	if !found || err != nil {
		t.Fatalf("got %v, %v", found, err)
	}
	if want := fmt.Sprintf("https://sandbox.slack.com/archives/C0ROOM/p%s?cid=C0ROOM&thread_ts=%s", strings.ReplaceAll(r.Ref, ".", ""), root.Ref); r.Link != want {
		t.Errorf("link: got %s, want %s", r.Link, want)
	}
	c := f.channel(t, "C0ROOM")
	if m := c.Messages[len(c.Messages)-1]; m.TS != r.Ref || m.ThreadTS != root.Ref || !m.Broadcast {
		t.Errorf("got %+v", m)
	}
}

// Find reads several pages, and says so when it has not read all.
func TestFindInABusyChannel(t *testing.T) {
	t.Parallel()
	for later, want := range map[int]string{450: "found", 1200: "cannot tell"} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			d := post()
			f.faults.Add(sandbox.Fault{Match: "chat.postMessage", LoseAnswer: true, Count: 1})
			if _, err := f.Send(t.Context(), d); err == nil {
				t.Fatal("the answer was not lost")
			}
			for range later {
				if _, err := f.w.Say("ann", "room", "", "x"); err != nil {
					t.Fatal(err)
				}
			}
			got := "not there"
			_, found, err := f.Find(t.Context(), d)
			if found {
				got = "found"
			}
			if err != nil {
				got = "cannot tell"
			}
			if got != want {
				t.Errorf("got %s (%v), want %s", got, err, want)
			}
		})
	}
}

// The largest words go through: the stand-in checks all of Slack's limits.
func TestLargeWords(t *testing.T) {
	t.Parallel()
	f := start(t)
	long := strings.Repeat("a&b<c> 💥 ", 1000)
	m := &stream.Message{Title: long, Link: "https://x.example/?" + strings.Repeat("a=b&", 300), Footer: long}
	for i := range 100 {
		m.Mentions = append(m.Mentions, "U0ANN", "<!channel>")
		m.Paragraphs = append(m.Paragraphs, long, "", "short")
		m.Fields = append(m.Fields, stream.Field{Name: long, Value: long}, stream.Field{})
		m.Buttons = append(m.Buttons, stream.Button{Text: long, Command: "ack", Style: "loud"},
			stream.Button{Text: "x", Command: strings.Repeat("x", 2001)}, stream.Button{URL: fmt.Sprint("https://x.example/", i)}, stream.Button{Text: "none"})
	}
	f.do(t, delivery(1, "post", m, "channel", "C0ROOM"))
	f.do(t, delivery(2, "post", &stream.Message{Buttons: m.Buttons, Fields: []stream.Field{{Name: "a", Value: "b"}}}, "channel", "C0ROOM"))
	c := f.channel(t, "C0ROOM")
	for _, posted := range c.Messages[len(c.Messages)-2:] {
		if n := len([]rune(posted.Text)); n > 4000 || n == 0 {
			t.Errorf("the text has %d characters", n)
		}
		for _, text := range append(must(blocksOf(t, posted.Blocks)), posted.Text) {
			if rest := strings.NewReplacer("<@U0ANN>", "", "<https://x.example/?", "").Replace(text); strings.Contains(rest, "<") || strings.Contains(rest, "&…") {
				t.Errorf("unsafe: %.200q", rest)
			}
		}
	}
	if got := f.w.Snapshot().Warnings; got != nil {
		t.Errorf("warnings: %v", got)
	}
}

func must(texts []string, _ []map[string]any) []string { return texts }

func TestDrawnWords(t *testing.T) {
	t.Parallel()
	f := start(t)
	m := &stream.Message{Title: "SEV1 *now* <!here>", Mentions: []string{"U0ANN", "!channel", "U0BOB> <!here"},
		Paragraphs: []string{"One\x1b\u202e & two.", "<@U0BOB> <https://evil.example|bank>"},
		Fields:     []stream.Field{{Name: "Lead", Value: "nobody"}}, Buttons: []stream.Button{{Text: "Acknowledge", Command: "ack #42"}},
		Link: "https://status.example/?a=1&b=2", Footer: "Next update by 14:30 UTC"}
	f.do(t, delivery(1, "post", m, "channel", "C0ROOM"))
	c := f.channel(t, "C0ROOM")
	posted := c.Messages[len(c.Messages)-1]
	texts, buttons := blocksOf(t, posted.Blocks)
	want := []string{"<@U0ANN> *SEV1 now &lt;!here&gt;*", "One &amp; two.", "&lt;@U0BOB&gt; &lt;https://evil.example|bank&gt;",
		"*Lead*\nnobody", "<https://status.example/?a=1&amp;b=2>", "Next update by 14:30 UTC"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if len(buttons) != 1 || buttons[0]["value"] != "ack #42" {
		t.Errorf("buttons: got %v", buttons)
	}
	if wantText := "<@U0ANN> SEV1 *now* &lt;!here&gt;\nOne &amp; two.\n"; !strings.HasPrefix(posted.Text, wantText) || posted.Unfurl {
		t.Errorf("text: got %q, unfurl %v", posted.Text, posted.Unfurl)
	}
	var meta struct {
		Payload struct{ ID string } `json:"event_payload"`
	}
	if err := json.Unmarshal(posted.Metadata, &meta); err != nil || meta.Payload.ID != "main/incident/42/1/post" {
		t.Errorf("metadata: got %s, %v", posted.Metadata, err)
	}
}

// A person's whole way: the command opens a form, a wrong submit stays open, a
// right one is confirmed, and the confirmation's message is clicked.
func TestAcrossTheWorkspace(t *testing.T) { inHall(t, testAcrossTheWorkspace) }

func testAcrossTheWorkspace(t *testing.T, h *hall) {
	w, b := h.Workspace, h.bot
	h.says[""] = integrations.Reply{Open: declareForm, Words: stream.Say("say it in one line")}
	if a, err := w.Command(t.Context(), "ann", "room", "/incident", ""); err != nil || a.Error != "" || len(w.Snapshot().Views) != 1 {
		t.Fatalf("command: %+v, %v, %+v", a, err, w.Snapshot().Views)
	}
	view := w.Snapshot().Views[0].ID
	h.says["declare"] = integrations.Reply{Problems: map[string]string{"what": "Say more."}}
	if a, err := w.Submit(t.Context(), "ann", view, map[string]string{"what": "x"}); err != nil || a.Error != "" || w.Snapshot().Views[0].Errors["what"] != "Say more." {
		t.Fatalf("wrong submit: %+v, %v, %+v", a, err, w.Snapshot().Views)
	}
	h.says["declare"] = integrations.Reply{Words: stream.Say("#42 is declared.")}
	if a, err := w.Submit(t.Context(), "ann", view, map[string]string{"what": "people cannot save", "sev": "1"}); err != nil || a.Error != "" ||
		!strings.Contains(string(w.Snapshot().Views[0].Blocks), "#42 is declared.") {
		t.Fatalf("submit: %+v, %v, %+v", a, err, w.Snapshot().Views)
	}
	r, err := h.slack.Send(t.Context(), delivery(1, "post", &stream.Message{Title: "x", Buttons: []stream.Button{{Text: "Acknowledge", Command: "ack #42"}}}, "channel", "C0ROOM"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"ack #42", "resolve", "list"} {
		h.says[line] = integrations.Reply{Words: stream.Say("You have it.")}
	}
	k := standin.Click{Channel: "room", TS: r.Ref}
	k.Text = "Acknowledge"
	if a, err := w.Click(t.Context(), "ann", k); err != nil || a.Error != "" {
		t.Fatalf("click: %+v, %v", a, err)
	}
	if _, err := w.Say("ann", "room", r.Ref, "@drumbeat resolve"); err != nil {
		t.Fatal(err)
	}
	h.settle(t) // else the two may come in any order
	if _, err := w.Say("ann", "@drumbeat", "", "list"); err != nil {
		t.Fatal(err)
	}
	h.settle(t)
	var lines []string
	for _, got := range b.heard() {
		lines = append(lines, strings.Join([]string{got.By.Name, got.Line, got.Form, got.Values["what"], got.Values["sev"], got.Values["private"]}, "|"))
	}
	want := []string{"ann|||||", "ann|declare|declare|x|2|true", "ann|declare|declare|people cannot save|1|true", "ann|ack #42||||", "ann|resolve||||", "ann|list||||"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if got := len(w.Snapshot().Ephemerals["U0ANN"]); got != 2 { // the click's and the mention's
		t.Errorf("ann was told %d times beside her messages, want 2", got)
	}
}
