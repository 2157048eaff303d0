package town_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"drumbeat/integrations/sandbox/town"
)

// TestRun starts the town as the command does, reads the configuration that it
// prints, finds everybody where that says, and ends it.
func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := town.Run(ctx, "127.0.0.1:0", "http://127.0.0.1:8080/", false, write)
		_ = write.CloseWithError(errors.Join(err, io.EOF))
		ended <- err
	}()
	config := map[string]string{} // the last value of each key is enough here
	var lines []string
	for in := bufio.NewScanner(read); in.Scan(); {
		lines = append(lines, in.Text())
		if key, value, ok := strings.Cut(strings.TrimSpace(in.Text()), ": "); ok {
			config[key] = value
		}
		if strings.HasPrefix(in.Text(), "api:") { // the last line
			break
		}
	}
	text := strings.Join(lines, "\n")
	if hole := regexp.MustCompile(`%!|%s|<[a-z ]+>`).FindString(text); hole != "" {
		t.Errorf("the configuration has the hole %s:\n%s", hole, text)
	}
	for key, want := range map[string]string{"listen": "127.0.0.1:8080", "public_url": "http://127.0.0.1:8080", "account_sid": town.AccountSID} {
		if config[key] != want {
			t.Errorf("%s: got %q, want %q", key, config[key], want)
		}
	}
	for _, path := range regexp.MustCompile(`http://127\.0\.0\.1:\d+/[a-z]+`).FindAllString(text, -1) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, path+"/_ledger", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d", path, resp.StatusCode)
		}
	}
	mail := net.JoinHostPort(config["host"], config["port"])
	c, err := net.Dial("tcp", mail)
	if err != nil {
		t.Fatal(err)
	}
	if greeting, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.HasPrefix(greeting, "220 ") {
		t.Errorf("mail: got %q, %v", greeting, err)
	}
	_ = c.Close()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if c, err := net.Dial("tcp", mail); err == nil {
		_ = c.Close()
		t.Error("the mail server outlives the town")
	}
}

// full is an output that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for name, c := range map[string]struct {
		listen, app string
		stdout      io.Writer
		want        string
	}{
		"no address of a bot": {"127.0.0.1:0", "x", io.Discard, `the bot's address is written as http://127.0.0.1:8080, not as "x"`},
		"a path":              {"127.0.0.1:0", "http://bot:8080/x", io.Discard, "the bot's address is written as"},
		"it is taken":         {taken.Addr().String(), "http://bot:8080", io.Discard, "listening: "},
		"nobody can read it":  {"127.0.0.1:0", "http://bot:8080", full{}, "printing the configuration: no space left on device"},
	} {
		if err := town.Run(t.Context(), c.listen, c.app, false, c.stdout); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", name, err, c.want)
		}
	}
}

func TestConfigOfAMailServerWithoutAPort(t *testing.T) {
	t.Parallel()
	if got := town.Config("http://town.example", "mail.example", "http://bot.example"); !strings.Contains(got, "host: mail.example\n  port: 25\n") {
		t.Errorf("got %s", got)
	}
}
