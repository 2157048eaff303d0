package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/twilio"
)

func form(pairs ...string) map[string]string {
	f := map[string]string{"AccountSid": account.AccountSID, "From": omar, "To": ours}
	for i := 0; i < len(pairs); i += 2 {
		f[pairs[i]] = pairs[i+1]
	}
	return f
}

// post sends a form as Twilio does, signed over the address that Twilio knows.
func post(h http.Handler, address, token string, form map[string]string) *httptest.ResponseRecorder {
	return postTo(h, "", address, token, form)
}

func postTo(h http.Handler, query, address, token string, form map[string]string) *httptest.ResponseRecorder {
	values := url.Values{}
	for k, v := range form {
		values.Set(k, v)
	}
	r := httptest.NewRequest(http.MethodPost, "http://10.0.0.7:8080/hooks/twilio"+query, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", standin.Sign(token, address, form))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestSignatureOfTheVendor holds us to the example that Twilio publishes.
func TestSignatureOfTheVendor(t *testing.T) {
	t.Parallel()
	c := account
	c.AuthToken = "12345"
	tw, err := twilio.New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"},
		"From": {"+14158675309"}, "To": {"+18005551212"}}
	r := httptest.NewRequest(http.MethodPost, "/myapp.php?foo=1&bar=2", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
	w := httptest.NewRecorder()
	h := func(context.Context, integrations.Request) (integrations.Reply, error) {
		return integrations.Reply{}, nil
	}
	tw.Inbound(h, "https://mycompany.com/myapp.php").ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("got %d %s, want 200", w.Code, w.Body)
	}
}

func TestInboundHandsOverWhatAPersonAnswers(t *testing.T) {
	t.Parallel()
	_, tw := start(t)
	for _, c := range []struct {
		name string
		form map[string]string
		want integrations.Request
	}{
		{"digit", form("MessageSid", "SM1", "Body", " 1. "), integrations.Request{Key: "SM1", Line: "ack", Channel: ours}},
		{"two", form("MessageSid", "SM2", "Body", "2"), integrations.Request{Key: "SM2", Line: "decline", Channel: ours}},
		{"three", form("MessageSid", "SM3", "Body", "3"), integrations.Request{Key: "SM3", Line: "join", Channel: ours}},
		{"words", form("MessageSid", "SM4", "Body", " note I am on my way "), integrations.Request{Key: "SM4", Line: "note I am on my way", Channel: ours}},
		{"number", form("MessageSid", "SM5", "Body", "12"), integrations.Request{Key: "SM5", Line: "12", Channel: ours}},
		{"key in our call", form("CallSid", "CA1", "Digits", "1", "From", ours, "To", omar, "Direction", "outbound-api"),
			integrations.Request{Key: "CA1/1", Line: "ack", Channel: ours}},
		{"key in a call to us", form("CallSid", "CA2", "Digits", "3", "Direction", "inbound"),
			integrations.Request{Key: "CA2/3", Line: "join", Channel: ours}},
	} {
		c.want.Face, c.want.By = "sms", stream.Actor{ID: "tel:" + omar}
		var got integrations.Request
		h := func(_ context.Context, r integrations.Request) (integrations.Reply, error) {
			got = r
			return integrations.Reply{Words: stream.Say("You have it & <thanks>.")}, nil
		}
		w := post(tw.Inbound(h, hook), hook, account.AuthToken, c.form)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		want := "<Response><Message>You have it &amp; &lt;thanks&gt;.</Message></Response>"
		if c.form["CallSid"] != "" {
			want = strings.ReplaceAll(want, "Message", "Say")
		}
		if w.Code != http.StatusOK || w.Body.String() != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/xml") {
			t.Errorf("%s: got %d %s (%s), want %s", c.name, w.Code, w.Body, w.Header().Get("Content-Type"), want)
		}
	}
}

func TestInboundAnswersAPersonInAnyCase(t *testing.T) {
	t.Parallel()
	_, tw := start(t)
	say := func(words *stream.Message, err error) integrations.Handler {
		return func(context.Context, integrations.Request) (integrations.Reply, error) {
			return integrations.Reply{Words: words}, err
		}
	}
	for name, c := range map[string]struct {
		h    integrations.Handler
		want string
	}{
		"nothing to say": {say(nil, nil), "<Response></Response>"},
		"an error":       {say(nil, errors.New("try again in a minute")), "<Response><Message>try again in a minute</Message></Response>"},
	} {
		if w := post(tw.Inbound(c.h, hook), hook, account.AuthToken, form("MessageSid", "SM1", "Body", "1")); w.Code != 200 || w.Body.String() != c.want {
			t.Errorf("%s: got %d %s, want %s", name, w.Code, w.Body, c.want)
		}
	}
}

func TestHooksRefuse(t *testing.T) {
	t.Parallel()
	_, tw := start(t)
	reasons := map[string]int{}
	tw.Refused = func(reason string) { reasons[reason]++ }
	inbound := tw.Inbound(func(context.Context, integrations.Request) (integrations.Reply, error) {
		t.Error("it was handed over")
		return integrations.Reply{}, nil
	}, hook)
	for name, c := range map[string]struct {
		address, token string
		form           map[string]string
		want           int
	}{
		"forged":          {hook, "another", form("MessageSid", "SM1", "Body", "1"), 401},
		"another address": {"https://evil.example/", account.AuthToken, form("MessageSid", "SM1", "Body", "1"), 401},
		"too big":         {hook, account.AuthToken, form("MessageSid", "SM1", "Body", strings.Repeat("1", 100_000)), 413},
		"no sender":       {hook, account.AuthToken, form("MessageSid", "SM1", "Body", "1", "From", "anonymous"), 400},
		"no name":         {hook, account.AuthToken, form("Body", "1"), 400},
		"no words":        {hook, account.AuthToken, form("MessageSid", "SM1"), 200},
	} {
		if w := post(inbound, c.address, c.token, c.form); w.Code != c.want {
			t.Errorf("%s: got %d, want %d", name, w.Code, c.want)
		}
	}
	if diff := cmp.Diff(map[string]int{"forged": 2, "too large": 1}, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	w := httptest.NewRecorder()
	inbound.ServeHTTP(w, httptest.NewRequest(http.MethodGet, hook, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %d, want 405", w.Code)
	}
}

// home is a bot's public side behind a stand-in of Twilio: it keeps what it hears.
type home struct {
	*standin.Server
	*twilio.Twilio
	mu      sync.Mutex
	lines   []string
	reports []stream.Settled
}

func settle(t *testing.T, c twilio.Config) *home {
	t.Helper()
	mux := http.NewServeMux()
	h := &home{Server: standin.New(standin.Config{AccountSID: account.AccountSID, AuthToken: account.AuthToken, Numbers: []string{ours},
		Webhook: hook, Client: &http.Client{Transport: sandbox.Transport(mux)}})}
	h.Twilio = sender(t, h.Server, c)
	for pattern, route := range h.Routes(h.answer, h.report) {
		mux.Handle(pattern, route)
	}
	return h
}

func (h *home) answer(_ context.Context, r integrations.Request) (integrations.Reply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, r.By.ID+" "+r.Line)
	return integrations.Reply{Words: stream.Say("Omar has it.")}, nil
}

func (h *home) report(_ context.Context, s stream.Settled) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reports = append(h.reports, s)
	return nil
}

// person does something at the stand-in.
func (h *home) person(t *testing.T, path, body string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	if w.Code != http.StatusOK {
		t.Errorf("%s: got %d %s", path, w.Code, w.Body)
	}
	h.Wait()
	return w.Body.String()
}

// rings pages by SMS and by call and gives what Twilio called them.
func (h *home) rings(t *testing.T) (refs []string) {
	t.Helper()
	for _, voice := range []string{"false", "true"} {
		d := page(map[string]string{"voice": voice})
		d.About = "page/1/omar/twilio"
		r, err := h.Send(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, r.Ref)
	}
	h.Wait()
	return refs
}

func TestAPersonAnswersAPage(t *testing.T) {
	t.Parallel()
	h := settle(t, account.At("https://drumbeat.example/"))
	refs := h.rings(t)
	for _, said := range []string{
		h.person(t, "/_reply", fmt.Sprintf(`{"from":%q,"to":%q,"body":"1"}`, omar, ours)),
		h.person(t, "/_press", fmt.Sprintf(`{"call":%q,"digits":"3"}`, refs[1])),
	} {
		if !strings.Contains(said, "Omar has it.") {
			t.Errorf("got %s", said)
		}
	}
	if diff := cmp.Diff([]string{"tel:" + omar + " ack", "tel:" + omar + " join"}, h.lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if len(h.reports) > 0 {
		t.Errorf("what arrived is reported: %+v", h.reports)
	}
}

func TestAPageThatReachedNobodyGaveUp(t *testing.T) {
	t.Parallel()
	own := account
	own.StatusCallback = "https://drumbeat.example/hooks/twilio/status?tenant=main"
	for name, c := range map[string]twilio.Config{"by public_url": account.At("https://drumbeat.example"), "an address with a query": own} {
		h := settle(t, c)
		h.person(t, "/_phone", fmt.Sprintf(`{"number":%q,"off":true}`, omar))
		refs := h.rings(t)
		said := func(ref, problem string) stream.Settled {
			return stream.Settled{Result: stream.GaveUp, Delivery: "main/incident/42/3/page", To: "twilio", Action: "page",
				About: "page/1/omar/twilio", Ref: ref, Problem: problem}
		}
		want := []stream.Settled{
			said(refs[0], "the phone did not get the message: it is switched off or out of reach (Twilio's error 30003)"),
			said(refs[1], "nobody answered the call"),
		}
		byRef := cmpopts.SortSlices(func(a, b stream.Settled) bool { return a.Ref > b.Ref })
		if diff := cmp.Diff(want, h.reports, byRef); diff != "" {
			t.Errorf("%s: reports (-want +got):\n%s", name, diff)
		}
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	own := account
	own.Answers = "https://elsewhere.example/answers"
	for name, c := range map[string]struct {
		config         twilio.Config
		public         string
		answers, state string
		routes         []string
	}{
		"nobody reaches us": {account, "", "", "", nil},
		"public_url":        {account, "https://drumbeat.example/", hook, heard, []string{"POST /hooks/twilio", "POST /hooks/twilio/status"}},
		"one of its own":    {own, "https://drumbeat.example", own.Answers, heard, []string{"POST /hooks/twilio", "POST /hooks/twilio/status"}},
		"only its own":      {own, "", own.Answers, "", []string{"POST /hooks/twilio"}},
	} {
		got := c.config.At(c.public)
		if got.Answers != c.answers || got.StatusCallback != c.state {
			t.Errorf("%s: got %q and %q, want %q and %q", name, got.Answers, got.StatusCallback, c.answers, c.state)
		}
		tw, err := twilio.New(got, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.routes, slices.Sorted(maps.Keys(tw.Routes(nil, nil)))); diff != "" {
			t.Errorf("%s: routes (-want +got):\n%s", name, diff)
		}
	}
}

func TestCallback(t *testing.T) {
	t.Parallel()
	_, tw := start(t)
	for name, c := range map[string]struct {
		query, token string
		form         map[string]string
		fails        error
		want         int
		problem      string // of what is reported, "" for nothing
	}{
		"no state":      {"?delivery=d", account.AuthToken, form("MessageSid", "SM1"), nil, 400, ""},
		"no delivery":   {"", account.AuthToken, form("MessageSid", "SM1", "MessageStatus", "failed"), nil, 400, ""},
		"forged":        {"?delivery=d", "another", form("MessageSid", "SM1", "MessageStatus", "failed"), nil, 401, ""},
		"on its way":    {"?delivery=d", account.AuthToken, form("MessageSid", "SM1", "MessageStatus", "sent"), nil, 204, ""},
		"arrived":       {"?delivery=d", account.AuthToken, form("CallSid", "CA1", "CallStatus", "completed"), nil, 204, ""},
		"without code":  {"?delivery=d", account.AuthToken, form("MessageSid", "SM1", "MessageStatus", "failed"), nil, 204, "it could not be sent"},
		"unknown code":  {"?delivery=d", account.AuthToken, form("MessageSid", "SM1", "MessageStatus", "failed", "ErrorCode", "30999"), nil, 204, "it could not be sent (Twilio's error 30999)"},
		"busy":          {"?delivery=d", account.AuthToken, form("CallSid", "CA1", "CallStatus", "busy"), nil, 204, "the phone was busy"},
		"the disk says": {"?delivery=d", account.AuthToken, form("CallSid", "CA1", "CallStatus", "canceled"), errors.New("the disk is full"), 500, "the call was canceled before anybody answered"},
	} {
		problem := ""
		h := tw.Callback(heard, func(_ context.Context, s stream.Settled) error {
			problem = s.Problem
			return c.fails
		})
		w := postTo(h, c.query, heard+c.query, c.token, c.form)
		if w.Code != c.want || problem != c.problem || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%s: got %d %q (%s), want %d %q", name, w.Code, problem, w.Body, c.want, c.problem)
		}
	}
	// The address is signed with its query: nobody can put another delivery into it.
	w := postTo(tw.Callback(heard, nil), "?delivery=other", heard+"?delivery=d", account.AuthToken, form("MessageSid", "SM1", "MessageStatus", "failed"))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("another delivery: got %d, want 401", w.Code)
	}
}

func FuzzInbound(f *testing.F) {
	tw, err := twilio.New(account, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("From=%2B14155550199&Body=1&MessageSid=SM1", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
	f.Add("a=%zz&b=;", "")
	f.Fuzz(func(t *testing.T, body, signature string) {
		h := tw.Inbound(func(context.Context, integrations.Request) (integrations.Reply, error) {
			t.Error("handed over without a signature of Twilio's")
			return integrations.Reply{}, nil
		}, hook)
		r := httptest.NewRequest(http.MethodPost, hook, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Twilio-Signature", signature)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 400 {
			t.Errorf("got %d for %q signed %q", w.Code, body, signature)
		}
	})
}
