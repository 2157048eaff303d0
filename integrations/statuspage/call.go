package statuspage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"drumbeat/integrations"
)

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
		return integrations.Calling("statuspage", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if resp.StatusCode/100 != 2 {
		return integrations.Answered("statuspage", resp, p.hide.Replace(detail(raw)), maxWait)
	}
	if err != nil {
		return integrations.Calling("statuspage", err)
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) || json.Unmarshal(raw, out) != nil {
		return errors.New("statuspage answers what cannot be read")
	}
	return nil
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
