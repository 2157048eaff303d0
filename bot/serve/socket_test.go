package serve_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drumbeat/bot/serve"
)

// local asks the bot over its local socket.
func local(t *testing.T, socket, path string) (int, string, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://drumbeat"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

func TestLocalSocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	at := func(name string) string { return filepath.Join(dir, name) }
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: at("left"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false) // as a process that was killed leaves it
	if err := left.Close(); err != nil {
		t.Fatal(err)
	}
	used, err := net.Listen("unix", at("used"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = used.Close() })
	if err := os.WriteFile(at("file"), []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, says string }{
		{"new", ""},
		{"left", ""},
		{"used", "another process listens at"},
		{"file", "is there already, and no socket"},
		{strings.Repeat("x", 120), "at most 103 are possible"},
		{"none/new", "no such file or directory"},
	} {
		h := build(t, func(p *serve.Parts) { p.Socket = at(c.name) })
		log := h.log.String()
		if c.says != "" {
			if !strings.Contains(log, c.says) {
				t.Errorf("%s: the log has no %q:\n%s", c.name, c.says, log)
			}
			continue // and it runs without one
		}
		status, text, err := local(t, at(c.name), "/v1/far-ends")
		if err != nil || status != 200 || !strings.Contains(text, "far_ends") {
			t.Errorf("%s: got %d %s and %v, want an answer without a token", c.name, status, text, err)
		}
		if info, err := os.Stat(at(c.name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v and %v, want mode 0600", c.name, info, err)
		}
	}
	if text, err := os.ReadFile(at("file")); err != nil || string(text) != "keep me" {
		t.Errorf("a file in its place: got %q and %v", text, err)
	}
}

func TestSocketPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ store, socket, want string }{
		{"", "", "drumbeat.sock"},
		{"sqlite:/data/drumbeat.db", "", "/data/drumbeat.sock"},
		{"sqlite:/data/own", "", "/data/own.sock"},
		{"sqlite:drumbeat.db", "/run/drumbeat.sock", "/run/drumbeat.sock"},
		{"redis://localhost/0", "", ""},
		{"redis://localhost/0", "/run/drumbeat.sock", "/run/drumbeat.sock"},
	} {
		cfg := serve.Config{Store: c.store, Socket: c.socket}
		cfg.Defaults()
		if got := cfg.SocketPath(); got != c.want {
			t.Errorf("%q %q: got %q, want %q", c.store, c.socket, got, c.want)
		}
	}
}
