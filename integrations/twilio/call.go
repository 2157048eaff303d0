package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations"
)

// maxWait is what a rate limit may ask for: a page that waits longer is no page.
const maxWait = 5 * time.Minute

// call makes one request and reads its answer into out. Its errors are of the sender's kinds.
func (t *Twilio) call(ctx context.Context, method, path string, form url.Values, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, t.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return integrations.Permanent(fmt.Errorf("making the request: %w", err))
	}
	req.SetBasicAuth(t.config.AccountSID, t.config.AuthToken)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return calling(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if resp.StatusCode/100 != 2 {
		return t.refusal(resp, raw)
	}
	if err != nil {
		return calling(err)
	}
	if json.Unmarshal(raw, out) != nil {
		return errors.New("twilio answers what cannot be read")
	}
	return nil
}

func calling(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return integrations.RetryAfter(fmt.Errorf("twilio cannot be reached: %w", err), 0)
	}
	return fmt.Errorf("calling twilio: %w", err)
}

func (t *Twilio) refusal(resp *http.Response, raw []byte) error {
	var e struct {
		Code    int
		Message string
	}
	said := "twilio answers " + strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+http.StatusText(resp.StatusCode))
	if json.Unmarshal(raw, &e) == nil && e.Message != "" {
		detail := []rune(clean(t.hide.Replace(e.Message)))
		said += fmt.Sprintf(": %s (%d)", string(detail[:min(len(detail), 300)]), e.Code)
	}
	err := errors.New(said)
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		seconds, _ := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
		return integrations.RetryAfter(err, min(time.Duration(seconds)*time.Second, maxWait))
	case code == http.StatusRequestTimeout || code >= 500:
		return err
	}
	return integrations.Permanent(err)
}
