package integrations

import (
	"context"
	"errors"
	"net/http"
)

// Level says how bad a Finding is.
type Level string

// The levels of a Finding: all is well; it works, and not as it should; it does
// not work.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Failure Level = "failure"
)

// Finding is one thing that was looked at: a line of `drumbeat check`, and of
// what the operator is told.
type Finding struct {
	Level Level `json:"level"`
	// Subject is what was looked at, in the words of the configuration:
	// "slack.bot_token", "store", "people.maya".
	Subject string `json:"subject"`
	// Text says what is; Remedy what to do about it, and is empty where all is
	// well. Neither holds a secret.
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// Prober is a Sender that can look, by the cheapest calls that change nothing,
// whether it would work: its credential, its rights, what it points to. It never
// fails: what could not be found out is a Finding.
type Prober interface {
	Probe(ctx context.Context) []Finding
}

// Remedies say what the operator does about an answer of a far end, by HTTP
// status: the key of the configuration that it is about, and what to do.
type Remedies map[int][2]string

// Refused makes the Finding of a probe whose call failed. An answer with a
// remedy is its key's; all else is the far end's own trouble, or the way there,
// and subject's.
func Refused(subject string, err error, known Remedies) Finding {
	f := Finding{Level: Failure, Subject: subject, Text: err.Error()}
	var answer interface{ HTTPStatus() int }
	status := 0
	if errors.As(err, &answer) {
		status = answer.HTTPStatus()
	}
	switch r, ok := known[status]; {
	case ok:
		f.Subject, f.Remedy = r[0], r[1]
	case status == http.StatusTooManyRequests || status == statusCalm:
		f.Level, f.Remedy = Warning, "It is asked too often at the moment: check again in a minute."
	case status >= http.StatusInternalServerError:
		f.Remedy = "The trouble is its own: see its status page. Deliveries wait and are tried again."
	case status != 0:
		f.Remedy = "See what it says, and whether base_url is right."
	default:
		f.Remedy = "See whether this machine reaches it: DNS, firewall, HTTPS_PROXY, and base_url where it is set."
	}
	return f
}
