package statuspage

import (
	"bytes"
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

// tooMany is Statuspage's own status for a rate limit, beside 429.
const tooMany = 420

// maxWait is what a rate limit may ask for; Statuspage counts over a minute.
const maxWait = 5 * time.Minute

// call makes one request and reads its answer into out. Its errors are of the sender's kinds.
func (p *Page) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return integrations.Permanent(fmt.Errorf("encoding the request: %w", err))
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return integrations.Permanent(fmt.Errorf("making the request: %w", err))
	}
	req.Header.Set("Authorization", "OAuth "+p.config.APIKey)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return calling(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if resp.StatusCode/100 != 2 {
		return p.refusal(resp, raw)
	}
	if err != nil {
		return calling(err)
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) || json.Unmarshal(raw, out) != nil {
		return errors.New("statuspage answers what cannot be read")
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
		return integrations.RetryAfter(fmt.Errorf("statuspage cannot be reached: %w", err), 0)
	}
	return fmt.Errorf("calling statuspage: %w", err)
}

func (p *Page) refusal(resp *http.Response, raw []byte) error {
	said := "statuspage answers " + strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+http.StatusText(resp.StatusCode))
	if detail := p.hide.Replace(detail(raw)); detail != "" {
		said += ": " + cut(detail, 300)
	}
	err := errors.New(said)
	switch code := resp.StatusCode; {
	case code == tooMany || code == http.StatusTooManyRequests:
		seconds, _ := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
		return integrations.RetryAfter(err, min(time.Duration(seconds)*time.Second, maxWait))
	case code == http.StatusRequestTimeout || code >= 500:
		return err
	}
	return integrations.Permanent(err)
}

// detail reads {"error": "…"}, {"error": ["…"]} and {"message": "…"}.
func detail(raw []byte) string {
	var e struct {
		Message string `json:"message"`
		Error   any    `json:"error"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	switch said := e.Error.(type) {
	case string:
		return said
	case []any:
		return strings.Trim(fmt.Sprint(said), "[]")
	}
	return e.Message
}
