package redis_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"drumbeat/store/redis"
)

// shared is the redis-server that most tests use, each with a prefix of its
// own. It is nil with -short, and where there is none.
var shared *server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if testing.Short() {
		return m.Run()
	}
	var err error
	switch shared, err = startServer("--appendonly", "yes", "--appendfsync", "always"); {
	case err == nil:
		defer shared.stop()
	case !errors.Is(err, exec.ErrNotFound) || os.Getenv("CI") == "true":
		fmt.Fprintf(os.Stderr, "the tests need redis-server, or -short: %v\n", err)
		return 1
	}
	return m.Run()
}

// running gives the shared server.
func running(t testing.TB) *server {
	t.Helper()
	if shared == nil {
		t.Skip("needs redis-server")
	}
	return shared
}

// server is a redis-server of ours.
type server struct {
	addr, dir string
	args      []string
	cmd       *exec.Cmd
	lines     *bufio.Scanner // what it logs
}

func (s *server) url() string { return "redis://" + s.addr + "/0" }

// kill ends it as a power cut would, as far as it can see.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
}

func (s *server) stop() {
	s.kill()
	_ = os.RemoveAll(s.dir)
}

// start runs the server on its address and waits until it serves.
func (s *server) start() error {
	_, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		return err
	}
	s.cmd = exec.Command("redis-server", append([]string{
		"--bind", "127.0.0.1", "--port", port, "--dir", s.dir, "--save", "",
	}, s.args...)...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.lines = bufio.NewScanner(out)
	if err := s.await("Ready to accept connections"); err != nil {
		s.kill()
		return err
	}
	return nil
}

// await reads the log until it says so. A server logs less than its pipe holds.
func (s *server) await(text string) error {
	var said []string
	for s.lines.Scan() {
		if strings.Contains(s.lines.Text(), text) {
			return nil
		}
		said = append(said, s.lines.Text())
	}
	return fmt.Errorf("redis-server ended before it said %q:\n%s", text, strings.Join(said, "\n"))
}

// own starts a server for one test.
func own(t testing.TB, args ...string) *server {
	t.Helper()
	running(t)
	s, err := startServer(args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// startServer gives a new server. Its port is free when it is chosen; should
// somebody take it before the server does, another one is tried.
func startServer(args ...string) (*server, error) {
	dir, err := os.MkdirTemp("", "drumbeat-redis-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, args: args}
	for range 5 {
		if s.addr, err = freeAddr(); err == nil {
			err = s.start()
		}
		if err == nil {
			return s, nil
		}
	}
	_ = os.RemoveAll(dir)
	return nil, err
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// mini gives the address of a stand-in inside this process.
func mini(t testing.TB) string {
	t.Helper()
	return "redis://" + miniredis.RunT(t).Addr() + "/0"
}

var prefixes atomic.Int64

// fresh gives a prefix that no other test uses.
func fresh() string { return fmt.Sprintf("test%d", prefixes.Add(1)) }

func open(t testing.TB, c redis.Config) *redis.Store {
	t.Helper()
	s, err := redis.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// client speaks to the server beside the store.
func client(t testing.TB, url string) *goredis.Client {
	t.Helper()
	o, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := goredis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}
