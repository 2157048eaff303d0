package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

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
	values := url.Values{}
	for k, v := range form {
		values.Set(k, v)
	}
	r := httptest.NewRequest(http.MethodPost, "http://10.0.0.7:8080/hooks/twilio", strings.NewReader(values.Encode()))
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
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(integrations.Request{}, "At")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if time.Since(got.At) > time.Minute {
			t.Errorf("%s: At: got %v", c.name, got.At)
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
	w := httptest.NewRecorder()
	inbound.ServeHTTP(w, httptest.NewRequest(http.MethodGet, hook, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %d, want 405", w.Code)
	}
}

// TestThereAndBack lets the stand-in report what became of a page and a person answer it.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	s := standin.New(standin.Config{AccountSID: account.AccountSID, AuthToken: account.AuthToken, Numbers: []string{ours}, Webhook: hook,
		Client: &http.Client{Transport: sandbox.Transport(mux)}})
	c := account
	c.StatusCallback, c.Answers = heard, hook
	tw := sender(t, s, c)
	statuses := make(chan twilio.Status, 20)
	lines := make(chan string, 20)
	mux.Handle("/hooks/twilio", tw.Inbound(func(_ context.Context, r integrations.Request) (integrations.Reply, error) {
		lines <- r.By.ID + " " + r.Line
		return integrations.Reply{Words: stream.Say("Omar has it.")}, nil
	}, hook))
	mux.Handle("/hooks/twilio/status", tw.Callback(heard, func(_ context.Context, st twilio.Status) error {
		statuses <- st
		return nil
	}))
	r, err := tw.Send(t.Context(), page(nil))
	if err != nil {
		t.Fatal(err)
	}
	call, err := tw.Send(t.Context(), page(map[string]string{"voice": "true"}))
	if err != nil {
		t.Fatal(err)
	}
	s.Wait()
	for _, ask := range []struct{ path, body string }{
		{"/_reply", fmt.Sprintf(`{"from":%q,"to":%q,"body":"1"}`, omar, ours)},
		{"/_press", fmt.Sprintf(`{"call":%q,"digits":"3"}`, call.Ref)},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, ask.path, strings.NewReader(ask.body)))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Omar has it.") {
			t.Errorf("%s: got %d %s", ask.path, w.Code, w.Body)
		}
	}
	s.Wait()
	close(statuses)
	close(lines)
	last := map[string]string{}
	for st := range statuses {
		if st.To != omar {
			t.Errorf("status for %q, want %q", st.To, omar)
		}
		last[st.Ref] = st.State
	}
	if diff := cmp.Diff(map[string]string{r.Ref: "delivered", call.Ref: "completed"}, last); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	var got []string
	for l := range lines {
		got = append(got, l)
	}
	if diff := cmp.Diff([]string{"tel:" + omar + " ack", "tel:" + omar + " join"}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestCallbackRefuses(t *testing.T) {
	t.Parallel()
	_, tw := start(t)
	failing := tw.Callback(heard, func(context.Context, twilio.Status) error { return errors.New("the disk is full") })
	for name, c := range map[string]struct {
		form map[string]string
		want int
	}{
		"half":      {form("MessageSid", "SM1"), 400},
		"not taken": {form("MessageSid", "SM1", "MessageStatus", "failed", "ErrorCode", "30003"), 500},
	} {
		w := post(failing, heard, account.AuthToken, c.form)
		if w.Code != c.want || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%s: got %d %s, want %d", name, w.Code, w.Body, c.want)
		}
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
