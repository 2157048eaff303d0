package slack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// clock is a workspace's time, moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// town is a workspace, the app beside it, and a client with the app's token.
type town struct {
	*slack.Workspace
	clock  *clock
	client *api.Client
	http   *http.Client
	app    *app
}

// app is the far side: what it got, and what it answers.
type app struct {
	mu     sync.Mutex
	got    []received
	answer func(w http.ResponseWriter, path string, r received)
}

type received struct {
	path   string
	header http.Header
	body   []byte
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	in := received{r.URL.Path, r.Header.Clone(), body}
	a.mu.Lock()
	a.got = append(a.got, in)
	answer := a.answer
	a.mu.Unlock()
	if answer != nil {
		answer(w, r.URL.Path, in)
	}
}

// events gives the events that the app got, and forgets them.
func (a *app) events(t *testing.T) []map[string]any {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []map[string]any
	for _, r := range a.got {
		if r.path != "/events" {
			continue
		}
		var e struct {
			Type  string         `json:"type"`
			Event map[string]any `json:"event"`
		}
		if err := json.Unmarshal(r.body, &e); err != nil || e.Type != "event_callback" {
			t.Fatalf("an event reads %s: %v", r.body, err)
		}
		all = append(all, e.Event)
	}
	a.got = nil
	return all
}

func newTown(t *testing.T, change func(*slack.Config)) *town {
	t.Helper()
	tw := &town{clock: &clock{at: start}, app: &app{}}
	cfg := slack.Config{
		CommandsURL: "http://app/commands", InteractionsURL: "http://app/interactions", EventsURL: "http://app/events",
		Client: &http.Client{Transport: sandbox.Transport(tw.app)}, Now: tw.clock.now, Queue: true,
		People: []slack.Person{
			{ID: "U1", Name: "ana", RealName: "Ana Ng", Email: "ana@example.com", TZ: "Europe/Berlin"},
			{ID: "U2", Name: "ben", Presence: "away"}, {ID: "U3", Name: "cleo"}, {ID: "U9", Name: "gone", Deleted: true},
		},
		Groups:   []slack.Group{{ID: "S1", Handle: "oncall", Users: []string{"U1", "U2"}}},
		Channels: []slack.Seed{{ID: "CGEN", Name: "general", Members: []string{"U1", "U2"}}, {ID: "CSEC", Name: "secret", Private: true, Members: []string{"U1"}}},
	}
	if change != nil {
		change(&cfg)
	}
	tw.Workspace = slack.New(cfg)
	tw.http = &http.Client{Transport: sandbox.Transport(new(sandbox.Faults).Wrap(tw.Workspace))}
	tw.client = api.New("xoxb-sandbox", api.OptionAPIURL("http://slack.test/api/"), api.OptionHTTPClient(tw.http))
	return tw
}

// room is a channel that the bot made.
func (tw *town) room(t *testing.T) string {
	t.Helper()
	ch, err := tw.client.CreateConversation(api.CreateConversationParams{ChannelName: "inc-1"})
	if err != nil {
		t.Fatal(err)
	}
	return ch.ID
}

// call calls a method with a form and gives the answer.
func (tw *town) call(t *testing.T, method, form string) map[string]any {
	t.Helper()
	return tw.raw(t, method, "application/x-www-form-urlencoded", "Bearer xoxb-sandbox", form)
}

func (tw *town) raw(t *testing.T, method, kind, auth, body string) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://slack.test/api/"+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", auth)
	resp, err := tw.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || err.Error() != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestMessagesLive(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	meta := api.SlackMetadata{EventType: "drumbeat", EventPayload: map[string]any{"delivery": "main/incident/1/2/brief"}}
	_, root, err := tw.client.PostMessage(room, api.MsgOptionText("first", false), api.MsgOptionMetadata(meta))
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := tw.client.PostMessage(room, api.MsgOptionText("answer", false), api.MsgOptionTS(root))
	if err != nil || second <= root {
		t.Fatalf("an answer at %q after %q: %v", second, root, err)
	}
	if _, _, text, err := tw.client.UpdateMessage(room, root, api.MsgOptionText("edited", false)); err != nil || text != "edited" {
		t.Fatalf("update: %q %v", text, err)
	}
	history, err := tw.client.GetConversationHistory(&api.GetConversationHistoryParameters{ChannelID: room, IncludeAllMetadata: true, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	top := history.Messages[0]
	if top.Text != "edited" || top.Edited == nil || top.ReplyCount != 1 || top.Metadata.EventPayload["delivery"] != "main/incident/1/2/brief" || !history.HasMore {
		t.Errorf("the newest message of the channel: %+v", top)
	}
	replies, _, _, err := tw.client.GetConversationReplies(&api.GetConversationRepliesParameters{ChannelID: room, Timestamp: root})
	if err != nil || len(replies) != 2 || replies[1].Timestamp != second || replies[0].Metadata.EventType != "" {
		t.Errorf("the thread: %+v %v", replies, err)
	}
	at, err := tw.client.GetPermalink(&api.PermalinkParameters{Channel: room, Ts: second})
	if want := "https://sandbox.slack.com/archives/" + room + "/p" + strings.Replace(second, ".", "", 1) + "?thread_ts=" + root + "&cid=" + room; err != nil || at != want {
		t.Errorf("permalink %q %v, want %q", at, err, want)
	}
	if _, err := tw.client.PostEphemeral(room, "U1", api.MsgOptionText("psst", false)); err == nil || err.Error() != "user_not_in_channel" {
		t.Errorf("an ephemeral to a stranger: %v", err)
	}
	if _, _, err := tw.client.DeleteMessage(room, second); err != nil {
		t.Error(err)
	}
	_, _, err = tw.client.DeleteMessage(room, second)
	wantCode(t, "deleting twice", err, "message_not_found")
}

func TestChannelsLive(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	_, err := tw.client.CreateConversation(api.CreateConversationParams{ChannelName: "inc-1"})
	wantCode(t, "the same name", err, "name_taken")
	if _, err := tw.client.InviteUsersToConversation(room, "U1", "U2"); err != nil {
		t.Fatal(err)
	}
	_, err = tw.client.InviteUsersToConversation(room, "U1")
	wantCode(t, "inviting a member", err, "already_in_channel")
	if got := tw.call(t, "conversations.invite", "channel="+room+"&users=U3,U9,U1&force=true"); got["ok"] != true || len(got["errors"].([]any)) != 2 {
		t.Errorf("inviting by force: %v", got)
	}
	members, _, err := tw.client.GetUsersInConversation(&api.GetUsersInConversationParameters{ChannelID: room})
	if diff := cmp.Diff([]string{"U0SANDBOX", "U1", "U2", "U3"}, members); err != nil || diff != "" {
		t.Errorf("members %v (-want +got)\n%s", err, diff)
	}
	if _, err := tw.client.SetTopicOfConversation(room, "sev1"); err != nil {
		t.Error(err)
	}
	if _, err := tw.client.SetPurposeOfConversation(room, "an incident"); err != nil {
		t.Error(err)
	}
	if ch, err := tw.client.RenameConversation(room, "inc-1-db"); err != nil || ch.Name != "inc-1-db" {
		t.Errorf("rename: %v %v", ch, err)
	}
	mine, _, err := tw.client.GetConversationsForUser(&api.GetConversationsForUserParameters{})
	if err != nil || len(mine) != 1 || mine[0].Creator != "U0SANDBOX" || mine[0].Topic.Value != "sev1" {
		t.Errorf("the bot's channels: %+v %v", mine, err)
	}
	dm, _, already, err := tw.client.OpenConversation(&api.OpenConversationParameters{Users: []string{"U1"}})
	if err != nil || already || dm.ID == "" {
		t.Errorf("opening a DM: %v %v %v", dm, already, err)
	}
	if err := tw.client.ArchiveConversation(room); err != nil {
		t.Error(err)
	}
	_, _, err = tw.client.PostMessage(room, api.MsgOptionText("late", false))
	wantCode(t, "posting into an archived channel", err, "is_archived")
	wantCode(t, "a bot unarchives", tw.client.UnArchiveConversation(room), "not_in_channel")
	ch, _ := tw.Snapshot().Channel(room)
	var lines []string
	for _, m := range ch.Messages {
		lines = append(lines, m.Subtype)
	}
	want := []string{"channel_join", "channel_join", "channel_join", "channel_join", "channel_topic", "channel_purpose", "channel_name", "channel_archive"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the channel's own lines (-want +got)\n%s", diff)
	}
}

func TestPinsBookmarksReactionsLive(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	_, ts, err := tw.client.PostMessage(room, api.MsgOptionText("brief", false))
	if err != nil {
		t.Fatal(err)
	}
	ref := api.NewRefToMessage(room, ts)
	if err := tw.client.AddPin(room, ref); err != nil {
		t.Error(err)
	}
	wantCode(t, "pinning twice", tw.client.AddPin(room, ref), "already_pinned")
	if items, _, err := tw.client.ListPins(room); err != nil || len(items) != 1 || items[0].Message.Text != "brief" {
		t.Errorf("pins: %v %v", items, err)
	}
	if err := tw.client.RemovePin(room, ref); err != nil {
		t.Error(err)
	}
	wantCode(t, "unpinning twice", tw.client.RemovePin(room, ref), "no_pin")
	if err := tw.client.AddReaction("eyes", ref); err != nil {
		t.Error(err)
	}
	wantCode(t, "reacting twice", tw.client.AddReaction("eyes", ref), "already_reacted")
	b, err := tw.client.AddBookmark(room, api.AddBookmarkParameters{Title: "page", Type: "link", Link: "https://status.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	title := "status page"
	if b, err = tw.client.EditBookmark(room, b.ID, api.EditBookmarkParameters{Title: &title}); err != nil || b.Title != title {
		t.Errorf("edited bookmark: %+v %v", b, err)
	}
	if all, err := tw.client.ListBookmarks(room); err != nil || len(all) != 1 || all[0].Link != "https://status.example.com" {
		t.Errorf("bookmarks: %v %v", all, err)
	}
	if err := tw.client.RemoveBookmark(room, b.ID); err != nil {
		t.Error(err)
	}
	wantCode(t, "removing a bookmark twice", tw.client.RemoveBookmark(room, b.ID), "not_found")
}

func TestPeopleLive(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	who, err := tw.client.AuthTest()
	if err != nil || who.UserID != "U0SANDBOX" || who.BotID != "B0SANDBOX" || who.TeamID != "T0SANDBOX" {
		t.Errorf("auth.test: %+v %v", who, err)
	}
	ana, err := tw.client.GetUserByEmail("ana@example.com")
	if err != nil || ana.ID != "U1" || ana.TZOffset != 3600 {
		t.Errorf("by email: %+v %v", ana, err)
	}
	if ben, err := tw.client.GetUserInfo("U2"); err != nil || ben.Name != "ben" {
		t.Errorf("users.info: %+v %v", ben, err)
	}
	_, err = tw.client.GetUserInfo("U404")
	wantCode(t, "nobody", err, "user_not_found")
	if all, err := tw.client.GetUsers(); err != nil || len(all) != 5 {
		t.Errorf("users.list: %d %v", len(all), err)
	}
	if p, err := tw.client.GetUserPresence("U2"); err != nil || p.Presence != "away" {
		t.Errorf("presence: %+v %v", p, err)
	}
	groups, err := tw.client.GetUserGroups(api.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || !slices.Equal(groups[0].Users, []string{"U1", "U2"}) {
		t.Errorf("groups: %+v %v", groups, err)
	}
	if users, err := tw.client.GetUserGroupMembers("S1"); err != nil || len(users) != 2 {
		t.Errorf("members of the group: %v %v", users, err)
	}
}

func TestEventsTellOfTheBotsOwnPosts(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	tw.Flush(t.Context())
	tw.app.events(t)
	meta := api.SlackMetadata{EventType: "drumbeat", EventPayload: map[string]any{"delivery": "d1"}}
	_, ts, err := tw.client.PostMessage(room, api.MsgOptionText("hi", false), api.MsgOptionMetadata(meta))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tw.Say("ana", "inc-1", ts, "@drumbeat help"); err != nil {
		t.Fatal(err)
	}
	if n := tw.Flush(t.Context()); n != 5 {
		t.Errorf("flushed %d events, want the post, a join with its line, the answer and the mention", n)
	}
	var got []string
	events := tw.app.events(t)
	for _, e := range events {
		subtype, _ := e["subtype"].(string)
		got = append(got, e["type"].(string)+" "+subtype)
	}
	want := []string{"message ", "message channel_join", "member_joined_channel ", "message ", "app_mention "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("events (-want +got)\n%s", diff)
	}
	payload := events[0]["metadata"].(map[string]any)["event_payload"]
	if diff := cmp.Diff(map[string]any{"delivery": "d1"}, payload); diff != "" || events[0]["bot_id"] != "B0SANDBOX" {
		t.Errorf("the bot's own message (-want +got)\n%s", diff)
	}
	if events[4]["text"] != "<@U0SANDBOX> help" || events[4]["thread_ts"] != ts {
		t.Errorf("the mention: %v", events[4])
	}
}

func TestCommandOpensAView(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	var opened *api.ViewResponse
	tw.app.answer = func(w http.ResponseWriter, path string, r received) {
		switch path {
		case "/commands":
			req, _ := http.NewRequest(http.MethodPost, "http://app", strings.NewReader(string(r.body)))
			req.Header.Set("Content-Type", r.header.Get("Content-Type"))
			cmd, err := api.SlashCommandParse(req)
			if err != nil || cmd.Command != "/incident" || cmd.Text != "declare" || cmd.UserID != "U1" {
				t.Errorf("the command: %+v %v", cmd, err)
			}
			v, err := api.NewSecretsVerifier(r.header, "sandbox")
			if err == nil {
				_, _ = v.Write(r.body)
				err = v.Ensure()
			}
			if tolerated := err != nil && strings.Contains(err.Error(), "timestamp"); err != nil && !tolerated {
				t.Errorf("the signature: %v", err)
			}
			opened, err = tw.client.OpenView(cmd.TriggerID, form())
			if err != nil {
				t.Errorf("views.open: %v", err)
			}
			_, err = tw.client.OpenView(cmd.TriggerID, form())
			wantCode(t, "the same trigger twice", err, "exchanged_trigger_id")
		case "/interactions":
			if strings.Contains(string(r.body), "no+good") {
				_, _ = io.WriteString(w, `{"response_action":"errors","errors":{"title":"say more"}}`)
			}
		}
	}
	a, err := tw.Command(t.Context(), "ana", "general", "/incident", "declare")
	if err != nil || a.Status != 200 || a.Error != "" {
		t.Fatalf("the command: %+v %v", a, err)
	}
	if _, err := tw.Submit(t.Context(), "ana", opened.ID, map[string]string{}); err == nil {
		t.Error("a form with an empty required field was submitted")
	}
	if _, err := tw.Submit(t.Context(), "ana", opened.ID, map[string]string{"title": "no good"}); err != nil {
		t.Fatal(err)
	}
	views := tw.Snapshot().Views
	if len(views) != 1 || views[0].Errors["title"] != "say more" {
		t.Fatalf("after a refused submit: %+v", views)
	}
	if a, err := tw.Submit(t.Context(), "ana", opened.ID, map[string]string{"title": "db down", "severity": "sev1"}); err != nil || a.Error != "" {
		t.Fatalf("the submit: %+v %v", a, err)
	}
	if left := tw.Snapshot().Views; len(left) != 0 {
		t.Errorf("views that are open after the submit: %+v", left)
	}
}

func form() api.ModalViewRequest {
	plain := func(s string) *api.TextBlockObject { return api.NewTextBlockObject(api.PlainTextType, s, false, false) }
	options := []*api.OptionBlockObject{api.NewOptionBlockObject("sev1", plain("SEV1"), nil), api.NewOptionBlockObject("sev2", plain("SEV2"), nil)}
	severity := api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain("which?"), "severity", options...)
	return api.ModalViewRequest{Type: api.VTModal, Title: plain("Declare"), Submit: plain("Declare"), CallbackID: "declare",
		Blocks: api.Blocks{BlockSet: []api.Block{
			api.NewInputBlock("title", plain("What?"), nil, api.NewPlainTextInputBlockElement(nil, "title")),
			api.NewInputBlock("severity", plain("How bad?"), nil, severity).WithOptional(true),
		}}}
}
