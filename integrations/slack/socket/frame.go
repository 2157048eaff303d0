package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Envelope is something that happened in Slack.
type Envelope struct {
	// ID names the envelope, and acknowledges it. What it brings can come again in
	// another one: the payload has an identity of its own.
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"` // "slash_commands", "interactive", "events_api", …
	Payload json.RawMessage `json:"payload"`
	// Accepts: Slack takes an answer with the acknowledgement.
	Accepts bool `json:"accepts_response_payload"`
}

// Answer is what came of an envelope.
type Answer struct {
	// Body, JSON of less than MaxAck bytes in all, goes with the acknowledgement;
	// it is left out where the envelope does not accept one.
	Body json.RawMessage
	// Then, if any, runs when the acknowledgement has left.
	Then func(context.Context)
}

// Frame is one message of Slack's: an envelope, or what it says of the
// connection.
type Frame struct {
	Envelope
	// Reason is why Slack disconnects: "warning", "refresh_requested",
	// "link_disabled", "too_many_websockets", …
	Reason string `json:"reason"`
}

// Parse reads one message. Whatever has an ID wants to be acknowledged.
func Parse(text []byte) (Frame, error) {
	var f Frame
	switch err := json.Unmarshal(text, &f); {
	case err != nil:
		return Frame{}, fmt.Errorf("not a frame: %w", err)
	case f.Type == "":
		return Frame{}, errors.New("a frame without a type")
	}
	return f, nil
}

// farewell says whether Slack's reason to disconnect is a failure.
func farewell(reason string) error {
	switch reason {
	case "warning", "refresh_requested", "":
		return nil
	case "link_disabled":
		return errors.New("link_disabled: Socket Mode is turned off; turn it on in the app's settings at Slack")
	case "too_many_websockets":
		return errors.New("too_many_websockets: Slack allows an app ten connections; each process of the bot holds two")
	}
	return fmt.Errorf("slack disconnects: %.80q", reason)
}

// acknowledgement is the answer to an envelope, on the wire.
type acknowledgement struct {
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload,omitempty"`
}
