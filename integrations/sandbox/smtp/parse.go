package smtp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"unicode/utf8"
)

// Parse reads a message, or says why a mail server would not take it.
func Parse(raw []byte) (Message, error) {
	head, _, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		return Message{}, errors.New("no empty line after the headers")
	}
	for _, b := range head {
		if b >= utf8.RuneSelf || b == 0 {
			return Message{}, errors.New("headers are not ASCII")
		}
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 {
			return Message{}, errors.New("a line is longer than 998 octets")
		}
	}
	in, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Message{}, errors.New("the headers cannot be read")
	}
	for _, name := range []string{"From", "Date", "Message-Id"} {
		if len(in.Header[name]) != 1 {
			return Message{}, fmt.Errorf("%d headers %s, want one", len(in.Header[name]), name)
		}
	}
	if _, err := in.Header.Date(); err != nil {
		return Message{}, errors.New("the Date cannot be read")
	}
	if _, err := in.Header.AddressList("From"); err != nil {
		return Message{}, errors.New("the From cannot be read")
	}
	m := Message{MessageID: strings.Trim(in.Header.Get("Message-Id"), "<>"), Headers: map[string][]string{}, Raw: string(raw)}
	for name, values := range in.Header {
		for _, v := range values {
			if plain, err := new(mime.WordDecoder).DecodeHeader(v); err == nil {
				v = plain
			}
			m.Headers[name] = append(m.Headers[name], v)
		}
	}
	m.Subject = strings.Join(m.Headers["Subject"], "")
	return m, m.part(in.Header.Get, in.Body, 0)
}

// part reads one part of a message, and what is within it.
func (m *Message) part(header func(string) string, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if header("Content-Type") == "" {
		kind, err = "text/plain", nil
	}
	if err != nil || depth > 5 {
		return errors.New("a Content-Type cannot be read")
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for n := 0; ; n++ {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) && n > 0 {
				return nil
			}
			if err != nil {
				return errors.New("the parts cannot be read")
			}
			if err := m.part(p.Header.Get, p, depth+1); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(header("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return errors.New("a part cannot be decoded")
	}
	switch kind {
	case "text/plain":
		m.Text += string(text)
	case "text/html":
		m.HTML += string(text)
	default:
		return nil
	}
	if !utf8.Valid(text) {
		return errors.New("a text is not UTF-8")
	}
	return nil
}
