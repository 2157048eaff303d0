package stream

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Delivery is one act on the outside. Its content is complete: sending it needs
// no look-up, and what was decided is what is sent.
type Delivery struct {
	// ID is "<workspace>/<kind>/<name>/<seq>/<step>": the record that asked
	// for it and the step that it is. It is also the far end's idempotency
	// key, the same at every attempt.
	ID     string
	Stream ID
	// To is the far end ("slack", "twitter", …). "bot" hands a command to a
	// stream (see CommandArgs). Empty only withdraws what waits in Slot.
	To     string
	Action string
	Args   map[string]string `json:",omitempty"`
	Words  *Message          `json:",omitempty"`
	// About is what the delivery stands for in its stream ("room",
	// "update/3/twitter"): its outcome carries it back (Settled), so that a
	// fold knows what arrived without knowing the step.
	About string `json:",omitempty"`
	// Lane: the deliveries of one lane of a workspace leave in the order of
	// their commits, one in flight. Empty means no order.
	Lane string `json:",omitempty"`
	// Slot: at most one unsent delivery per stream and slot. A new one
	// replaces it, taking its place in the lane and its NotBefore when that
	// is earlier; one in flight or in doubt stays before it.
	Slot string `json:",omitempty"`
	// NotBefore: not sent earlier. Such a delivery has no Lane.
	NotBefore time.Time `json:",omitzero"`
	// NotAfter: not sent later; it is given up then, and that is an event.
	NotAfter time.Time `json:",omitzero"`
	// Urgent deliveries are claimed first.
	Urgent bool `json:",omitempty"`
	// Quiet ones leave no record when they succeed.
	Quiet bool `json:",omitempty"`
	// Public marks words for customers: the sender asks for the far end's
	// mode and for holds at the last moment.
	Public bool `json:",omitempty"`
}

// DeliveryID names the delivery that a step asks for upon a record.
func DeliveryID(r Record, step string) string {
	return r.Stream.String() + "/" + strconv.Itoa(r.Seq) + "/" + step
}

// Origin takes a delivery's ID apart: the stream, the record and the step that
// asked for it.
func Origin(deliveryID string) (id ID, seq int, step string, err error) {
	p := strings.SplitN(deliveryID, "/", 5)
	if len(p) != 5 {
		return ID{}, 0, "", fmt.Errorf("delivery id %q is not workspace/kind/name/seq/step", deliveryID)
	}
	seq, err = strconv.Atoi(p[3])
	if err != nil {
		return ID{}, 0, "", fmt.Errorf("delivery id %q: %w", deliveryID, err)
	}
	return ID{p[0], p[1], p[2]}, seq, p[4], nil
}

// Bot is the far end that is ourselves: a delivery to it is a command, for
// later or for another stream.
const Bot = "bot"

// The Args of a delivery to Bot; its Action is the command's name.
const (
	ArgStream = "stream" // the stream that the command is for, as ID.String
	ArgData   = "data"   // the command, as JSON
)

// CommandTo makes the delivery that hands the command of that name, encoded as
// JSON, to a stream. Set NotBefore to make it a reminder.
func CommandTo(id string, from, to ID, name string, data []byte) Delivery {
	return Delivery{ID: id, Stream: from, To: Bot, Action: name, Quiet: true,
		Args: map[string]string{ArgStream: to.String(), ArgData: string(data)}}
}
