package integrations

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// statusCalm is an older status for a rate limit, of Statuspage and of X.
const statusCalm = 420

// mostSaid is how much of a far end's explanation is kept, in characters.
const mostSaid = 300

// Calling sorts the error of an HTTP call that got no answer. Where there was no
// connection, nothing was applied; otherwise the outcome is unknown. The address
// is left out: it may hold a secret.
func Calling(farEnd string, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return RetryAfter(fmt.Errorf("%s cannot be reached: %w", farEnd, err), 0)
	}
	return fmt.Errorf("calling %s: %w", farEnd, err)
}

// Answered sorts an HTTP answer that is no success: a rate limit is tried again
// when the far end asks for it, but within patience; a timeout and its own
// failure leave the outcome unknown; all else is Permanent. detail is what the
// far end says, without secrets.
func Answered(farEnd string, resp *http.Response, detail string, patience time.Duration) error {
	said := farEnd + " answers " + strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+http.StatusText(resp.StatusCode))
	if detail = Line(detail, mostSaid); detail != "" {
		said += ": " + detail
	}
	err := error(answer{resp.StatusCode, said})
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests || code == statusCalm:
		seconds, _ := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
		return RetryAfter(err, min(time.Duration(seconds)*time.Second, patience))
	case code == http.StatusRequestTimeout || code >= 500:
		return err
	}
	return Permanent(err)
}

// answer is an HTTP answer that is no success.
type answer struct {
	status int
	said   string
}

func (a answer) Error() string { return a.said }

// HTTPStatus is the status of the answer.
func (a answer) HTTPStatus() int { return a.status }

// Line makes one line of a text from outside, of at most so many characters.
func Line(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
