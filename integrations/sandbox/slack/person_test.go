package slack_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/slack/blockkit"
)

// interaction reads what the app got last at /interactions.
func (a *app) interaction(t *testing.T) api.InteractionCallback {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := len(a.got) - 1; i >= 0; i-- {
		if a.got[i].path != "/interactions" {
			continue
		}
		form, err := url.ParseQuery(string(a.got[i].body))
		var in api.InteractionCallback
		if err == nil {
			err = json.Unmarshal([]byte(form.Get("payload")), &in)
		}
		if err != nil {
			t.Fatalf("an interaction reads %s: %v", a.got[i].body, err)
		}
		return in
	}
	t.Fatal("no interaction came")
	return api.InteractionCallback{}
}

func buttons() api.MsgOption {
	ack := api.NewButtonBlockElement("ack", "INC-1", api.NewTextBlockObject(api.PlainTextType, "Acknowledge", false, false))
	later := api.NewButtonBlockElement("later", "INC-1", api.NewTextBlockObject(api.PlainTextType, "Not me", false, false))
	return api.MsgOptionBlocks(api.NewActionBlock("page", ack, later))
}

func TestClickOnAMessage(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room, ts, err := tw.client.PostMessage("U1", buttons(), api.MsgOptionText("page", false))
	if err != nil {
		t.Fatal(err)
	}
	a, err := tw.Click(t.Context(), "ana", slack.Click{Channel: "@drumbeat", TS: ts, Press: blockkit.Press{Text: "Not me"}})
	if err != nil || a.Status != 200 {
		t.Fatalf("the click: %+v %v", a, err)
	}
	in := tw.app.interaction(t)
	got := []string{string(in.Type), in.User.ID, in.Channel.ID, in.Message.Timestamp, in.Container.MessageTs,
		in.ActionCallback.BlockActions[0].ActionID, in.ActionCallback.BlockActions[0].Value, in.ActionCallback.BlockActions[0].BlockID}
	if diff := cmp.Diff([]string{"block_actions", "U1", room, ts, ts, "later", "INC-1", "page"}, got); diff != "" {
		t.Errorf("the payload (-want +got)\n%s", diff)
	}
	for name, click := range map[string]slack.Click{
		"nothing named":           {Channel: "@drumbeat", TS: ts},
		"no such button":          {Channel: "@drumbeat", TS: ts, Press: blockkit.Press{Action: "nack"}},
		"no such message":         {Channel: "@drumbeat", TS: "1.000001", Press: blockkit.Press{Action: "ack"}},
		"somebody else's channel": {Channel: "secret", TS: ts, Press: blockkit.Press{Action: "ack"}},
	} {
		if a, err := tw.Click(t.Context(), "ben", click); err == nil {
			t.Errorf("%s: clicked (%+v)", name, a)
		}
	}
}

func TestResponseURL(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room, ts, err := tw.client.PostMessage("U1", buttons(), api.MsgOptionText("page", false))
	if err != nil {
		t.Fatal(err)
	}
	click := func() string {
		if _, err := tw.Click(t.Context(), "U1", slack.Click{Channel: room, TS: ts, Press: blockkit.Press{Action: "ack"}}); err != nil {
			t.Fatal(err)
		}
		return tw.app.interaction(t).ResponseURL
	}
	answer := func(at, body string) string {
		resp, err := tw.http.Post(at, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return fmt.Sprint(resp.StatusCode, " ", strings.TrimSpace(string(text)))
	}
	const ok, used, expired = `200 {"ok":true}`, `404 {"error":"used_url","ok":false}`, `404 {"error":"expired_url","ok":false}`
	at := click()
	for i, c := range []struct{ body, want string }{
		{`{"text":"only you"}`, ok},
		{`{"text":"all of you","response_type":"in_channel"}`, ok},
		{`{"text":""}`, `500 {"error":"no_text","ok":false}`},
		{`{"text":"acknowledged","replace_original":true}`, ok},
		{`{"delete_original":true}`, ok},
		{`{"text":"five"}`, ok},
		{`{"text":"six"}`, used},
	} {
		if got := answer(at, c.body); got != c.want {
			t.Errorf("answer %d: got %s, want %s", i, got, c.want)
		}
		ledger := tw.Snapshot()
		if ch, _ := ledger.Channel(room); i == 3 && (ch.Messages[0].Text != "acknowledged" || ch.Messages[0].Blocks != nil || ch.Messages[0].Edited != 1) {
			t.Errorf("the replaced message: %+v", ch.Messages[0])
		}
	}
	ledger := tw.Snapshot()
	ch, _ := ledger.Channel(room)
	if len(ch.Messages) != 1 || ch.Messages[0].Text != "all of you" || len(ledger.Ephemerals["U1"]) != 2 {
		t.Errorf("in the end: %+v, ephemerals %+v", ch.Messages, ledger.Ephemerals)
	}
	if got := answer("http://slack.test/actions/T0SANDBOX/R404", `{"text":"x"}`); got != expired {
		t.Errorf("an unknown url: %s", got)
	}
	_, ts, _ = tw.client.PostMessage(room, buttons())
	at = click()
	tw.clock.advance(31 * time.Minute)
	if got := answer(at, `{"text":"x"}`); got != expired {
		t.Errorf("after 31 minutes: %s", got)
	}
}

func TestCommandAnswers(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	for _, c := range []struct{ name, body, wantError, wantText string }{
		{"nothing", "", "", ""},
		{"plain text", "done", "", "done"},
		{"JSON", `{"response_type":"ephemeral","text":"well"}`, "", "well"},
		{"blocks that are wrong", `{"blocks":[{"type":"header"}]}`, "invalid_command_response", ""},
	} {
		tw.Reset()
		tw.app.answer = func(w http.ResponseWriter, _ string, _ received) { _, _ = io.WriteString(w, c.body) }
		a, err := tw.Command(t.Context(), "ana", "secret", "/incident", "list")
		if err != nil || a.Error != c.wantError {
			t.Errorf("%s: %+v %v, want error %q", c.name, a, err, c.wantError)
		}
		text := ""
		for _, e := range tw.Snapshot().Ephemerals["U1"] {
			text += e.Text
		}
		if text != c.wantText {
			t.Errorf("%s: ana sees %q, want %q", c.name, text, c.wantText)
		}
	}
	tw.app.answer = func(w http.ResponseWriter, _ string, _ received) { w.WriteHeader(http.StatusBadGateway) }
	if a, err := tw.Command(t.Context(), "ana", "general", "/incident", ""); err != nil || a.Error != "dispatch_failed" || a.Status != 502 {
		t.Errorf("an app that is broken: %+v %v", a, err)
	}
	if _, err := tw.Command(t.Context(), "ben", "secret", "/incident", ""); err == nil {
		t.Error("ben typed a command in a channel that he does not see")
	}
}

func TestTriggersExpire(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	if _, err := tw.Command(t.Context(), "ana", "general", "/incident", ""); err != nil {
		t.Fatal(err)
	}
	sent, _ := url.ParseQuery(string(tw.app.got[0].body))
	tw.clock.advance(3*time.Second + time.Millisecond)
	_, err := tw.client.OpenView(sent.Get("trigger_id"), form())
	wantCode(t, "a trigger after 3 s", err, "expired_trigger_id")
}

func TestViewsStackAndHome(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	trigger := func() string {
		if _, err := tw.Command(t.Context(), "ana", "general", "/incident", ""); err != nil {
			t.Fatal(err)
		}
		sent, _ := url.ParseQuery(string(tw.app.got[len(tw.app.got)-1].body))
		return sent.Get("trigger_id")
	}
	v, err := tw.client.OpenView(trigger(), form())
	if err != nil {
		t.Fatal(err)
	}
	changed := form()
	changed.Title.Text = "Changed"
	changed.NotifyOnClose = true
	up, err := tw.client.UpdateView(changed, "", v.Hash, v.ID)
	if err != nil || up.Hash == v.Hash {
		t.Fatalf("update: %+v %v", up, err)
	}
	_, err = tw.client.UpdateView(changed, "", v.Hash, v.ID)
	wantCode(t, "an old hash", err, "hash_conflict")
	_, err = tw.client.PushView(trigger(), form())
	wantCode(t, "pushing from outside of a view", err, "not_found")
	tw.app.answer = func(w http.ResponseWriter, _ string, _ received) {
		sure := form()
		sure.Title.Text = "Sure?"
		body, _ := json.Marshal(map[string]any{"response_action": "push", "view": sure})
		_, _ = w.Write(body)
	}
	if a, err := tw.Submit(t.Context(), "ana", v.ID, map[string]string{"title": "x"}); err != nil || a.Error != "" {
		t.Fatalf("submit: %+v %v", a, err)
	}
	views := tw.Snapshot().Views
	if len(views) != 2 || views[1].Title != "Sure?" {
		t.Fatalf("views after the push: %+v", views)
	}
	if _, err := tw.Dismiss(t.Context(), "ana", v.ID); err != nil {
		t.Fatal(err)
	}
	if in := tw.app.interaction(t); in.Type != api.InteractionTypeViewClosed || in.View.ID != v.ID {
		t.Errorf("closing told %+v", in)
	}
	home := api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: []api.Block{api.NewDividerBlock()}}}
	for range 2 {
		if _, err := tw.client.PublishView("U2", home, ""); err != nil {
			t.Fatal(err)
		}
	}
	homes := 0
	for _, v := range tw.Snapshot().Views {
		if v.Type == "home" && v.User == "U2" {
			homes++
		}
	}
	if homes != 1 {
		t.Errorf("ben has %d homes", homes)
	}
}

func TestPeopleOverHTTP(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"ana/say", `{"channel":"inc-1","text":"hello @drumbeat"}`, 200},
		{"ana/say", `{"channel":"nowhere","text":"hello"}`, 422},
		{"ana/say", `{"channel":`, 400},
		{"nobody/say", `{"channel":"inc-1","text":"x"}`, 422},
		{"U1/command", `{"channel":"inc-1","command":"/incident","text":"status"}`, 200},
		{"U1/submit", `{"view_id":"V404","values":{}}`, 422},
		{"ana/home", ``, 200},
		{"ana/leave", `{"channel":"inc-1"}`, 200},
		{"ana/leave", `{"channel":"inc-1"}`, 422},
		{"ana/archive", `{"channel":"inc-1"}`, 200},
		{"ana/unarchive", `{"channel":"inc-1"}`, 200},
		{"ana/dance", `{}`, 422},
	} {
		resp, err := tw.http.Post("http://slack.test/_people/"+c.path, "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s: status %d, want %d", c.path, c.body, resp.StatusCode, c.status)
		}
	}
	ch, _ := tw.Snapshot().Channel(room)
	if last := ch.Messages[len(ch.Messages)-1]; ch.Archived || last.Subtype != "channel_unarchive" {
		t.Errorf("the channel in the end: archived %v, last line %q", ch.Archived, last.Subtype)
	}
}
