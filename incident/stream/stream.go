// Package stream holds what every kind of stream shares: the records that are
// its past, the deliveries that its records ask for, the words they carry, and
// the rules by which a kind decides.
//
// A stream is one thing that lasts (an incident, an alert rule, a change) and
// is nothing but its records, in order, from 1. Whoever folds the same records
// gets the same state. Nothing in this package or in a kind's package looks at
// a clock, a file or a network: time and facts arrive with the command.
package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrRefused is wrapped by every refusal that a person should read: the text
// says what was wrong and what to do. Anything else that Decide returns is a
// defect.
var ErrRefused = errors.New("refused")

// refusal carries its sentence alone: Error has no prefix, so that a face can
// show it as it is.
type refusal struct{ sentence string }

func (r refusal) Error() string { return r.sentence }
func (r refusal) Unwrap() error { return ErrRefused }

// Refuse returns an error that wraps ErrRefused and reads as the sentence.
func Refuse(format string, args ...any) error {
	return refusal{fmt.Sprintf(format, args...)}
}

// ID names a stream. Workspace is our own name of the tenant, never a
// vendor's. No part may be empty or contain a slash.
type ID struct {
	Workspace, Kind, Name string
}

// String gives "workspace/kind/name".
func (id ID) String() string { return id.Workspace + "/" + id.Kind + "/" + id.Name }

// Of names another stream of the same workspace.
func (id ID) Of(kind, name string) ID { return ID{id.Workspace, kind, name} }

// MarshalText writes an ID as String does, and no ID as nothing.
func (id ID) MarshalText() ([]byte, error) {
	if id == (ID{}) {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) (err error) {
	*id = ID{}
	if len(b) > 0 {
		*id, err = ParseID(string(b))
	}
	return err
}

// ParseID reads what String wrote.
func ParseID(s string) (ID, error) {
	p := strings.Split(s, "/")
	if len(p) != 3 || p[0] == "" || p[1] == "" || p[2] == "" {
		return ID{}, fmt.Errorf("stream id %q is not workspace/kind/name", s)
	}
	return ID{p[0], p[1], p[2]}, nil
}

// Actor is who acted. Roles are the roles and groups as the face looked them
// up: recorded, so that a replay asks nobody. A machine has an ID that starts
// with "drumbeat:" or "alert:" and no Name.
type Actor struct {
	ID    string   `json:"id"`
	Name  string   `json:"name,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

// Machine reports whether nobody typed: a timer, an alert, a receipt.
func (a Actor) Machine() bool {
	return strings.HasPrefix(a.ID, "drumbeat:") || strings.HasPrefix(a.ID, "alert:")
}

// String gives the name to show, the ID where there is none.
func (a Actor) String() string {
	if a.Name != "" {
		return a.Name
	}
	return a.ID
}

// Meta is what a command and its records have in common. Key names the intent,
// once per workspace; empty means that it need not be unique. At never goes
// back within a stream.
type Meta struct {
	At  time.Time `json:"at"`
	By  Actor     `json:"by"`
	Key string    `json:"key,omitempty"`
}

// Record is one fact of a stream as it is stored: a store never decodes Data.
// Seq counts from 1 without gaps.
type Record struct {
	Stream ID
	Seq    int
	Meta
	Kind string
	Data json.RawMessage
}

// Summary is what lists show of a stream without loading it. Rev is given by
// the store: it grows with every commit of the workspace. At places the stream
// in time (an incident's declaration, a change's start) and stays the same.
// Tags are "name:value", e.g. "channel:C1", "service:api".
type Summary struct {
	Stream ID
	Seq    int
	Rev    int64
	At     time.Time
	Open   bool
	Tags   []string
	Data   json.RawMessage
}

// Rules is what a kind of stream is: pure, total, deterministic.
type Rules[S, C any] interface {
	// Decide says which records a command makes of a state. A person's
	// command may be refused (ErrRefused with a sentence); a machine's never
	// is: one that is no longer due decides nothing. The records come back
	// with Kind and Data; the caller gives Stream, Seq and Meta.
	Decide(S, C, Meta) ([]Record, error)
	// Apply folds one record. A kind it does not know is an opaque line:
	// kept, shown, without effect. An error is damage, and loading stops.
	Apply(S, Record) (S, error)
	// React says what a record asks of the outside, given the state just
	// after it. It cannot fail.
	React(S, Record) []Delivery
	// Summarize gives the stream's line for lists; Stream, Seq and Rev are
	// the caller's and the store's to fill.
	Summarize(S) Summary
}
