package integrations

import (
	"context"
	"time"

	"drumbeat/incident/stream"
)

// Request is what a person asked through a face, in the one grammar: Line is
// what would follow the slash command ("declare sev1 people cannot save"). A
// click and a submitted form are lines too.
type Request struct {
	// Key names the intent at the face, so that the same request handed over
	// twice is done once (a retried HTTP call, a form submitted twice). Empty
	// means that the face cannot tell; the bot then takes the same words of
	// the same person at the same place within a minute as one.
	Key  string
	Face string // "slack", "cli", "http", "sms"
	By   stream.Actor
	At   time.Time // when it happened; zero is the bot's now
	Line string
	// Where it was said: a place that belongs to an incident stands for it.
	// IDs are the face's ("C024BE91L" and a message's ts).
	Channel, Thread string
	// Form and Values are set when a form was submitted: Form.ID and
	// Form.Version as it was opened, and the value of each field by name.
	Form    string
	Version int
	Values  map[string]string
	// CanOpen says that the face can open a form now.
	CanOpen bool
}

// Reply answers a Request, to the person alone.
type Reply struct {
	// Words are shown to the person who asked. Nil says nothing (a form that
	// is closed, a click whose message is edited).
	Words *stream.Message
	// Parts, when set, say the same as Words in pieces, for a face that draws a
	// page of its own (Slack's App Home). A part with a Title alone is a heading.
	Parts []*stream.Message
	// Open is a form to be opened; Words then are what is said when it could
	// not be.
	Open *Form
	// Problems keep a submitted form open: what is wrong, by field name.
	Problems map[string]string
	// Refused: Words say why nothing was done. A face may map it (HTTP 422,
	// exit code 1).
	Refused bool
}

// Handler is the bot as a face sees it. It answers within the time of one
// commit; it calls no vendor. An error means that nothing was accepted, and
// reads as a sentence for the person.
type Handler func(ctx context.Context, r Request) (Reply, error)

// Form is a dialogue described once, drawn by each face. Version is the
// incident's Seq that it was opened on; a submit carries it back.
type Form struct {
	ID      string // the command that it completes: "declare", "update"
	Line    string // the line that its submit stands for, without the values: "update public #42"
	Title   string // at most 24 characters (Slack)
	Submit  string // the button's text
	Version int
	Fields  []FormField
}

// FormField is one question of a form.
type FormField struct {
	Name  string
	Label string
	Hint  string
	// Kind: "text", "multiline", "choice", "check" (value "true" or ""), or
	// "note" (Label is shown, nothing is asked).
	Kind     string
	Value    string // what stands there at first
	Required bool
	Max      int // characters; 0 = as many as the face allows
	Choices  []Choice
}

// Choice is one answer of a "choice" field.
type Choice struct{ Value, Label string }

// Problem is one mistake in a configuration: Path is the YAML path of the
// value ("$.twitter.mode"), Text says what is wrong and what to write.
type Problem struct{ Path, Text string }
