package main_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// alertmanagerPost is what Alertmanager really posted, with today's times.
func alertmanagerPost(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("integrations", "alertmanager", "testdata", "firing.json"))
	if err != nil {
		t.Fatal(err)
	}
	since := `"startsAt":"` + time.Now().Add(-time.Minute).UTC().Format(time.RFC3339) + `"`
	return regexp.MustCompile(`"startsAt":"[^"]*"`).ReplaceAllString(string(body), since)
}

func (r *rig) alert(body string) {
	r.Helper()
	if status, text := r.request(http.MethodPost, "/hooks/alertmanager/sandbox-alerts", body, nil); status != http.StatusOK {
		r.Fatalf("the hook answers %d %s", status, text)
	}
}

// A change is over and its mute with it: the alert pages at once and waits in
// triage. Whoever takes it gets a channel, the risky change of last evening to
// look at first, and the people who made and reviewed it.
func TestAlertAfterAChange(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		evening := time.Now().Add(-10 * time.Hour).UTC().Format(time.RFC3339)
		status, body := r.post("/v1/changes", `{"action": "start", "at": "`+evening+`", "facts": {"what": "permissions backfill",
			"service": "api", "risk": "high", "author": {"handle": "leo", "name": "Leo", "slack": "U0000LEO"},
			"reviewer": {"handle": "ines", "name": "Ines", "slack": "U0000INES"}}}`)
		if status != http.StatusCreated || !strings.Contains(body, "CH-1") {
			t.Fatalf("the change: %d %s", status, body)
		}
		r.says(r.command("leo", "change log new help texts"), "CH-2 is recorded")
		r.says(r.command("leo", "mute HighErrorRate CH-1 because the backfill is noisy"), "until CH-1 ends")
		r.says(r.command("leo", "change done CH-1"), "CH-1 is over")
		r.await(soon, "the mute ends with the change", func() bool {
			return strings.Contains(r.command("leo", "unmute HighErrorRate"), "is not muted")
		})

		r.alert(alertmanagerPost(t))
		r.await(time.Second, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
		r.says(r.command("omar", "list"), "INC-1", "triage", "5xx above 5 %")
		r.quiet()

		taken := time.Now()
		r.says(r.command("omar", "ack #1"), "INC-1 is yours")
		r.await(soon, "the channel and its brief", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
		room := r.rooms()[0]
		if made := room.Messages[0].TS; made < fmt.Sprintf("%d", taken.Unix()) {
			t.Errorf("the channel is older (%s) than that somebody took it (%d)", made, taken.Unix())
		}
		brief := full(r.brief())
		r.says(brief, "Look here first", "CH-1", "permissions backfill", "high risk", "Leo", "reviewed by Ines")
		if strings.Index(brief, "CH-1") > strings.Index(brief, "CH-2") && strings.Contains(brief, "CH-2") {
			t.Errorf("the harmless change stands first: %s", brief)
		}
		r.await(soon, "author and reviewer are asked", func() bool {
			return r.wrote("U0000LEO", "permissions backfill") == 1 && r.wrote("U0000INES", "permissions backfill") == 1
		})
		r.await(soon, "the announcement", func() bool { return r.saw("incidents", "5xx above 5 %") == 1 })
		r.nothingPublic("5xx")
	})
}

// quiet fails when an alert that nobody took has made noise.
func (r *rig) quiet() {
	r.Helper()
	if got := len(r.rooms()); got != 0 {
		r.Errorf("channels in triage: got %d, want none", got)
	}
	if got := len(r.messages("incidents")); got != 0 {
		r.Errorf("announced in triage: %d messages, want none", got)
	}
	r.nothingPublic("5xx")
}

// nothingPublic fails when the words stand anywhere that customers read.
func (r *rig) nothingPublic(words string) {
	r.Helper()
	if got := r.told(words); got != [4]int{} {
		r.Errorf("page, X, Statuspage, mail: got %q %v times, want never", words, got)
	}
	if strings.Contains(r.page(), words) {
		r.Errorf("the status page has %q", words)
	}
}

// wrote counts the direct messages to a person that have the text.
func (r *rig) wrote(person, text string) int {
	n := 0
	for _, c := range r.town.Slack.Snapshot().Channels {
		if c.Kind != "im" || !slices.Contains(c.Members, person) {
			continue
		}
		for _, m := range c.Messages {
			if strings.Contains(full(m), text) {
				n++
			}
		}
	}
	return n
}

// Debian's Alertmanager posts to the hook by itself.
func TestRealAlertmanager(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		manager := r.alertmanager()
		fire := fmt.Sprintf(`[{"labels": {"alertname": "HighErrorRate", "service": "api", "severity": "critical"},
			"annotations": {"summary": "5xx above 5 %%"}, "startsAt": %q}]`, time.Now().Add(-time.Minute).UTC().Format(time.RFC3339))
		post := func() bool {
			resp, err := http.Post(manager+"/api/v2/alerts", "application/json", strings.NewReader(fire))
			if err != nil {
				return false
			}
			defer resp.Body.Close()
			return resp.StatusCode == http.StatusOK
		}
		r.await(soon, "Alertmanager takes an alert", post)
		r.await(soon, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
		r.says(r.command("omar", "list"), "INC-1", "triage", "5xx above 5 %")
	})
}

// alertmanager runs Debian's binary with the bot as its receiver, and gives its
// address.
func (r *rig) alertmanager() string {
	r.Helper()
	exe, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		if os.Getenv("CI") != "true" {
			r.Skip("needs prometheus-alertmanager")
		}
		r.Fatal(err)
	}
	addr, err := freeAddress()
	if err != nil {
		r.Fatal(err)
	}
	dir := r.TempDir()
	config := `route: {receiver: drumbeat, group_by: [alertname], group_wait: 10ms, group_interval: 1s}
receivers:
  - name: drumbeat
    webhook_configs: [{url: "` + r.app + `/hooks/alertmanager/sandbox-alerts"}]
`
	file := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		r.Fatal(err)
	}
	cmd := exec.Command(exe, "--config.file="+file, "--storage.path="+dir, "--web.listen-address="+addr, "--cluster.listen-address=")
	if err := cmd.Start(); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	return "http://" + addr
}
