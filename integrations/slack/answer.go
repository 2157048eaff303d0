package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations/slack/kit"
)

// response is an answer in the form of a slash command's response and of a
// response_url.
type response struct {
	Type    string      `json:"response_type"`
	Replace bool        `json:"replace_original"` // false, said aloud: a click keeps its message
	Text    string      `json:"text"`
	Blocks  []api.Block `json:"blocks,omitempty"`
	Thread  string      `json:"thread_ts,omitempty"`
}

// ephemeral is words for the person who asked, and nobody else.
func ephemeral(m *stream.Message, thread string) response {
	return response{Type: api.ResponseTypeEphemeral, Text: kit.Fallback(m), Blocks: kit.Blocks(m), Thread: thread}
}

// place is where something was said.
type place struct {
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
	Home    bool   `json:"home,omitempty"` // in the App Home, which is drawn anew afterwards
}

// said is an answer that is not an HTTP response any more.
type said struct {
	person string
	at     place
	url    string // a response_url; may be empty
	words  *stream.Message
}

// say answers one person: through the response_url, else beside what he said,
// else in his direct messages. It is only an answer: what was asked is done, so
// a failure is logged and not tried again.
func (s *Slack) say(ctx context.Context, a said) {
	var err error
	switch {
	case a.url != "":
		err = s.sayAt(ctx, a.url, encoded(ephemeral(a.words, a.at.Thread)).body)
	case strings.HasPrefix(a.at.Channel, "D"):
		err = s.sayIn(ctx, a.at, a.words)
	case a.at.Channel != "":
		var more []api.MsgOption
		if a.at.Thread != "" {
			more = append(more, api.MsgOptionTS(a.at.Thread))
		}
		_, err = s.client.PostEphemeralContext(ctx, a.at.Channel, a.person, options(a.words, more...)...)
	default:
		var im string
		if im, err = s.im(ctx, a.person); err == nil {
			err = s.sayIn(ctx, place{Channel: im}, a.words)
		}
	}
	if err != nil {
		s.log.Warn("slack: an answer was not shown", "person", a.person, "channel", a.at.Channel, "error", s.failure("answer", err))
	}
}

func (s *Slack) sayIn(ctx context.Context, at place, words *stream.Message) error {
	var more []api.MsgOption
	if at.Thread != "" {
		more = append(more, api.MsgOptionTS(at.Thread))
	}
	_, _, err := s.client.PostMessageContext(ctx, at.Channel, options(words, more...)...)
	return err
}

// sayAt posts to a response_url: five uses within 30 minutes. The address is as
// good as a token, so no error names it. Source:
// docs.slack.dev/interactivity/handling-user-interaction.
func (s *Slack) sayAt(ctx context.Context, to string, body json.RawMessage) error {
	if u, err := url.Parse(to); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("the response_url is not a web address")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return cause(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return statusError(resp)
	}
	return nil
}
