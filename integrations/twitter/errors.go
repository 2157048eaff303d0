package twitter

import (
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"drumbeat/integrations"
)

// refusal reads what X says about a request that it did not carry out.
func refusal(resp *http.Response, detail string, hide *strings.Replacer) *failure {
	f := &failure{status: resp.StatusCode, detail: hide.Replace(detail)}
	if len(f.detail) > 300 {
		f.detail = strings.ToValidUTF8(f.detail[:300], "") + "…"
	}
	if unix, err := strconv.ParseInt(resp.Header.Get("x-rate-limit-reset"), 10, 64); err == nil {
		f.wait = time.Until(time.Unix(unix, 0))
	} else if seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
		f.wait = time.Duration(seconds) * time.Second
	}
	f.wait = min(max(0, f.wait), 15*time.Minute) // X's longest window for posts
	return f
}

// kind marks an error as the sender's contract wants it.
func kind(err error) error {
	var f *failure
	if errors.As(err, &f) {
		switch {
		case f.status == http.StatusTooManyRequests:
			return integrations.RetryAfter(err, f.wait)
		case f.status == http.StatusRequestTimeout || f.status >= 500 || f.status < 300:
			return err
		}
		return integrations.Permanent(err)
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return integrations.RetryAfter(fmt.Errorf("x cannot be reached: %w", err), 0)
	}
	return err
}

// calling wraps the connection's error, without the address that was called.
func calling(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("calling x: %w", err)
}

// same reports whether X shows text as shown: it escapes &, < and >, normalizes, trims, and replaces links.
func same(shown, text string) bool { return bare(html.UnescapeString(shown)) == bare(text) }

func bare(text string) string {
	text = norm.NFC.String(text)
	var b strings.Builder
	at := 0
	for _, l := range findLinks(text) {
		b.WriteString(text[at:l.start])
		b.WriteString("\x00") // whatever the link is
		at = l.end
	}
	b.WriteString(text[at:])
	return strings.Join(strings.Fields(b.String()), " ")
}
