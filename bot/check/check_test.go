package check_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/bot/check"
	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// lines draws findings as "level subject: text → remedy", and holds that what is
// not well has a remedy, and what is well none.
func lines(t *testing.T, found []integrations.Finding) []string {
	t.Helper()
	var out []string
	for _, f := range found {
		if (f.Level == integrations.OK) != (f.Remedy == "") || f.Subject == "" || f.Text == "" {
			t.Errorf("an odd finding: %+v", f)
		}
		out = append(out, strings.TrimSuffix(string(f.Level)+" "+f.Subject+": "+f.Text+" → "+f.Remedy, " → "))
	}
	return out
}

// tells looks for a finding that begins so.
func tells(t *testing.T, in check.Input, want ...string) {
	t.Helper()
	all := lines(t, check.Run(t.Context(), in))
	for _, w := range want {
		there := 0
		for _, l := range all {
			if strings.HasPrefix(l, w) {
				there++
			}
		}
		if there != 1 {
			t.Errorf("%d findings %q in\n%s", there, w, strings.Join(all, "\n"))
		}
	}
}

// far is a far end that looks at itself so.
type far func(ctx context.Context) []integrations.Finding

func (far) Send(context.Context, stream.Delivery) (integrations.Receipt, error) {
	return integrations.Receipt{}, errors.New("a check sends nothing")
}
func (far) Check(string, map[string]string) error              { return nil }
func (f far) Probe(ctx context.Context) []integrations.Finding { return f(ctx) }

func fine(name string) far {
	return func(context.Context) []integrations.Finding {
		return []integrations.Finding{{Level: integrations.OK, Subject: name, Text: "is well."}}
	}
}

// mute is a far end that cannot be looked at.
type mute struct{ integrations.Sender }

// kept is a store that has the switches' records.
type kept struct {
	found   []store.Finding
	records []stream.Record
	err     error
}

func (k kept) Probe(context.Context) []store.Finding { return k.found }
func (k kept) Load(context.Context, stream.ID, int) ([]stream.Record, error) {
	return k.records, k.err
}

// company is a bot that is well.
func company() check.Input {
	maya, omar := facts.Person{Handle: "maya", Slack: "U0000MAYA", Phone: "+14155550101"}, facts.Person{Handle: "omar", Slack: "U0000OMAR", Phone: "+14155550102"}
	rung := func(p facts.Person, ways ...string) incident.Rung {
		person := incident.Person{Handle: p.Handle}
		for _, w := range ways {
			person.Ways = append(person.Ways, incident.Way{To: w, Address: "x"})
		}
		return incident.Rung{People: []incident.Person{person}}
	}
	return check.Input{Workspace: "main", Environment: "production", Production: true, PublicURL: "https://drumbeat.example.com",
		Private: "127.0.0.1:8081", Others: []string{":443", ":8443"}, API: true, Heartbeat: true, Command: "/incident", Operator: "maya", People: []facts.Person{maya, omar},
		OnCall:    []incident.Rung{rung(maya, "pagerduty", "twilio", "slack"), rung(omar, "twilio")},
		Approvers: []string{"maya", "omar"}, Modes: map[string]string{"page": "live"},
		Senders: map[string]integrations.Sender{"slack": fine("slack"), "twilio": fine("twilio"), "pagerduty": fine("pagerduty")},
		Store:   kept{found: []store.Finding{{Text: "is well."}}}}
}

func TestABotThatIsWell(t *testing.T) {
	t.Parallel()
	want := `ok configuration: every key is known and every value can be read.
ok playbooks: load, and were rehearsed.
ok store: is well.
ok pagerduty: is well.
ok slack: is well.
ok twilio: is well.
ok page: live: customers read it.
ok people.maya: is woken by PagerDuty, then Twilio.
ok people.omar: is woken by Twilio.
ok approvers: maya, omar can say yes to each other's words.
ok operator: maya moves far ends to live, and is told what goes wrong.`
	if got := strings.Join(lines(t, check.Run(t.Context(), company())), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatIsNotWell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*check.Input)
		want   []string
	}{
		"mistakes": {func(in *check.Input) {
			in.Mistakes = []integrations.Finding{{Level: integrations.Failure, Subject: "configuration", Text: "drumbeat.yaml:3:1: no such key", Remedy: "Correct it."}}
		}, []string{"failure configuration: drumbeat.yaml:3:1: no such key", "ok slack"}},
		"playbooks": {func(in *check.Input) { in.Playbooks = errors.New("acme.yaml:1:1: no step\nacme.yaml:2:1: no text") }, []string{"failure playbooks: acme.yaml:1:1: no step acme.yaml:2:1: no text → Correct them"}},
		"schedules": {func(in *check.Input) { in.Schedules = errors.New("schedule “weekly”: mya is not among `people`") }, []string{"failure schedules: schedule “weekly”: mya is not among `people`. → Correct them in the playbook"}},
		"empty groups": {func(in *check.Input) {
			in.Woken = map[string][]string{"legal": {"security"}, "comms": {"acme", "default", "gds", "third-party", "x"}}
			in.Asked = map[string][]string{"legal": {"acme"}}
		}, []string{"warning groups: nobody is in comms (playbooks: acme, default, gds, 2 more), legal (playbooks: security): where a playbook wakes them, it wakes nobody. → Write who: groups: {comms: [handle], legal: [handle]};",
			"warning groups: nobody is in legal (playbooks: acme): where words for customers need their yes, nobody can give it. → Write who"}},
		"long words": {func(in *check.Input) {
			in.Long = []string{"acme.yaml:6:14: 372 characters, and X takes 280: they go in 3 posts"}
		}, []string{"warning playbooks.words: are longer than a far end takes: acme.yaml:6:14: 372 characters, and X takes 280: they go in 3 posts. → Say it shorter"}},
		"no chat":        {func(in *check.Input) { delete(in.Senders, "slack") }, []string{"warning slack: is not configured: commands come by drumbeat incident and HTTP alone. → See"}},
		"staging":        {func(in *check.Input) { in.Production, in.Environment = false, "staging" }, []string{`ok environment: is "staging", not production: nothing here can reach customers.`}},
		"hold":           {func(in *check.Input) { in.Hold = true }, []string{"warning DRUMBEAT_HOLD: is set: every word for customers waits. → Unset"}},
		"nobody on call": {func(in *check.Input) { in.OnCall = nil }, []string{"failure oncall: nobody is on call: an incident wakes nobody. → Write who"}},
		"one on call":    {func(in *check.Input) { in.OnCall = in.OnCall[:1]; delete(in.Senders, "pagerduty") }, []string{"warning oncall: one person alone is on call"}},
		"Slack and mail": {func(in *check.Input) {
			in.OnCall[1].People[0].Ways, in.People[1].Phone = []incident.Way{{To: "email"}, {To: "slack"}}, ""
		}, []string{`warning people.omar: is on call and has only mail and Slack, which wake nobody in do-not-disturb hours. → Write phone: "+15551234567" with the person.`}},
		"a phone and nobody who rings it": {func(in *check.Input) {
			in.OnCall[1].People[0].Ways = []incident.Way{{To: "slack"}}
			delete(in.Senders, "twilio")
		}, []string{"warning people.omar: is on call and has only Slack, which wake nobody in do-not-disturb hours. → Configure twilio"}},
		"no way":                 {func(in *check.Input) { in.OnCall[1].People[0].Ways = nil }, []string{"failure people.omar: is on call and cannot be reached in any way. → "}},
		"anybody approves":       {func(in *check.Input) { in.Approvers = nil }, []string{"ok approvers: are not named: anybody but the author may say yes"}},
		"one approver":           {func(in *check.Input) { in.Approvers = []string{"maya"} }, []string{"warning approvers: maya alone can say yes in chat, so nobody can to what maya writes. → Name a second"}},
		"approvers out of chat":  {func(in *check.Input) { in.People[0].Slack, in.People[1].Slack = "", "" }, []string{"failure approvers: none of them has a Slack ID", "warning operator: maya has no Slack ID"}},
		"no operator":            {func(in *check.Input) { in.Operator = "" }, []string{"warning operator: is not set: nobody may move a far end to live"}},
		"no public far end":      {func(in *check.Input) { in.Modes = nil }, []string{"ok customers: no public far end is configured: customers read nothing."}},
		"shadow":                 {func(in *check.Input) { in.Modes["page"] = "" }, []string{"ok page: shadow: customers read nothing of this yet.", "warning slack.shadow_channel: is missing"}},
		"shadow that is shown":   {func(in *check.Input) { in.Modes["page"], in.ShadowChannel = "shadow", "C1" }, []string{"ok page: shadow: customers read nothing of this yet."}},
		"off":                    {func(in *check.Input) { in.Modes["page"] = "off" }, []string{"ok page: off: nothing goes there."}},
		"unattended":             {func(in *check.Input) { in.Unattended = []string{"page"} }, []string{"ok unattended: words that were approved beforehand go to page without anybody's tap."}},
		"one address, open":      {func(in *check.Input) { in.Private, in.Others = "0.0.0.0:80", []string{"0.0.0.0:80"} }, []string{"warning listen.private: 0.0.0.0:80 is open to other machines, and customers' and vendors' requests"}},
		"an address of its own":  {func(in *check.Input) { in.Private = ":8081" }, []string{"ok listen.private: :8081 is open to other machines: keep outsiders off by a firewall."}},
		"no heartbeat":           {func(in *check.Input) { in.Heartbeat = false }, []string{"warning heartbeat: is not set: nobody outside notices when the bot is dead. → Make"}},
		"no token":               {func(in *check.Input) { in.API = false }, []string{"warning api.token: is missing"}},
		"answers are not heard":  {func(in *check.Input) { in.PublicURL = "" }, []string{"warning public_url: is missing: answers by SMS"}},
		"a far end without look": {func(in *check.Input) { in.Senders["slack"] = mute{} }, []string{"ok slack: cannot be tried without effect."}},
		"store": {func(in *check.Input) {
			in.Store = kept{found: []store.Finding{{Text: "is odd.", Remedy: "Mend it."}, {Text: "is full.", Remedy: "Make room.", Fails: true}}, err: errors.New("not to be asked")}
		}, []string{"warning store: is odd. → Mend it.", "failure store: is full. → Make room."}},
		"switches": {func(in *check.Input) { in.Store = kept{err: errors.New("cut off")} }, []string{"failure store: the switches (modes, holds) cannot be read: cut off. → ", "ok page: live"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := company()
			c.change(&in)
			tells(t, in, c.want...)
		})
	}
}

// The switches that were thrown by command count, not the configuration.
func TestSwitchesByCommand(t *testing.T) {
	t.Parallel()
	id := stream.ID{Workspace: "main", Kind: control.Kind, Name: control.Name}
	var records []stream.Record
	for i, c := range []control.Command{
		control.SetMode{FarEnd: "page", Mode: "off", Known: map[string]string{"page": "live"}}, control.HoldAll{Why: "a drill"},
	} {
		m := stream.Meta{At: time.Date(2026, 10, 2, 12, 30, 0, 0, time.UTC), By: stream.Actor{ID: "maya"}}
		made, err := control.Rules{}.Decide(control.State{}, c, m)
		if err != nil || len(made) != 1 {
			t.Fatal(made, err)
		}
		made[0].Stream, made[0].Seq, made[0].Meta = id, i+1, m
		records = append(records, made...)
	}
	in := company()
	in.Store = kept{records: records}
	tells(t, in, "ok page: off: nothing goes there (set by command).", "warning hold: every word for customers is held by maya since 2026-10-02T12:30:00Z: a drill. → “release all”")
}

// One that hangs and one that crashes keep nobody from being looked at.
func TestFarEndsThatMisbehave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := company()
		free := make(chan struct{})
		in.Senders["twilio"] = far(func(context.Context) []integrations.Finding { <-free; return nil })
		in.Senders["pagerduty"] = far(func(context.Context) []integrations.Finding { panic("s3cret") })
		in.Senders["email"] = far(func(ctx context.Context) []integrations.Finding {
			<-ctx.Done() // as every real one does
			return []integrations.Finding{integrations.Refused("email", integrations.Calling("email", ctx.Err()), nil)}
		})
		began := time.Now()
		tells(t, in, "failure twilio: does not answer within 5s. → ", "failure pagerduty: looking at it crashed: a defect of drumbeat. → Report",
			"failure email: calling email: context deadline exceeded → See whether", "ok slack: is well.")
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("it took %s", took)
		}
		close(free)
	})
}

// servers answer, each with a clock that is off.
type servers map[string]time.Duration

func (s servers) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{"Date": {time.Now().Add(s[r.URL.Host]).UTC().Format(http.TimeFormat)}}
	return &http.Response{StatusCode: http.StatusOK, Header: h, Body: http.NoBody, Request: r}, nil
}

func TestClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		off  servers
		want string
	}{
		"nobody answered":        {nil, "ok clock: could not be compared: no far end answered."},
		"right":                  {servers{"a": 0}, "ok clock: agrees with the far ends' within seconds."},
		"a little ahead":         {servers{"a": -30 * time.Second}, "warning clock: this machine's clock is 30s ahead. → Set this machine's clock"},
		"far behind":             {servers{"a": 10 * time.Minute}, "failure clock: this machine's clock is 10m0s behind: from 5 minutes on"},
		"one server is wrong":    {servers{"a": time.Hour, "b": 0, "c": -time.Hour}, "ok clock: agrees"},
		"all say that it is off": {servers{"a": time.Hour, "b": 20 * time.Second}, "warning clock: this machine's clock is 20s behind."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				<-time.After(500 * time.Millisecond) // the middle of a second, which is what a Date stands for
				client := &http.Client{Transport: c.off}
				in := company()
				in.Clock = check.Watch(client)
				ask := func(host string) {
					resp, err := client.Get("https://" + host)
					if err != nil {
						t.Error(err)
						return
					}
					_ = resp.Body.Close()
				}
				ask("old") // what was true before counts no more
				for host := range c.off {
					in.Senders[host] = far(func(context.Context) []integrations.Finding { ask(host); return nil })
				}
				tells(t, in, c.want)
			})
		})
	}
}
