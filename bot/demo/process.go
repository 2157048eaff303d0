package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox/ui"
)

// patience is how long a bot may take until it is ready.
const patience = 20 * time.Second

// process is the bot: the same program, run once more, with the embedded store.
// It lives by the clock that it is told on its standard input, and ends with it.
type process struct {
	args  []string // the program, and how it is called
	url   string
	clock *Clock

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{} // closed when cmd has ended
	since  time.Time
	killed int
	said   *tail
}

var (
	errRunning = errors.New("the bot runs already")
	errDead    = errors.New("the bot does not run")
)

// start runs it and returns when it is ready.
func (p *process) start(ctx context.Context) error {
	p.mu.Lock()
	if p.alive() {
		p.mu.Unlock()
		return errRunning
	}
	said := new(tail)
	cmd := exec.Command(p.args[0], p.args[1:]...)
	// Nothing of this machine's settings reaches it: no credential, no switch.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "TMPDIR=" + os.TempDir()}
	cmd.Stdout, cmd.Stderr = said, said
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.mu.Unlock()
		return fmt.Errorf("starting the bot: %w", err)
	}
	exited := make(chan struct{})
	p.cmd, p.exited, p.since, p.said = cmd, exited, time.Now(), said
	p.mu.Unlock()
	go func() {
		_ = cmd.Wait() // how it ended is in what it said
		close(exited)
	}()
	if err := p.clock.Tell(stdin); err != nil {
		return fmt.Errorf("telling the bot the time: %w", err)
	}
	return p.ready(ctx, exited, said)
}

func (p *process) ready(ctx context.Context, exited <-chan struct{}, said *tail) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close() // its status says all
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-exited:
			return fmt.Errorf("the bot ended at once: %s", said)
		case <-ctx.Done():
			return fmt.Errorf("the bot is not ready: %s", said)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// kill ends it as a machine that loses its power does: SIGKILL.
func (p *process) kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.alive() {
		return errDead
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("killing the bot: %w", err)
	}
	<-p.exited
	p.killed, p.since = p.killed+1, time.Now()
	return nil
}

// stop ends it for good, and asks nothing of it: its store is thrown away.
func (p *process) stop() { _ = p.kill() } // a dead one is what is wanted

// alive is called with the lock held.
func (p *process) alive() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

func (p *process) look() ui.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := ui.Process{Alive: p.alive(), Since: p.since, Killed: p.killed}
	if p.cmd != nil {
		s.PID = p.cmd.Process.Pid
	}
	return s
}

// tail keeps the end of what a process says.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailLength = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-tailLength):]
	return len(b), nil
}

// String gives the last line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(string(bytes.TrimSpace(t.text)), "\n")
	return lines[len(lines)-1]
}
