package twilio_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/twilio"
)

const (
	sid, token   = "AC0123", "s3cret"
	ours, theirs = "+15550001", "+4915112345678"
	account      = "https://api.example/2010-04-01/Accounts/" + sid
)

// bot is the other side: it keeps what Twilio posts and answers with TwiML.
type bot struct {
	t     *testing.T
	mu    sync.Mutex
	posts []string
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		b.t.Error(err)
	}
	form := map[string]string{}
	for name := range r.PostForm {
		form[name] = r.PostForm.Get(name)
	}
	address := sandbox.URL(r).String()
	if got, want := r.Header.Get("X-Twilio-Signature"), twilio.Sign(token, address, form); got != want {
		b.t.Errorf("%s: signature %s, want %s", address, got, want)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posts = append(b.posts, r.URL.Path+" "+form["MessageStatus"]+form["CallStatus"]+form["Body"]+form["Digits"]+form["ErrorCode"])
	if r.URL.Path == "/sms" {
		fmt.Fprint(w, "<Response><Message>Thanks</Message></Response>")
		return
	}
	fmt.Fprint(w, `<Response><Say>Saving fails.</Say><Gather action="keys?call=1" numDigits="1"/></Response>`)
}

func start(t *testing.T) (*twilio.Server, *bot) {
	b := &bot{t: t}
	s := twilio.New(twilio.Config{AccountSID: sid, AuthToken: token, Numbers: []string{ours},
		Webhook: "https://bot.example/sms", Client: &http.Client{Transport: sandbox.Transport(b)}})
	t.Cleanup(s.Wait)
	return s, b
}

func do(t *testing.T, s *twilio.Server, method, address, kind, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if r.URL.User == nil {
		r.SetBasicAuth(sid, token)
	}
	resp, err := sandbox.Transport(s).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

func post(t *testing.T, s *twilio.Server, what string, form url.Values) (int, string) {
	t.Helper()
	return do(t, s, "POST", account+what, "application/x-www-form-urlencoded", form.Encode())
}

func sms(more ...string) url.Values {
	f := url.Values{"To": {theirs}, "From": {ours}, "Body": {"Saving fails"}}
	for i := 0; i < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestAMessageIsDelivered(t *testing.T) {
	t.Parallel()
	s, b := start(t)
	status, body := post(t, s, "/Messages.json", sms("StatusCallback", "https://bot.example/status?x=1"))
	var m struct{ SID, Status, Direction string }
	if err := json.Unmarshal([]byte(body), &m); err != nil || status != 201 || !strings.HasPrefix(m.SID, "SM") || len(m.SID) != 34 || m.Status != "queued" {
		t.Fatalf("got %d %s: %v", status, body, err)
	}
	s.Wait()
	if diff := cmp.Diff([]string{"/status sent", "/status delivered"}, b.posts); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	if _, body := do(t, s, "GET", account+"/Messages/"+m.SID+".json", "", ""); !strings.Contains(body, `"status":"delivered"`) {
		t.Errorf("got %s", body)
	}
	if got := s.Messages(); len(got) != 1 || got[0].To != theirs || got[0].Body != "Saving fails" || got[0].Status != "delivered" {
		t.Errorf("got %+v", got)
	}
}

func TestACallIsHeardAndAnswered(t *testing.T) {
	t.Parallel()
	s, b := start(t)
	status, body := post(t, s, "/Calls.json", url.Values{"To": {theirs}, "From": {ours}, "Url": {"https://bot.example/voice/1"},
		"StatusCallback": {"https://bot.example/status"}, "StatusCallbackEvent": {"answered", "completed"}})
	if status != 201 || !strings.Contains(body, `"sid":"CA`) {
		t.Fatalf("got %d %s", status, body)
	}
	s.Wait()
	c := s.Calls()[0]
	if c.Status != "completed" || !strings.Contains(c.TwiML, "Saving fails.") {
		t.Errorf("got %+v", c)
	}
	if status, body := do(t, s, "POST", "https://x/_press", "", `{"call":"`+c.SID+`","digits":"1"}`); status != 200 {
		t.Errorf("pressing: got %d %s", status, body)
	}
	want := []string{"/voice/1 in-progress", "/status in-progress", "/status completed", "/voice/keys in-progress1"}
	if diff := cmp.Diff(want, b.posts); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	if status, _ := do(t, s, "POST", "https://x/_press", "", `{"call":"CA9","digits":"1"}`); status != 400 {
		t.Errorf("no such call: got %d", status)
	}
	if status, body := post(t, s, "/Calls.json", url.Values{"To": {theirs}, "From": {ours}, "Twiml": {"<Response><Say>a &amp; b</Say></Response>"}}); status != 201 {
		t.Errorf("with its words: got %d %s", status, body)
	}
	if got := s.Calls()[1].Status; got != "completed" {
		t.Errorf("got %s", got)
	}
}

func TestAPersonAnswers(t *testing.T) {
	t.Parallel()
	s, b := start(t)
	reply := func(body string) (int, string) {
		return do(t, s, "POST", "https://x/_reply", "", `{"from":"`+theirs+`","body":"`+body+`"}`)
	}
	if status, body := reply("1"); status != 200 || !strings.Contains(body, `"status":200`) {
		t.Fatalf("got %d %s", status, body)
	}
	want := []twilio.Message{
		{To: ours, From: theirs, Body: "1", Status: "received", Direction: "inbound"},
		{To: theirs, From: ours, Body: "Thanks", Status: "delivered", Direction: "outbound-reply"},
	}
	if diff := cmp.Diff(want, s.Messages(), cmpopts.IgnoreFields(twilio.Message{}, "SID", "At"), cmpopts.IgnoreUnexported(twilio.Message{})); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/sms 1"}, b.posts); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	_, _ = reply("Stop")
	if status, body := post(t, s, "/Messages.json", sms()); status != 400 || !strings.Contains(body, "21610") {
		t.Errorf("after STOP: got %d %s", status, body)
	}
	_, _ = reply("start")
	if status, body := post(t, s, "/Messages.json", sms()); status != 201 {
		t.Errorf("after START: got %d %s", status, body)
	}
	if status, _ := do(t, s, "POST", "https://x/_reply", "", `{"from":"me","body":"1"}`); status != 400 {
		t.Errorf("no number: got %d", status)
	}
}

func TestAPhoneIsOff(t *testing.T) {
	t.Parallel()
	s, b := start(t)
	phone := func(off bool) {
		t.Helper()
		if status, body := do(t, s, "POST", "https://x/_phone", "", fmt.Sprintf(`{"number":%q,"off":%t}`, theirs, off)); status != 200 {
			t.Fatalf("got %d %s", status, body)
		}
	}
	both := func() {
		t.Helper()
		for what, form := range map[string]url.Values{"/Messages.json": sms(), "/Calls.json": {"To": {theirs}, "From": {ours}, "Twiml": {"<Response/>"}}} {
			if status, body := post(t, s, what, form); status != 201 {
				t.Fatalf("got %d %s", status, body)
			}
		}
	}
	states := func() (all []string) {
		for _, m := range s.Messages() {
			all = append(all, m.Status)
		}
		for _, c := range s.Calls() {
			all = append(all, c.Status)
		}
		return all
	}
	phone(true)
	both()
	phone(false)
	both()
	if diff := cmp.Diff([]string{"undelivered", "delivered", "no-answer", "completed"}, states()); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	phone(true)
	if status, body := post(t, s, "/Messages.json", sms("StatusCallback", "https://bot.example/status")); status != 201 {
		t.Fatalf("got %d %s", status, body)
	}
	s.Wait()
	if diff := cmp.Diff([]string{"/status sent", "/status undelivered30003"}, b.posts); diff != "" {
		t.Errorf("callbacks of a message (-want +got):\n%s", diff)
	}
	if status, body := post(t, s, "/Calls.json", url.Values{"To": {theirs}, "From": {ours}, "Url": {"https://bot.example/voice/1"},
		"StatusCallback": {"https://bot.example/status"}, "StatusCallbackEvent": {"answered", "completed"}}); status != 201 {
		t.Fatalf("got %d %s", status, body)
	}
	s.Wait()
	if diff := cmp.Diff([]string{"/status no-answer"}, b.posts[2:]); diff != "" {
		t.Errorf("callbacks of a call (-want +got):\n%s", diff)
	}
	if status, _ := do(t, s, "POST", "https://x/_phone", "", `{"number":"me","off":true}`); status != 400 {
		t.Errorf("no number: got %d", status)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	call := url.Values{"To": {theirs}, "From": {ours}, "Twiml": {"<Response/>"}}
	with := func(base url.Values, name, value string) url.Values {
		f := url.Values{}
		for k, v := range base {
			f[k] = v
		}
		f.Set(name, value)
		if value == "-" {
			f.Del(name)
		}
		return f
	}
	for _, c := range []struct {
		path string
		form url.Values
		code int
	}{
		{"/Messages.json", with(sms(), "To", "-"), 21604},
		{"/Messages.json", with(sms(), "From", "-"), 21603},
		{"/Messages.json", with(sms(), "Body", "-"), 21602},
		{"/Messages.json", with(sms(), "To", "015112345678"), 21211},
		{"/Messages.json", with(sms(), "To", "+49 151"), 21211},
		{"/Messages.json", with(sms(), "From", "Acme!"), 21212},
		{"/Messages.json", with(sms(), "From", theirs), 21606},
		{"/Messages.json", with(sms(), "To", ours), 21266},
		{"/Messages.json", with(sms(), "Body", strings.Repeat("ü", 1601)), 21617},
		{"/Messages.json", with(sms(), "StatusCallback", "bot"), 21609},
		{"/Messages.json", with(sms(), "Boddy", "a"), 20001},
		{"/Messages.json", with(sms(), "Body", "\xff"), 20001},
		{"/Calls.json", with(call, "To", "-"), 21201},
		{"/Calls.json", with(call, "From", "-"), 21213},
		{"/Calls.json", with(call, "To", "911"), 21211},
		{"/Calls.json", with(call, "From", theirs), 21210},
		{"/Calls.json", with(call, "Twiml", "-"), 21205},
		{"/Calls.json", with(call, "Url", "https://bot.example"), 21205},
		{"/Calls.json", with(call, "Twiml", "<Response>"), 12100},
		{"/Calls.json", with(call, "Twiml", "<Say>a</Say>"), 12100},
		{"/Calls.json", with(call, "StatusCallbackEvent", "never"), 21626},
	} {
		var answer struct {
			Code, Status int
			Message      string
			Info         string `json:"more_info"`
		}
		status, body := post(t, s, c.path, c.form)
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 400 || answer.Code != c.code || answer.Status != 400 || answer.Info == "" {
			t.Errorf("%s %.80v: got %d %s, want %d", c.path, c.form, status, body, c.code)
		}
	}
	if status, body := post(t, s, "/Messages.json", with(sms(), "Body", strings.Repeat("ü", 1600))); status != 201 || !strings.Contains(body, `"num_segments":"24"`) {
		t.Errorf("1600 characters: got %d %.200s", status, body)
	}
	for address, want := range map[string]int{
		"https://AC0123:nope@api.example/2010-04-01/Accounts/AC0123/Messages.json":    401,
		"https://AC9:s3cret@api.example/2010-04-01/Accounts/AC9/Messages.json":        401,
		"https://AC0123:s3cret@api.example/2010-04-01/Accounts/AC9/Messages.json":     404,
		"https://AC0123:s3cret@api.example/2010-04-01/Accounts/AC0123/Messages":       404,
		"https://AC0123:s3cret@api.example/2010-04-01/Accounts/AC0123/Messages.json#": 415,
	} {
		if status, body := do(t, s, "POST", address, "application/json", "{}"); status != want {
			t.Errorf("%s: got %d %s, want %d", address, status, body, want)
		}
	}
	if n := len(s.Messages()) + len(s.Calls()); n != 1 {
		t.Errorf("got %d effects, want 1", n)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := start(t) // the bubble's clock starts on 2000-01-01 at midnight UTC
		for i := range 4 {
			to := theirs
			if i == 2 {
				to = "+4915100000000"
			}
			if status, body := post(t, s, "/Messages.json", sms("To", to, "Body", fmt.Sprint("No. ", i))); status != 201 {
				t.Fatalf("got %d %s", status, body)
			}
			time.Sleep(12 * time.Hour)
		}
		for query, want := range map[string]string{
			"":                                   "3 2 1 0",
			"?To=%2B4915112345678":               "3 1 0",
			"?DateSent=2000-01-01":               "1 0",
			"?DateSent%3E=2000-01-02":            "3 2",
			"?DateSent%3C=2000-01-01":            "1 0",
			"?DateSent%3E=2000-01-01T12:00:00Z":  "3 2 1",
			"?PageSize=3":                        "3 2 1",
			"?PageSize=3&Page=1":                 "0",
			"?From=%2B4915112345678":             "",
			"?To=%2B4915112345678&DateSent=soon": "",
		} {
			var list struct{ Messages []struct{ Body string } }
			_, body := do(t, s, "GET", account+"/Messages.json"+query, "", "")
			if err := json.Unmarshal([]byte(body), &list); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			var got []string
			for _, m := range list.Messages {
				got = append(got, strings.TrimPrefix(m.Body, "No. "))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q: got %q, want %q", query, got, want)
			}
		}
	})
}

// TestSign checks the example in Twilio's page on webhook security.
func TestSign(t *testing.T) {
	t.Parallel()
	got := twilio.Sign("12345", "https://example.com/myapp.php?foo=1&bar=2", map[string]string{
		"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310", "To": "+18005551212",
	})
	if want := "L/OH5YylLD5NRKLltdqwSvS0BnU="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzForm(f *testing.F) {
	f.Add("To=%2B4915112345678&From=%2B15550001&Body=a")
	f.Add("To=%2B4915112345678&From=%2B15550001&Twiml=%3CResponse%2F%3E")
	f.Fuzz(func(t *testing.T, form string) {
		s, _ := start(t)
		for _, path := range []string{"/Messages.json", "/Calls.json"} {
			status, body := do(t, s, "POST", account+path, "application/x-www-form-urlencoded", form)
			if status >= 500 || !json.Valid([]byte(body)) {
				t.Errorf("%s: got %d %s", path, status, body)
			}
		}
	})
}
