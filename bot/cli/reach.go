package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/web"
)

// asking is how long a command may take: it is answered after one commit.
const asking = 15 * time.Second

// Local is what a configuration says of the bot on this machine.
type Local struct {
	// Socket is its local socket; empty for none.
	Socket string
	// Handles are the people that it knows.
	Handles []string
}

// misuse is a command line that says too little.
type misuse string

func (m misuse) Error() string { return string(m) }

// reach is how a command gets to the running bot, and in whose name.
type reach struct {
	As     string `env:"DRUMBEAT_AS" help:"Who asks: a handle of the configuration. Left out, your name on this machine if it is one."`
	Config string `help:"The configuration file of the bot on this machine, to find its socket." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
	URL    string `name:"url" env:"DRUMBEAT_URL" help:"The private listener of a bot elsewhere. Left out, the socket of the bot on this machine, which needs no token."`
	Token  string `env:"DRUMBEAT_TOKEN" help:"api.token of the configuration, with --url."`
}

// answer is what the bot says.
type answer struct {
	web.Answer
	Error string `json:"error"`
	raw   []byte
}

// command has the running bot carry a line out. A refusal is an error with the
// bot's own sentence.
func (r reach) command(ctx context.Context, w World, line string) (answer, error) {
	local := w.Local(r.Config)
	client, base, err := r.way(local.Socket)
	if err != nil {
		return answer{}, err
	}
	as := r.As
	if as == "" {
		if !slices.Contains(local.Handles, w.User) {
			return answer{}, misuse(fmt.Sprintf("say who asks, with --as HANDLE or DRUMBEAT_AS: %q is no handle in %s", w.User, r.Config))
		}
		as = w.User
	}
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	address, err := url.JoinPath(base, "v1/command")
	if err != nil {
		return answer{}, misuse(fmt.Sprintf("--url: %v", err))
	}
	body, err := json.Marshal(web.Command{By: as, Line: line})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, misuse(fmt.Sprintf("--url: %v", err))
	}
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("the bot does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	return read(resp, base)
}

// way is the socket of this machine, or the URL.
func (r reach) way(socket string) (*http.Client, string, error) {
	_, missing := os.Stat(socket)
	switch {
	case r.URL != "" && r.Token == "":
		return nil, "", misuse("--url needs --token, or DRUMBEAT_TOKEN: api.token of the configuration")
	case r.URL != "":
		return http.DefaultClient, r.URL, nil
	case missing != nil && r.Token != "":
		return http.DefaultClient, "http://127.0.0.1:8080", nil
	case missing != nil:
		where := cmp.Or(socket, "a bot whose store is in Redis has a socket only where `socket:` says so")
		return nil, "", fmt.Errorf("no bot runs here (%s); one elsewhere is reached with --url and --token", where)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}, "http://drumbeat", nil
}

// read reads what the bot answered.
func read(resp *http.Response, base string) (a answer, err error) {
	if a.raw, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20)); err != nil {
		return a, fmt.Errorf("the bot's answer was cut off, so perhaps it was done: %w", err)
	}
	switch err := json.Unmarshal(a.raw, &a); {
	case err != nil:
		return a, fmt.Errorf("%s is no Drumbeat: it answers %s", base, resp.Status)
	case resp.StatusCode == http.StatusOK:
		return a, nil
	case a.Refused:
		return a, errors.New(a.Text)
	}
	return a, errors.New(a.Error)
}

// print writes the answer, and the commands that its buttons are: in quotes, for
// a shell takes #42 for a comment.
func (a answer) print(w io.Writer, asJSON bool) error {
	if asJSON {
		_, err := w.Write(a.raw)
		return err
	}
	var b strings.Builder
	b.WriteString(a.Text + "\n")
	if a.Message != nil {
		for _, button := range a.Message.Buttons {
			if button.Command != "" {
				fmt.Fprintf(&b, "  [%s] drumbeat incident '%s'\n", button.Text, strings.ReplaceAll(button.Command, "'", `'\''`))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
