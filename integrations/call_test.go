package integrations_test

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"drumbeat/integrations"
)

func TestCalling(t *testing.T) {
	t.Parallel()
	address := "https://hooks.example.com/secret"
	refused := &url.Error{Op: "Post", URL: address, Err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
	err := integrations.Calling("statuspage", refused)
	if _, again := integrations.RetryDelay(err); !again || err.Error() != "statuspage cannot be reached: dial: connection refused" {
		t.Errorf("no connection: %v", err)
	}
	err = integrations.Calling("statuspage", &url.Error{Op: "Post", URL: address, Err: errors.New("EOF")})
	if _, again := integrations.RetryDelay(err); again || integrations.IsPermanent(err) || err.Error() != "calling statuspage: EOF" {
		t.Errorf("no answer: %v", err)
	}
}

func TestAnswered(t *testing.T) {
	t.Parallel()
	const never = -1
	for _, c := range []struct {
		status    int
		header    string
		detail    string
		wait      time.Duration // never: the outcome is unknown, or final
		permanent bool
		text      string
	}{
		{400, "", "bad\n\x00 field", never, true, "twilio answers 400 Bad Request: bad field"},
		{404, "", "", never, true, "twilio answers 404 Not Found"},
		{408, "", "", never, false, "twilio answers 408 Request Timeout"},
		{420, "3", "", 3 * time.Second, false, "twilio answers 420"},
		{429, "30", "", 30 * time.Second, false, "twilio answers 429 Too Many Requests"},
		{429, "3600", "", time.Minute, false, "twilio answers 429 Too Many Requests"},
		{429, "soon", "", 0, false, "twilio answers 429 Too Many Requests"},
		{503, "", strings.Repeat("x", 400), never, false, "twilio answers 503 Service Unavailable: " + strings.Repeat("x", 299) + "…"},
	} {
		resp := &http.Response{StatusCode: c.status, Header: http.Header{}}
		resp.Header.Set("Retry-After", c.header)
		err := integrations.Answered("twilio", resp, c.detail, time.Minute)
		wait, again := integrations.RetryDelay(err)
		if !again {
			wait = never
		}
		if wait != c.wait || integrations.IsPermanent(err) != c.permanent || err.Error() != c.text {
			t.Errorf("%d %q: got %v, again %t after %v, permanent %t", c.status, c.header, err, again, wait, integrations.IsPermanent(err))
		}
	}
}
