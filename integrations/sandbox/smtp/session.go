package smtp

import (
	"crypto/subtle"
	"errors"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"drumbeat/integrations/sandbox"
)

// session is one client's connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	known  bool // logged in
	from   string
	to     []string
}

// session begins with the client's greeting.
func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	se := &session{server: s, conn: c, known: s.config.Username == ""}
	return se, se.step("EHLO", c.Hostname(), func() error { return nil })
}

// step lets a command have its effect, unless a fault meets it.
func (se *session) step(verb, path string, effect func() error) (err error) {
	seen := sandbox.Request{Method: verb, Path: path}
	defer func() {
		var reply *smtp.SMTPError
		switch {
		case err == nil:
			seen.Status = 250
		case errors.As(err, &reply) && reply != broken:
			seen.Status = reply.Code
		}
		se.server.Note(seen)
	}()
	fault, met := se.server.Draw(verb, path)
	seen.Fault, seen.Applied = met, !met || fault.Effect || fault.LoseAnswer
	if !met {
		return effect()
	}
	if seen.Applied {
		err = effect()
	}
	select {
	case <-time.After(time.Duration(fault.Delay)):
	case <-se.server.closed:
	}
	switch {
	case fault.Reset || fault.LoseAnswer:
		_ = se.conn.Conn().Close()
		return broken
	case fault.Status != 0:
		return reply(fault.Status, fault.Body)
	case seen.Applied:
		return err
	}
	seen.Applied = true
	return effect()
}

// broken is returned where nobody is left to read it.
var broken = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 4, 2}, Message: "connection broken"}

func reply(code int, text string) error {
	if text == "" {
		text = "refused for the test"
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: strings.Join(strings.Fields(text), " ")}
}

// AuthMechanisms offers PLAIN where an account is configured.
func (se *session) AuthMechanisms() []string {
	if se.server.config.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth checks the one account.
func (se *session) Auth(mech string) (sasl.Server, error) {
	if mech != sasl.Plain || se.server.config.Username == "" {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return sasl.NewPlainServer(func(identity, username, password string) error {
		return se.step("AUTH", "", func() error {
			c := se.server.config
			same := subtle.ConstantTimeCompare([]byte(password), []byte(c.Password)) == 1
			if !same || username != c.Username || identity != "" && identity != username {
				return smtp.ErrAuthFailed
			}
			se.known = true
			return nil
		})
	}), nil
}

// Mail takes the sender.
func (se *session) Mail(from string, _ *smtp.MailOptions) error {
	return se.step("MAIL", from, func() error {
		if !se.known {
			return smtp.ErrAuthRequired
		}
		if _, err := mail.ParseAddress(from); from != "" && err != nil {
			return reply(553, "the sender's address cannot be read")
		}
		se.from = from
		return nil
	})
}

// Rcpt takes a recipient.
func (se *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	return se.step("RCPT", to, func() error {
		if _, err := mail.ParseAddress(to); err != nil {
			return reply(553, "the recipient's address cannot be read")
		}
		se.to = append(se.to, to)
		return nil
	})
}

// Data takes the message.
func (se *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return se.step("DATA", strings.Join(se.to, ","), func() error {
		m, err := Parse(raw)
		if err != nil {
			return reply(554, err.Error())
		}
		m.From, m.To = se.from, append([]string{}, se.to...)
		se.server.keep(m)
		return nil
	})
}

// Reset forgets the message in the making.
func (se *session) Reset() { se.from, se.to = "", nil }

// Logout ends the session.
func (se *session) Logout() error { return nil }
