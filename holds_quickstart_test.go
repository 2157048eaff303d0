package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/slack/manifest"
)

// TestQuickStart plays docs/quickstart.md as it stands: what is typed into a
// shell (console), what is changed in files (diff), and what is said in Slack
// (slack). It does all of it, in the page's order, and what the page says that
// one should see is seen.
//
// The page is for Slack; this is a town. So, and nothing else: the tokens and the
// member ID are the town's, drumbeat.yaml says where the town is and which port
// is free, a colleague is Omar, CODE is what the bot has printed, and operator is
// the handle that init has made of whoever runs this test.
func TestQuickStart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	text, err := os.ReadFile(filepath.Join("docs", "quickstart.md"))
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(t)
	kinds := map[string]func(block string){"console": r.console, "diff": r.diff, "slack": r.slack}
	played := 0
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		do, ok := kinds[m[1]]
		if !ok {
			t.Fatalf("nobody knows how to follow a block of %q:\n%s", m[1], m[2])
		}
		do(m[2])
		played++
	}
	if m := hidden.FindString(block.ReplaceAllString(string(text), "")); m != "" {
		t.Errorf("nobody plays %q: put it into a block", m)
	}
	if played < 10 || strings.Count(string(text), "```") != 2*played {
		t.Errorf("%d blocks were played, of %d marks", played, strings.Count(string(text), "```"))
	}
}

var block = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// hidden is what looks like a command outside of blocks.
var hidden = regexp.MustCompile(`(?m)^( {4}|\$ ).*$`)

// reader is somebody who follows the page.
type reader struct {
	*testing.T
	place
	listen string
	dir    string // where the shell is
	env    []string
	handle string // of the reader, in drumbeat.yaml
	bot    *printing
}

func newReader(t *testing.T) *reader {
	listen, err := ownAddress()
	if err != nil {
		t.Fatal(err)
	}
	p, err := found(town.Options{App: "http://" + listen, Scopes: manifest.Names(manifest.Full), SocketMode: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	home := t.TempDir()
	r := &reader{T: t, place: p, listen: listen}
	if r.dir, err = os.Getwd(); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(home, "go", "bin")
	r.env = append(os.Environ(), "HOME="+home, "USER=maya", "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GOTOOLCHAIN"} { // what go finds in HOME
		v, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		r.env = append(r.env, name+"="+strings.TrimSpace(string(v)))
	}
	t.Cleanup(r.interrupt)
	return r
}

// theirs makes the town's of what stands in the page.
func (r *reader) theirs(text string) string {
	code := ""
	if r.bot != nil {
		if m := setupCode.FindStringSubmatch(r.bot.String()); m != nil {
			code = m[1]
		}
	}
	return strings.NewReplacer("[operator]", "["+r.handle+"]", "xoxb-…", town.BotToken, "xapp-…", town.AppToken, "U024BE7LH", "U0000MAYA", "CODE", code).Replace(text)
}

var setupCode = regexp.MustCompile(`/incident setup ([A-Z0-9]{4}-[A-Z0-9]{4})`)

// console types each command of a block, and compares what it prints.
func (r *reader) console(text string) {
	r.Helper()
	var command string
	var want []string
	do := func() {
		if command != "" {
			r.typed(command, want)
		}
		command, want = "", nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch typed, isCommand := strings.CutPrefix(line, "$ "); {
		case isCommand:
			do()
			command = typed
		case line == "^C":
			do()
			r.interrupt()
		default:
			want = append(want, line)
		}
	}
	do()
}

// typed runs one command. One that serves goes on running.
func (r *reader) typed(command string, want []string) {
	r.Helper()
	if folder, ok := strings.CutPrefix(command, "cd "); ok {
		r.dir = strings.Replace(folder, "~", r.home(), 1)
		return
	}
	cmd := exec.CommandContext(r.Context(), "sh", "-c", "exec "+command)
	cmd.Dir, cmd.Env = r.dir, r.env
	if command == "drumbeat serve" {
		r.serve(cmd, want)
		return
	}
	var answers []string
	want, answers = asked(want)
	cmd.Stdin = strings.NewReader(strings.Join(answers, "\n") + "\n")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.Fatal(err)
	}
	fails := slices.ContainsFunc(want, func(line string) bool { return strings.HasPrefix(line, "FAIL") })
	if code := cmd.ProcessState.ExitCode(); (code != 0) != fails {
		r.Fatalf("%s: exit code %d and\n%s", command, code, out)
	}
	if !like(string(out), strings.Join(want, "\n")) {
		r.Fatalf("%s prints\n%s\nand the page says\n%s", command, out, strings.Join(want, "\n"))
	}
	if strings.HasPrefix(command, "drumbeat init") {
		r.moveIn()
	}
}

func (r *reader) home() string {
	for _, v := range slices.Backward(r.env) {
		if home, ok := strings.CutPrefix(v, "HOME="); ok {
			return home
		}
	}
	return ""
}

// moveIn tells a configuration where the town is, and looks what it calls the
// reader.
func (r *reader) moveIn() {
	r.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "drumbeat.yaml"))
	if err != nil {
		r.Fatal(err)
	}
	if m := handle.FindSubmatch(text); m != nil {
		r.handle = string(m[1])
	}
	r.replace("drumbeat.yaml", "\nslack:\n", "\nlisten: "+r.listen+"\nslack:\n  base_url: "+r.url+"/slack/api/\n")
}

var handle = regexp.MustCompile(`(?m)^  - handle: (\S+)$`)

func (r *reader) replace(file, old, new string) {
	r.Helper()
	name := filepath.Join(r.dir, file)
	text, err := os.ReadFile(name)
	if err != nil {
		r.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		r.Fatalf("%s has not one\n%s\nin\n%s", file, old, text)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		r.Fatal(err)
	}
}

// asked takes the answers out of a dialogue: what stands behind the colon of a
// question. The terminal breaks the line where the answer ends.
func asked(lines []string) (want, answers []string) {
	question := false
	for _, line := range lines {
		question = question || numbered.MatchString(line)
		if at := strings.LastIndex(line, ":"); question && at > 0 && !strings.Contains(line[at:], ")") {
			answers = append(answers, strings.TrimSpace(line[at+1:]))
			line, question = line[:at+1]+"…", false
		}
		want = append(want, line)
	}
	return want, answers
}

var numbered = regexp.MustCompile(`^\d\. `)

// like reports whether a text is what the page shows of it; how wide columns are
// is left to each.
func like(text, page string) bool {
	text, page = columns.ReplaceAllString(text, " "), columns.ReplaceAllString(page, " ")
	pattern := regexp.QuoteMeta(strings.TrimSpace(page))
	for _, r := range [][2]string{{"…\n", "…"}, {"…", "(?s:.*)"}} {
		pattern = strings.ReplaceAll(pattern, r[0], r[1])
	}
	return regexp.MustCompile("^" + pattern + `\s*$`).MatchString(strings.TrimSpace(text))
}

var columns = regexp.MustCompile(` {2,}`)

// printing is a program that runs, and what it has printed.
type printing struct {
	cmd  *exec.Cmd
	done chan struct{}
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printing) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// serve starts the bot and waits until it has printed each line.
func (r *reader) serve(cmd *exec.Cmd, want []string) {
	r.Helper()
	out, err := cmd.StderrPipe()
	if err != nil {
		r.Fatal(err)
	}
	p := &printing{cmd: cmd, done: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		r.Fatal(err)
	}
	go p.read(out)
	r.bot = p
	for _, line := range want {
		r.until(fmt.Sprintf("the bot prints %q", line), func() bool {
			return slices.ContainsFunc(strings.Split(p.String(), "\n"), func(got string) bool { return like(got, line) })
		}, p.String)
	}
}

func (p *printing) read(out io.Reader) {
	defer close(p.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		p.mu.Lock()
		p.text.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
	}
	_ = p.cmd.Wait() // it was interrupted
}

// interrupt is Ctrl-C.
func (r *reader) interrupt() {
	if r.bot == nil {
		return
	}
	_ = r.bot.cmd.Process.Signal(syscall.SIGINT) // it may have ended
	<-r.bot.done
	if r.Failed() {
		r.Log(r.bot)
	}
	r.bot = nil
}

func (r *reader) until(what string, holds func() bool, instead func() string) {
	r.Helper()
	deadline, tick := time.NewTimer(soon), time.NewTicker(10*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			r.Fatalf("not within %s: %s, but\n%s", soon, what, instead())
		}
	}
}

// diff changes a file.
func (r *reader) diff(text string) {
	r.Helper()
	head, rest, _ := strings.Cut(text, "\n")
	file := strings.TrimPrefix(head, "--- ")
	var old, new string
	do := func() {
		if old != "" {
			r.replace(file, strings.ReplaceAll(old, "[operator]", "["+r.handle+"]"), r.theirs(new))
		}
		old, new = "", ""
	}
	for line := range strings.Lines(rest) {
		switch {
		case line[0] == '-' && new != "":
			do()
			fallthrough
		case line[0] == '-':
			old += line[1:]
		case line[0] == '+':
			new += line[1:]
		}
	}
	do()
}

// In a block of Slack a line says who says what and where, and those below it,
// indented, are the answer, or what else the message says.
var line = regexp.MustCompile(`^(you|a colleague|Drumbeat) (?:in #(\S+)|to (you)): (.*)$`)

// people of the page, in the town.
var people = map[string]string{"you": "maya", "a colleague": "omar"}

func (r *reader) slack(text string) {
	r.Helper()
	if unanswered.MatchString(text) {
		r.Fatalf("the page does not say what is answered here:\n%s", text)
	}
	var heard func() string
	for said := range strings.Lines(text) {
		said = r.theirs(strings.TrimSuffix(said, "\n"))
		if more, ok := strings.CutPrefix(said, "  "); ok {
			r.until(fmt.Sprintf("Slack shows %q", more), func() bool { return like(heard(), "…"+more+"…") }, heard)
			continue
		}
		m := line.FindStringSubmatch(said)
		switch {
		case m == nil:
			r.Fatalf("nobody says %q", said)
		case m[1] == "Drumbeat":
			heard = func() string { return r.read(m[2]) }
			r.until(fmt.Sprintf("Slack shows %q", m[4]), func() bool { return like(heard(), "…"+m[4]+"…") }, heard)
		default:
			answer := r.says(people[m[1]], m[2], m[4])
			heard = func() string { return answer }
		}
	}
}

// unanswered is a line of a person without an answer below it.
var unanswered = regexp.MustCompile(`(?m)^(you|a colleague) .*\n(\S|\z)`)

// says types a slash command and gives the answer.
func (r *reader) says(person, channel, typed string) string {
	r.Helper()
	command, rest, _ := strings.Cut(typed, " ")
	a, err := r.Slack.Command(context.Background(), person, channel, command, rest)
	if err != nil || a.Error != "" {
		r.Fatalf("%s types %s: %v %s", person, typed, err, a.Error)
	}
	return unescaped.Replace(a.Body)
}

var unescaped = strings.NewReplacer(`\n`, "\n", `\u0026`, "&", `\"`, `"`)

// read gives what stands in a channel; without a name, in the direct messages to
// the reader.
func (r *reader) read(channel string) string {
	var b strings.Builder
	for _, c := range r.Slack.Snapshot().Channels {
		if c.Name == channel && channel != "" || channel == "" && c.Kind == "im" && slices.Contains(c.Members, "U0000MAYA") {
			for _, m := range c.Messages {
				b.WriteString(full(m) + "\n")
			}
		}
	}
	return unescaped.Replace(b.String())
}
