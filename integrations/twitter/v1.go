package twitter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	v1 "github.com/dghubble/go-twitter/twitter"
)

// old is X's API v1.1, through go-twitter. Posting through it is closed to accounts that sign up by themselves.
type old struct {
	base   *url.URL
	client *http.Client
	hide   *strings.Replacer
}

func newOld(c Config, client *http.Client, hide *strings.Replacer) (*old, error) {
	base := c.BaseURL
	if base == "" {
		base = "https://api.twitter.com/1.1"
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("twitter: base_url: %w", err)
	}
	return &old{u, signer(c, client), hide}, nil
}

// bound is a transport for one call: go-twitter knows neither contexts nor another address. It stands before the
// signing, which covers the address.
type bound struct {
	*old
	ctx context.Context
}

func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(b.ctx)
	r.URL.Scheme, r.URL.Host = b.base.Scheme, b.base.Host
	r.URL.Path = strings.TrimRight(b.base.Path, "/") + strings.TrimPrefix(r.URL.Path, "/1.1")
	r.Host = ""
	return b.client.Transport.RoundTrip(r)
}

func (o *old) bind(ctx context.Context) *v1.Client {
	return v1.NewClient(&http.Client{
		Transport: bound{o, ctx}, Timeout: o.client.Timeout, CheckRedirect: o.client.CheckRedirect,
	})
}

func (o *old) post(ctx context.Context, text, replyTo string) (string, error) {
	params := &v1.StatusUpdateParams{TweetMode: "extended"}
	if replyTo != "" {
		id, err := strconv.ParseInt(replyTo, 10, 64)
		if err != nil {
			return "", fmt.Errorf("reading the number of the post that is answered: %w", err)
		}
		params.InReplyToStatusID, params.AutoPopulateReplyMetadata = id, v1.Bool(true)
	}
	tweet, resp, err := o.bind(ctx).Statuses.Update(text, params)
	if err := o.failed(resp, err); err != nil {
		return "", err
	}
	if tweet.IDStr == "" {
		return "", errors.New("x answers without the number of the post")
	}
	return tweet.IDStr, nil
}

func (o *old) newest(ctx context.Context) ([]post, error) {
	tweets, resp, err := o.bind(ctx).Timelines.UserTimeline(&v1.UserTimelineParams{
		Count: 20, ExcludeReplies: v1.Bool(false), IncludeRetweets: v1.Bool(false), TrimUser: v1.Bool(true), TweetMode: "extended"})
	if err := o.failed(resp, err); err != nil {
		return nil, err
	}
	if tweets == nil {
		return nil, errors.New("x answers without a list of posts")
	}
	var posts []post
	for _, t := range tweets {
		posts = append(posts, post{t.IDStr, cmp.Or(t.FullText, t.Text)})
	}
	return posts, nil
}

func (o *old) probe(ctx context.Context) (name, access string, err error) {
	user, resp, err := o.bind(ctx).Accounts.VerifyCredentials(&v1.AccountVerifyParams{SkipStatus: v1.Bool(true)})
	if err := o.failed(resp, err); err != nil {
		return "", "", err
	}
	return user.ScreenName, resp.Header.Get(accessHeader), nil
}

// failed reads the outcome of one call. The status counts before anything that go-twitter makes of the body, which may
// be a gateway's page.
func (o *old) failed(resp *http.Response, err error) error {
	if resp != nil && resp.StatusCode/100 != 2 {
		var said v1.APIError
		errors.As(err, &said)
		return refusal(resp, said.Error(), o.hide)
	}
	if err != nil {
		return calling(err)
	}
	return nil
}
