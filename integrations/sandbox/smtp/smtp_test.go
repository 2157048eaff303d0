package smtp_test

import (
	"encoding/json"
	"errors"
	"net"
	"net/http/httptest"
	netsmtp "net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/wneessen/go-mail"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/smtp"
)

func start(t *testing.T, c smtp.Config) (*smtp.Server, string) {
	t.Helper()
	s := smtp.New(c)
	addr, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s, addr.String()
}

const sample = "From: Acme <status@acme.example>\r\nTo: ann@example.com\r\nSubject: =?UTF-8?q?Gel=C3=B6st?=\r\n" +
	"Date: Sat, 01 Aug 2026 10:00:00 +0000\r\nMessage-ID: <d1@acme.example>\r\n\r\nAll is well.\r\n"

// send speaks SMTP by hand and gives the reply's code: 0 when the connection broke.
func send(addr string, auth netsmtp.Auth, message string, to ...string) int {
	err := func() error {
		c, err := netsmtp.Dial(addr)
		if err != nil {
			return err
		}
		defer c.Close()
		if auth != nil {
			if err := c.Auth(auth); err != nil {
				return err
			}
		}
		if err := c.Mail("status@acme.example"); err != nil {
			return err
		}
		for _, r := range to {
			if err := c.Rcpt(r); err != nil {
				return err
			}
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(message)); err != nil {
			return err
		}
		return w.Close()
	}()
	var reply *textproto.Error
	switch {
	case err == nil:
		return 250
	case errors.As(err, &reply):
		return reply.Code
	}
	return 0
}

func TestAMailOfALibraryIsRead(t *testing.T) {
	t.Parallel()
	s, addr := start(t, smtp.Config{Username: "bot", Password: "s3cret"})
	host, port, _ := net.SplitHostPort(addr)
	m := mail.NewMsg()
	if err := errors.Join(m.From("Acme Störung <status@acme.example>"), m.To("ann@example.com", "ben@example.com")); err != nil {
		t.Fatal(err)
	}
	m.Subject("Saving fails – Größe")
	m.SetMessageIDWithValue("d1@acme.example")
	m.SetDate()
	m.SetBodyString(mail.TypeTextPlain, "Some people cannot save. "+strings.Repeat("ü", 500))
	m.AddAlternativeString(mail.TypeTextHTML, "<p>Some people cannot save.</p>")
	var number int
	if err := json.Unmarshal([]byte(port), &number); err != nil {
		t.Fatal(err)
	}
	c, err := mail.NewClient(host, mail.WithPort(number), mail.WithTLSPolicy(mail.NoTLS),
		mail.WithSMTPAuth(mail.SMTPAuthPlainNoEnc), mail.WithUsername("bot"), mail.WithPassword("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.DialAndSendWithContext(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := s.Messages()
	if len(got) != 1 {
		t.Fatalf("got %d mails", len(got))
	}
	g := got[0]
	if diff := cmp.Diff([]string{"ann@example.com", "ben@example.com"}, g.To); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
	if g.From != "status@acme.example" || g.MessageID != "d1@acme.example" || g.Subject != "Saving fails – Größe" ||
		!strings.HasPrefix(g.Text, "Some people cannot save. üüü") || g.HTML != "<p>Some people cannot save.</p>" ||
		!strings.Contains(g.Headers["From"][0], "Störung") {
		t.Errorf("got %+v", g)
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	s, addr := start(t, smtp.Config{Username: "bot", Password: "s3cret"})
	for _, c := range []struct {
		auth netsmtp.Auth
		want int
	}{
		{nil, 502},
		{netsmtp.PlainAuth("", "bot", "nope", "127.0.0.1"), 535},
		{netsmtp.PlainAuth("", "eve", "s3cret", "127.0.0.1"), 535},
		{netsmtp.PlainAuth("eve", "bot", "s3cret", "127.0.0.1"), 535},
		{netsmtp.PlainAuth("", "bot", "s3cret", "127.0.0.1"), 250},
	} {
		if got := send(addr, c.auth, sample, "ann@example.com"); got != c.want {
			t.Errorf("%+v: got %d, want %d", c.auth, got, c.want)
		}
	}
	if n := len(s.Messages()); n != 1 {
		t.Errorf("got %d mails, want 1", n)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault      sandbox.Fault
		want, kept int
	}{
		{sandbox.Fault{}, 250, 1},
		{sandbox.Fault{Match: "RCPT ann@", Status: 450}, 450, 0},
		{sandbox.Fault{Match: "RCPT ann@", Status: 550, Body: "no\r\nsuch user"}, 550, 0},
		{sandbox.Fault{Match: "RCPT ben@", Status: 550}, 250, 1},
		{sandbox.Fault{Match: "MAIL ", Status: 421}, 421, 0},
		{sandbox.Fault{Match: "EHLO ", Status: 421}, 421, 0},
		{sandbox.Fault{Match: "DATA ", Status: 451}, 451, 0},
		{sandbox.Fault{Match: "DATA ", Status: 451, Effect: true}, 451, 1},
		{sandbox.Fault{Match: "DATA ", LoseAnswer: true}, 0, 1},
		{sandbox.Fault{Match: "DATA ", Reset: true}, 0, 0},
		{sandbox.Fault{Match: "DATA ", Delay: 1}, 250, 1},
	} {
		s, addr := start(t, smtp.Config{})
		if c.fault.Match != "" {
			s.Add(c.fault)
		}
		if got := send(addr, nil, sample, "ann@example.com"); got != c.want {
			t.Errorf("%+v: got %d, want %d", c.fault, got, c.want)
		}
		if got := len(s.Messages()); got != c.kept {
			t.Errorf("%+v: %d mails kept, want %d", c.fault, got, c.kept)
		}
	}
}

func TestControlAndDuplicates(t *testing.T) {
	t.Parallel()
	s, addr := start(t, smtp.Config{})
	for _, to := range [][]string{{"ann@example.com"}, {"ben@example.com"}, {"ben@example.com", "Ann@example.com"}} {
		if got := send(addr, nil, sample, to...); got != 250 {
			t.Fatalf("got %d", got)
		}
	}
	if got := s.Duplicates(); got != 2 {
		t.Errorf("duplicates: got %d, want 2", got)
	}
	ask := func(method, path, body string) string {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w.Body.String()
	}
	var ledger struct {
		Messages   []smtp.Message
		Duplicates int
	}
	if err := json.Unmarshal([]byte(ask("GET", "/_ledger", "")), &ledger); err != nil || len(ledger.Messages) != 3 || ledger.Duplicates != 2 || ledger.Messages[0].Subject != "Gelöst" {
		t.Errorf("got %+v: %v", ledger, err)
	}
	if got := ask("GET", "/_requests?last=1", ""); !strings.Contains(got, `"method":"DATA","path":"ben@example.com,Ann@example.com","status":250,"applied":true`) {
		t.Errorf("got %s", got)
	}
	ask("POST", "/_faults", `{"match":"RCPT ","status":452,"count":1}`)
	if got := send(addr, nil, sample, "ann@example.com"); got != 452 {
		t.Errorf("armed over HTTP: got %d", got)
	}
	ask("DELETE", "/_ledger", "")
	if got := len(s.Messages()); got != 0 {
		t.Errorf("%d mails after emptying", got)
	}
}

func TestMailsThatAreRefused(t *testing.T) {
	t.Parallel()
	s, addr := start(t, smtp.Config{})
	for name, message := range map[string]string{
		"no Message-ID":      strings.Replace(sample, "Message-ID:", "X-ID:", 1),
		"two Message-IDs":    "Message-ID: <a@b>\r\n" + sample,
		"no Date":            strings.Replace(sample, "Date:", "X-Date:", 1),
		"unreadable Date":    strings.Replace(sample, "Sat, 01 Aug 2026", "soon", 1),
		"no From":            strings.Replace(sample, "From:", "X-From:", 1),
		"raw header":         strings.Replace(sample, "Acme", "Größe", 1),
		"long line":          sample + strings.Repeat("a", 999),
		"unknown content":    strings.Replace(sample, "Subject:", "Content-Type: ;\r\nSubject:", 1),
		"not UTF-8":          sample + "\xff",
		"broken base64":      strings.Replace(sample, "Subject:", "Content-Transfer-Encoding: base64\r\nSubject:", 1),
		"parts without ends": strings.Replace(sample, "Subject:", "Content-Type: multipart/mixed; boundary=x\r\nSubject:", 1),
	} {
		if got := send(addr, nil, message, "ann@example.com"); got != 554 {
			t.Errorf("%s: got %d, want 554", name, got)
		}
	}
	if got := send(addr, nil, sample, "not an address"); got == 250 {
		t.Error("a recipient that is no address is taken")
	}
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d mails kept", n)
	}
}

func TestCloseRightAfterListen(t *testing.T) {
	t.Parallel()
	for range 200 {
		s := smtp.New(smtp.Config{})
		addr, err := s.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if got := send(addr.String(), nil, sample, "ann@example.com"); got != 0 {
			t.Errorf("after Close: got %d", got)
		}
	}
}

func TestCloseEndsADelay(t *testing.T) {
	t.Parallel()
	kept := make(chan struct{})
	s := smtp.New(smtp.Config{Now: func() time.Time { close(kept); return time.Now() }}) // asked when a mail is kept
	addr, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var fault sandbox.Fault
	if err := json.Unmarshal([]byte(`{"match":"DATA ","delay":"1h","effect":true}`), &fault); err != nil {
		t.Fatal(err)
	}
	s.Add(fault)
	done := make(chan int)
	go func() { done <- send(addr.String(), nil, sample, "ann@example.com") }()
	<-kept
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-done
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(strings.Replace(sample, "Subject:", "Content-Type: multipart/alternative; boundary=x\r\nSubject:", 1) + "--x\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := smtp.Parse([]byte(raw))
		if err == nil && (len(m.Headers["Message-Id"]) != 1 || !utf8.ValidString(m.Text+m.HTML)) {
			t.Errorf("taken: %+v", m)
		}
	})
}
