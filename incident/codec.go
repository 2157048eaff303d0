package incident

import (
	"encoding/json"
	"fmt"

	"drumbeat/incident/stream"
)

// events decode the records of each kind. An old line decodes for ever: fields
// are added, never changed.
var events = map[string]func(json.RawMessage) (Event, error){
	"declared":           decoder[Declared],
	"signed":             decoder[Signed],
	"confirmed":          decoder[Confirmed],
	"confirmation-asked": decoder[ConfirmationAsked],
	"severity":           decoder[SeverityChanged],
	"phase":              decoder[PhaseChanged],
	"role":               decoder[Assigned],
	"joined":             decoder[Joined],
	"note":               decoder[Noted],
	"since":              decoder[StartCorrected],
	"task-added":         decoder[TaskAdded],
	"task-done":          decoder[TaskFinished],
	"hold":               decoder[HoldPlaced],
	"release":            decoder[HoldReleased],
	"merged":             decoder[MergedInto],
	"absorbed":           decoder[Absorbed],
	"paged":              decoder[Paged],
	"acknowledged":       decoder[Acknowledged],
	"ack-seen":           decoder[AckSeen],
	"ack-questioned":     decoder[AckQuestioned],
	"page-exhausted":     decoder[PageExhausted],
	"proposed":           decoder[Proposed],
	"approved":           decoder[Approved],
	"published":          decoder[Published],
	"rejected":           decoder[SentBack],
	"promised":           decoder[Promised],
	"promise-kept":       decoder[PromiseKept],
	"promise-missed":     decoder[PromiseMissed],
	"promise-dropped":    decoder[PromiseDropped],
	"reminded":           decoder[Reminded],
}

func decoder[E Event](data json.RawMessage) (Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// DecodeEvent reads a record's event; nil when its kind is not known here.
func DecodeEvent(r stream.Record) (Event, error) { return decodeEvent(r) }

func decodeEvent(r stream.Record) (Event, error) {
	switch r.Kind {
	case stream.Delivered, stream.Failing, stream.InDoubt, stream.GaveUp, stream.Withheld:
		var s stream.Settled
		if err := json.Unmarshal(r.Data, &s); err != nil {
			return nil, fmt.Errorf("record %s/%d: %w", r.Stream, r.Seq, err)
		}
		s.Result = r.Kind
		return Settled{s}, nil
	}
	decode, ok := events[r.Kind]
	if !ok {
		return nil, nil
	}
	e, err := decode(r.Data)
	if err != nil {
		return nil, fmt.Errorf("record %s/%d (%s): %w", r.Stream, r.Seq, r.Kind, err)
	}
	return e, nil
}

// commands decode what deliveries to the bot carry, by name. People's commands
// are built by the grammar; these are the ones that timers and other streams
// send.
var commands = map[string]func(json.RawMessage) (Command, error){
	"declare":          commandDecoder[Declare],
	"add":              commandDecoder[Add],
	"ask-confirmation": commandDecoder[AskConfirmation],
	"call":             commandDecoder[Call],
	"escalate":         commandDecoder[Escalate],
	"check-ack":        commandDecoder[CheckAck],
	"remind":           commandDecoder[Remind],
	"prepare":          commandDecoder[Prepare],
	"speak":            commandDecoder[Speak],
	"note":             commandDecoder[AddNote],
	"release":          commandDecoder[Release],
	"absorb":           commandDecoder[Absorb],
}

func commandDecoder[C Command](data json.RawMessage) (Command, error) {
	var c C
	err := json.Unmarshal(data, &c)
	return c, err
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	decode, ok := commands[name]
	if !ok {
		return nil, fmt.Errorf("an incident knows no command %q", name)
	}
	c, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("command %q: %w", name, err)
	}
	return c, nil
}
