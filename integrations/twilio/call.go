package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
		return integrations.Calling("twilio", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if resp.StatusCode/100 != 2 {
		return integrations.Answered("twilio", resp, t.problem(raw), maxWait)
	}
	if err != nil {
		return integrations.Calling("twilio", err)
	}
	if json.Unmarshal(raw, out) != nil {
		return errors.New("twilio answers what cannot be read")
	}
	return nil
}

// problem reads {"code": 21211, "message": "…"}.
func (t *Twilio) problem(raw []byte) string {
	var e struct {
		Code    int
		Message string
	}
	if json.Unmarshal(raw, &e) != nil || e.Message == "" {
		return ""
	}
	return fmt.Sprintf("%d: %s", e.Code, t.hide.Replace(e.Message))
}
