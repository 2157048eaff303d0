package twilio_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/twilio"
)

const (
	omar  = "+14155550199"
	ours  = "+14155550100"
	hook  = "https://drumbeat.example/hooks/twilio"
	heard = "https://drumbeat.example/hooks/twilio/status"
)

var account = twilio.Config{
	BaseURL: "http://twilio.example", AccountSID: "AC" + strings.Repeat("0a", 16), AuthToken: "twilio-s3cret", From: ours,
}

func start(t *testing.T) (*standin.Server, *twilio.Twilio) {
	t.Helper()
	s := standin.New(standin.Config{AccountSID: account.AccountSID, AuthToken: account.AuthToken, Numbers: []string{ours}})
	return s, sender(t, s, account)
}

func sender(t *testing.T, s http.Handler, c twilio.Config) *twilio.Twilio {
	t.Helper()
	tw, err := twilio.New(c, &http.Client{Transport: sandbox.Transport(s)})
	if err != nil {
		t.Fatal(err)
	}
	return tw
}

func page(args map[string]string) stream.Delivery {
	all := map[string]string{"person": "omar", "address": omar, "incident": "INC-42", "severity": "SEV1", "page": "1"}
	maps.Copy(all, args)
	return stream.Delivery{
		ID: "main/incident/42/3/page", Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "42"}, To: "twilio", Action: "page", Args: all,
		Words: &stream.Message{Title: "INC-42 SEV1", Paragraphs: []string{"People cannot save <anything>."}, Buttons: []stream.Button{
			{Text: "On it", Command: "ack #42"}, {Text: "Can't", Command: "decline #42"}, {Text: "Join", Command: "join #42"},
			{Text: "Room", URL: "https://drumbeat.example/r/42"}, {Text: "Other", Command: "note"},
		}},
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract := func(sample integrationtest.Sample) integrationtest.End {
		return integrationtest.End{
			Start: func(t *testing.T) integrationtest.Far {
				s, tw := start(t)
				return integrationtest.Far{Sender: tw, Wire: sandbox.Transport(s), Effects: func() int {
					return len(s.Messages()) + len(s.Calls())
				}}
			},
			Samples: []integrationtest.Sample{sample},
			Secrets: []string{account.AuthToken},
		}
	}
	wrong := map[string]string{"address": "0199", "voice": "loud"}
	t.Run("sms", func(t *testing.T) {
		t.Parallel()
		integrationtest.Run(t, contract(integrationtest.Sample{
			Delivery: page(nil), Match: "POST /2010-04-01/Accounts/" + account.AccountSID + "/Messages.json", Needs: []string{"address"}, Wrong: wrong,
		}))
	})
	t.Run("voice", func(t *testing.T) {
		t.Parallel()
		end := contract(integrationtest.Sample{
			Delivery: page(map[string]string{"voice": "true"}), Match: "POST /2010-04-01/Accounts/" + account.AccountSID + "/Calls.json",
			Needs: []string{"address"}, Wrong: wrong,
		})
		end.Vary = func(d stream.Delivery, n int) stream.Delivery { // calls are told apart by whom they reach
			d.ID += fmt.Sprint(n)
			d.Args = maps.Clone(d.Args)
			d.Args["address"] = fmt.Sprintf("+1415555020%d", n)
			return d
		}
		integrationtest.Run(t, end)
	})
}

func TestAnSMSSaysWhatToAnswer(t *testing.T) {
	t.Parallel()
	s, tw := start(t)
	if _, err := tw.Send(t.Context(), page(nil)); err != nil {
		t.Fatal(err)
	}
	want := "INC-42 SEV1\nPeople cannot save <anything>.\nReply 1 On it, 2 Can't, 3 Join\nRoom: https://drumbeat.example/r/42"
	if got := s.Messages()[0].Body; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	d := page(nil)
	d.Words.Paragraphs = []string{strings.Repeat("ü", 5000)}
	if _, err := tw.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := s.Messages()[1].Body; len([]rune(got)) != 1600 || !strings.HasSuffix(got, "…\n"+want[strings.Index(want, "Reply"):]) {
		t.Errorf("a long one: got %d characters that end in %q", len([]rune(got)), got[len(got)-120:])
	}
}

func TestACallReadsAndListens(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	for answers, want := range map[string]string{
		"": "<Response><Say>INC-42 SEV1&#xA;People cannot save &lt;anything&gt;.</Say><Say>INC-42 SEV1&#xA;People cannot save &lt;anything&gt;.</Say></Response>",
		hook: `<Response><Gather numDigits="1" timeout="10" action="` + hook + `" method="POST">` + strings.Repeat(
			"<Say>INC-42 SEV1&#xA;People cannot save &lt;anything&gt;.</Say><Say>Press 1 for On it. Press 2 for Can&#39;t. Press 3 for Join.</Say>", 2) +
			"</Gather><Say>No key was pressed. Good bye.</Say></Response>",
	} {
		c := account
		c.Answers = answers
		if _, err := sender(t, s, c).Send(t.Context(), page(map[string]string{"voice": "true"})); err != nil {
			t.Fatal(err)
		}
		all := s.Calls()
		if diff := cmp.Diff(want, all[len(all)-1].TwiML); diff != "" {
			t.Errorf("answers to %q (-want +got):\n%s", answers, diff)
		}
	}
}

func TestFindLooksBackTwoMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, tw := start(t)
		if _, err := tw.Send(t.Context(), page(nil)); err != nil {
			t.Fatal(err)
		}
		if _, found, err := tw.Find(t.Context(), page(nil)); !found || err != nil {
			t.Errorf("at once: got %v, %v", found, err)
		}
		<-time.After(3 * time.Minute) // in the bubble's time
		if _, found, err := tw.Find(t.Context(), page(nil)); found || err != nil {
			t.Errorf("the page of an earlier rung is taken for this one: got %v, %v", found, err)
		}
	})
}

func TestProblems(t *testing.T) {
	t.Parallel()
	wrong := account
	wrong.BaseURL, wrong.StatusCallback, wrong.Answers = "x", "y", "z"
	for name, c := range map[string]struct {
		config twilio.Config
		want   []string
	}{
		"right":     {account, nil},
		"nothing":   {twilio.Config{}, []string{"$.twilio.account_sid", "$.twilio.auth_token", "$.twilio.from"}},
		"addresses": {wrong, []string{"$.twilio.base_url", "$.twilio.status_callback", "$.twilio.answers"}},
	} {
		var got []string
		for _, p := range c.config.Problems() {
			got = append(got, p.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := twilio.New(c.config, nil); (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: New: got %v", name, err)
		}
	}
}
