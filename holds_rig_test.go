package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"drumbeat/integrations/sandbox"
	sandboxslack "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/statuspage"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/slack/manifest"
)

// The tests in holds_*_test.go hold the product to what it promises: the real
// binary runs as a process, the far ends are the stand-ins of the sandbox in
// this one, and people act through the stand-in of Slack.

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	// These tests wait for a process and its clocks far more than they compute.
	if err := flag.Set("test.parallel", "16"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		_ = os.RemoveAll(filepath.Dir(binary.path))
		redisServer.stop()
	}()
	return m.Run()
}

// binary is the program under test, built when the first test asks for it.
var binary struct {
	once sync.Once
	path string
	err  error
}

func built(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		dir, err := os.MkdirTemp("", "drumbeat-binary-")
		if err != nil {
			binary.err = err
			return
		}
		binary.path = filepath.Join(dir, "drumbeat")
		if out, err := exec.Command("go", "build", "-o", binary.path, ".").CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// redisServer is a real one that loses nothing it has confirmed. Each test has
// a database of its own in it.
var redisServer redisProcess

type redisProcess struct {
	once      sync.Once
	addr, dir string
	cmd       *exec.Cmd
	err       error
	databases atomic.Int64
}

const redisDatabases = 4096

// start runs a server with these settings.
func (r *redisProcess) start(settings ...string) {
	if r.dir, r.err = os.MkdirTemp("", "drumbeat-redis-"); r.err != nil {
		return
	}
	r.addr, r.err = freeAddress()
	if r.err != nil {
		return
	}
	_, port, _ := net.SplitHostPort(r.addr) // it was given by the listener
	r.cmd = exec.Command("redis-server", append([]string{"--bind", "127.0.0.1", "--port", port, "--dir", r.dir, "--save", ""}, settings...)...)
	out, err := r.cmd.StdoutPipe()
	if r.err = err; err != nil {
		return
	}
	if r.err = r.cmd.Start(); r.err != nil {
		return
	}
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said = append(said, lines.Text()); strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // a full pipe would stop it
			return
		}
	}
	r.err = fmt.Errorf("redis-server does not start:\n%s", strings.Join(said, "\n"))
}

func (r *redisProcess) stop() {
	if r.cmd != nil && r.cmd.Process != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait() // it was killed
	}
	_ = os.RemoveAll(r.dir)
}

// database gives the address of an empty database.
func (r *redisProcess) database(t testing.TB) string {
	t.Helper()
	r.once.Do(func() {
		r.start("--appendonly", "yes", "--appendfsync", "always", "--databases", fmt.Sprint(redisDatabases))
	})
	if errors.Is(r.err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs redis-server")
	}
	if r.err != nil {
		t.Fatal(r.err)
	}
	return fmt.Sprintf("redis://%s/%d", r.addr, r.databases.Add(1)%redisDatabases)
}

// freeAddress gives a loopback address at which nobody listens now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

var addresses atomic.Int64

// ownAddress gives an address that stays free while a bot is down between two
// runs: Linux has sixteen million loopback addresses, and nothing else here
// uses another than the first.
func ownAddress() (string, error) {
	if runtime.GOOS != "linux" {
		return freeAddress()
	}
	n := addresses.Add(1)
	return fmt.Sprintf("127.%d.%d.%d:8080", 1+os.Getpid()%250, n/250, 1+n%250), nil
}

// onBothStores runs a test on SQLite and on Redis, side by side. The two ways of
// hearing Slack go along with them, HTTP with SQLite and Socket Mode with Redis:
// both are held to everything, and no run is added.
func onBothStores(t *testing.T, test func(t *testing.T, store string)) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:drumbeat.db")
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		test(t, redisServer.database(t))
	})
}

// rig is a town, and a bot that lives in it.
type rig struct {
	testing.TB
	town *town.Town
	app  string // the bot's address: http://127.0.0.1:…
	dir  string
	env  []string
	bot  *process
}

// edit replaces text of the town's configuration, so that a test reads as what
// differs.
type edit struct{ from, to string }

// live starts a town and a bot in it.
func live(t *testing.T, store string, edits ...edit) *rig {
	t.Helper()
	r := settle(t, store, edits...)
	r.start()
	return r
}

// settle builds the town and writes the bot's configuration.
func settle(t *testing.T, store string, edits ...edit) *rig {
	t.Helper()
	return settleHearing(t, strings.HasPrefix(store, "redis:"), store, edits...)
}

// settleHearing is settle with the way of hearing Slack.
func settleHearing(t *testing.T, socketMode bool, store string, edits ...edit) *rig {
	t.Helper()
	addr, err := ownAddress()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{TB: t, app: "http://" + addr, dir: t.TempDir()}
	place, err := found(town.Options{App: r.app, Scopes: manifest.Names(manifest.Full), SocketMode: socketMode})
	if err != nil {
		t.Fatal(err)
	}
	r.town = place.Town
	t.Cleanup(func() {
		r.stop()
		place.close()
	})
	config := place.config
	for _, e := range append(edits, edit{"store: sqlite:drumbeat.db", "store: " + store}) {
		if !strings.Contains(config, e.from) {
			t.Fatalf("the town's configuration has no %q", e.from)
		}
		config = strings.ReplaceAll(config, e.from, e.to)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "drumbeat.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// place is a town that listens, and the configuration of a bot in it.
type place struct {
	*town.Town
	url, mail, config string
	close             func()
}

// found lets a town listen, for a bot that answers at o.App.
func found(o town.Options) (p place, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return p, err
	}
	p.url = "http://" + l.Addr().String()
	o.URL = p.url
	p.Town = town.New(o)
	mail, err := p.Mail.Listen("127.0.0.1:0")
	if err != nil {
		return p, errors.Join(err, l.Close())
	}
	p.mail = mail.String()
	p.config = o.Config(p.mail)
	srv := &http.Server{Handler: p.Town, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(l) }() // it ends with Close
	p.close = func() {
		_ = srv.Close()
		_ = p.Mail.Close()
	}
	return p, nil
}

// process is one run of the binary.
type process struct {
	cmd   *exec.Cmd
	serve chan struct{} // closed when it serves
	done  chan struct{} // closed when it ended
	mu    sync.Mutex
	said  bytes.Buffer
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// start runs the bot until it serves.
func (r *rig) start() {
	r.Helper()
	p := &process{serve: make(chan struct{}), done: make(chan struct{})}
	p.cmd = exec.Command(built(r), "serve", "--config", "drumbeat.yaml")
	p.cmd.Dir, p.cmd.Env = r.dir, append(os.Environ(), r.env...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		r.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		r.Fatal(err)
	}
	go p.listen(stderr)
	select {
	case <-p.serve:
	case <-p.done:
		r.Fatalf("the bot does not start:\n%s", p.log())
	}
	r.bot = p
	if sockets := r.town.Slack.Sockets; sockets != nil {
		r.await(soon, "Slack is heard", func() bool { return sockets.Stats().Open > 0 })
	}
}

func (p *process) listen(stderr io.Reader) {
	defer close(p.done)
	served := false
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.said.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		if !served && strings.Contains(lines.Text(), "drumbeat serves") {
			served = true
			close(p.serve)
		}
	}
	_ = p.cmd.Wait() // how it ended is for those who ended it
}

// kill ends the bot as a power cut would, as far as it can see.
func (r *rig) kill() {
	_ = r.bot.cmd.Process.Kill()
	<-r.bot.done
}

// stop ends the bot as a deployment would, and shows its log if the test failed.
func (r *rig) stop() {
	if r.bot == nil {
		return
	}
	_ = r.bot.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-r.bot.done:
	case <-time.After(soon):
		r.Errorf("the bot does not stop on SIGTERM")
		r.kill()
	}
	log := r.bot.log()
	if strings.Contains(log, "panic:") {
		r.Errorf("the bot panicked")
	}
	if r.Failed() {
		r.Logf("the bot's log:\n%s", log[max(0, len(log)-20_000):])
	}
}

// await waits until the condition holds. Nothing tells this process that the
// other one has changed a ledger, so this one place looks again and again.
func (r *rig) await(within time.Duration, what string, holds func() bool) {
	r.Helper()
	deadline, tick := time.NewTimer(within), time.NewTicker(10*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			r.Fatalf("not within %s: %s", within, what)
		}
	}
}

// soon is how long an act may take whose far ends are well.
const soon = time.Minute

// command lets a person type the slash command in #incidents and gives the
// answer, which must come within Slack's three seconds.
func (r *rig) command(person, line string) string {
	r.Helper()
	return r.commandIn("incidents", person, line)
}

func (r *rig) commandIn(channel, person, line string) string {
	r.Helper()
	a, err := r.town.Slack.Command(context.Background(), person, channel, "/incident", line)
	switch {
	case err != nil:
		r.Fatal(err)
	case a.Error != "" || a.Status != http.StatusOK:
		r.Fatalf("/incident %s by %s: status %d, error %q", line, person, a.Status, a.Error)
	}
	return a.Body
}

// says fails unless the text has every part.
func (r *rig) says(text string, parts ...string) {
	r.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			r.Errorf("got %s, want %q in it", text, part)
		}
	}
}

// break arms a fault at Slack, whose control is reached over HTTP alone.
func (r *rig) breakSlack(f sandbox.Fault) {
	r.Helper()
	body, err := json.Marshal(f)
	if err != nil {
		r.Fatal(err)
	}
	r.slackFaults(http.MethodPost, bytes.NewReader(body))
}

func (r *rig) mendSlack() {
	r.Helper()
	r.slackFaults(http.MethodDelete, nil)
}

func (r *rig) slackFaults(method string, body io.Reader) {
	r.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, "http://town/slack/_faults", body)
	if err != nil {
		r.Fatal(err)
	}
	resp, err := sandbox.Transport(r.town).RoundTrip(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		r.Fatalf("%s _faults: %d %s", method, resp.StatusCode, text)
	}
}

// fetch gives the status and the body at a path of the bot.
func (r *rig) fetch(path string) (int, string) {
	r.Helper()
	return r.request(http.MethodGet, path, "", nil)
}

func (r *rig) request(method, path, body string, header http.Header) (int, string) {
	r.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, r.app+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

// post sends JSON to the bot's own API, as the deployment tool does.
func (r *rig) post(path, body string) (int, string) {
	r.Helper()
	return r.request(http.MethodPost, path, body,
		http.Header{"Authorization": {"Bearer sandbox-api"}, "Content-Type": {"application/json"}})
}

// rooms are the channels of incidents.
func (r *rig) rooms() []sandboxslack.Channel {
	var out []sandboxslack.Channel
	for _, c := range r.town.Slack.Snapshot().Channels {
		if strings.HasPrefix(c.Name, "inc-") {
			out = append(out, c)
		}
	}
	return out
}

// messages are those of a channel, and their text with all blocks.
func (r *rig) messages(channel string) []sandboxslack.Message {
	c, _ := r.town.Slack.Snapshot().Channel(channel)
	return c.Messages
}

type message = sandboxslack.Message

// full is all that a message shows.
func full(m message) string { return m.Text + "\n" + string(m.Blocks) }

// saw counts a channel's messages that have the text.
func (r *rig) saw(channel, text string) int {
	n := 0
	for _, m := range r.messages(channel) {
		if strings.Contains(full(m), text) {
			n++
		}
	}
	return n
}

// tweets, bulletins and letters are what customers were told at the three far
// ends, oldest first.
func (r *rig) tweets() []string {
	var out []string
	for _, p := range r.town.X.Posts() {
		out = append(out, p.Text)
	}
	return out
}

func (r *rig) bulletins() []string {
	var all []statuspage.Update
	for _, i := range r.town.Statuspage.Incidents() {
		slices.Reverse(i.Updates) // the newest is first
		all = append(all, i.Updates...)
	}
	slices.SortStableFunc(all, func(a, b statuspage.Update) int { return strings.Compare(a.CreatedAt, b.CreatedAt) })
	var out []string
	for _, u := range all {
		out = append(out, u.Body)
	}
	return out
}

func (r *rig) letters() []string {
	var out []string
	for _, m := range r.town.Mail.Messages() {
		if strings.Contains(strings.Join(m.To, " "), "customers@") {
			out = append(out, m.Text)
		}
	}
	return out
}

// page is our status page in all its forms.
func (r *rig) page() string {
	r.Helper()
	var out string
	for _, path := range []string{"/", "/history", "/incidents/1", "/api/v2/summary.json", "/api/v2/incidents.json"} {
		_, body := r.fetch(path)
		out += body + "\n"
	}
	return out
}

// count says how many of the texts have the part.
func count(texts []string, part string) int {
	n := 0
	for _, text := range texts {
		if strings.Contains(text, part) {
			n++
		}
	}
	return n
}

// told gives how often customers read the words, at each far end.
func (r *rig) told(words string) [4]int {
	r.Helper()
	_, summary := r.fetch("/api/v2/incidents.json")
	return [4]int{strings.Count(summary, words), count(r.tweets(), words), count(r.bulletins(), words), count(r.letters(), words)}
}
