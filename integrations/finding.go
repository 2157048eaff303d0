package integrations

import "context"

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
