package twitter

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
	"sync"

	"github.com/dghubble/oauth1"
)

// signer gives a client that signs as the account (OAuth 1.0a, user context). It keeps the timeout of the client that
// it is made from and sends through its transport.
func signer(c Config, client *http.Client) *http.Client {
	ctx := context.WithValue(context.Background(), oauth1.HTTPClient, client)
	signed := oauth1.NewConfig(c.ConsumerKey, c.ConsumerSecret).Client(ctx, oauth1.NewToken(c.AccessToken, c.AccessSecret))
	signed.Timeout, signed.CheckRedirect = client.Timeout, client.CheckRedirect
	return signed
}

// v2 is X's API v2 (https://docs.x.com/x-api).
type v2 struct {
	base   string
	client *http.Client
	hide   *strings.Replacer

	mu sync.Mutex
	id string // the account's, once it is known
}

func newV2(c Config, client *http.Client, hide *strings.Replacer) *v2 {
	base := "https://api.x.com"
	if c.BaseURL != "" {
		base = strings.TrimRight(c.BaseURL, "/")
	}
	return &v2{base: base, client: signer(c, client), hide: hide}
}

func (v *v2) post(ctx context.Context, text, replyTo string) (string, error) {
	type reply struct {
		To string `json:"in_reply_to_tweet_id"`
	}
	in := struct {
		Text  string `json:"text"`
		Reply *reply `json:"reply,omitempty"`
	}{Text: text}
	if replyTo != "" {
		in.Reply = &reply{replyTo}
	}
	var out struct {
		Data struct{ ID string }
	}
	if err := v.call(ctx, http.MethodPost, "/2/tweets", in, &out); err != nil {
		return "", err
	}
	if out.Data.ID == "" {
		return "", errors.New("x answers without the number of the post")
	}
	return out.Data.ID, nil
}

func (v *v2) newest(ctx context.Context) ([]post, error) {
	id, err := v.account(ctx)
	if err != nil {
		return nil, err
	}
	var out struct {
		Data []struct{ ID, Text string } // absent when there is none
		Meta *struct{}
	}
	if err := v.call(ctx, http.MethodGet, "/2/users/"+url.PathEscape(id)+"/tweets?max_results=20", nil, &out); err != nil {
		return nil, err
	}
	if out.Meta == nil {
		return nil, errors.New("x answers without a list of posts")
	}
	var posts []post
	for _, p := range out.Data {
		posts = append(posts, post{p.ID, p.Text})
	}
	return posts, nil
}

func (v *v2) probe(ctx context.Context) (name, access string, err error) {
	me, header, err := v.me(ctx)
	return me.Username, header.Get(accessHeader), err
}

// account is the id of the account, asked for once.
func (v *v2) account(ctx context.Context) (string, error) {
	v.mu.Lock()
	id := v.id
	v.mu.Unlock()
	if id != "" {
		return id, nil
	}
	me, _, err := v.me(ctx)
	return me.ID, err
}

// user is an account as X gives it.
type user struct{ ID, Username string }

func (v *v2) me(ctx context.Context) (user, http.Header, error) {
	var out struct{ Data user }
	header, err := v.exchange(ctx, http.MethodGet, "/2/users/me", nil, &out)
	if err == nil && out.Data.ID == "" {
		err = errors.New("x does not say whose account it is")
	}
	if err != nil {
		return user{}, nil, err
	}
	v.mu.Lock()
	v.id = out.Data.ID
	v.mu.Unlock()
	return out.Data, header, nil
}

func (v *v2) call(ctx context.Context, method, path string, in, out any) error {
	_, err := v.exchange(ctx, method, path, in, out)
	return err
}

// exchange makes one call, reads the answer into out and gives its header.
func (v *v2) exchange(ctx context.Context, method, path string, in, out any) (http.Header, error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encoding the request: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return nil, calling(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if resp.StatusCode/100 != 2 {
		return nil, refusal(resp, problem(raw), v.hide)
	}
	if err != nil {
		return nil, calling(err)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return nil, fmt.Errorf("reading the answer of x: %w", err)
	}
	return resp.Header, nil
}

// problem reads application/problem+json and the list of errors that some answers hold.
func problem(raw []byte) string {
	type one struct{ Title, Detail, Message string }
	var p struct {
		one
		Errors []one
	}
	if json.Unmarshal(raw, &p) != nil {
		return ""
	}
	var said []string
	for _, e := range append([]one{p.one}, p.Errors...) {
		for _, s := range []string{e.Detail, e.Message} {
			if s != "" {
				said = append(said, s)
			}
		}
	}
	if len(said) == 0 {
		return p.Title
	}
	return strings.Join(said, "; ")
}
