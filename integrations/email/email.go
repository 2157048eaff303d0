// Package email sends mail through one SMTP server.
//
// # Once only
//
// SMTP has no key and cannot be asked, so there is no Find. The Message-ID is made of the delivery's ID: a mail that is
// sent again after a crash bears the same one, and many mailboxes show it once. What remains: when the connection breaks
// after the message was written and before the server confirmed it, nobody knows. Words to customers in that state are
// for a person to decide about; a page is better sent again.
//
// # Actions
//
//	publish                 one mail to the configured list, each address in the envelope only
//	page, stand_down, send  one mail to Args address
//
// # Failure
//
// What happens before the text leaves surely had no effect: no connection and 4xx are RetryAfter, 5xx is Permanent.
// After that a 4xx or 5xx still says that the server did not take it; anything else leaves the outcome unknown. An
// address of the list that the server refuses for good does not keep the others from their mail: Receipt.More has it
// under "rejected".
package email

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is one SMTP account.
type Config struct {
	// Host is the name of the SMTP server: `smtp.example.com`.
	Host string `yaml:"host"`
	// Port is the server's. Left out: `587`, or `465` with `tls: implicit`.
	Port int `yaml:"port"`
	// Username is the account's. Left out: mail is sent without logging in.
	Username string `yaml:"username"`
	// Password is the account's secret; it belongs with `username`. Left out:
	// mail is sent without logging in.
	Password string `yaml:"password"`
	// From is the sender: `Acme Status <status@acme.example>`.
	From string `yaml:"from"`
	// Mode is the one to begin with, for mails to `list`: `off`, `shadow` or
	// `live`. Pages are sent in each. Left out: `shadow`.
	Mode string `yaml:"mode"`
	// List are the addresses that get the words for customers; one of a mailing
	// list is best. Left out: nobody gets them, and that is said.
	List []string `yaml:"list"`
	// TLS is `starttls`, which is then demanded, `implicit`, or `none` for a
	// relay on this machine. Left out: `starttls`.
	TLS string `yaml:"tls"`
}

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, text string) { all = append(all, integrations.Problem{Path: "$.email." + key, Text: text}) }
	if c.Host == "" {
		add("host", "is missing: the name of the SMTP server")
	}
	if c.Port < 0 || c.Port > 65535 {
		add("port", "is not a port: 587, or 465 with tls: implicit")
	}
	if (c.Username == "") != (c.Password == "") {
		add("password", "belongs with username: write both or none")
	}
	if _, err := netmail.ParseAddress(c.From); err != nil {
		add("from", "is not an address such as Acme Status <status@acme.example>")
	}
	if !slices.Contains([]string{"", "off", "shadow", "live"}, c.Mode) {
		add("mode", "write off, shadow or live")
	}
	for i, a := range c.List {
		if !isAddress(a) {
			add("list["+strconv.Itoa(i)+"]", "is not an address such as ann@acme.example")
		}
	}
	if !slices.Contains([]string{"", "starttls", "implicit", "none"}, c.TLS) {
		add("tls", "write starttls, implicit or none")
	}
	return all
}

// isAddress: a bare address, without a name.
func isAddress(s string) bool {
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Address == s && !strings.ContainsAny(s, "\r\n")
}

// Email is the account's sender. It is an integrations.Sender.
type Email struct {
	config Config
	domain string
	hide   *strings.Replacer
}

// New makes the sender. It connects to nobody.
func New(c Config) (*Email, error) {
	if problems := c.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("email: %s: %s", problems[0].Path, problems[0].Text)
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("email: reading the sender: %w", err)
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	if c.Port == 0 {
		c.Port = 587
		if c.TLS == "implicit" {
			c.Port = 465
		}
	}
	hide := strings.NewReplacer()
	if c.Password != "" { // as it is, and as AUTH PLAIN and LOGIN carry it
		b64 := base64.StdEncoding.EncodeToString
		hide = strings.NewReplacer(b64([]byte("\x00"+c.Username+"\x00"+c.Password)), "[hidden]",
			b64([]byte(c.Password)), "[hidden]", c.Password, "[hidden]")
	}
	return &Email{c, domain, hide}, nil
}

// Check knows publish, page, stand_down and send.
func (e *Email) Check(action string, args map[string]string) error {
	switch action {
	case "publish":
		return nil
	case "page", "stand_down", "send":
		if v, ok := args["address"]; ok && !isAddress(v) {
			return errors.New("email: the address is not one such as ann@acme.example")
		}
		return nil
	}
	return fmt.Errorf("email does not know the action %q: publish, page, stand_down or send", action)
}

// Send sends one mail. Receipt.Ref is its Message-ID; an update with Args ref is filed under that mail.
func (e *Email) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	to, err := e.recipients(d)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	id := e.messageID(d.ID)
	msg, err := e.compose(d, id, to)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	rejected, err := e.transmit(ctx, msg, to)
	if err != nil {
		return integrations.Receipt{}, err
	}
	r := integrations.Receipt{Ref: id}
	if len(rejected) > 0 {
		r.More = map[string]string{"rejected": strings.Join(rejected, " ")}
	}
	return r, nil
}

func (e *Email) recipients(d stream.Delivery) ([]string, error) {
	if err := e.Check(d.Action, d.Args); err != nil {
		return nil, err
	}
	if d.Action == "publish" {
		if len(e.config.List) == 0 {
			return nil, errors.New("email: $.email.list is empty: nobody would get the words")
		}
		return e.config.List, nil
	}
	if d.Args["address"] == "" {
		return nil, errors.New("email: there is no address to write to")
	}
	return []string{d.Args["address"]}, nil
}

// messageID names the mail, without the angle brackets. It tells nothing about the incident.
func (e *Email) messageID(delivery string) string {
	sum := sha256.Sum256([]byte(delivery))
	return hex.EncodeToString(sum[:16]) + "@" + e.domain
}
