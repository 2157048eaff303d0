package slack_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack"
)

const (
	botToken = "xoxb-5ecret-token"
	secret   = "5igning-secret"
)

func config() slack.Config {
	return slack.Config{BaseURL: "http://slack.example/api", BotToken: botToken, SigningSecret: secret}
}

// wireFunc is a Slack that answers as a test says.
type wireFunc func(*http.Request) (*http.Response, error)

func (f wireFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// calls keeps what was asked of Slack, which answers every method with what the
// test gives for it, else {"ok":true}.
type calls struct {
	answers map[string]string

	mu   sync.Mutex
	made []call
}

type call struct {
	Method string // or the whole address of a response_url
	Args   url.Values
	Body   string
}

func (c *calls) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	args, _ := url.ParseQuery(string(body))
	method, ok := strings.CutPrefix(r.URL.Path, "/api/")
	if !ok {
		method = r.URL.String()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, call{method, args, string(body)})
	answer, ok := c.answers[method]
	if !ok {
		answer = `{"ok":true}`
	}
	return httpAnswer(http.StatusOK, answer), nil
}

func (c *calls) to(method string) []call {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []call
	for _, m := range c.made {
		if m.Method == method {
			all = append(all, m)
		}
	}
	return all
}

func httpAnswer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: strconv.Itoa(status), Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body))}
}

func open(t testing.TB, wire http.RoundTripper) *slack.Slack {
	t.Helper()
	return logged(t, wire, nil)
}

func logged(t testing.TB, wire http.RoundTripper, log *slog.Logger) *slack.Slack {
	t.Helper()
	s, err := slack.New(config(), &http.Client{Transport: wire}, log)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed is a request as Slack sends it.
func signed(path string, body string, at time.Time) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	ts := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + ts + ":" + body))
	r.Header.Set("X-Slack-Request-Timestamp", ts)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

func ask(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// bot answers every request with the same and keeps them.
type bot struct {
	reply integrations.Reply
	err   error

	mu  sync.Mutex
	got []integrations.Request
}

func (b *bot) handle(_ context.Context, r integrations.Request) (integrations.Reply, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.At = time.Time{}
	b.got = append(b.got, r)
	return b.reply, b.err
}

func (b *bot) heard() []integrations.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*slack.Config)
		want   []string
	}{
		{"complete", func(*slack.Config) {}, nil},
		{"no address", func(c *slack.Config) { c.BaseURL = "" }, nil},
		{"rotated token", func(c *slack.Config) { c.BotToken = "xoxe.xoxb-1" }, nil},
		{"nothing", func(c *slack.Config) { *c = slack.Config{} }, []string{"$.slack.bot_token", "$.slack"}},
		{"Socket Mode alone", func(c *slack.Config) { c.AppToken, c.SigningSecret = appToken, "" }, nil},
		{"a person's token", func(c *slack.Config) { c.BotToken = "xoxp-" + secret }, []string{"$.slack.bot_token"}},
		{"not an app's token", func(c *slack.Config) { c.AppToken = botToken }, []string{"$.slack.app_token"}},
		{"no scheme", func(c *slack.Config) { c.BaseURL = "slack.com/api" }, []string{"$.slack.base_url"}},
		{"password in the address", func(c *slack.Config) { c.BaseURL = "https://a:" + secret + "@slack.com" }, []string{"$.slack.base_url"}},
		{"a sentence", func(c *slack.Config) { c.AnnounceChannel = "the general one" }, []string{"$.slack.announce_channel"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := config()
			c.change(&cfg)
			var got []string
			for _, p := range cfg.Problems() {
				got = append(got, p.Path)
				if strings.Contains(p.Text, secret) || strings.Contains(p.Text, botToken) {
					t.Errorf("%s: the text holds a secret: %s", p.Path, p.Text)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if _, err := slack.New(cfg, nil, nil); (err != nil) != (c.want != nil) {
				t.Errorf("New: got %v, want an error: %v", err, c.want != nil)
			}
		})
	}
}

// Names of Slack's errors, and what they say of a post.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const permanent, retry, unknown = "permanent", "retry", "unknown"
	for answer, want := range map[string]string{
		`{"ok":false,"error":"channel_not_found"}`:                                 permanent,
		`{"ok":false,"error":"is_archived"}`:                                       permanent,
		`{"ok":false,"error":"invalid_auth"}`:                                      permanent,
		`{"ok":false,"error":"missing_scope","needed":"chat:write","provided":""}`: permanent,
		`{"ok":false,"error":"an_error_of_next_year"}`:                             permanent,
		`{"ok":false,"error":"invalid_blocks","errors":["` + botToken + `"]}`:      permanent,
		`{"ok":false,"error":"ratelimited"}`:                                       retry,
		`{"ok":false,"error":"rate_limited"}`:                                      retry,
		`{"ok":false,"error":"message_limit_exceeded"}`:                            retry,
		`{"ok":false,"error":"request_timeout"}`:                                   retry,
		`{"ok":false,"error":"team_added_to_org"}`:                                 retry,
		`{"ok":false,"error":"internal_error"}`:                                    unknown,
		`{"ok":false,"error":"fatal_error"}`:                                       unknown,
		`{"ok":false,"error":"service_unavailable"}`:                               unknown,
		`{"ok":false,"error":"` + botToken + `"}`:                                  unknown,
		`{"ok":false}`: unknown,
		`{"ok":true}`:  unknown, // and no ts
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			s := open(t, &calls{answers: map[string]string{"chat.postMessage": answer}})
			_, err := s.Send(t.Context(), post())
			got := unknown
			if _, ok := integrations.RetryDelay(err); ok {
				got = retry
			}
			if integrations.IsPermanent(err) {
				got = permanent
			}
			if err == nil || got != want {
				t.Errorf("got %s (%v), want %s", got, err, want)
			}
			if err != nil && strings.Contains(err.Error(), botToken) {
				t.Errorf("the text holds the token: %v", err)
			}
		})
	}
}

func TestMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	s := open(t, &calls{answers: map[string]string{
		"chat.postMessage": `{"ok":false,"error":"missing_scope","needed":"chat:write"}`}})
	_, err := s.Send(t.Context(), post())
	want := "slack post: missing_scope: chat:write is not granted, so it is mute, and nothing works; add it to the app and install it again"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What fails before the post itself was surely not applied.
func TestFailedLookUpIsTriedAgain(t *testing.T) {
	t.Parallel()
	for method, d := range map[string]stream.Delivery{
		"conversations.open":  {ID: "w/incident/1/1/dm", Action: "dm", Args: map[string]string{"person": "U0ANN"}, Words: stream.Say("x")},
		"users.conversations": {ID: "w/incident/1/1/p", Action: "post", Args: map[string]string{"channel": "general"}, Words: stream.Say("x")},
	} {
		s := open(t, &calls{answers: map[string]string{method: `{"ok":false,"error":"internal_error"}`}})
		_, err := s.Send(t.Context(), d)
		if _, ok := integrations.RetryDelay(err); !ok {
			t.Errorf("%s failed: got %v, want an error to be tried again", method, err)
		}
	}
}

// Without a connection there was no request.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	for op, want := range map[string]bool{"dial": true, "read": false} {
		s := open(t, wireFunc(func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: op, Net: "tcp", Err: errors.New("connection refused by " + botToken)}
		}))
		_, err := s.Send(t.Context(), post())
		if _, got := integrations.RetryDelay(err); got != want || err == nil || strings.Contains(err.Error(), botToken) {
			t.Errorf("%s: got %v, to be tried again: %v, want %v", op, err, got, want)
		}
	}
}

func post() stream.Delivery {
	return stream.Delivery{ID: "main/incident/42/3/brief", To: slack.To, Action: "post",
		Args: map[string]string{"channel": "C0ROOM"}, Words: stream.Say("People cannot save.")}
}

// blocksOf reads the texts of an answer's or a post's blocks, by kind.
func blocksOf(t testing.TB, raw []byte) (texts []string, buttons []map[string]any) {
	t.Helper()
	var blocks []struct {
		Type     string                  `json:"type"`
		Text     *struct{ Text string }  `json:"text"`
		Fields   []struct{ Text string } `json:"fields"`
		Elements []map[string]any        `json:"elements"`
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&blocks); err != nil {
		t.Fatalf("blocks: %v in %s", err, raw)
	}
	for _, b := range blocks {
		if b.Text != nil {
			texts = append(texts, b.Text.Text)
		}
		for _, f := range b.Fields {
			texts = append(texts, f.Text)
		}
		for _, e := range b.Elements {
			if e["type"] == "button" {
				buttons = append(buttons, e)
			} else if s, ok := e["text"].(string); ok {
				texts = append(texts, s)
			}
		}
	}
	return texts, buttons
}
