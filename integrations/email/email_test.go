package email_test

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/email"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/smtp"
)

const password = "mail-s3cret"

var list = []string{"ann@acme.example", "bob@acme.example", "eve@acme.example"}

// start runs a mail server and gives a sender that writes to it.
func start(t *testing.T, config smtp.Config) (*smtp.Server, email.Config) {
	t.Helper()
	config.Username, config.Password = "drumbeat", password
	s := smtp.New(config)
	addr, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, email.Config{
		Host: "127.0.0.1", Port: addr.(*net.TCPAddr).Port, Username: "drumbeat", Password: password,
		From: "Acme Status <status@acme.example>", Mode: "live", List: list, TLS: "none",
	}
}

func sender(t *testing.T, c email.Config) *email.Email {
	t.Helper()
	e, err := email.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func delivery(action string, args map[string]string) stream.Delivery {
	all := map[string]string{"incident": "INC-42", "kind": "first", "phase": "investigating", "severity": "SEV1",
		"link": "https://status.acme.example/i/42", "person": "omar", "address": "omar@acme.example"}
	maps.Copy(all, args)
	return stream.Delivery{
		ID: "main/incident/42/7/mail", Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "42"}, To: "email", Action: action, Args: all,
		Words: &stream.Message{Title: "People cannot save", Paragraphs: []string{"We look into <it>.", "Next update by 13:00 UTC."},
			Fields:  []stream.Field{{Name: "Since", Value: "12:30 UTC"}},
			Buttons: []stream.Button{{Text: "Room", URL: "https://drumbeat.example/r/42"}, {Text: "Ack", Command: "ack #42"}},
			Footer:  "You get this because you asked for it."},
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	var samples []integrationtest.Sample
	for _, action := range []string{"page", "stand_down", "send"} {
		samples = append(samples, integrationtest.Sample{Delivery: delivery(action, nil), Needs: []string{"address"},
			Wrong: map[string]string{"address": "Omar <omar@acme.example>"}})
	}
	integrationtest.Run(t, integrationtest.End{
		Start: func(t *testing.T) integrationtest.Far {
			s, c := start(t, smtp.Config{})
			return integrationtest.Far{Sender: sender(t, c), Effects: func() int { return len(s.Messages()) }}
		},
		Samples: append(samples, integrationtest.Sample{Delivery: delivery("publish", nil)}),
		Secrets: []string{password},
	})
}

func TestAMailToCustomers(t *testing.T) {
	t.Parallel()
	s, c := start(t, smtp.Config{})
	e := sender(t, c)
	first, err := e.Send(t.Context(), delivery("publish", nil))
	if err != nil {
		t.Fatal(err)
	}
	got := s.Messages()[0]
	if diff := cmp.Diff(list, slices.Sorted(slices.Values(got.To))); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
	for _, address := range list {
		if strings.Contains(got.Raw, address) {
			t.Errorf("every reader can read %s", address)
		}
	}
	if want := "[Investigating] People cannot save"; got.Subject != want {
		t.Errorf("subject: got %q, want %q", got.Subject, want)
	}
	want := "We look into <it>.\n\nNext update by 13:00 UTC.\n\nSince: 12:30 UTC\n\nRoom: https://drumbeat.example/r/42\n\n" +
		"https://status.acme.example/i/42\n\nYou get this because you asked for it."
	if diff := cmp.Diff(want, strings.TrimSpace(strings.ReplaceAll(got.Text, "\r\n", "\n"))); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	for _, part := range []string{"<h1", "We look into &lt;it&gt;.", `href="https://drumbeat.example/r/42"`, `href="https://status.acme.example/i/42"`} {
		if !strings.Contains(got.HTML, part) {
			t.Errorf("HTML lacks %s:\n%s", part, got.HTML)
		}
	}
	if !strings.HasSuffix(first.Ref, "@acme.example") || strings.Trim(got.MessageID, "<>") != first.Ref {
		t.Errorf("Message-ID: got %q and the receipt %q", got.MessageID, first.Ref)
	}
	later := delivery("publish", map[string]string{"ref": first.Ref, "phase": "resolved"})
	later.ID = "main/incident/42/9/mail"
	if _, err := e.Send(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"In-Reply-To", "References"} {
		if diff := cmp.Diff([]string{"<" + first.Ref + ">"}, s.Messages()[1].Headers[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheSameDeliveryHasTheSameMessageID(t *testing.T) {
	t.Parallel()
	s, c := start(t, smtp.Config{})
	for range 2 { // a restart between
		if _, err := sender(t, c).Send(t.Context(), delivery("page", nil)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Duplicates(); got != 1 {
		t.Errorf("mails that a mailbox can see as one: got %d, want 1", got)
	}
	if got, want := s.Messages()[0].Subject, "SEV1 INC-42: People cannot save"; got != want {
		t.Errorf("subject: got %q, want %q", got, want)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		fault   sandbox.Fault
		want    integrationtest.Kind
		effects int
	}{
		{"greeting refused", sandbox.Fault{Match: "EHLO ", Status: 421}, integrationtest.Retry, 0},
		{"password refused", sandbox.Fault{Match: "AUTH ", Status: 535, Body: "wrong: " + password}, integrationtest.Permanent, 0},
		{"login later", sandbox.Fault{Match: "AUTH ", Status: 454}, integrationtest.Retry, 0},
		{"sender refused", sandbox.Fault{Match: "MAIL ", Status: 550}, integrationtest.Permanent, 0},
		{"recipient unknown", sandbox.Fault{Match: "RCPT ", Status: 550}, integrationtest.Permanent, 0},
		{"greylisted", sandbox.Fault{Match: "RCPT ", Status: 450}, integrationtest.Retry, 0},
		{"text refused", sandbox.Fault{Match: "DATA ", Status: 554}, integrationtest.Permanent, 0},
		{"text later", sandbox.Fault{Match: "DATA ", Status: 451}, integrationtest.Retry, 0},
		{"broken at the sender", sandbox.Fault{Match: "MAIL ", Reset: true}, integrationtest.Retry, 0},
		{"broken at the text", sandbox.Fault{Match: "DATA ", Reset: true}, integrationtest.Unknown, 0},
		{"answer lost", sandbox.Fault{Match: "DATA ", LoseAnswer: true}, integrationtest.Unknown, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, config := start(t, smtp.Config{})
			s.Add(c.fault)
			_, err := sender(t, config).Send(t.Context(), delivery("page", nil))
			if got := integrationtest.KindOf(err); got != c.want {
				t.Errorf("got %s (%v), want %s", got, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), password) {
				t.Errorf("the error tells the password: %v", err)
			}
			if got := len(s.Messages()); got != c.effects {
				t.Errorf("mails taken: got %d, want %d", got, c.effects)
			}
		})
	}
}

func TestOneBadAddressKeepsNobodyFromTheirMail(t *testing.T) {
	t.Parallel()
	s, c := start(t, smtp.Config{})
	s.Add(sandbox.Fault{Match: "RCPT bob@", Status: 550})
	r, err := sender(t, c).Send(t.Context(), delivery("publish", nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{list[0], list[2]}, s.Messages()[0].To); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
	if got := r.More["rejected"]; got != list[1] {
		t.Errorf("rejected: got %q, want %q", got, list[1])
	}
	s.Clear()
	s.Add(sandbox.Fault{Match: "RCPT ", Status: 550})
	if _, err := sender(t, c).Send(t.Context(), delivery("publish", nil)); !integrations.IsPermanent(err) {
		t.Errorf("all refused: got %v, want permanent", err)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	s, c := start(t, smtp.Config{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := sender(t, c).Send(t.Context(), delivery("page", nil))
	if got := integrationtest.KindOf(err); got != integrationtest.Retry {
		t.Errorf("got %s (%v), want retry", got, err)
	}
}

func TestGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // connections are taken by the system and never greeted
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	e := sender(t, email.Config{Host: "127.0.0.1", Port: silent.Addr().(*net.TCPAddr).Port, From: "a@acme.example", TLS: "none"})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, err = e.Send(ctx, delivery("page", nil))
	if got := integrationtest.KindOf(err); got != integrationtest.Retry {
		t.Errorf("got %s (%v), want retry: nothing was said yet", got, err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the context ended after 50ms, Send after %v", took)
	}
}

func TestThePasswordNeedsTLS(t *testing.T) {
	t.Parallel()
	certified := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate, which nobody trusts
	t.Cleanup(certified.Close)
	for name, config := range map[string]smtp.Config{
		"no STARTTLS":              {},
		"an untrusted certificate": {TLS: &tls.Config{Certificates: certified.TLS.Certificates}},
	} {
		s, c := start(t, config)
		for _, kind := range []string{"starttls", "implicit"} {
			c.TLS = kind
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // a server without TLS waits for its client
			_, err := sender(t, c).Send(ctx, delivery("page", nil))
			cancel()
			if err == nil || len(s.Messages()) > 0 {
				t.Errorf("%s, %s: got %v and %d mails, want a refusal and none", name, kind, err, len(s.Messages()))
			}
		}
		_, seen := s.Requests(100)
		for _, r := range seen {
			if r.Method == "AUTH" {
				t.Errorf("%s: the password was sent", name)
			}
		}
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	s, c := start(t, smtp.Config{})
	integrationtest.Findings(t, sender(t, c).Probe(t.Context()), "ok email: "+c.Host+" takes the password.")
	wrong := c
	wrong.Password = "another-s3cret"
	found := sender(t, wrong).Probe(t.Context())
	integrationtest.Findings(t, found, "failure email.password: email: connecting to the mail server: ")
	if strings.Contains(found[0].Text, wrong.Password) {
		t.Errorf("the password is told: %s", found[0].Text)
	}
	nobody := c
	nobody.Mode, nobody.List = "live", nil
	integrationtest.Findings(t, sender(t, nobody).Probe(t.Context()), "ok email: ", "failure email.list: is empty and the mode is live")
	if n := len(s.Messages()); n != 0 {
		t.Errorf("a probe sends %d mails", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	integrationtest.Findings(t, sender(t, c).Probe(t.Context()), "failure email: email: connecting to the mail server: ")
	var _ integrations.Prober = sender(t, c)
}

func TestNobodyOnTheList(t *testing.T) {
	t.Parallel()
	_, c := start(t, smtp.Config{})
	c.List = nil
	if _, err := sender(t, c).Send(t.Context(), delivery("publish", nil)); !integrations.IsPermanent(err) {
		t.Errorf("got %v, want permanent", err)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config email.Config
		want   []string
	}{
		"least":   {email.Config{Host: "mail", From: "a@b.example"}, nil},
		"nothing": {email.Config{}, []string{"$.email.host", "$.email.from"}},
		"everything": {email.Config{Host: "mail", Port: 70000, Username: "u", From: "a@b.example", Mode: "loud", List: []string{"a@b.example", "A <a@b.example>"}, TLS: "maybe"},
			[]string{"$.email.port", "$.email.password", "$.email.mode", "$.email.list[1]", "$.email.tls"}},
	} {
		var got []string
		for _, p := range c.config.Problems() {
			got = append(got, p.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := email.New(c.config); (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: New: got %v", name, err)
		}
	}
}
