package slack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox/slack"
)

// TestErrors calls methods wrongly. In a form, ROOM is a channel that the bot
// made, TS its message, OLD an archived one, CGEN a public channel without the
// bot, CSEC a private one; an OLDTS stands in OLD.
func TestErrors(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	_, ts, _ := tw.client.PostMessage(room, api.MsgOptionText("hi", false))
	anas, err := tw.Say("ana", "inc-1", "", "hello")
	if err != nil {
		t.Fatal(err)
	}
	old := tw.call(t, "conversations.create", "name=old")["channel"].(map[string]any)["id"].(string)
	_, oldTS, _ := tw.client.PostMessage(old, api.MsgOptionText("hi", false))
	if err := tw.client.ArchiveConversation(old); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("OLDTS", oldTS, "ROOM", room, "ANATS", anas, "TS", ts, "OLD", old)
	long := strings.Repeat("x", 81)
	for _, c := range []struct{ method, form, want string }{
		{"chat.bogus", "", "unknown_method"},
		{"files.getUploadURLExternal", "length=1&filename=x", "unknown_method"},
		{"chat.postMessage", "text=x", "channel_not_found"},
		{"chat.postMessage", "channel=C404&text=x", "channel_not_found"},
		{"chat.postMessage", "channel=CSEC&text=x", "channel_not_found"},
		{"chat.postMessage", "channel=CGEN&text=x", "not_in_channel"},
		{"chat.postMessage", "channel=OLD&text=x", "is_archived"},
		{"chat.postMessage", "channel=ROOM", "no_text"},
		{"chat.postMessage", "channel=ROOM&text=x&thread_ts=1.000001", "cannot_reply_to_message"},
		{"chat.postMessage", "channel=ROOM&blocks={", "invalid_blocks_format"},
		{"chat.postMessage", "channel=ROOM&blocks=" + url.QueryEscape(`[{"type":"section"}]`), "invalid_blocks"},
		{"chat.postMessage", "channel=ROOM&text=x&markdown_text=y", "markdown_text_conflict"},
		{"chat.postMessage", "channel=ROOM&text=x&metadata=" + url.QueryEscape(`{"event_payload":{}}`), "invalid_metadata_format"},
		{"chat.postMessage", "channel=ROOM&text=x&metadata=" + url.QueryEscape(`{"event_type":"a","event_payload":{"x":"`+strings.Repeat("y", 17000)+`"}}`), "metadata_too_large"},
		{"chat.update", "channel=ROOM&ts=TS", "no_text"},
		{"chat.update", "channel=ROOM&text=x", "invalid_arguments"},
		{"chat.update", "channel=ROOM&ts=1.000001&text=x", "message_not_found"},
		{"chat.update", "channel=ROOM&ts=ANATS&text=x", "cant_update_message"},
		{"chat.update", "channel=OLD&ts=OLDTS&text=x", "is_inactive"},
		{"chat.update", "channel=ROOM&ts=TS&text=" + strings.Repeat("x", 40001), "msg_too_long"},
		{"chat.delete", "channel=ROOM&ts=ANATS", "cant_delete_message"},
		{"chat.postEphemeral", "channel=ROOM&user=U3&text=x", "user_not_in_channel"},
		{"chat.postEphemeral", "channel=ROOM&text=x", "invalid_arguments"},
		{"chat.getPermalink", "channel=ROOM&message_ts=1.000001", "message_not_found"},
		{"conversations.create", "", "invalid_name_required"},
		{"conversations.create", "name=Inc", "invalid_name_specials"},
		{"conversations.create", "name=a.b", "invalid_name_specials"},
		{"conversations.create", "name=--", "invalid_name_punctuation"},
		{"conversations.create", "name=" + long, "invalid_name_maxlength"},
		{"conversations.create", "name=inc-1", "name_taken"},
		{"conversations.create", "name=old", "name_taken"},
		{"conversations.create", "name=secret", "name_taken"},
		{"conversations.rename", "channel=ROOM&name=old", "name_taken"},
		{"conversations.rename", "channel=CGEN&name=x", "not_in_channel"},
		{"conversations.invite", "channel=ROOM&users=U404", "user_not_found"},
		{"conversations.invite", "channel=ROOM&users=U404&force=true", "user_not_found"},
		{"conversations.invite", "channel=ROOM&users=U0SANDBOX", "cant_invite_self"},
		{"conversations.invite", "channel=ROOM", "no_user"},
		{"conversations.invite", "channel=OLD&users=U2", "is_archived"},
		{"conversations.invite", "channel=ROOM&users=" + strings.Repeat("U2,", 101), "invalid_arguments"},
		{"conversations.join", "channel=OLD", "is_archived"},
		{"conversations.join", "channel=CSEC", "channel_not_found"},
		{"conversations.kick", "channel=ROOM&user=U0SANDBOX", "cant_kick_self"},
		{"conversations.kick", "channel=ROOM&user=U2", "not_in_channel"},
		{"conversations.setTopic", "channel=CGEN&topic=x", "not_in_channel"},
		{"conversations.setTopic", "channel=OLD&topic=x", "is_archived"},
		{"conversations.setTopic", "channel=ROOM&topic=" + strings.Repeat("x", 251), "too_long"},
		{"conversations.archive", "channel=OLD", "already_archived"},
		{"conversations.unarchive", "channel=OLD", "not_in_channel"},
		{"conversations.unarchive", "channel=ROOM", "not_archived"},
		{"conversations.history", "channel=CGEN", "not_in_channel"},
		{"conversations.history", "channel=ROOM&oldest=yesterday", "invalid_ts_oldest"},
		{"conversations.history", "channel=ROOM&cursor=x", "invalid_cursor"},
		{"conversations.history", "channel=ROOM&limit=x", "invalid_arguments"},
		{"conversations.replies", "channel=ROOM&ts=1.000001", "thread_not_found"},
		{"conversations.list", "types=rooms", "invalid_types"},
		{"conversations.list", "limit=x", "invalid_limit"},
		{"conversations.members", "channel=C404", "channel_not_found"},
		{"conversations.info", "", "invalid_arguments"},
		{"conversations.open", "", "users_list_not_supplied"},
		{"conversations.open", "users=U404", "user_not_found"},
		{"conversations.open", "users=U9", "user_disabled"},
		{"conversations.open", "users=1,2,3,4,5,6,7,8,9", "too_many_users"},
		{"users.lookupByEmail", "email=x@example.com", "users_not_found"},
		{"usergroups.users.list", "usergroup=S404", "no_such_subteam"},
		{"pins.add", "channel=ROOM", "no_item_specified"},
		{"pins.add", "channel=ROOM&timestamp=x", "bad_timestamp"},
		{"pins.add", "channel=ROOM&timestamp=1.000001", "message_not_found"},
		{"pins.add", "channel=CGEN&timestamp=TS", "not_in_channel"},
		{"pins.list", "channel=C404", "channel_not_found"},
		{"reactions.add", "channel=ROOM&timestamp=TS&name=A b", "invalid_name"},
		{"reactions.add", "channel=OLD&timestamp=OLDTS&name=eyes", "is_archived"},
		{"bookmarks.add", "channel_id=ROOM&title=x&type=link&link=ftp://x", "invalid_link"},
		{"bookmarks.add", "channel_id=ROOM&title=x&type=file&link=https://x", "invalid_bookmark_type"},
		{"bookmarks.add", "channel_id=ROOM&title=x&type=link&link=https://x&emoji=fire", "invalid_emoji"},
		{"bookmarks.add", "channel_id=CGEN&title=x&type=link&link=https://x", "permission_denied"},
		{"bookmarks.edit", "channel_id=ROOM&bookmark_id=Bk1", "not_found"},
		{"views.open", "view={}", "invalid_arguments"},
		{"views.open", "trigger_id=1.2.x&view=" + url.QueryEscape(`{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`), "invalid_trigger_id"},
		{"views.open", "trigger_id=1.2.x&view=" + url.QueryEscape(`{"type":"modal","private_metadata":"`+strings.Repeat("x", 250_000)+`"}`), "view_too_large"},
		{"views.update", "view_id=V404&view={}", "not_found"},
	} {
		if got := tw.call(t, c.method, names.Replace(c.form))["error"]; got != c.want {
			t.Errorf("%s %.60s: got %v, want %s", c.method, c.form, got, c.want)
		}
	}
	for _, w := range tw.Snapshot().Warnings {
		if strings.Contains(w.Text, "does not list") {
			t.Errorf("%s: %s", w.Method, w.Text)
		}
	}
}

func TestTokensBodiesAndScopes(t *testing.T) {
	t.Parallel()
	tw := newTown(t, func(c *slack.Config) {
		c.Scopes = []string{"channels:manage", "channels:read", "chat:write", "users:read"}
	})
	const form, js = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	for _, c := range []struct{ name, method, kind, auth, body, want string }{
		{"no token", "auth.test", form, "", "", "not_authed"},
		{"a wrong token", "auth.test", form, "Bearer xoxb-other", "", "invalid_auth"},
		{"a token in the form", "auth.test", form, "", "token=xoxb-sandbox", ""},
		{"a token in JSON is not looked at", "auth.test", js, "", `{"token":"xoxb-sandbox"}`, "not_authed"},
		{"JSON", "conversations.create", js, "Bearer xoxb-sandbox", `{"name":"a","is_private":false,"team_id":null}`, ""},
		{"broken JSON", "conversations.create", js, "Bearer xoxb-sandbox", `{"name":`, "invalid_json"},
		{"a JSON list", "conversations.create", js, "Bearer xoxb-sandbox", `[]`, "json_not_object"},
		{"JSON where only forms are read", "users.info", js, "Bearer xoxb-sandbox", `{"user":"U1"}`, "invalid_arguments"},
		{"XML", "auth.test", "text/xml", "Bearer xoxb-sandbox", "<a/>", "invalid_post_type"},
		{"no scope", "pins.add", form, "Bearer xoxb-sandbox", "channel=CGEN", "missing_scope"},
		{"no scope for this kind", "conversations.create", form, "Bearer xoxb-sandbox", "name=b&is_private=true", "missing_scope"},
		{"no scope for one of the kinds", "conversations.list", form, "Bearer xoxb-sandbox", "types=public_channel,im", "missing_scope"},
		{"a scope for this kind", "conversations.list", form, "Bearer xoxb-sandbox", "types=public_channel", ""},
	} {
		answer := tw.raw(t, c.method, c.kind, c.auth, c.body)
		got, _ := answer["error"].(string)
		if got != c.want || answer["ok"] != (c.want == "") {
			t.Errorf("%s: got %v, want error %q", c.name, answer, c.want)
		}
	}
	answer := tw.call(t, "pins.add", "channel=CGEN")
	if answer["needed"] != "pins:write" || answer["provided"] != "channels:manage,channels:read,chat:write,users:read" {
		t.Errorf("missing_scope tells %v", answer)
	}
	for token, want := range map[string]string{"xoxb-sandbox": "channels:manage,channels:read,chat:write,users:read", "xoxb-other": ""} {
		r := httptest.NewRequest(http.MethodPost, "/api/auth.test", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		tw.ServeHTTP(rec, r)
		if got := rec.Result().Header.Get("X-OAuth-Scopes"); got != want {
			t.Errorf("to %s the scopes are told as %q, want %q", token, got, want)
		}
	}
	ana, err := tw.client.GetUserInfo("U1")
	if err != nil || ana.Profile.Email != "" {
		t.Errorf("without users:read.email the address is %q (%v)", ana.Profile.Email, err)
	}
}

func TestUnknownArgumentsAreWarnings(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	if got := tw.call(t, "auth.test", "colour=red"); got["ok"] != true {
		t.Errorf("an unknown argument: %v", got)
	}
	ledger := tw.Snapshot()
	if len(ledger.Warnings) != 1 || ledger.Warnings[0] != (slack.Warning{Method: "auth.test", Text: "unknown argument colour"}) {
		t.Errorf("warnings: %v", ledger.Warnings)
	}
	if got := ledger.Calls["auth.test"].Count; got != 1 {
		t.Errorf("auth.test was counted %d times", got)
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	tw := newTown(t, func(c *slack.Config) { c.RateLimits, c.Limits = true, map[string]int{"conversations.history": 1} })
	room := tw.room(t)
	posts := 0
	var err error
	for err == nil && posts < 100 {
		if _, _, err = tw.client.PostMessage(room, api.MsgOptionText("x", false)); err == nil {
			posts++
		}
	}
	limited, ok := err.(*api.RateLimitedError)
	if !ok || posts != 5 || limited.RetryAfter != time.Second {
		t.Fatalf("after %d posts at once: %v", posts, err)
	}
	if _, _, err := tw.client.PostMessage("U1", api.MsgOptionText("x", false)); err != nil {
		t.Errorf("another channel waits too: %v", err)
	}
	tw.clock.advance(time.Second)
	if _, _, err := tw.client.PostMessage(room, api.MsgOptionText("x", false)); err != nil {
		t.Errorf("a second later: %v", err)
	}
	history := func() error {
		_, err := tw.client.GetConversationHistory(&api.GetConversationHistoryParameters{ChannelID: room})
		return err
	}
	if err := history(); err != nil {
		t.Fatal(err)
	}
	if err, ok := history().(*api.RateLimitedError); !ok || err.RetryAfter != time.Minute {
		t.Errorf("the second history of a minute: %v", err)
	}
	ch, _ := tw.Snapshot().Channel(room)
	if len(ch.Messages) != 7 {
		t.Errorf("%d messages stand in the channel: a limited post had an effect", len(ch.Messages))
	}
}

func TestLedgerOverHTTP(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	tw.room(t)
	resp, err := tw.http.Get("http://slack.test/_ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got slack.Ledger
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got.Channels) != 3 {
		t.Fatalf("the ledger holds %d channels: %v", len(got.Channels), err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://slack.test/_ledger", nil)
	if resp, err := tw.http.Do(r); err != nil || resp.StatusCode != 200 {
		t.Fatalf("emptying: %v %v", resp, err)
	}
	if left := tw.Snapshot(); len(left.Channels) != 2 || left.Queued != 0 {
		t.Errorf("after the reset: %d channels, %d events", len(left.Channels), left.Queued)
	}
}

// A connection is asked for with the app's token, and no other; an app whose
// Socket Mode is turned off gets none.
func TestConnectionsAreTheApps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ configured, token, want string }{
		{"xapp-1", "xapp-1", ""},
		{"xapp-1", "xoxb-sandbox", "invalid_auth"},
		{"xapp-1", "", "not_authed"},
		{"", "xapp-1", "invalid_auth"},
		{"", "", "invalid_auth"},
	} {
		w := slack.New(slack.Config{AppToken: c.configured})
		r := httptest.NewRequest(http.MethodPost, "/api/apps.connections.open", nil)
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		var got struct{ Error, URL string }
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || got.Error != c.want || strings.HasPrefix(got.URL, "ws://slack.sandbox/link/?") != (c.want == "") {
			t.Errorf("%+v: %v: got %s", c, err, rec.Body)
		}
	}
}
