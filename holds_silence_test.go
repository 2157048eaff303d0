package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"drumbeat/integrations/sandbox/slack/sockets"
	"drumbeat/integrations/sandbox/town"
)

// canary is a word that no customer may read unless a test says so.
const canary = "zwitscherkasten"

// quietly is a way to keep customers from reading anything.
type quietly struct {
	edits  []edit
	env    []string
	before string // maya, the operator, types it first
	shadow bool   // the words are shown in the shadow channel
	// release lets the words go; empty when nothing does.
	release string
}

var silences = map[string]quietly{
	"Shadow":      {edits: []edit{{"mode: live", "mode: shadow"}}, shadow: true},
	"Off":         {edits: []edit{{"mode: live", "mode: off"}}},
	"Staging":     {edits: []edit{{"environment: production", "environment: staging"}}},
	"Hold":        {before: "hold wait for legal #1", release: "release #1"},
	"HoldAll":     {before: "hold all wait for legal", release: "release all"},
	"Environment": {env: []string{"DRUMBEAT_HOLD=1"}, release: "release #1"},
}

// Approved words reach nobody while a switch says so; released ones go once.
func TestNothingLeaves(t *testing.T) {
	t.Parallel()
	for name, q := range silences {
		t.Run(name, func(t *testing.T) {
			onBothStores(t, func(t *testing.T, store string) {
				r := settle(t, store, q.edits...)
				r.env = q.env
				r.start()
				r.command("omar", "declare sev1 people cannot save Mail view")
				if q.before != "" {
					r.says(r.command("maya", q.before), "on hold")
				}
				r.command("omar", "update public Saving the "+canary+" fails. #1")
				r.says(r.command("priya", "approve #1"), "Published INC-1")
				r.settled()
				r.nothingPublic(canary)
				if got := r.saw("drumbeat-shadow", canary); (got > 0) != q.shadow {
					t.Errorf("shown in the shadow channel: %d times, want any: %t", got, q.shadow)
				}
				if q.shadow {
					if got := r.saw("drumbeat-shadow", "of 280 characters"); got != 1 {
						t.Errorf("what X would have posted, with its length, is shown %d times, want once", got)
					}
				}
				if q.release == "" {
					return
				}
				if q.env != nil { // it is stronger than what anybody types
					r.says(r.command("maya", "release #1"), "all words are")
					r.command("maya", "release all")
					r.settled()
					r.nothingPublic(canary)
					r.stop()
					r.env = nil
					r.start()
				}
				r.says(r.command("maya", q.release), "go again")
				r.await(soon, "released words are everywhere", func() bool { return r.told(canary) == everywhere })
				r.settled()
				if got := r.told(canary); got != everywhere {
					t.Errorf("page, X, Statuspage, mail: got %v, want once each", got)
				}
			})
		})
	}
}

// settled waits until what was asked for before has left or never will: a
// message that was asked for later is in the channel, and no far end hears
// anything more.
func (r *rig) settled() {
	r.Helper()
	r.await(soon, "a channel", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
	room := r.rooms()[0].ID
	mark := fmt.Sprintf("mark %d", time.Now().UnixNano())
	r.says(r.command("omar", "update "+mark+" #1"), "told the responders")
	r.await(soon, "a mark in the channel", func() bool { return r.saw(room, mark) == 1 })
	r.await(soon, "no delivery under way", func() bool {
		before := r.attempts()
		select {
		case <-time.After(300 * time.Millisecond): // what a far end on this machine answers in
		case <-r.bot.done:
		}
		return r.attempts() == before
	})
}

// attempts is how many requests the public far ends have got.
func (r *rig) attempts() int {
	x, _ := r.town.X.Requests(0)
	s, _ := r.town.Statuspage.Requests(0)
	m, _ := r.town.Mail.Requests(0)
	return x + s + m
}

// Words that nobody has approved, were sent back, or were approved by their own
// author never leave.
func TestUnapprovedWordsNeverLeave(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		r.command("omar", "declare sev1 people cannot save Mail view")
		r.command("omar", "update public Saving the "+canary+" fails. #1")
		r.says(r.command("omar", "approve #1"), "somebody else has to approve")
		r.says(r.command("priya", "reject too much detail #1"), "do not go out")
		r.says(r.command("priya", "approve #1"), "No words wait")
		r.command("omar", "update public A second "+canary+" fails. #1")
		r.command("omar", "update the "+canary+" is in rack 7 #1")
		r.command("omar", "update stakeholders the "+canary+" is under repair #1")
		r.settled()
		r.nothingPublic(canary)
	})
}

// A private incident cannot be spoken of in public, nor seen by others.
func TestPrivateIncidentStaysPrivate(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		r.says(r.command("maya", "declare sev1 private the "+canary+" leaks"), "INC-1")
		r.says(r.command("maya", "update public we know of the "+canary+" #1"), "private")
		r.settled()
		r.nothingPublic(canary)
		if got := r.saw("incidents", canary); got != 0 {
			t.Errorf("announced %d times, want never", got)
		}
		if got := r.rooms()[0]; got.Kind != "private_channel" || strings.Contains(got.Name, canary) {
			t.Errorf("the channel: got %s %s, want a private one without the title", got.Kind, got.Name)
		}
		if got := r.command("leo", "list"); strings.Contains(got, canary) {
			t.Errorf("somebody else reads %s", got)
		}
		if got := r.home("maya"); !strings.Contains(got, canary) {
			t.Errorf("who declared it does not find it in the App Home: %s", got)
		}
		if got := r.home("leo"); strings.Contains(got, canary) || !strings.Contains(got, "Nothing is open") {
			t.Errorf("somebody else reads in the App Home: %s", got)
		}
	})
}

// home lets a person open the App Home and gives what is drawn there.
func (r *rig) home(person string) string {
	r.Helper()
	if err := r.town.Slack.Home(person); err != nil {
		r.Fatal(err)
	}
	var drawn string
	r.await(soon, "the App Home", func() bool {
		for _, v := range r.town.Slack.Snapshot().Views {
			if v.Type == "home" && v.User == "U0000"+strings.ToUpper(person) {
				drawn = string(v.Blocks)
			}
		}
		return drawn != ""
	})
	return drawn
}

// sign makes the headers of a request from Slack, sent at that time.
func sign(secret, body string, at time.Time) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%d:%s", at.Unix(), body)
	return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Slack-Request-Timestamp": {fmt.Sprint(at.Unix())},
		"X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}

// typed is the body of a slash command.
func typed(text, trigger string) string {
	return url.Values{"command": {"/incident"}, "text": {text}, "user_id": {"U0000MAYA"}, "user_name": {"maya"}, "team_id": {"T0SANDBOX"},
		"channel_id": {"C0ANNOUNCE"}, "channel_name": {"incidents"}, "trigger_id": {trigger}, "api_app_id": {"A0SANDBOX"}}.Encode()
}

// heardOverSocket is TestSlackIsHeardOnce where the bot calls Slack: nothing is
// taken over HTTP, whoever signed it, and what Slack gives out twice, or to two
// connections, is one.
func (r *rig) heardOverSocket() {
	r.Helper()
	body := typed("declare sev1 people cannot save", "1.trigger")
	for _, path := range []string{"/slack/commands", "/slack/interactions", "/slack/events"} {
		if status, text := r.request(http.MethodPost, path, body, sign(town.SigningSecret, body, time.Now())); status < 400 {
			r.Errorf("%s: got %d %s, want it turned away", path, status, text)
		}
	}
	slack := r.town.Slack
	trouble := func(do string) {
		r.Helper()
		if err := slack.Sockets.Do(sockets.Trouble{Do: do}); err != nil {
			r.Fatal(err)
		}
	}
	trouble("twice")
	r.says(r.command("maya", "declare sev1 people cannot save"), "INC-1")
	r.command("maya", "declare sev1 people cannot save") // typed once more by a nervous hand
	r.await(soon, "the second connection", func() bool { return slack.Sockets.Stats().Open == 2 })
	trouble("both")
	r.says(r.command("sam", "declare sev2 letters are late"), "INC-2")
	trouble("refresh")
	trouble("both")
	if _, err := slack.Say("leo", "incidents", "", "@drumbeat declare sev2 logins are slow"); err != nil {
		r.Fatal(err)
	}
	r.await(soon, "leo is answered", func() bool { return len(slack.Snapshot().Ephemerals["U0000LEO"]) > 0 })
	list := r.command("omar", "list")
	r.says(list, "INC-1", "INC-2", "INC-3")
	if n := len(slack.Snapshot().Ephemerals["U0000LEO"]); strings.Contains(list, "INC-4") || n != 1 {
		r.Errorf("leo was answered %d times, and the list is %s; want once, and three incidents", n, list)
	}
	r.await(soon, "every copy is acknowledged", func() bool {
		s := slack.Sockets.Stats()
		return s.Acked+s.Lost == s.Copies && s.Copies >= s.Envelopes+3
	})
}

// Nobody but Slack is heard, and Slack once for each thing that was typed.
func TestSlackIsHeardOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		if r.town.Slack.Sockets != nil {
			r.heardOverSocket()
			return
		}
		body := typed("declare sev1 people cannot save", "1.trigger")
		forged := sign(town.SigningSecret, body, time.Now())
		forged.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64))
		for name, h := range map[string]http.Header{
			"another secret": sign("guessed", body, time.Now()),
			"forged":         forged,
			"of yesterday":   sign(town.SigningSecret, body, time.Now().Add(-24*time.Hour)),
			"six minutes":    sign(town.SigningSecret, body, time.Now().Add(-6*time.Minute)),
			"of tomorrow":    sign(town.SigningSecret, body, time.Now().Add(24*time.Hour)),
			"another body":   sign(town.SigningSecret, body+"x", time.Now()),
			"unsigned":       {"Content-Type": {"application/x-www-form-urlencoded"}},
		} {
			for _, path := range []string{"/slack/commands", "/slack/interactions", "/slack/events"} {
				if status, text := r.request(http.MethodPost, path, body, h); status != http.StatusUnauthorized {
					t.Errorf("%s at %s: got %d %s, want 401", name, path, status, text)
				}
			}
		}
		r.says(r.command("maya", "list"), "Nothing is open")

		h := sign(town.SigningSecret, body, time.Now())
		for range 3 { // the very same request, as a replay
			if status, text := r.request(http.MethodPost, "/slack/commands", body, h); status != http.StatusOK && status != http.StatusUnauthorized {
				t.Errorf("the same request again: got %d %s", status, text)
			}
		}
		again := typed("declare sev1 people cannot save", "2.trigger") // typed once more by a nervous hand
		if status, text := r.request(http.MethodPost, "/slack/commands", again, sign(town.SigningSecret, again, time.Now())); status != http.StatusOK {
			t.Errorf("the same words again: got %d %s", status, text)
		}
		if list := r.command("omar", "list"); strings.Contains(list, "INC-2") {
			t.Errorf("got %s, want one incident", list)
		}
		r.await(soon, "the channel and its brief", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
	})
}
