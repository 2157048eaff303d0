// Package twitter posts words for customers on X (Twitter): through API v2, or through API v1.1 for an account that
// still has it.
//
// # Once only
//
// X takes no key. A post is found again by its words: Find and, where an update needs several posts, Send read the
// account's newest posts and compare them without regard to links, which X replaces. So what was posted before a crash
// is not posted again, and the missing tail goes on where it stood. X itself refuses the same words within some hours
// (403, duplicate); that counts as posted.
//
// What remains: two updates of one incident with the very same words are one post. Words that carry the time of the
// next update never are. The reading lags by seconds; a post that it does not show yet is kept from doubling by X's own
// refusal alone.
//
// # Order
//
// A later update answers the newest one (Args last), so that an incident is one thread. Where X forbids the answer
// (since February 2026 most accounts may answer only under their own posts or where they are named) the post stands
// alone and Receipt.More has "standalone": "true"; hand that back in Args, and no answer is tried any more.
//
// # Failure
//
// 4xx is Permanent, 429 RetryAfter until x-rate-limit-reset, everything else of unknown outcome. When a part of
// several was posted and the next is refused for good, the text of the error says so.
package twitter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is the account.
type Config struct {
	// BaseURL is the address of a stand-in. Left out: `https://api.x.com`, or
	// `https://api.twitter.com/1.1` with `v1.1`.
	BaseURL string `yaml:"base_url"`
	// Mode is the one to begin with: `off`, `shadow` or `live`. Left out:
	// `shadow`.
	Mode string `yaml:"mode"`
	// API is the version of the interface: `v2`, or `v1.1` for accounts that
	// still have it. Left out: `v2`.
	API string `yaml:"api"`
	// ConsumerKey is the app's API key. Left out: only `off` and `shadow` are
	// possible, as with each of the four.
	ConsumerKey string `yaml:"consumer_key"`
	// ConsumerSecret is the secret of the API key. Left out: see
	// `consumer_key`.
	ConsumerSecret string `yaml:"consumer_secret"`
	// AccessToken is the account's, made with the right to read and write.
	// Left out: see `consumer_key`.
	AccessToken string `yaml:"access_token"`
	// AccessSecret is the secret of the access token. Left out: see
	// `consumer_key`.
	AccessSecret string `yaml:"access_secret"`
}

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, text string) { all = append(all, integrations.Problem{Path: "$.twitter." + key, Text: text}) }
	switch c.Mode {
	case "", "shadow", "live":
	case "off":
		return nil
	default:
		add("mode", "write off, shadow or live")
	}
	if c.API != "" && c.API != "v2" && c.API != "v1.1" {
		add("api", "write v2 or v1.1")
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		add("base_url", "write an address such as https://api.x.com")
	}
	for _, k := range [][2]string{{"consumer_key", c.ConsumerKey}, {"consumer_secret", c.ConsumerSecret},
		{"access_token", c.AccessToken}, {"access_secret", c.AccessSecret}} {
		if k[1] == "" && c.Mode == "live" {
			add(k[0], "is missing: all four keys of the account are needed to post")
		}
	}
	return all
}

// api is one version of X's interface. Errors are *failure or the connection's own.
type api interface {
	// post makes a post, an answer when replyTo is not empty, and gives its id.
	post(ctx context.Context, text, replyTo string) (string, error)
	// newest gives the account's newest posts, newest first.
	newest(ctx context.Context) ([]post, error)
	// probe proves the credential: whose account it is, and what X says that it
	// may do ("read", "read-write", …), empty where X does not say.
	probe(ctx context.Context) (name, access string, err error)
}

type post struct{ id, text string }

// maxPosts is about how many posts one update may take. Words beyond are not for X.
const maxPosts = 4

// Twitter is the account's sender. It is an integrations.Sender and an integrations.Finder.
type Twitter struct {
	api  api
	mode string
	full bool // all four keys are there
}

// New makes the sender. The client carries timeouts and the transport; nil is http.DefaultClient.
func New(c Config, client *http.Client) (*Twitter, error) {
	if problems := c.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("twitter: %s: %s", problems[0].Path, problems[0].Text)
	}
	if client == nil {
		client = http.DefaultClient
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // no credential follows
	client = &own
	hide := strings.NewReplacer(secrets(c)...)
	full := !slices.Contains([]string{c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessSecret}, "")
	if c.API == "v1.1" {
		a, err := newOld(c, client, hide)
		return &Twitter{a, c.Mode, full}, err
	}
	return &Twitter{newV2(c, client, hide), c.Mode, full}, nil
}

func secrets(c Config) []string {
	var pairs []string
	for _, s := range []string{c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessSecret} {
		if s != "" {
			pairs = append(pairs, s, "[hidden]")
		}
	}
	return pairs
}

// Check knows the action "publish".
func (t *Twitter) Check(action string, args map[string]string) error {
	if action != "publish" {
		return fmt.Errorf("twitter does not know the action %q: only publish", action)
	}
	for _, name := range []string{"ref", "last"} {
		if v := args[name]; v != "" && !isID(v) {
			return fmt.Errorf("twitter: %s %q is not the number of a post", name, v)
		}
	}
	return nil
}

func isID(s string) bool {
	_, err := strconv.ParseUint(s, 10, 63)
	return err == nil
}

// Send posts the words, as an answer to the incident's newest post when there is one. The link is added to the first
// words and to the resolution only, for X charges more for a post with one.
func (t *Twitter) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	texts, err := t.texts(d)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	var ids []string
	if len(texts) > 1 {
		posts, err := t.api.newest(ctx)
		if err != nil {
			return integrations.Receipt{}, kind(err)
		}
		ids = t.posted(posts, texts, d)
	}
	s := sending{Twitter: t, delivery: d, standalone: d.Args["standalone"] == "true"}
	for _, text := range texts[len(ids):] {
		id, err := s.post(ctx, text, answerTo(d, ids))
		if err != nil && len(ids) > 0 {
			err = fmt.Errorf("%d of %d posts are out: %w", len(ids), len(texts), err)
		}
		if err != nil {
			return integrations.Receipt{}, err
		}
		ids = append(ids, id)
	}
	return receipt(ids, s.standalone), nil
}

func (t *Twitter) texts(d stream.Delivery) ([]string, error) {
	if err := t.Check(d.Action, d.Args); err != nil {
		return nil, err
	}
	if weight := Length(plain(d.Words)); weight > maxPosts*Limit {
		return nil, fmt.Errorf("twitter: the words weigh %d; more than %d posts at once are refused, shorten them", weight, maxPosts)
	}
	texts := Fit(d.Words, linked(d))
	if len(texts) == 0 {
		return nil, errors.New("twitter: there are no words to post")
	}
	return texts, nil
}

// linked is where more is to be read: in the first words and the last.
func linked(d stream.Delivery) string {
	if k := d.Args["kind"]; k == "first" || k == "resolved" {
		return d.Args["link"]
	}
	return ""
}

func answerTo(d stream.Delivery, ids []string) string {
	switch {
	case len(ids) > 0:
		return ids[len(ids)-1]
	case d.Args["last"] != "":
		return d.Args["last"]
	}
	return d.Args["ref"]
}

// receipt names the last post, which the next update answers; the link shows the first.
func receipt(ids []string, standalone bool) integrations.Receipt {
	r := integrations.Receipt{Ref: ids[len(ids)-1], More: map[string]string{}}
	if ids[0] != "" {
		r.Link = "https://x.com/i/web/status/" + ids[0]
	}
	if len(ids) > 1 {
		r.More["posts"] = strings.Join(ids, " ")
	}
	if standalone {
		r.More["standalone"] = "true"
	}
	return r
}

// sending is one Send under way.
type sending struct {
	*Twitter
	delivery   stream.Delivery
	standalone bool
}

func (s *sending) post(ctx context.Context, text, replyTo string) (string, error) {
	if s.standalone {
		replyTo = ""
	}
	id, err := s.api.post(ctx, text, replyTo)
	var f *failure
	if replyTo != "" && errors.As(err, &f) && f.status == http.StatusForbidden && !f.duplicate() {
		s.standalone = true
		id, err = s.api.post(ctx, text, "")
	}
	if errors.As(err, &f) && f.duplicate() {
		return s.duplicate(ctx, text, f)
	}
	return id, kind(err)
}

// duplicate finds the post that X says is there already.
func (s *sending) duplicate(ctx context.Context, text string, refused *failure) (string, error) {
	posts, err := s.api.newest(ctx)
	if err != nil {
		if integrations.IsPermanent(kind(err)) { // the account may not read: X's word has to do
			return "", nil
		}
		return "", fmt.Errorf("looking for the post that %w", refused)
	}
	for _, p := range posts {
		if !same(p.text, text) {
			continue
		}
		if !newer(p.id, s.delivery) {
			return "", integrations.Permanent(fmt.Errorf("an earlier update has the same words: %w", refused))
		}
		return p.id, nil
	}
	return "", fmt.Errorf("not among the newest posts yet: %w", refused)
}

// Find looks for the delivery's posts among the newest of the account. It arrived when all are there.
func (t *Twitter) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	texts, err := t.texts(d)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	posts, err := t.api.newest(ctx)
	if err != nil {
		return integrations.Receipt{}, false, kind(err)
	}
	ids := t.posted(posts, texts, d)
	if len(ids) < len(texts) {
		return integrations.Receipt{}, false, nil
	}
	return receipt(ids, d.Args["standalone"] == "true"), true, nil
}

// posted gives the ids of the texts that are there, from the first without a gap.
func (t *Twitter) posted(posts []post, texts []string, d stream.Delivery) []string {
	var ids []string
	for _, text := range texts {
		before := len(ids)
		for _, p := range posts {
			if newer(p.id, d) && same(p.text, text) {
				ids = append(ids, p.id)
				break
			}
		}
		if len(ids) == before {
			break
		}
	}
	return ids
}

// newer reports whether a post was made after what the delivery builds on. X's ids grow with time.
func newer(id string, d stream.Delivery) bool {
	n, err := strconv.ParseUint(id, 10, 63)
	last, none := strconv.ParseUint(answerTo(d, nil), 10, 63)
	return err == nil && (none != nil || n > last)
}

// failure is X's refusal.
type failure struct {
	status int
	wait   time.Duration // until the rate limit ends; 0 when X does not say
	detail string
}

func (f *failure) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("x answers %d %s: %s", f.status, http.StatusText(f.status), f.detail), ": ")
}

// HTTPStatus is the status of X's answer.
func (f *failure) HTTPStatus() int { return f.status }

// duplicate reports whether X refuses words that are there already.
func (f *failure) duplicate() bool {
	return f.status == http.StatusForbidden && strings.Contains(strings.ToLower(f.detail), "duplicate")
}
