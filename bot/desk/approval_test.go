package desk_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks"
	"drumbeat/store/sqlite"
)

// asking is a lab whose playbook has this rule of approval.
func asking(t *testing.T, cfg desk.Config, rule string) *lab {
	t.Helper()
	db, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	books := builtin(t)
	own, err := playbooks.Load(fstest.MapFS{"default.yaml": {Data: []byte("name: default\nextends: base\n" +
		"severities: [SEV1, SEV2]\nroom: {place: {SEV1: channel, SEV2: channel}}\n" +
		"audiences: {public: {first: {SEV1: 15m}, every: {SEV1: {investigating: 30m, identified: 30m, monitoring: 1h}}, words: {next: \"Next update by {time}.\"}, approval: " + rule + "}}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	books["default"] = own["default"]
	return labOn(t, cfg, db, books)
}

func drawing(cfg desk.Config) desk.Config {
	cfg.Previews = map[string]func(stream.Delivery) words.Drawn{
		"twitter": func(d stream.Delivery) words.Drawn {
			return words.Drawn{Parts: []string{d.Words.Plain()}, Measure: "31 of 280 characters", Readers: "whoever follows the account"}
		},
		"email": func(d stream.Delivery) words.Drawn {
			return words.Drawn{Parts: []string{"Subject: " + d.Args["title"] + "\n\n" + d.Words.Plain()}, Measure: "a subject of 9 characters", Readers: "1204 addresses"}
		},
	}
	return cfg
}

// Two people in two ways: a group of the configuration, and a role. Each is
// asked where he reads, with who will read it; the first yes is counted there.
func TestTwoPeopleApprove(t *testing.T) {
	t.Parallel()
	cfg := drawing(company())
	cfg.Groups = map[string][]string{"comms": {"sam", "ines"}}
	l := asking(t, cfg, "{by: [role:commander, group:comms], need: 2}")
	l.say("leo", "declare sev1 people cannot save in the app")
	l.say("omar", "lead #1")
	if got := l.say("leo", "update public Saving fails for some. #1"); !strings.Contains(got, "It waits for a yes by 2 of: Omar as commander, one of comms.") {
		t.Errorf("the author reads %s", got)
	}
	l.deliver()
	ask := "Leo asks: may this go out? | “Saving fails for some. Next update by 14:05 UTC.” | To: email (a subject of 9 characters, 1204 addresses, shadow) · status page · X (31 of 280 characters)"
	for _, to := range []string{"U0OMAR0001", "U0SAM00001", "U0INES0001"} {
		if n := l.got("slack dm", to+": INC-1: "+ask); n != 1 {
			t.Errorf("%s is asked %d times: %q", to, n, l.read)
		}
	}
	if n := l.got("slack post", ask); n != 1 {
		t.Errorf("the channel is asked %d times: %q", n, l.read)
	}
	if got := l.say("sam", "approve #1"); got != "INC-1: your yes is counted, 1 of 2. It takes 2 of: Omar as commander, one of comms." {
		t.Errorf("the first hears %s", got)
	}
	l.deliver()
	if n := l.got("slack edit", "Yes by Sam (1 of 2)"); n != 4 {
		t.Errorf("the first yes is counted in %d messages, want 4: %q", n, l.read)
	}
	if got := l.say("sam", "approve #1"); !strings.Contains(got, "Your yes is counted. It needs somebody else's, too") {
		t.Errorf("said twice: %s", got)
	}
	if got := l.say("omar", "approve #1"); !strings.HasPrefix(got, "Published INC-1") {
		t.Errorf("the second hears %s", got)
	}
	if by := l.state("1").Updates[0].ApprovedBy; by != "Sam and Omar" {
		t.Errorf("approved by %s", by)
	}
}

// The severity changed: a yes shows the words again, with what changed, and only
// the second one counts.
func TestChangedWordsAreReadAgain(t *testing.T) {
	t.Parallel()
	l := asking(t, drawing(company()), "{alone_after: 10m}")
	l.say("leo", "declare sev1 people cannot save in the app")
	l.say("leo", "update public Saving fails for some. #1")
	l.say("leo", "severity sev2 #1")
	got := l.say("sam", "approve #1")
	for _, want := range []string{"✗ INC-1: Severity is now SEV2 since this was written – read it again", "“Saving fails for some. Next update by", "[Yes, post it all the same → approve 1 sure #1]"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
	if got := l.say("sam", "approve 1 sure #1"); !strings.HasPrefix(got, "Published") {
		t.Errorf("got %s", got)
	}
}

// Nobody answers for five minutes: the fallback is asked, once.
func TestTheFallbackIsAsked(t *testing.T) {
	t.Parallel()
	l := asking(t, company(), "{by: [sam], fallback: [ines, role:scribe], fallback_after: 5m, alone_after: 10m}")
	l.say("leo", "declare sev1 people cannot save in the app")
	l.say("leo", "update public Saving fails for some. #1")
	l.deliver()
	if n, m := l.got("slack dm", "U0SAM00001"), l.got("slack dm", "U0INES0001"); n != 1 || m != 0 {
		t.Errorf("at first Sam is asked %d times and Ines %d", n, m)
	}
	if got := l.say("ines", "approve #1"); !strings.Contains(got, "Your yes counts in 5 min, if none of those who are asked (sam) has answered by then.") {
		t.Errorf("too early: %s", got)
	}
	l.now = l.now.Add(5 * time.Minute)
	l.deliver()
	if n := l.got("slack dm", "U0INES0001: INC-1: nobody has said yes for 5 min – may this go out?"); n != 1 {
		t.Errorf("Ines is asked %d times: %q", n, l.read)
	}
	if got := l.say("ines", "approve #1"); !strings.HasPrefix(got, "Published") {
		t.Errorf("in time: %s", got)
	}
}

// At night who is alone lets his own words go, if the guard finds nothing.
func TestAloneAtNight(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Zone = time.FixedZone("night", 13*3600) // 02:30 there
	l := asking(t, cfg, `{by: [sam], alone_after: 10m, night: {from: "22:00", to: "07:00"}}`)
	l.say("maya", "declare sev1 people cannot save in the app")
	l.say("maya", "update public Saving fails for some people. #1")
	if got := l.say("maya", "approve #1"); !strings.HasPrefix(got, "Published") {
		t.Errorf("clean words: %s", got)
	}
	l.say("maya", "update! public Only a few users are whining about saving. #1")
	if got := l.say("maya", "approve #1"); !strings.Contains(got, "✗ You are alone, and these words hold “") {
		t.Errorf("words of which the guard warns: %s", got)
	}
	l.say("maya", "update public Saving fails still. #1")
	l.say("omar", "join #1")
	if got := l.say("maya", "approve #1"); !strings.Contains(got, "✗ You wrote these words") {
		t.Errorf("with Omar there: %s", got)
	}
}

// Who asks sees what each far end would show, and nobody else does.
func TestPreviewIsWhole(t *testing.T) {
	t.Parallel()
	l := asking(t, drawing(company()), "{}")
	l.say("leo", "declare sev1 people cannot save in the app")
	l.say("leo", "update public We are looking into problems with saving in our app. #1")
	l.say("sam", "approve #1")
	l.say("leo", "update public We know the cause of problems with saving in our app. #1")
	l.news()
	got := l.say("sam", "preview #1")
	for _, want := range []string{"INC-1: customers would read this", "Since the last: + “We know the cause of” − “We are looking into”",
		"To: email (a subject of 9 characters, 1204 addresses, shadow) · status page · X (31 of 280 characters)",
		"email · a subject of 9 characters · 1204 addresses: Subject: Problems with opening and saving",
		"X · 31 of 280 characters · whoever follows the account: We know the cause of problems with saving in our app.", "[Yes, post → approve 2 #1]"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant in it %s", got, want)
		}
	}
	if got := l.say("leo", "preview 2 #1"); strings.Contains(got, "Yes, post") || !strings.Contains(got, "[Withdraw → reject 2 #1]") {
		t.Errorf("the author reads %s", got)
	}
	if got := l.say("sam", "preview 1 #1"); !strings.Contains(got, "✗ Nothing to do: Sam said yes") {
		t.Errorf("words that are out: %s", got)
	}
	if news := l.news(); news != nil {
		t.Errorf("looking leaves records: %v", news)
	}
}
