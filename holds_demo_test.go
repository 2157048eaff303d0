package main_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	outages "drumbeat/bot/replay"
	"drumbeat/integrations/sandbox/uitest"
	"drumbeat/playbooks/scenarios"
)

var pictures = flag.String("pictures", "", "a folder for pictures of the demo, as the README has them")

// visitor is somebody who plays the demo of the real binary in a browser.
type visitor struct {
	*uitest.Tab
	url  string
	look uitest.Look
}

// visit runs `drumbeat demo` and gives its address. What it finds in the
// environment are credentials and switches that must not reach the bot.
func visit(t testing.TB, args ...string) (url string) {
	t.Helper()
	cmd := exec.Command(built(t), append([]string{"demo", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), "DRUMBEAT_HOLD=1", "DRUMBEAT_CONFIG=/nowhere/drumbeat.yaml", "SLACK_BOT_TOKEN=xoxb-real", "HTTP_PROXY=http://127.0.0.1:1")
	cmd.Dir = t.TempDir()
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // its bot ends with it, and its folder goes
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the demo printed %q: %v", line, err)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "Drumbeat's demo: ")
	if !ok {
		t.Fatalf("the first line is %q, not the address", line)
	}
	return strings.TrimSuffix(url, "/")
}

// see looks for what shuts people out, and takes a picture for the README.
func (v *visitor) see(name string) {
	v.Helper()
	v.Accessible()
	if *pictures != "" {
		v.Shot(filepath.Join(*pictures, name+"-"+v.look.String()+".png"))
	}
}

// step is a selector of the n-th step of the act that is shown.
func step(n int, rest string) string { return fmt.Sprintf(".steps li:nth-child(%d)%s", n, rest) }

// types takes a step that is a line: it reads it in the box, and sends it.
func (v *visitor) types(n int) {
	v.Helper()
	v.Click(step(n, " a.step"))
	v.WaitFor(`document.activeElement && document.activeElement.id === "box" && document.activeElement.value.startsWith("/incident")`)
	v.Press(kb.Enter)
}

// done waits until a step is.
func (v *visitor) done(n int) {
	v.Helper()
	v.Wait(step(n, ".done"))
}

// presses a button that reads so, in what is shown last.
func (v *visitor) presses(within, words string) {
	v.Helper()
	v.WaitText(within+" button", words)
	v.WaitFor(fmt.Sprintf(`(() => { const all = [...document.querySelectorAll(%q)].filter((b) => b.checkVisibility() && b.innerText.includes(%q));
		document.querySelectorAll("[data-wanted]").forEach((b) => delete b.dataset.wanted);
		if (all.length) all[all.length-1].dataset.wanted = "yes"; return all.length > 0; })()`, within+" button", words))
	v.Click("[data-wanted]")
}

// next goes on to the next act.
func (v *visitor) next(title string) {
	v.Helper()
	v.Click(".steps li.main button.step")
	v.WaitText(".act h2", title)
}

// ledger reads what a far end holds.
func (v *visitor) ledger(end string, into any) {
	v.Helper()
	resp, err := http.Get(v.url + "/" + end + "/_ledger")
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		v.Fatalf("%s: %v: %s", end, err, text)
	}
}

// TestDemo plays all five acts as a visitor does, by hand and eye.
func TestDemo(t *testing.T) {
	t.Parallel()
	b := uitest.Open(t)
	looks := []uitest.Look{uitest.Wide}
	if *pictures != "" {
		looks = append(looks, uitest.Wide.Night())
	}
	for _, look := range looks {
		url := visit(t)
		v := &visitor{b.Tab(t, look), url, look}
		v.Go(url + "/")
		v.plays()
	}
}

func (v *visitor) plays() {
	v.WaitText(".rings", "Maya")
	v.WaitText(".missed", "Maya: no answer") // five minutes, and nobody pressed
	v.WaitText(".rings", "Omar")
	v.see("1-a-phone-rings")
	v.Click(".rings .answer")
	v.WaitText(".act h2", "One typed line")

	v.types(1)
	v.done(1)
	v.WaitText(".measured", "answered")
	v.types(2)
	v.done(2)
	v.WaitText(".public", "Investigating")
	v.types(3)
	v.done(3) // a second channel, with its brief pinned
	v.WaitText(".phone", "INC-2")
	v.WaitText(".measured", "channel")
	v.Go(v.url + "/?as=maya&in=inc-2-nobody-can-sign-in")
	v.WaitText(".room", "Look here first")
	v.WaitText(".room", "Next update by") // the words for customers, drafted
	v.see("2-one-line")
	v.types(4)
	v.done(4)
	v.Accessible()
	room := v.Address()
	v.Go(v.url + "/?as=omar&in=%40drumbeat%2Fhome")
	v.WaitText(".apphome", "INC-1") // the bot's App Home
	v.Accessible()
	v.Go(v.url + room)
	v.next("Try to embarrass us")

	v.embarrass()
	v.next("Break it")
	v.breaks()
	v.next("The score")
	v.types(1)
	v.done(1)
	v.types(2)
	v.done(2)
	v.Go(v.url + "/score")
	v.WaitText("h1", "2019")
	v.see("5-the-score")
	text := v.Text("main") // how good it is depends on how busy this machine is
	for _, words := range []string{"A phone rings", "preparing a fix", "This is fixed", "Who was written to", "What is assumed", "a-note-on-streak-reliability"} {
		if !strings.Contains(text+v.links(), words) {
			v.Errorf("the score lacks %q:\n%s", words, text)
		}
	}
	if strings.Contains(text, "twice somewhere") {
		v.Errorf("a word was read twice:\n%s", text)
	}
}

// links are the addresses that the page leads to.
func (v *visitor) links() string {
	v.Helper()
	return uitest.Eval[string](v.Tab, `[...document.links].map((a) => a.href).join(" ")`)
}

// embarrass writes the worst, takes the clean wording and goes live on X.
func (v *visitor) embarrass() {
	v.types(1)
	v.WaitText(".only", "db-7")
	v.see("3-embarrass-us")
	v.presses(".only", "Use")
	v.WaitText(".only", "It waits for a yes")
	v.types(2)
	v.done(2)
	v.WaitText(".public", "reach nobody")
	v.types(3)
	v.done(3)
	var x struct{ Posts []struct{ Text string } }
	v.ledger("x", &x)
	if len(x.Posts) > 0 {
		v.Errorf("X got %v, in shadow", x.Posts)
	}
}

// breaks breaks chat and X, kills the bot with words in its hands, and reads the
// board.
func (v *visitor) breaks() {
	v.Click(step(1, " button"))
	v.done(1)
	v.types(2)
	v.done(2) // the phone has rung
	for n := 3; n <= 5; n++ {
		v.types(n)
		v.done(n)
	}
	v.Click(step(6, " button"))
	v.WaitText(".alive", "down")
	v.see("4-break-it")
	v.Click(step(7, " button"))
	v.done(7)
	v.Click(step(8, " button"))
	v.done(8)
	v.WaitText("[sse-swap=posts]", "preparing a fix") // on X, at last
	v.types(9)
	v.done(9)
	v.WaitText(".only", "preparing a fix")
	var x struct{ Posts []struct{ Text string } }
	v.ledger("x", &x)
	once := 0
	for _, p := range x.Posts {
		once += strings.Count(p.Text, "preparing a fix")
	}
	if once != 1 {
		v.Errorf("X has the words %d times: %v", once, x.Posts)
	}
}

// TestDemoOfEveryScenario opens each and waits for its first phone.
func TestDemoOfEveryScenario(t *testing.T) {
	t.Parallel()
	for _, name := range outages.Names(scenarios.Files) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := visit(t, "--scenario", name)
			look := func(path string) string {
				resp, err := http.Get(url + path)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = resp.Body.Close() }()
				text, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			if page := look("/"); !strings.Contains(page, "html") {
				t.Fatalf("the page is %q", page)
			}
			(&rig{TB: t}).await(soon, "a phone rings", func() bool { return strings.Contains(look("/twilio/_ledger"), "Reply 1") })
		})
	}
}

// BenchmarkDemoOpens is from the start of the program to all of the page that a
// visitor sees first.
func BenchmarkDemoOpens(b *testing.B) {
	built(b)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		resp, err := http.Get(visit(b) + "/")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("the page: %s, %v", resp.Status, err)
		}
		took = append(took, time.Since(start))
		_ = resp.Body.Close() // it was read
	}
	benchReport(b, took, 3*time.Second)
}

// TestDemoFreely leaves the story, plays without one, fills in a form, and
// begins again.
func TestDemoFreely(t *testing.T) {
	t.Parallel()
	url := visit(t) // ends after the tab, which would complain
	v := &visitor{uitest.Open(t).Tab(t, uitest.Wide), url, uitest.Wide}
	v.Go(v.url + "/")
	v.Click("footer button") // skip
	v.Wait("#box")
	v.WaitText(".guide", "Free play")
	v.Click("#box")
	v.Type("/incident declare")
	v.Press(kb.Escape) // of the completion
	v.Press(kb.Enter)
	v.Wait("dialog[open] input, dialog[open] textarea") // words are missing, so a form asks
	v.Accessible()
	v.Press(kb.Escape)
	v.Click("#box")
	v.Type("/incident declare sev1 nobody can sign in")
	v.Press(kb.Enter)
	v.WaitText(".rail", "inc-1-nobody-can-sign-in")
	v.Click(".ways button[value=again]")
	v.WaitText(".rings", "Maya")
}
