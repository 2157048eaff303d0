package incident

import (
	"reflect"

	"drumbeat/incident/stream"
)

// events are all that can happen to an incident, by the record's Kind.
var events = stream.Table[Event]{
	"declared":           stream.As[Declared, Event],
	"signed":             stream.As[Signed, Event],
	"confirmed":          stream.As[Confirmed, Event],
	"confirmation-asked": stream.As[ConfirmationAsked, Event],
	"severity":           stream.As[SeverityChanged, Event],
	"scope":              stream.As[ScopeChanged, Event],
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
	"resolve-offered":    stream.As[ResolveOffered, Event],
	"playbook":           stream.As[PlaybookTaken, Event],
	"playbook-offered":   stream.As[PlaybookOffered, Event],
	"playbook-stayed":    stream.As[PlaybookStayed, Event],
	"alert-judged":       stream.As[AlertJudged, Event],
	"chased":             stream.As[Chased, Event],
	"archive-told":       stream.As[ArchiveTold, Event],
	"archived":           stream.As[Archived, Event],
	"words-wanted":       stream.As[WordsWanted, Event],
	"lead-checked":       stream.As[LeadChecked, Event],
	"watched":            stream.As[Watched, Event],
}.WithSettled(func(s stream.Settled) Event { return Settled{s} })

var kinds = events.Kinds()

// kind is the Kind of an event's record.
func kind(e Event) string {
	if settled, ok := e.(Settled); ok {
		return settled.Result
	}
	return kinds[reflect.TypeOf(e)]
}

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
	"offer-resolve":    stream.As[OfferResolve, Command],
	"choose":           stream.As[Choose, Command],
	"chase":            stream.As[Chase, Command],
	"archive":          stream.As[Archive, Command],
	"check-lead":       stream.As[CheckLead, Command],
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	return commands.Command("an incident", name, data)
}
