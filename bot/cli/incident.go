package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"drumbeat/bot/web"
)

// asking is how long a command may take: it is answered after one commit.
const asking = 15 * time.Second

// incidentCommand is `drumbeat incident`: what /incident does, for when chat is
// down.
type incidentCommand struct {
	As    string   `required:"" env:"DRUMBEAT_AS" help:"Who asks: a handle of the configuration."`
	Token string   `required:"" env:"DRUMBEAT_TOKEN" help:"api.token of the configuration."`
	URL   string   `name:"url" default:"http://127.0.0.1:8080" env:"DRUMBEAT_URL" help:"The bot's private listener."`
	JSON  bool     `name:"json" help:"Print the answer as JSON."`
	Line  []string `arg:"" passthrough:"" help:"The command, as after /incident: declare sev1 people cannot save."`
}

// Run has the running bot carry the line out and prints its answer. A refusal is
// an error with the bot's own sentence.
func (c incidentCommand) Run(ctx context.Context, w World) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	address, err := url.JoinPath(c.URL, "v1/command")
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	body, err := json.Marshal(web.Command{By: c.As, Line: strings.Join(c.Line, " ")})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("the bot's answer was cut off, so perhaps it was done: %w", err)
	}
	var answer struct {
		web.Answer
		Error string `json:"error"`
	}
	switch err := json.Unmarshal(text, &answer); {
	case err != nil:
		return fmt.Errorf("%s is no Drumbeat: it answers %s", c.URL, resp.Status)
	case resp.StatusCode == http.StatusOK:
		return c.print(w.Stdout, text, answer.Answer)
	case answer.Refused:
		return errors.New(answer.Text)
	}
	return errors.New(answer.Error)
}

// print writes the answer, and the commands that its buttons are: in quotes, for
// a shell takes #42 for a comment.
func (c incidentCommand) print(w io.Writer, raw []byte, a web.Answer) error {
	if c.JSON {
		_, err := w.Write(raw)
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
