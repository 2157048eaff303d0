package email

import (
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/wneessen/go-mail"

	"drumbeat/incident/stream"
)

// referenceShape is a Message-ID that can stand in a header.
var referenceShape = regexp.MustCompile(`^[\w.+-]+@[\w.-]+$`)

// compose makes the mail: plain text, and HTML that says the same.
func (e *Email) compose(d stream.Delivery, id string, to []string) (*mail.Msg, error) {
	words := tidy(d.Words)
	if len(words.Paragraphs) == 0 && words.Title == "" {
		return nil, errors.New("email: there are no words to send")
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(e.config.From); err != nil {
		return nil, fmt.Errorf("email: the sender: %w", err)
	}
	if d.Action == "publish" {
		msg.SetGenHeaderPreformatted("To", "undisclosed-recipients:;")
	} else if err := msg.To(to...); err != nil {
		return nil, errors.New("email: the address is not one such as ann@acme.example")
	}
	msg.Subject(subject(d, words))
	msg.SetMessageIDWithValue(id)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	if ref := d.Args["ref"]; referenceShape.MatchString(ref) {
		msg.SetGenHeader(mail.HeaderInReplyTo, "<"+ref+">")
		msg.SetGenHeader(mail.HeaderReferences, "<"+ref+">")
	}
	page := view{Message: words, Link: d.Args["link"]}
	if page.Link == "" {
		page.Link = words.Link
	}
	var html strings.Builder
	if err := body.Execute(&html, page); err != nil {
		return nil, fmt.Errorf("email: drawing the mail: %w", err)
	}
	msg.SetBodyString(mail.TypeTextPlain, page.text())
	msg.AddAlternativeString(mail.TypeTextHTML, html.String())
	return msg, nil
}

// tidy copies the words without what a mail cannot hold.
func tidy(words *stream.Message) stream.Message {
	var m stream.Message
	if words == nil {
		return m
	}
	m.Title, m.Footer, m.Link = line(words.Title), clean(words.Footer), line(words.Link)
	for _, p := range words.Paragraphs {
		if p = clean(p); p != "" {
			m.Paragraphs = append(m.Paragraphs, p)
		}
	}
	for _, f := range words.Fields {
		m.Fields = append(m.Fields, stream.Field{Name: line(f.Name), Value: clean(f.Value)})
	}
	for _, b := range words.Buttons {
		if b.URL != "" {
			m.Buttons = append(m.Buttons, stream.Button{Text: line(b.Text), URL: line(b.URL)})
		}
	}
	return m
}

func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// line makes one line, as a header needs.
func line(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

// maxSubject keeps a subject to what a list of mails shows, and more.
const maxSubject = 150

// subject is "[Investigating] People cannot save" for customers and "SEV1 INC-42: People cannot save" for the paged.
func subject(d stream.Delivery, words stream.Message) string {
	title := about(d, words)
	if r := []rune(title); len(r) > maxSubject {
		title = string(r[:maxSubject-1]) + "…"
	}
	return title
}

// about is the subject, however long.
func about(d stream.Delivery, words stream.Message) string {
	title := words.Title
	if title == "" {
		title = line(d.Args["title"])
	}
	if title == "" && len(words.Paragraphs) > 0 {
		title = line(words.Paragraphs[0])
	}
	if d.Action == "publish" {
		if phase := line(d.Args["phase"]); phase != "" {
			title = "[" + strings.ToUpper(phase[:1]) + phase[1:] + "] " + title
		}
	} else if about := line(d.Args["severity"] + " " + d.Args["incident"]); about != "" && !strings.Contains(title, about) {
		title = about + ": " + title
	}
	return title
}

// view is what the mail shows. Buttons are those with an address: a mail cannot carry a command back.
type view struct {
	stream.Message
	Link string
}

func (v view) text() string {
	parts := append([]string{}, v.Paragraphs...)
	if len(parts) == 0 {
		parts = []string{v.Title}
	}
	var fields []string
	for _, f := range v.Fields {
		fields = append(fields, f.Name+": "+f.Value)
	}
	if len(fields) > 0 {
		parts = append(parts, strings.Join(fields, "\n"))
	}
	for _, b := range v.Buttons {
		parts = append(parts, b.Text+": "+b.URL)
	}
	for _, s := range []string{v.Link, v.Footer} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

var body = template.Must(template.New("mail").Parse(`<!doctype html>
<html><body style="font-family:sans-serif;line-height:1.5;max-width:40em">
{{- if .Title}}<h1 style="font-size:1.2em">{{.Title}}</h1>{{end}}
{{range .Paragraphs}}<p style="white-space:pre-line">{{.}}</p>
{{end}}
{{- if .Fields}}<p>{{range .Fields}}<strong>{{.Name}}:</strong> {{.Value}}<br>{{end}}</p>{{end}}
{{- range .Buttons}}<p><a href="{{.URL}}">{{.Text}}</a></p>{{end}}
{{- with .Link}}<p><a href="{{.}}">{{.}}</a></p>{{end}}
{{- with .Footer}}<p style="font-size:.85em">{{.}}</p>{{end}}
</body></html>
`))
