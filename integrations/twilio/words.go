package twilio

import (
	"encoding/xml"
	"strings"

	"drumbeat/incident/stream"
)

// maxText is the most that Twilio takes in one message (https://www.twilio.com/docs/errors/21617).
const maxText = 1600

// digits are the answers that a phone can give, by the first word of a button's command.
var digits = map[string]string{"ack": "1", "decline": "2", "join": "3"}

// text is the body of an SMS: the words, then the answers. What is too long is cut from the words, never from the
// answers.
func text(d stream.Delivery) string {
	answers := choices(d)
	room := maxText - len([]rune(answers)) - 1
	words := clean(d.Words.Plain())
	if words == "" {
		words = "Page for " + d.Args["incident"]
	}
	if r := []rune(words); len(r) > room {
		words = string(r[:room-1]) + "…"
	}
	return strings.TrimSpace(words + "\n" + answers)
}

// choices prints the buttons: "Reply 1 On it, 2 Can't", and a line for each address.
func choices(d stream.Delivery) string {
	if d.Words == nil {
		return ""
	}
	var keys, lines []string
	for _, b := range d.Words.Buttons {
		word, _, _ := strings.Cut(b.Command, " ")
		switch key := digits[word]; {
		case key != "":
			keys = append(keys, key+" "+label(b))
		case b.URL != "":
			lines = append(lines, label(b)+": "+b.URL)
		}
	}
	if len(keys) > 0 {
		lines = append([]string{"Reply " + strings.Join(keys, ", ")}, lines...)
	}
	s := strings.Join(lines, "\n")
	if r := []rune(s); len(r) > maxText/2 {
		s = string(r[:maxText/2])
	}
	return s
}

func label(b stream.Button) string { return strings.Join(strings.Fields(clean(b.Text)), " ") }

// clean drops what a phone cannot show.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// twiml is what a call says and asks, or what answers one (https://www.twilio.com/docs/voice/twiml).
type twiml struct {
	XMLName xml.Name `xml:"Response"`
	Message string   `xml:",omitempty"`
	Gather  *gather  `xml:",omitempty"`
	Say     []string `xml:",omitempty"`
}

type gather struct {
	NumDigits int    `xml:"numDigits,attr"`
	Timeout   int    `xml:"timeout,attr"` // seconds
	Action    string `xml:"action,attr"`
	Method    string `xml:"method,attr"`
	Say       []string
}

// maxSpeech keeps a call's instructions well under the 4,000 characters that Twilio takes, escaped and said twice.
const maxSpeech = 600

// speech reads the words, twice, and listens for a key where the words ask something and somebody can take it.
func (t *Twilio) speech(d stream.Delivery) string {
	words := clean(d.Words.Plain())
	if words == "" {
		words = "Page for " + d.Args["incident"]
	}
	if r := []rune(words); len(r) > maxSpeech {
		words = string(r[:maxSpeech])
	}
	var keys []string
	if d.Words != nil {
		for _, b := range d.Words.Buttons {
			word, _, _ := strings.Cut(b.Command, " ")
			if key := digits[word]; key != "" {
				keys = append(keys, "Press "+key+" for "+label(b)+".")
			}
		}
	}
	said := []string{words}
	if len(keys) == 0 || t.config.Answers == "" {
		return twiml{Say: append(said, words)}.String()
	}
	said = append(said, strings.Join(keys, " "))
	return twiml{
		Gather: &gather{NumDigits: 1, Timeout: 10, Action: t.config.Answers, Method: "POST", Say: append(said, said...)},
		Say:    []string{"No key was pressed. Good bye."},
	}.String()
}

// String gives the document.
func (x twiml) String() string {
	raw, err := xml.Marshal(x)
	if err != nil { // text and numbers always encode
		return "<Response></Response>"
	}
	return string(raw)
}
