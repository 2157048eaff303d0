package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"drumbeat/integrations"
	"drumbeat/integrations/slack/socket"
)

// To is the name of this far end in deliveries.
const To = "slack"

// Config is what one Slack workspace needs.
type Config struct {
	// BaseURL is the address of a stand-in. Left out: `https://slack.com/api/`.
	BaseURL string `yaml:"base_url"`
	// BotToken is the token of the app's bot (OAuth & Permissions): `xoxb-…`.
	BotToken string `yaml:"bot_token"`
	// AppToken is the token for Socket Mode, with the scope connections:write
	// (Basic Information, App-Level Tokens): `xapp-…`. The bot connects to Slack,
	// and nothing of it has to be reached from outside. Left out: Slack calls the
	// bot over HTTP, at `public_url`.
	AppToken string `yaml:"app_token"`
	// SigningSecret proves that a request over HTTP is Slack's (Basic Information).
	// Left out: no request is taken, and `app_token` is needed.
	SigningSecret string `yaml:"signing_secret"`
	// AnnounceChannel is where incidents are announced, an ID or a name. Left
	// out: they are announced nowhere.
	AnnounceChannel string `yaml:"announce_channel"`
	// ShadowChannel is where the team sees what a far end in shadow mode would
	// have been told; a private one is best. Left out: nobody sees it.
	ShadowChannel string `yaml:"shadow_channel"`
	// SupportChannel is where support reads and asks. Left out: nothing
	// changes; `check` looks at it, nothing else does yet.
	SupportChannel string `yaml:"support_channel"`
}

// Problems tells what is wrong with the configuration; no text holds a value
// of a secret.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, format string, args ...any) {
		all = append(all, integrations.Problem{Path: "$.slack." + key, Text: fmt.Sprintf(format, args...)})
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" &&
		(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "") {
		add("base_url", "is not an address such as %s", api.APIURL)
	}
	switch {
	case c.BotToken == "":
		add("bot_token", "is missing: write ${SLACK_BOT_TOKEN} and set it to the token that starts with xoxb-")
	case !strings.HasPrefix(c.BotToken, "xoxb-") && !strings.HasPrefix(c.BotToken, "xoxe.xoxb-"):
		add("bot_token", "is not a bot token: those start with xoxb-")
	}
	if c.AppToken != "" && !strings.HasPrefix(c.AppToken, "xapp-") {
		add("app_token", "is not an app-level token: those start with xapp-")
	}
	if c.AppToken == "" && c.SigningSecret == "" {
		all = append(all, integrations.Problem{Path: "$.slack", Text: "needs app_token (Socket Mode), or signing_secret (Slack calls the bot over HTTP): " +
			"write ${SLACK_APP_TOKEN} and set it to the token that starts with xapp-; without either nobody's commands can be heard"})
	}
	for key, name := range map[string]string{
		"announce_channel": c.AnnounceChannel, "shadow_channel": c.ShadowChannel, "support_channel": c.SupportChannel,
	} {
		if strings.ContainsAny(name, " \t\n<>,") {
			add(key, "is not a channel's name or ID: %q", name)
		}
	}
	return all
}

// Slack talks to one workspace. Its methods may be called by many goroutines.
type Slack struct {
	// Refused, when set before the first request, is told why a request was
	// turned away: "forged", "stale", "replayed", "too large".
	Refused func(reason string)
	// Heard, when set before the first request, hears that people talk.
	Heard Heard

	config Config
	client *api.Client
	http   *http.Client
	log    *slog.Logger

	mu     sync.Mutex
	own    identity // zero until auth.test answered
	asking *asked   // auth.test under way
	line   *socket.Line

	posts    *memory[integrations.Receipt] // what arrived, by delivery ID
	attempts *memory[time.Time]            // when a delivery was first sent, by its ID
	made     *memory[string]               // delivery ID, by the channel that it made
	channels *memory[string]               // channel ID, by name
	ims      *memory[string]               // direct message channel, by user ID
	names    *memory[string]               // a person's name, by user ID
	seen     *memory[struct{}]             // signatures
	done     *memory[answer]               // what came over the socket, by its identity
	doing    singleflight.Group            // the same, under way
}

// identity is who the bot is in the workspace.
type identity struct{ user, bot, url string }

// New makes a Slack; it calls nobody. A nil client waits at most 30 s for an
// answer, and a nil logger says nothing.
func New(c Config, client *http.Client, log *slog.Logger) (*Slack, error) {
	for _, p := range c.Problems() {
		return nil, fmt.Errorf("%s %s", p.Path, p.Text)
	}
	if c.BaseURL == "" {
		c.BaseURL = api.APIURL
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/") + "/"
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	// A redirect would carry the token to another host.
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Slack{
		config:   c,
		client:   api.New(c.BotToken, api.OptionAppLevelToken(c.AppToken), api.OptionAPIURL(c.BaseURL), api.OptionHTTPClient(wire{&own})),
		http:     &own,
		log:      log,
		posts:    newMemory[integrations.Receipt](10_000),
		attempts: newMemory[time.Time](10_000),
		made:     newMemory[string](10_000),
		channels: newMemory[string](1_000),
		ims:      newMemory[string](10_000),
		names:    newMemory[string](10_000),
		seen:     newMemory[struct{}](50_000),
		done:     newMemory[answer](5_000),
	}, nil
}

// known gives what was learned of ourselves so far, without asking.
func (s *Slack) known() identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.own
}

// asked is one call of auth.test, for all who want to know meanwhile.
type asked struct {
	done chan struct{} // closed when own and err are final
	own  identity
	err  error
}

// introduce asks Slack who we are unless that is known, and waits for nobody:
// the first delivery of a process does not have to wait for two answers.
func (s *Slack) introduce(ctx context.Context) (identity, *asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own.user == "" && s.asking == nil {
		s.asking = &asked{done: make(chan struct{})}
		go s.ask(context.WithoutCancel(ctx), s.asking)
	}
	return s.own, s.asking
}

// identify waits until it is known who we are.
func (s *Slack) identify(ctx context.Context) (identity, error) {
	own, a := s.introduce(ctx)
	if own.user != "" {
		return own, nil
	}
	select {
	case <-a.done:
		return a.own, a.err
	case <-ctx.Done():
		return identity{}, ctx.Err()
	}
}

// ask calls auth.test; whoever comes after a failure asks again.
func (s *Slack) ask(ctx context.Context, a *asked) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := s.client.AuthTestContext(ctx)
	switch {
	case err != nil:
		a.err = err
	case r.UserID == "":
		a.err = errors.New("auth.test names no user")
	default:
		a.own = identity{user: r.UserID, bot: r.BotID, url: strings.TrimSuffix(r.URL, "/") + "/"}
	}
	s.mu.Lock()
	s.own, s.asking = a.own, nil
	s.mu.Unlock()
	close(a.done)
}

// link is the address of a channel, a message in it, or a reply in a thread: as
// chat.getPermalink gives it, without the call. Empty when Slack does not say
// who we are: a receipt without a link is better than none.
func (s *Slack) link(ctx context.Context, channel, ts, thread string) string {
	own, err := s.identify(ctx)
	if err != nil {
		return ""
	}
	link := own.url + "archives/" + channel
	if ts != "" {
		link += "/p" + strings.ReplaceAll(ts, ".", "")
	}
	if thread != "" && thread != ts {
		link += "?" + url.Values{"thread_ts": {thread}, "cid": {channel}}.Encode()
	}
	return link
}
