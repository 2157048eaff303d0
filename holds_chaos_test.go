package main_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/integrations/sandbox"

	"github.com/google/go-cmp/cmp"
)

var (
	chaosRuns = flag.Int("chaos.runs", 3, "how often TestKilledAnywhere runs on each store")
	chaosSeed = flag.Uint64("chaos.seed", 0, "the seed of its first run; the next ones count on from it; 0 draws one")
)

// chaosAtOnce is how many runs go side by side: they wait most of the time, for
// leases to run out.
const chaosAtOnce = 12

// The bot is killed at random moments from declaration to resolution, and the
// far ends fail at random. Whatever was answered is in the log, and everybody
// is told everything, once and in order.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	first := *chaosSeed
	if first == 0 {
		first = uint64(time.Now().UnixNano()) % 1_000_000
	}
	var runs sync.WaitGroup
	places := make(chan struct{}, chaosAtOnce)
	for n := range *chaosRuns {
		for name, store := range map[string]func() string{
			"sqlite": func() string { return "sqlite:drumbeat.db" },
			"redis":  func() string { return redisServer.database(t) },
		} {
			seed := first + uint64(n)
			places <- struct{}{}
			runs.Go(func() {
				defer func() { <-places }()
				t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) { chaos(t, store(), seed) })
			})
		}
	}
	runs.Wait()
}

// act is one thing that somebody does, and a part of the answer.
type act struct{ by, line, want string }

var script = []act{
	{"omar", "declare sev1 people cannot save Mail view", "INC-1 SEV1"},
	{"maya", "join #1", "INC-1"}, // who takes it takes back the page, if that has not left
	{"omar", "update public Alpha: saving fails. #1", "Alpha: saving fails."},
	{"priya", "approve 2 #1", "Published INC-1"},
	{"maya", "identified a full disk #1", "INC-1 is identified"},
	{"omar", "update public Bravo: we know why. #1", "Bravo: we know why."},
	{"priya", "approve 3 #1", "Published INC-1"},
	{"leo", "note the disk has room again #1", "Noted in INC-1"},
	{"maya", "resolve Charlie: saving works again. #1", "Charlie: saving works again."},
	{"priya", "approve 4 #1", "Published INC-1"},
}

// said are the words of the script for customers, in order.
var said = []string{"Alpha: saving fails.", "Bravo: we know why.", "Charlie: saving works again."}

func chaos(t *testing.T, store string, seed uint64) {
	dice := rand.New(rand.NewPCG(seed, 0))
	r := settle(t, store)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("again: go test -run TestKilledAnywhere -chaos.runs 1 -chaos.seed %d .", seed)
		}
	})
	r.misfortune(dice)
	r.start()
	for i, a := range script {
		r.act(i, a, dice)
	}
	r.await(100*time.Second, "customers were told all of it", func() bool {
		return len(heard(r.tweets())) == len(said) && len(heard(r.bulletins())) == len(said) && r.mailSettled()
	})
	r.await(time.Minute, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) > 0 })
	r.await(soon, "our page shows the last words", func() bool { return r.onPage()[2] > 0 })
	r.await(time.Minute, "the channel and its brief", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
	r.logged()
	r.toldInOrder()
}

// misfortune arms what goes wrong at the far ends: at each at most one outcome
// that nobody knows and one refusal for a while.
func (r *rig) misfortune(dice *rand.Rand) {
	r.Helper()
	unknown := []sandbox.Fault{{Status: 500}, {Status: 500, Effect: true}, {Reset: true}, {LoseAnswer: true}}
	for _, end := range []struct {
		add     func(sandbox.Fault)
		match   []string
		unknown []sandbox.Fault
		later   int // the status that asks to come back later
	}{
		{r.town.X.Add, []string{"POST /2/tweets", ""}, unknown, 429},
		{r.town.Statuspage.Add, []string{"POST ", "PATCH ", ""}, unknown, 429},
		{r.town.PagerDuty.Add, []string{""}, unknown, 429},
		{r.town.Mail.Add, []string{"DATA ", "RCPT "}, []sandbox.Fault{{Status: 450}, {Reset: true}, {LoseAnswer: true}}, 450},
		{r.breakSlack, []string{"/api/conversations.create", "/api/chat.postMessage", "/api/"}, unknown, 429},
	} {
		match := end.match[dice.IntN(len(end.match))]
		if dice.IntN(3) == 0 {
			fault := end.unknown[dice.IntN(len(end.unknown))]
			fault.Match, fault.Count = match, 1
			end.add(fault)
		}
		if dice.IntN(3) == 0 {
			end.add(sandbox.Fault{Match: match, Status: end.later, RetryAfter: 1, Count: 1})
		}
	}
}

// act asks until there is an answer, as a tool does that names its request, and
// kills the bot on the way half of the time.
func (r *rig) act(n int, a act, dice *rand.Rand) {
	r.Helper()
	killed := dice.IntN(2) == 0
	delay := time.Duration(dice.IntN(40)) * time.Millisecond // about when it commits
	if dice.IntN(2) == 0 {
		delay = time.Duration(dice.IntN(500)) * time.Millisecond // about when it sends
	}
	bot := r.bot
	if killed {
		time.AfterFunc(delay, func() { _ = bot.cmd.Process.Kill() })
	}
	body, err := json.Marshal(map[string]string{"by": a.by, "line": a.line, "key": strconv.Itoa(n)})
	if err != nil {
		r.Fatal(err)
	}
	status, text := r.post("/v1/command", string(body))
	if killed {
		<-bot.done
		r.start()
	}
	for range 3 {
		if status == http.StatusOK {
			break
		}
		status, text = r.post("/v1/command", string(body))
	}
	if status != http.StatusOK || !strings.Contains(text, a.want) {
		r.Fatalf("%s by %s: got %d %s, want %q in it", a.line, a.by, status, text, a.want)
	}
}

// heard are those of the script's words that stand in the texts, in their order.
func heard(texts []string) []string {
	out := []string{}
	for _, text := range texts {
		for _, words := range said {
			if strings.Contains(text, words) {
				out = append(out, words)
			}
		}
	}
	return out
}

// board is the board of what went out.
func (r *rig) board() string { return r.command("maya", "sent #1") }

// mailsOnBoard counts the updates whose mail is in a state, with or without a
// mark before it. An answer has everything twice, as text and as blocks.
func (r *rig) mailsOnBoard(state string) int {
	return len(regexp.MustCompile(`email: \W{0,3}`+state).FindAllString(r.board(), -1)) / 2
}

// onPage says how often each of the words stands on our page.
func (r *rig) onPage() (out [3]int) {
	r.Helper()
	_, page := r.fetch("/api/v2/incidents.json")
	for i, words := range said {
		out[i] = strings.Count(page, words)
	}
	return out
}

// mailSettled: each mail is with the list, or in doubt.
func (r *rig) mailSettled() bool {
	return r.mailsOnBoard("sent")+r.mailsOnBoard("in doubt") == len(said)
}

// logged fails unless everything that was answered is in the log.
func (r *rig) logged() {
	r.Helper()
	show := r.command("maya", "show #1")
	r.says(show, "SEV1", "resolved", "people cannot save Mail view", "the disk has room again", said[2])
	if got := strings.Count(show, "the disk has room again"); got%2 != 0 || got > 2 { // the answer has it as text and as blocks
		r.Errorf("the note stands %d times in %s", got, show)
	}
	r.says(r.board(), said...)
	if list := r.command("maya", "list"); strings.Contains(list, "INC-2") {
		r.Errorf("a second incident: %s", list)
	}
}

// toldInOrder fails unless each far end heard everything once and in order.
func (r *rig) toldInOrder() {
	r.Helper()
	if diff := cmp.Diff(said, heard(r.tweets())); diff != "" {
		r.Errorf("X (-want +got): %s", diff)
	}
	if diff := cmp.Diff(said, heard(r.bulletins())); diff != "" {
		r.Errorf("Statuspage (-want +got): %s", diff)
	}
	if got := len(r.town.Statuspage.Incidents()); got != 1 {
		r.Errorf("Statuspage has %d incidents, want 1", got)
	}
	if got := r.onPage(); got != [3]int{1, 1, 1} {
		r.Errorf("our page has %q %v times, want once each", said, got)
	}
	r.mailsOnce()
	if got := r.town.PagerDuty.Alerts(); len(got) != 1 || got[0].Notifications != 1 {
		r.Errorf("PagerDuty: got %+v, want one alert that rang once", got)
	}
	if got := r.rooms(); len(got) != 1 {
		r.Errorf("channels: got %d, want 1", len(got))
	}
}

// mailsOnce: no mail twice, none out of order, and of what may be missing the
// board says so.
func (r *rig) mailsOnce() {
	r.Helper()
	got := heard(r.letters())
	doubts := r.mailsOnBoard("in doubt")
	i := 0
	for _, words := range said {
		if i < len(got) && got[i] == words {
			i++
		}
	}
	if i != len(got) || len(got)+doubts < len(said) || r.town.Mail.Duplicates() > 0 {
		r.Errorf("mails: got %q and %d in doubt, want %q in this order, none twice", got, doubts, said)
	}
}
