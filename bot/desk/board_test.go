package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

func TestTheBoardSaysWhatCameOfEachDelivery(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("zoe", "live email")
	l.say("sam", "declare sev2 saving fails")
	said := 0
	publish := func(text string) int {
		l.say("sam", "update public #1 "+text)
		if got := l.say("omar", "approve #1"); !strings.HasPrefix(got, "Published") {
			t.Fatal(got)
		}
		for _, u := range l.state("1").Updates {
			if u.Audience == incident.Public && u.State == incident.PublishedS {
				said = u.N
			}
		}
		return said
	}
	settle := func(n int, to string, x stream.Settled) {
		x.About, x.To = words.About(n, to), to
		l.do(number("1"), incident.Settle{Settled: x})
	}
	first := publish("Saving fails.")
	settle(first, "email", stream.Settled{Result: stream.InDoubt, Problem: "the connection broke"})
	l.say("omar", "identified #1")
	second := publish("Saving fails; we know why.")
	settle(second, "twitter", stream.Settled{Result: stream.Delivered, Ref: "991", Link: "https://x.example.com/991"})
	settle(second, "email", stream.Settled{Result: stream.Failing, Problem: "450 try later"})
	l.now = l.now.Add(26 * time.Hour)

	var got []string
	for _, line := range strings.Split(l.say("omar", "sent #1"), "\n") {
		if strings.HasPrefix(line, "    ") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := []string{
		"email: in doubt: look whether it stands there – the connection broke",
		"page: ✓ sent https://status.example.com/incidents/1",
		"twitter: replaced by N",
		"email: fails, is tried again – 450 try later",
		"page: ✓ sent https://status.example.com/incidents/1",
		"twitter: ✓ sent https://x.example.com/991",
	}
	for i := range got {
		if strings.HasPrefix(got[i], "twitter: replaced by ") {
			got[i] = "twitter: replaced by N"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if board := l.say("omar", "sent #1"); !strings.Contains(board, " 2 Mar 13:30 first: “Saving fails. Next update by") {
		t.Errorf("a day later the board does not name the day: %s", board)
	}
}

func TestApproveSaysWhereHeldWordsAre(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev2 saving fails")
	l.say("sam", "update public #1 Saving fails.")
	l.say("omar", "hold #1")
	if got := l.say("omar", "approve #1"); !strings.Contains(got, "email (shadow), status page (on hold), X (on hold)") {
		t.Errorf("got %s", got)
	}
}

func TestOnlyAYoungIncidentIsNamedAsAlike(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]bool{20 * time.Minute: true, 40 * time.Minute: false} {
		l := newLab(t, company())
		l.say("sam", "declare sev3 exports stand still")
		l.now = l.now.Add(wait)
		if got := l.say("omar", "declare sev2 export to CSV fails"); strings.Contains(got, "INC-1 is open and sounds alike") != want {
			t.Errorf("after %s: got %s", wait, got)
		}
	}
}
