package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"drumbeat/integrations"
)

// patience is how long the server may take for all of a mail when the context names no end.
const patience = 30 * time.Second

// dial connects and signs in. The connection ends with ctx; done ends it before.
func (e *Email) dial(ctx context.Context) (client *smtp.Client, done func(), err error) {
	wait := patience
	if end, ok := ctx.Deadline(); ok {
		wait = max(time.Millisecond, time.Until(end))
	}
	done = func() {}
	open := func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		done = func() {
			stop()
			_ = conn.Close()
		}
		if e.config.TLS == "implicit" {
			return tls.Client(conn, &tls.Config{ServerName: e.config.Host, MinVersion: tls.VersionTLS12}), nil
		}
		return conn, nil
	}
	c, err := mail.NewClient(e.config.Host,
		append(e.signIn(), mail.WithPort(e.config.Port), mail.WithTimeout(wait), mail.WithDialContextFunc(open))...)
	if err != nil {
		return nil, nil, integrations.Permanent(fmt.Errorf("email: setting up the connection: %w", err))
	}
	client, err = c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		done()
		return nil, nil, e.before("connecting to the mail server", err)
	}
	return client, done, nil
}

// signIn gives the options of TLS and password. Without TLS the password travels in the clear: "none" says so.
func (e *Email) signIn() []mail.Option {
	policy, plain, login := mail.TLSMandatory, mail.SMTPAuthPlain, mail.SMTPAuthLogin
	switch e.config.TLS {
	case "none":
		policy, plain, login = mail.NoTLS, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc
	case "implicit":
		policy = mail.NoTLS // the connection has it already
	}
	options := []mail.Option{mail.WithTLSPolicy(policy)}
	if e.config.Username != "" {
		options = append(options, mail.WithUsername(e.config.Username), mail.WithPassword(e.config.Password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, plain, login, mail.SMTPAuthCramMD5))
	}
	return options
}

// transmit hands the mail over and gives the addresses that the server refused for good.
func (e *Email) transmit(ctx context.Context, msg *mail.Msg, to []string) (rejected []string, err error) {
	client, done, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	from, err := msg.GetSender(false)
	if err != nil {
		return nil, integrations.Permanent(fmt.Errorf("email: the sender: %w", err))
	}
	if err := client.Mail(from); err != nil {
		return nil, e.before("naming the sender", err)
	}
	for _, address := range to {
		err := client.Rcpt(address)
		if code := reply(err); code >= 500 && len(to) > 1 {
			rejected = append(rejected, address)
		} else if err != nil {
			return nil, e.before("naming the recipient", err)
		}
	}
	if len(rejected) == len(to) {
		return nil, integrations.Permanent(fmt.Errorf("email: the server refuses all %d addresses", len(to)))
	}
	w, err := client.Data()
	if err != nil {
		return nil, e.before("starting the text", err)
	}
	if _, err := msg.WriteTo(w); err != nil {
		return nil, e.after(err) // w stays open: a half text must not be ended
	}
	if err := w.Close(); err != nil {
		return nil, e.after(err)
	}
	_ = client.Quit() // the mail is taken; how the server says good-bye changes nothing
	return rejected, nil
}

// reply is the server's three digits, 0 when it said nothing.
func reply(err error) int {
	var said *textproto.Error
	if errors.As(err, &said) {
		return said.Code
	}
	return 0
}

// before marks an error of the time when nothing could have arrived.
func (e *Email) before(what string, err error) error {
	hidden := e.hidden(what, err)
	if reply(err) >= 500 {
		return integrations.Permanent(hidden)
	}
	return integrations.RetryAfter(hidden, 0)
}

// after marks an error of the time when the text was under way: only the server's own word settles it.
func (e *Email) after(err error) error {
	hidden := e.hidden("handing over the text", err)
	switch code := reply(err); {
	case code >= 500:
		return integrations.Permanent(hidden)
	case code >= 400:
		return integrations.RetryAfter(hidden, 0)
	}
	return hidden
}

// hidden puts an error into words without the password. It keeps no chain: the server may have repeated it.
func (e *Email) hidden(what string, err error) error {
	text := []rune(line(e.hide.Replace(err.Error())))
	return fmt.Errorf("email: %s: %s", what, string(text[:min(len(text), 300)]))
}
