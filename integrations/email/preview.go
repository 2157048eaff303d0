package email

import (
	"fmt"
	"strings"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Preview gives the mail's subject and text.
func (e *Email) Preview(d stream.Delivery) words.Drawn {
	m := tidy(d.Words)
	if len(m.Paragraphs) == 0 && m.Title == "" {
		return words.Drawn{Parts: []string{"email: there are no words to send"}}
	}
	page := view{Message: m, Link: d.Args["link"]}
	subject := subject(d, m)
	return words.Drawn{Parts: []string{"Subject: " + subject + "\n\n" + strings.TrimSpace(page.text())},
		Measure: fmt.Sprintf("a subject of %d of %d characters", len([]rune(subject)), maxSubject), Readers: readers(len(e.config.List))}
}

// readers says who is on the list: an address may be a mailing list's.
func readers(n int) string {
	switch n {
	case 0:
		return "nobody: the list is empty"
	case 1:
		return "1 address, and whoever is on it if that is a mailing list"
	}
	return fmt.Sprintf("%d addresses", n)
}

// Measure tells of a title that the subject cuts. Where the first line is the
// subject, all of it stands in the mail.
func (e *Email) Measure(d stream.Delivery) []words.Length {
	m := tidy(d.Words)
	n := len([]rune(about(d, m)))
	if n <= maxSubject || m.Title == "" && d.Args["title"] == "" {
		return nil
	}
	return []words.Length{{Part: "title", Is: n, Most: maxSubject, Unit: "characters of a subject", Then: "it is cut"}}
}
