package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	api "github.com/slack-go/slack"
)

// maxAnswer is far above what Slack answers to anything that we ask.
const maxAnswer = 16 << 20

// errUnclear is an answer that is neither a refusal nor what was asked for.
var errUnclear = errors.New("an answer that is not Slack's")

// unsent is a failure before the request that has the effect: whatever became
// of the look-up, the delivery itself was surely not applied.
type unsent struct{ error }

func (u unsent) Unwrap() error { return u.error }

// wire lets only answers through that have Slack's form. The client library
// takes {} and the sign-in page of a network for success, and a Retry-After
// that is no number for a failure that says nothing.
type wire struct{ *http.Client }

// Do is what the client library calls.
func (w wire) Do(r *http.Request) (*http.Response, error) {
	resp, err := w.Client.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || n < 0 || n > 3600 {
			resp.Header.Del("Retry-After")
		}
	}
	if resp.StatusCode != http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	var form struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &form) != nil || form.OK == nil || !*form.OK && !errorName.MatchString(form.Error) {
		return nil, errUnclear
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// statusError is an answer with another status than 200, as the client library
// has it.
func statusError(resp *http.Response) error {
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && resp.StatusCode == http.StatusTooManyRequests {
		return &api.RateLimitedError{RetryAfter: time.Duration(n) * time.Second}
	}
	return api.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
}
