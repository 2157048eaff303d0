package slack

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"drumbeat/integrations"
	"drumbeat/integrations/slack/manifest"
)

// fate is what an answer says about the delivery.
type fate int

const (
	refused fate = iota // surely not applied, and will not be
	later               // surely not applied, and may be later
	unknown             // perhaps applied
)

// refusals are the error names that are not simply a refusal: every other name
// that Slack gives with ok:false was decided before anything was done, and will
// be decided so again (channel_not_found, is_archived, invalid_auth,
// missing_scope, invalid_blocks, …). Source: the errors of each method's page
// at docs.slack.dev/reference/methods.
var refusals = map[string]fate{
	// Too much at once.
	"ratelimited":            later,
	"rate_limited":           later,
	"too_many_requests":      later, // bookmarks.*: too many at the same time
	"message_limit_exceeded": later, // the whole workspace posts too much
	// The workspace or the channel is being moved, and will be back.
	"team_added_to_org":          later,
	"external_channel_migrating": later,
	// Our request arrived cut short, so it was not read.
	"request_timeout": later,
	// Slack says of these that a part may have been done.
	"internal_error":      unknown,
	"fatal_error":         unknown,
	"service_unavailable": unknown,
	"update_failed":       unknown,
}

// missingScope is a right that the workspace did not give. What it switches off
// was told before, by Probe: what only adorns is left out then, and a look-up
// finds nothing.
const missingScope = "missing_scope"

// What does not look like a name or a list of scopes is not repeated: it may
// be anything.
var (
	errorName = regexp.MustCompile(`^[a-z0-9_]{1,80}$`)
	scopes    = regexp.MustCompile(`^[a-z0-9_:.,]{1,200}$`)
)

// errName gives Slack's own name of an error, or nothing.
func errName(err error) string {
	var e api.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err
	}
	return ""
}

// failure turns what the client says into one of the three kinds of errors (and
// no error into none).
func (s *Slack) failure(what string, err error) error {
	var early unsent
	if errors.As(err, &early) {
		err = s.failure(what, early.error)
		if _, retried := integrations.RetryDelay(err); !retried && !integrations.IsPermanent(err) {
			err = integrations.RetryAfter(err, 0)
		}
		return err
	}
	if err == nil || integrations.IsPermanent(err) {
		return err
	}
	var limited *api.RateLimitedError
	var status api.StatusCodeError
	var answer api.SlackErrorResponse
	switch {
	case errors.As(err, &limited):
		return integrations.RetryAfter(fmt.Errorf("slack %s: too many requests", what), limited.RetryAfter)
	case errors.As(err, &status):
		return ofStatus(status.Code, fmt.Errorf("slack %s: HTTP %d", what, status.Code))
	case errors.As(err, &answer):
		return ofName(what, answer)
	}
	var op *net.OpError
	failed := fmt.Errorf("slack %s: %s", what, s.redact(cause(err).Error()))
	if errors.As(err, &op) && op.Op == "dial" {
		return integrations.RetryAfter(failed, 0) // no connection, so no request
	}
	return failed
}

// ofStatus sorts an answer that is not Slack's own form of a refusal.
func ofStatus(code int, err error) error {
	switch {
	case code == http.StatusTooManyRequests:
		return integrations.RetryAfter(err, 0)
	case code >= 500, code == http.StatusRequestTimeout:
		return err
	}
	return integrations.Permanent(err)
}

// ofName sorts an answer with ok:false.
func ofName(what string, answer api.SlackErrorResponse) error {
	err := fmt.Errorf("slack %s: %s", what, answer.Err)
	if answer.Err == missingScope && scopes.MatchString(answer.Needed) {
		err = fmt.Errorf("slack %s: %s: %s", what, answer.Err, manifest.Denied(answer.Needed, answer.Provided))
	}
	switch refusals[answer.Err] {
	case later:
		var wait time.Duration
		if answer.Err == "message_limit_exceeded" {
			wait = time.Minute
		}
		return integrations.RetryAfter(err, wait)
	case unknown:
		return err
	}
	return integrations.Permanent(err)
}

// cause strips the address from a failed request: a response_url is a secret.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (s *Slack) redact(text string) string {
	for _, secret := range []string{s.config.BotToken, s.config.AppToken, s.config.SigningSecret} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
