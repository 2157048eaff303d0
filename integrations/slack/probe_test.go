package slack_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/slack/manifest"
)

var _ integrations.Prober = (*slack.Slack)(nil)

// in gives a Slack that talks to the workspace.
func in(t *testing.T, w *standin.Workspace, change func(*slack.Config)) *slack.Slack {
	t.Helper()
	c := slack.Config{BaseURL: "http://slack.example/api", BotToken: botToken, SigningSecret: secret}
	if change != nil {
		change(&c)
	}
	s, err := slack.New(c, &http.Client{Transport: sandbox.Transport(w)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func without(names ...string) []string {
	return slices.DeleteFunc(manifest.Names(manifest.Full), func(s string) bool { return slices.Contains(names, s) })
}

func TestProbe(t *testing.T) {
	t.Parallel()
	const ok, warning = integrations.OK, integrations.Warning
	for name, c := range map[string]struct {
		workspace func(*standin.Config)
		config    func(*slack.Config)
		want      []string // level, subject and a part of the text
	}{
		"all is well": {nil, func(c *slack.Config) { c.AnnounceChannel, c.ShadowChannel = "#room", "C0ROOM" }, []string{
			"ok slack.bot_token: @drumbeat in the workspace sandbox", "ok slack.scopes: profile full: all 15", "ok slack.announce_channel: #room", "ok slack.shadow_channel: #room"}},
		"core": {func(c *standin.Config) { c.Scopes = manifest.Names(manifest.Core) }, func(c *slack.Config) { c.AnnounceChannel = "room" }, []string{
			"ok slack.bot_token", "ok slack.scopes: profile core: all 9 are granted; no channels for private incidents", "ok slack.announce_channel: #room"}},
		"one is missing": {func(c *standin.Config) { c.Scopes = without("pins:write", "chat:write") }, nil, []string{
			"ok slack.bot_token", "failure slack.scopes: chat:write is not granted, so it is mute", "warning slack.scopes: pins:write is not granted, so the brief is not pinned"}},
		"nothing can be looked at": {func(c *standin.Config) { c.Scopes = without("channels:read", "groups:read") }, func(c *slack.Config) { c.AnnounceChannel = "room" }, []string{
			"ok slack.bot_token", "warning slack.scopes: channels:read", "warning slack.scopes: groups:read", "ok slack.announce_channel: room; it cannot be looked at"}},
		"channels": {nil, func(c *slack.Config) {
			c.AnnounceChannel, c.ShadowChannel, c.SupportChannel = "C0TAKEN", "nowhere", "C404"
		}, []string{
			"ok slack.bot_token", "ok slack.scopes", "failure slack.announce_channel: @drumbeat is not in #inc-7-save, so incidents are announced nowhere",
			`failure slack.shadow_channel: slack: the bot is in no channel named "nowhere"`, "failure slack.support_channel: slack conversations.info: channel_not_found, so support is not told"}},
		"Socket Mode": {func(c *standin.Config) { c.AppToken = "xapp-1" }, func(c *slack.Config) { c.AppToken = "xapp-1" }, []string{
			"ok slack.bot_token", "ok slack.scopes", "ok slack.app_token: Socket Mode is open to it"}},
		"Socket Mode with another app's token": {func(c *standin.Config) { c.AppToken = "xapp-1" }, func(c *slack.Config) { c.AppToken = "xapp-2" }, []string{
			"ok slack.bot_token", "ok slack.scopes", "failure slack.app_token: slack apps.connections.open: invalid_auth"}},
		"a token that was taken away": {func(c *standin.Config) { c.BotToken = "xoxb-another" }, nil, []string{"failure slack.bot_token: slack auth.test: invalid_auth"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(c.workspace)
			before := effects(w)
			var got []string
			for i, f := range in(t, w, c.config).Probe(t.Context()) {
				line := string(f.Level) + " " + f.Subject + ": " + f.Text
				if i < len(c.want) && strings.HasPrefix(line, c.want[i]) {
					line = c.want[i]
				}
				if got = append(got, line); (f.Level == integrations.OK) != (f.Remedy == "") {
					t.Errorf("%s: remedy %q", line, f.Remedy)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := effects(w); n != before {
				t.Errorf("looking left %d traces", n-before)
			}
		})
	}
	away := &http.Client{Transport: sandbox.Transport(http.NotFoundHandler())}
	s, err := slack.New(slack.Config{BotToken: botToken, SigningSecret: secret}, away, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Probe(t.Context()); len(got) != 1 || got[0].Level != integrations.Failure || !strings.Contains(got[0].Remedy, "https://slack.com/api/") {
		t.Errorf("nobody answers: got %+v", got)
	}
}

// What a scope switches off is left out, or said with the words of Probe; what
// does not need it goes on.
func TestWithoutAScope(t *testing.T) {
	t.Parallel()
	room := map[string]string{"channel": "room"}
	with := func(key, v string) map[string]string { return map[string]string{"channel": "C0ROOM", key: v} }
	for name, c := range map[string]struct {
		missing []string
		d       stream.Delivery
		err     string // of Send; "" when it succeeds
		skipped bool
	}{
		"a pin":             {[]string{"pins:write"}, stream.Delivery{Action: "pin", Args: with("ts", "1.000001")}, "", true},
		"a bookmark":        {[]string{"bookmarks:write"}, stream.Delivery{Action: "channel.bookmark", Args: map[string]string{"channel": "C0ROOM", "title": "x", "url": "https://x.example"}}, "", true},
		"a channel":         {[]string{"channels:manage"}, stream.Delivery{Action: "channel.create", Args: map[string]string{"name": "inc-1"}}, "channels:manage is not granted, so " + manifest.Without("channels:manage"), false},
		"a private channel": {[]string{"groups:write"}, stream.Delivery{Action: "channel.create", Args: map[string]string{"name": "inc-1", "private": "true"}}, "groups:write is not granted, so " + manifest.Without("groups:write"), false},
		"a person":          {[]string{"im:write"}, stream.Delivery{Action: "dm", Args: map[string]string{"person": "U0ANN"}, Words: stream.Say("x")}, "im:write is not granted", false},
		"a public name":     {[]string{"groups:read"}, stream.Delivery{Action: "post", Args: room, Words: stream.Say("x")}, "", false},
		"a name":            {[]string{"groups:read", "channels:read"}, stream.Delivery{Action: "post", Args: room, Words: stream.Say("x")}, "channels:read is not granted", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := in(t, workspace(func(w *standin.Config) { w.Scopes = without(c.missing...) }), nil)
			c.d.ID, c.d.To = "main/incident/1/1/x", slack.To
			r, err := s.Send(t.Context(), c.d)
			switch {
			case c.err == "" && err != nil, c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || !integrations.IsPermanent(err)):
				t.Errorf("got %v, want %q", err, c.err)
			case (r.More["skipped"] != "") != c.skipped:
				t.Errorf("got %+v, want it skipped: %t", r, c.skipped)
			}
		})
	}
	// Where nobody may look, nothing is found, and it is sent again.
	s := in(t, workspace(func(w *standin.Config) { w.Scopes = without("channels:history") }), nil)
	d := stream.Delivery{ID: "main/incident/1/1/x", To: slack.To, Action: "post", Args: room, Words: stream.Say("x")}
	if _, found, err := s.Find(t.Context(), d); found || err != nil {
		t.Errorf("a look-up that is not allowed: got %t, %v", found, err)
	}
}
