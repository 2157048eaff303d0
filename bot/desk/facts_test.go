package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// changed records a change that began and, if it ended, ended so long before
// dawn.
func (l *lab) changed(f change.Facts, began, ended time.Duration, exit int) {
	l.t.Helper()
	by := stream.Meta{At: dawn.Add(-began), By: stream.Actor{ID: "leo"}}
	r, err := l.bot.Do(l.t.Context(), bot.Command{Stream: stream.ID{Workspace: "main", Kind: change.Kind, Name: bot.Next}, Meta: by, Value: change.Start{Facts: f}})
	if err != nil {
		l.t.Fatal(err)
	}
	if ended >= 0 {
		by.At = dawn.Add(-ended)
		if _, err := l.bot.Do(l.t.Context(), bot.Command{Stream: r.Stream, Meta: by, Value: change.End{Exit: exit}}); err != nil {
			l.t.Fatal(err)
		}
	}
}

func TestLookHereFirst(t *testing.T) {
	t.Parallel()
	const running = -1
	l := newLab(t, company())
	h := time.Hour
	l.changed(change.Facts{What: "long ago", Service: "api", Risk: "high"}, 60*h, 50*h, 0)
	l.changed(change.Facts{What: "another service, low risk, yesterday", Service: "exports", Risk: "low"}, 30*h, 29*h, 0)
	l.changed(change.Facts{What: "a dependency", Service: "db", Risk: "medium"}, 20*h, 19*h, 0)
	l.changed(change.Facts{What: "backfill", Service: "api", Risk: "high", Unrecorded: true}, 9*h, 8*h-10*time.Minute, 0)
	l.changed(change.Facts{What: "still going after two days", Service: "api"}, 50*h, running, 0)
	l.changed(change.Facts{What: "deploy", Service: "exports"}, h, 50*time.Minute, 2)
	l.changed(change.Facts{What: "just before", Service: "api"}, -20*time.Minute, running, 0)
	l.changed(change.Facts{What: "later", Service: "api", Risk: "high"}, -2*h, running, 0)
	l.now = dawn.Add(h)
	l.say("sam", "declare sev2 the API is slow")
	var got []string
	for _, c := range l.state("1").Suspects {
		got = append(got, c.ID+" "+c.What+": "+c.Why)
	}
	want := []string{
		"CH-4 backfill: ended 8 h 50 min before",
		"CH-7 just before: still running",
		"CH-5 still going after two days: still running",
		"CH-6 deploy: ended 1 h 50 min before, failed (exit 2)",
		"CH-3 a dependency: ended 20 h before, api depends on db",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func receive(rule, service, severity string) alert.Receive {
	return alert.Receive{Rule: rule, Service: service, Severity: severity, Summary: rule + " fires", Instances: []alert.Instance{{Fingerprint: rule, Firing: true}}}
}

// fires posts alerts and hands over the commands that they ask for, all at
// once, as the courier would.
func (l *lab) fires(alerts ...alert.Receive) {
	l.t.Helper()
	ctx := l.t.Context()
	for _, v := range alerts {
		id := stream.ID{Workspace: "main", Kind: alert.Kind, Name: alert.Name(v.Rule)}
		if _, err := l.bot.Do(ctx, bot.Command{Stream: id, Meta: stream.Meta{At: l.now, By: stream.Actor{ID: alert.Source(v.Rule)}}, Value: v}); err != nil {
			l.t.Fatal(err)
		}
	}
	for {
		leases, err := l.store.Claim(ctx, l.now.Add(time.Second), time.Minute, map[string]int{stream.Bot: 100})
		if err != nil {
			l.t.Fatal(err)
		}
		var wg sync.WaitGroup
		handed := 0
		for _, lease := range leases {
			d := lease.Delivery
			if !d.NotBefore.IsZero() {
				continue
			}
			handed++
			wg.Go(func() { l.hand(d, lease.Token) })
		}
		wg.Wait()
		if handed == 0 {
			return
		}
	}
}

func (l *lab) hand(d stream.Delivery, token string) {
	to, err := stream.ParseID(d.Args[stream.ArgStream])
	if err != nil {
		l.t.Error(err)
		return
	}
	var v any
	switch to.Kind {
	case incident.Kind:
		v, err = incident.DecodeCommand(d.Action, []byte(d.Args[stream.ArgData]))
	case alert.Kind:
		v, err = alert.DecodeCommand(d.Action, []byte(d.Args[stream.ArgData]))
	default:
		err = fmt.Errorf("a command for %s", to)
	}
	if err == nil {
		_, err = l.bot.Do(l.t.Context(), bot.Command{Stream: to, Meta: stream.Meta{At: l.now, By: stream.Actor{ID: "drumbeat:timer"}, Key: d.ID}, Value: v})
	}
	if err == nil {
		err = l.store.Settle(l.t.Context(), store.Outcome{Delivery: d.ID, Token: token, Result: store.Done})
	}
	if err != nil {
		l.t.Error(err)
	}
}

// signs gives the open incidents and their signs.
func (l *lab) signs() []string {
	l.t.Helper()
	all, err := l.Unfinished(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	var out []string
	for _, sum := range all {
		s := l.state(sum.Stream.Name)
		var signs []string
		for _, x := range s.Signs {
			signs = append(signs, x.Source)
		}
		out = append(out, fmt.Sprintf("%s %s: %d signs", s.Number, s.Severity, len(signs)))
	}
	return out
}

func TestAStormIsOneIncident(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	var storm []alert.Receive
	for i := range 8 {
		storm = append(storm, receive(fmt.Sprintf("Alert%d", i), []string{"api", "db", ""}[i%3], "SEV2"))
	}
	l.fires(storm...) // of one post: none of them sees another's incident
	if diff := cmp.Diff([]string{"INC-1 SEV2: 8 signs"}, l.signs()); diff != "" {
		t.Errorf("at once: -want +got\n%s", diff)
	}
	l.now = l.now.Add(5 * time.Minute)
	l.fires(receive("Late", "exports", "SEV3"))
	if diff := cmp.Diff([]string{"INC-1 SEV2: 9 signs"}, l.signs()); diff != "" {
		t.Errorf("5 minutes later: -want +got\n%s", diff)
	}
}

func TestAnAlertJoinsOnlyWhatWouldWakeSomebody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines []string
		later time.Duration
		alert alert.Receive
		want  string // the newest open incident
	}{
		"the service's own":          {[]string{"declare sev2 api is slow"}, time.Hour, receive("A", "api", "SEV2"), "INC-1 SEV2: 1 signs"},
		"no severity is the default": {[]string{"declare sev2 api is slow"}, time.Hour, receive("A", "api", ""), "INC-1 SEV2: 1 signs"},
		"it weighs less":             {[]string{"declare sev3 api is slow"}, 0, receive("A", "api", "SEV1"), "INC-2 SEV1: 1 signs"},
		"it is resolved":             {[]string{"declare sev2 api is slow", "resolve #1"}, 0, receive("A", "api", "SEV2"), "INC-2 SEV2: 1 signs"},
		"it is private":              {[]string{"declare private sev1 api leaks"}, 0, receive("A", "api", "SEV2"), "INC-2 SEV2: 1 signs"},
		"a person's, another's":      {[]string{"declare sev1 exports stand still"}, 0, receive("A", "api", "SEV2"), "INC-2 SEV2: 1 signs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, company())
			for _, line := range test.lines {
				if got := l.say("zoe", line); strings.HasPrefix(got, "✗") {
					t.Fatal(got)
				}
			}
			l.now = l.now.Add(test.later)
			l.fires(test.alert)
			if got := l.signs(); got[0] != test.want {
				t.Errorf("got %v, want %s first", got, test.want)
			}
		})
	}
}

func TestTheStormIsOver(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.fires(receive("A", "api", "SEV2"))
	l.now = l.now.Add(11 * time.Minute)
	l.fires(receive("B", "exports", "SEV2"))
	if diff := cmp.Diff([]string{"INC-2 SEV2: 1 signs", "INC-1 SEV2: 1 signs"}, l.signs()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestHeldWordsOfAnEndedIncidentAreReleased(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	for _, line := range []string{"sam: declare sev2 saving fails", "sam: update public #1 Saving fails.", "omar: approve #1", "sam: cancel false alarm #1",
		"sam: hold all", "omar: approve #1", "sam: release all"} {
		by, line, _ := strings.Cut(line, ": ")
		if got := l.say(by, line); strings.HasPrefix(got, "✗") {
			t.Fatalf("%s: %s", line, got)
		}
	}
	l.fires()
	u := l.state("1").LastPublished(incident.Public)
	for _, target := range u.Targets {
		if target.State == incident.TargetHeld {
			t.Errorf("%s still holds the words that take it back", target.Name)
		}
	}
}
