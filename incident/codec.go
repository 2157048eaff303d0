package incident

import "drumbeat/incident/stream"

// events are all that can happen to an incident, by the record's Kind.
var events = stream.Table[Event]{
	"declared":           stream.As[Declared, Event],
	"signed":             stream.As[Signed, Event],
	"confirmed":          stream.As[Confirmed, Event],
	"confirmation-asked": stream.As[ConfirmationAsked, Event],
	"severity":           stream.As[SeverityChanged, Event],
	"phase":              stream.As[PhaseChanged, Event],
	"role":               stream.As[Assigned, Event],
	"joined":             stream.As[Joined, Event],
	"alive":              stream.As[Alive, Event],
	"note":               stream.As[Noted, Event],
	"since":              stream.As[StartCorrected, Event],
	"task-added":         stream.As[TaskAdded, Event],
	"task-done":          stream.As[TaskFinished, Event],
	"hold":               stream.As[HoldPlaced, Event],
	"release":            stream.As[HoldReleased, Event],
	"merged":             stream.As[MergedInto, Event],
	"absorbed":           stream.As[Absorbed, Event],
	"paged":              stream.As[Paged, Event],
	"acknowledged":       stream.As[Acknowledged, Event],
	"ack-seen":           stream.As[AckSeen, Event],
	"ack-questioned":     stream.As[AckQuestioned, Event],
	"page-exhausted":     stream.As[PageExhausted, Event],
	"proposed":           stream.As[Proposed, Event],
	"approved":           stream.As[Approved, Event],
	"approval-asked":     stream.As[ApprovalAsked, Event],
	"published":          stream.As[Published, Event],
	"rejected":           stream.As[SentBack, Event],
	"promised":           stream.As[Promised, Event],
	"promise-kept":       stream.As[PromiseKept, Event],
	"promise-missed":     stream.As[PromiseMissed, Event],
	"promise-dropped":    stream.As[PromiseDropped, Event],
	"reminded":           stream.As[Reminded, Event],
	"drill-ended":        stream.As[DrillEnded, Event],
	"away":               stream.As[WasAway, Event],
}.WithSettled(func(s stream.Settled) Event { return Settled{s} })

func (Declared) kind() string          { return "declared" }
func (Signed) kind() string            { return "signed" }
func (Confirmed) kind() string         { return "confirmed" }
func (ConfirmationAsked) kind() string { return "confirmation-asked" }
func (SeverityChanged) kind() string   { return "severity" }
func (PhaseChanged) kind() string      { return "phase" }
func (Assigned) kind() string          { return "role" }
func (Joined) kind() string            { return "joined" }
func (Alive) kind() string             { return "alive" }
func (Noted) kind() string             { return "note" }
func (StartCorrected) kind() string    { return "since" }
func (TaskAdded) kind() string         { return "task-added" }
func (TaskFinished) kind() string      { return "task-done" }
func (HoldPlaced) kind() string        { return "hold" }
func (HoldReleased) kind() string      { return "release" }
func (MergedInto) kind() string        { return "merged" }
func (Absorbed) kind() string          { return "absorbed" }
func (Paged) kind() string             { return "paged" }
func (Acknowledged) kind() string      { return "acknowledged" }
func (AckSeen) kind() string           { return "ack-seen" }
func (AckQuestioned) kind() string     { return "ack-questioned" }
func (PageExhausted) kind() string     { return "page-exhausted" }
func (Proposed) kind() string          { return "proposed" }
func (Approved) kind() string          { return "approved" }
func (ApprovalAsked) kind() string     { return "approval-asked" }
func (Published) kind() string         { return "published" }
func (SentBack) kind() string          { return "rejected" }
func (Promised) kind() string          { return "promised" }
func (PromiseKept) kind() string       { return "promise-kept" }
func (PromiseMissed) kind() string     { return "promise-missed" }
func (PromiseDropped) kind() string    { return "promise-dropped" }
func (Reminded) kind() string          { return "reminded" }
func (WasAway) kind() string           { return "away" }
func (DrillEnded) kind() string        { return "drill-ended" }
func (e Settled) kind() string         { return e.Result }

// DecodeEvent reads a record's event; nil when its kind is not known here.
func DecodeEvent(r stream.Record) (Event, error) { return events.Event(r) }

// commands are what deliveries to the bot carry. People's commands are built by
// the grammar; these are the ones that timers and other streams send.
var commands = stream.Table[Command]{
	"declare":          stream.As[Declare, Command],
	"add":              stream.As[Add, Command],
	"ask-confirmation": stream.As[AskConfirmation, Command],
	"ask-approval":     stream.As[AskApproval, Command],
	"call":             stream.As[Call, Command],
	"escalate":         stream.As[Escalate, Command],
	"check-ack":        stream.As[CheckAck, Command],
	"remind":           stream.As[Remind, Command],
	"begin-duty":       stream.As[BeginDuty, Command],
	"prepare":          stream.As[Prepare, Command],
	"speak":            stream.As[Speak, Command],
	"note":             stream.As[AddNote, Command],
	"task":             stream.As[AddTask, Command],
	"release":          stream.As[Release, Command],
	"absorb":           stream.As[Absorb, Command],
	"end-drill":        stream.As[EndDrill, Command],
	"return":           stream.As[Return, Command],
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	return commands.Command("an incident", name, data)
}
