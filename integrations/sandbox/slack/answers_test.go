package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/slack/blockkit"
)

// TestAnswers looks at one value of a good answer; names as in TestErrors, DM
// is the bot's direct messages with ana.
func TestAnswers(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	dm, ts, err := tw.client.PostMessage("U1", api.MsgOptionText("hi", false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tw.client.InviteUsersToConversation(room, "U1"); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("ROOM", room, "DM", dm, "TS", ts)
	for _, c := range []struct{ method, form, path, want string }{
		{"team.info", "", "team.domain", "sandbox"},
		{"bots.info", "", "bot.user_id", "U0SANDBOX"},
		{"users.getPresence", "user=U1", "presence", "active"},
		{"conversations.info", "channel=ROOM&include_num_members=true", "channel.num_members", "2"},
		{"conversations.info", "channel=DM", "channel.user", "U1"},
		{"conversations.info", "channel=CGEN", "channel.is_member", "false"},
		{"conversations.open", "users=U1", "channel.id", dm},
		{"conversations.open", "users=U1,U2&return_im=true", "channel.is_mpim", "true"},
		{"conversations.open", "channel=DM", "already_open", "true"},
		{"conversations.join", "channel=CGEN", "channel.is_member", "true"},
		{"conversations.join", "channel=CGEN", "warning", "already_in_channel"},
		{"conversations.kick", "channel=ROOM&user=U1", "ok", "true"},
		{"conversations.setTopic", "channel=ROOM&topic=", "channel.topic.value", ""},
		{"conversations.list", "limit=1&exclude_archived=true", "channels.0.name", "general"},
		{"chat.postMessage", "channel=%23inc-1&markdown_text=**x**", "message.text", "**x**"},
		{"chat.postMessage", "channel=ROOM&attachments=" + url.QueryEscape(`[{"text":"a"}]`), "message.attachments.0.text", "a"},
		{"chat.postMessage", "channel=DM&text=x&thread_ts=TS", "message.parent_user_id", "U0SANDBOX"},
		{"chat.postEphemeral", "channel=DM&user=U1&text=x", "ok", "true"},
		{"chat.update", "channel=DM&ts=TS&blocks=" + url.QueryEscape(`[{"type":"divider"}]`), "message.text", "hi"},
		{"chat.delete", "channel=DM&ts=TS", "ok", "true"},
		{"conversations.replies", "channel=DM&ts=TS", "messages.0.subtype", "tombstone"},
		{"chat.update", "channel=DM&ts=TS&text=x", "error", "message_not_found"},
	} {
		answer := tw.call(t, c.method, names.Replace(c.form))
		if got := at(answer, c.path); got != c.want {
			t.Errorf("%s %s: %s is %q, want %q\n%v", c.method, c.form, c.path, got, c.want, answer)
		}
	}
}

// at walks a path of names and numbers.
func at(v any, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[name]
		case []any:
			v = nil
			if name == "0" && len(in) > 0 {
				v = in[0]
			}
		}
	}
	return fmt.Sprint(v)
}

// TestWhatTheAppAnswersToASubmit: each response_action, with the form "first"
// open below "second".
func TestWhatTheAppAnswersToASubmit(t *testing.T) {
	t.Parallel()
	titled := func(title string) api.ModalViewRequest {
		v := form()
		v.Title.Text = title
		return v
	}
	third, _ := json.Marshal(titled("third"))
	for _, c := range []struct{ name, body, wantError, want string }{
		{"nothing closes the view", "", "", "first"},
		{"clear closes all", `{"response_action":"clear"}`, "", ""},
		{"update", `{"response_action":"update","view":` + string(third) + `}`, "", "first third"},
		{"push", `{"response_action":"push","view":` + string(third) + `}`, "", "first second third"},
		{"errors", `{"response_action":"errors","errors":{"title":"no"}}`, "", "first second"},
		{"errors for what is not asked", `{"response_action":"errors","errors":{"colour":"no"}}`, "invalid_response", "first second"},
		{"errors without any", `{"response_action":"errors"}`, "invalid_response", "first second"},
		{"an update that is wrong", `{"response_action":"update","view":{}}`, "invalid_response", "first second"},
		{"an unknown action", `{"response_action":"explode"}`, "invalid_response", "first second"},
		{"no JSON", "ok", "invalid_response", "first second"},
	} {
		tw := newTown(t, nil)
		if _, err := tw.Command(t.Context(), "ana", "general", "/incident", ""); err != nil {
			t.Fatal(err)
		}
		sent, _ := url.ParseQuery(string(tw.app.got[0].body))
		first := titled("first")
		first.Blocks.BlockSet = append(first.Blocks.BlockSet, api.NewActionBlock("more",
			api.NewButtonBlockElement("more", "", api.NewTextBlockObject(api.PlainTextType, "More", false, false))))
		under, err := tw.client.OpenView(sent.Get("trigger_id"), first)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Click(t.Context(), "ana", slack.Click{View: under.ID, Press: blockkit.Press{Action: "more"}}); err != nil {
			t.Fatal(err)
		}
		over, err := tw.client.PushView(tw.app.interaction(t).TriggerID, titled("second"))
		if err != nil {
			t.Fatal(err)
		}
		tw.app.answer = func(w http.ResponseWriter, _ string, _ received) { _, _ = w.Write([]byte(c.body)) }
		a, err := tw.Submit(t.Context(), "ana", over.ID, map[string]string{"title": "x"})
		if err != nil || a.Error != c.wantError {
			t.Errorf("%s: %+v %v, want error %q", c.name, a, err, c.wantError)
		}
		var open []string
		for _, v := range tw.Snapshot().Views {
			open = append(open, v.Title)
		}
		if got := strings.Join(open, " "); got != c.want {
			t.Errorf("%s: open are %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEphemeralsAreReplacedThroughTheirResponseURL(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	if _, err := tw.client.InviteUsersToConversation(room, "U1"); err != nil {
		t.Fatal(err)
	}
	ts, err := tw.client.PostEphemeral(room, "U1", buttons())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tw.Click(t.Context(), "ana", slack.Click{Channel: room, TS: ts, Press: blockkit.Press{Action: "ack"}}); err != nil {
		t.Fatal(err)
	}
	in := tw.app.interaction(t)
	if !in.Container.IsEphemeral || in.Message.Timestamp != "" {
		t.Errorf("a click on an ephemeral: %+v", in.Container)
	}
	for _, c := range []struct{ body, want string }{
		{`{"replace_original":true,"text":"done"}`, "done"},
		{`{"delete_original":true}`, ""},
	} {
		resp, err := tw.http.Post(in.ResponseURL, "application/json", strings.NewReader(c.body))
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %v %v", c.body, resp, err)
		}
		resp.Body.Close()
		text := ""
		for _, e := range tw.Snapshot().Ephemerals["U1"] {
			text += e.Text
		}
		if text != c.want {
			t.Errorf("after %s ana sees %q, want %q", c.body, text, c.want)
		}
	}
}
