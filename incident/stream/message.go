package stream

import "strings"

// Message is words as data; every face draws them in its own form. All of it
// is plain text: a face escapes what its form would read as markup, so that
// nothing from outside can mention, link or format.
type Message struct {
	// Title stands first and is set apart (bold, a subject line).
	Title string `json:"title,omitempty"`
	// Mentions are people's IDs at the face (Slack: "U…"), addressed at the
	// head. A face that cannot mention leaves them out.
	Mentions   []string `json:"mentions,omitempty"`
	Paragraphs []string `json:"paragraphs,omitempty"`
	Fields     []Field  `json:"fields,omitempty"`
	Buttons    []Button `json:"buttons,omitempty"`
	// Link is where the reader finds more; a face may show it as it likes.
	Link string `json:"link,omitempty"`
	// Footer is small print.
	Footer string `json:"footer,omitempty"`
}

// Field is one labelled value.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Button is a tap that types: Command is the line that it stands for, as it
// would follow the slash command ("ack #42"). A face without buttons may print
// the commands. Style is "", "primary" or "danger".
type Button struct {
	Text    string `json:"text"`
	Command string `json:"command,omitempty"`
	URL     string `json:"url,omitempty"`
	Style   string `json:"style,omitempty"`
}

// Say makes a message of paragraphs alone.
func Say(paragraphs ...string) *Message { return &Message{Paragraphs: paragraphs} }

// Plain gives the message as text: title, mentions left out, paragraphs,
// fields as "name: value", one to a line, and the footer.
func (m *Message) Plain() string {
	if m == nil {
		return ""
	}
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Title)
	for _, p := range m.Paragraphs {
		add(p)
	}
	for _, f := range m.Fields {
		add(f.Name + ": " + f.Value)
	}
	add(m.Link)
	add(m.Footer)
	return strings.Join(lines, "\n")
}
