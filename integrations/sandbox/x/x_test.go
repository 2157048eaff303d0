package x_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dghubble/oauth1"
	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/x"
)

func config() x.Config {
	return x.Config{ConsumerKey: "ck", ConsumerSecret: "c&s", V1: true, Accounts: []x.Account{
		{ID: "11", Username: "AcmeStatus", Name: "Acme Status", Token: "11-tok", TokenSecret: "t/s"},
		{ID: "12", Username: "Other", Name: "Other", Token: "12-tok", TokenSecret: "other"},
	}}
}

type scene struct {
	t      *testing.T
	server *x.Server
	client *http.Client
}

func start(t *testing.T, c x.Config) scene {
	t.Helper()
	s := x.New(c)
	return scene{t, s, client(s, "c&s", "11-tok", "t/s")}
}

// client signs its requests with a library that is not ours.
func client(h http.Handler, consumerSecret, token, secret string) *http.Client {
	c := oauth1.NewConfig("ck", consumerSecret).Client(oauth1.NoContext, oauth1.NewToken(token, secret))
	c.Transport.(*oauth1.Transport).Base = sandbox.Transport(h)
	return c
}

// do gives the status, the headers and the body of an answer.
func (s scene) do(method, address, kind, body string) (int, http.Header, string) {
	s.t.Helper()
	return send(s.t, s.client, method, address, kind, body)
}

func send(t *testing.T, c *http.Client, method, address, kind, body string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

const (
	api  = "https://api.x.com"
	form = "application/x-www-form-urlencoded"
)

func (s scene) post(body string) (int, string) {
	s.t.Helper()
	status, _, answer := s.do("POST", api+"/2/tweets", "application/json", body)
	return status, answer
}

// text makes the body of a post.
func text(words string) string {
	b, _ := json.Marshal(map[string]string{"text": words})
	return string(b)
}

func TestPosting(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	other := s.server.Publish("Other", "elsewhere")
	first := `{"text":"Saving fails & we look into it.","reply":{"in_reply_to_tweet_id":"`
	if status, got := s.post(text("First")); status != 201 {
		t.Fatalf("got %d %s", status, got)
	}
	mine := s.server.Posts()[1].ID
	for _, c := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"reply to one's own", first + mine + `"}}`, 201, `"text":"Saving fails \u0026amp; we look into it."`},
		{"reply to another's", strings.Replace(first, "Saving", "x", 1) + other.ID + `"}}`, 403, "Reply to this conversation is not allowed"},
		{"reply to nothing", strings.Replace(first, "Saving", "y", 1) + `123"}}`, 403, "deleted or not visible"},
		{"reply to a word", first + `abc"}}`, 400, "regex pattern"},
		{"the same again", text("First"), 403, "duplicate content"},
		{"the same, spaced", text(" first "), 403, "duplicate content"},
		{"280", text(strings.Repeat("a", 280)), 201, ""},
		{"281", text(strings.Repeat("b", 281)), 403, "too long"},
		{"140 wide", text(strings.Repeat("字", 140)), 201, ""},
		{"141 wide", text(strings.Repeat("語", 141)), 403, "too long"},
		{"a long link is 23", text("https://status.example.com/" + strings.Repeat("p", 300) + strings.Repeat(" c", 128)), 201, "https://t.co/"},
		{"a bare domain is 23", text("a.dev" + strings.Repeat(" d", 129)), 403, "too long"},
		{"a family is 2", text(strings.Repeat("👨‍👩‍👧‍👦", 140)), 201, ""},
		{"nothing", text(" "), 400, "text is missing"},
		{"no text", `{}`, 400, "text is missing"},
		{"unknown field", `{"text":"a","txet":"b"}`, 400, "invalid-request"},
		{"no JSON", `text=a`, 400, "invalid-request"},
		{"two", `{"text":"q"}{"text":"r"}`, 400, "invalid-request"},
	} {
		if status, got := s.post(c.body); status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %d %s, want %d %s", c.name, status, got, c.status, c.want)
		}
	}
	if status, _, _ := s.do("POST", api+"/2/tweets", form, "text=a"); status != 400 {
		t.Errorf("a form for v2: got %d", status)
	}
	last := ""
	for _, p := range s.server.Posts() {
		if len(p.ID) < len(last) || len(p.ID) == len(last) && p.ID <= last {
			t.Errorf("id %s after %s", p.ID, last)
		}
		last = p.ID
	}
}

func TestDuplicatesAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, config())
		for _, c := range []struct {
			wait time.Duration
			want int
		}{{0, 201}, {23 * time.Hour, 403}, {2 * time.Hour, 201}} {
			time.Sleep(c.wait)
			if status, got := s.post(text("All is well.")); status != c.want {
				t.Errorf("after %v: got %d %s", c.wait, status, got)
			}
		}
	})
}

func TestLookingUpAndDeleting(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for _, words := range []string{"one", "two https://status.example.com/x?a=1&b=2 <b>", "three"} {
		if status, got := s.post(text(words)); status != 201 {
			t.Fatalf("%s: got %d %s", words, status, got)
		}
	}
	posts := s.server.Posts()
	type page struct {
		Data []struct {
			ID, Text string
			Entities struct {
				URLs []struct {
					Expanded string `json:"expanded_url"`
				}
			}
		}
		Meta struct {
			Count int `json:"result_count"`
		}
	}
	look := func(query string) (p page) {
		status, _, body := s.do("GET", api+"/2/users/11/tweets"+query, "", "")
		if err := json.Unmarshal([]byte(body), &p); err != nil || status != 200 {
			t.Fatalf("got %d %s: %v", status, body, err)
		}
		return p
	}
	all := look("?max_results=5&tweet.fields=created_at,entities")
	if all.Meta.Count != 3 || all.Data[0].ID != posts[2].ID || all.Data[2].Text != "one" {
		t.Errorf("newest first: got %+v", all)
	}
	if got := all.Data[1].Text; !strings.HasPrefix(got, "two https://t.co/") || !strings.HasSuffix(got, " &lt;b&gt;") {
		t.Errorf("text as X shows it: got %q", got)
	}
	if got := all.Data[1].Entities.URLs[0].Expanded; got != "https://status.example.com/x?a=1&b=2" {
		t.Errorf("expanded link: got %q", got)
	}
	if got := look("?since_id=" + posts[1].ID); got.Meta.Count != 1 || got.Data[0].Text != "three" {
		t.Errorf("since: got %+v", got)
	}
	if status, _, body := s.do("DELETE", api+"/2/tweets/"+posts[2].ID, "", ""); status != 200 || !strings.Contains(body, `"deleted":true`) {
		t.Errorf("delete: got %d %s", status, body)
	}
	if got := look(""); got.Meta.Count != 2 {
		t.Errorf("after deleting: got %+v", got)
	}
	for _, c := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/2/users/me", 200, `{"data":{"id":"11","name":"Acme Status","username":"AcmeStatus"}}`},
		{"GET", "/2/users/11/tweets?max_results=4", 400, "max_results"},
		{"GET", "/2/users/99/tweets", 200, "resource-not-found"},
		{"DELETE", "/2/tweets/" + s.server.Publish("Other", "theirs").ID, 403, "not authorized"},
		{"GET", "/2/nothing", 404, `"type":"about:blank"`},
		{"GET", "/1.1/nothing.json", 404, `"code":34`},
	} {
		if status, _, got := s.do(c.method, api+c.path, "", ""); status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: got %d %s, want %d %s", c.method, c.path, status, got, c.status, c.want)
		}
	}
}

func TestV1(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	update := func(v url.Values) (int, string) {
		status, _, body := s.do("POST", api+"/1.1/statuses/update.json", form, v.Encode())
		return status, body
	}
	if status, got := update(url.Values{"status": {"Hëllo & (you)+~*"}}); status != 200 || !strings.Contains(got, `"text":"Hëllo \u0026amp; (you)+~*"`) {
		t.Fatalf("got %d %s", status, got)
	}
	mine := s.server.Posts()[0].ID
	for _, c := range []struct {
		values url.Values
		status int
		want   string
	}{
		{url.Values{"status": {"more"}, "in_reply_to_status_id": {mine}}, 200, `"in_reply_to_status_id_str":"` + mine + `"`},
		{url.Values{"status": {"more"}}, 403, `"code":187`},
		{url.Values{"status": {strings.Repeat("x", 281)}}, 403, `"code":186`},
		{url.Values{"status": {"most"}, "in_reply_to_status_id": {"5"}}, 403, `"code":385`},
		{url.Values{}, 403, `"code":170`},
	} {
		if status, got := update(c.values); status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%v: got %d %s, want %d %s", c.values, status, got, c.status, c.want)
		}
	}
	if status, _, got := s.do("GET", api+"/1.1/statuses/user_timeline.json?count=1&screen_name=acmestatus", "", ""); status != 200 || strings.Count(got, "created_at") != 1 || !strings.Contains(got, `"full_text":"more"`) {
		t.Errorf("timeline: got %d %s", status, got)
	}
	if status, _, got := s.do("GET", api+"/1.1/account/verify_credentials.json", "", ""); status != 200 || !strings.Contains(got, `"id_str":"11"`) {
		t.Errorf("credentials: got %d %s", status, got)
	}
	young := config()
	young.V1 = false
	if status, _, got := start(t, young).do("POST", api+"/1.1/statuses/update.json", form, "status=a"); status != 403 || !strings.Contains(got, `"code":453`) {
		t.Errorf("an app without v1.1: got %d %s", status, got)
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	s := x.New(config())
	for name, c := range map[string]*http.Client{
		"no signature":          {Transport: sandbox.Transport(s)},
		"wrong consumer secret": client(s, "nope", "11-tok", "t/s"),
		"wrong token secret":    client(s, "c&s", "11-tok", "nope"),
		"unknown token":         client(s, "c&s", "13-tok", "t/s"),
		"another's secret":      client(s, "c&s", "11-tok", "other"),
	} {
		if status, _, body := send(t, c, "POST", api+"/2/tweets", "application/json", text("a")); status != 401 {
			t.Errorf("%s: got %d %s", name, status, body)
		}
	}
	if n := len(s.Posts()); n != 0 {
		t.Errorf("%d posts got through", n)
	}
}

// again sends every request twice, and keeps the second answer.
type again struct{ inner http.RoundTripper }

func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	second := r.Clone(r.Context())
	if _, err := a.inner.RoundTrip(r); err != nil {
		return nil, err
	}
	return a.inner.RoundTrip(second)
}

func TestReplaysAndOldRequests(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client.Transport.(*oauth1.Transport).Base = again{sandbox.Transport(s.server)}
	if status, _, _ := s.do("GET", api+"/2/users/me", "", ""); status != 401 {
		t.Errorf("the same nonce again: got %d", status)
	}
	for off, want := range map[time.Duration]int{4 * time.Minute: 200, -4 * time.Minute: 200, 6 * time.Minute: 401, -6 * time.Minute: 401} {
		c := config()
		c.Now = func() time.Time { return time.Now().Add(off) }
		if status, _, body := start(t, c).do("GET", api+"/2/users/me", "", ""); status != want {
			t.Errorf("clocks %v apart: got %d %s, want %d", off, status, body, want)
		}
	}
}

// TestSignaturesBelowAPrefix: what is signed is the address that the client wrote.
func TestSignaturesBelowAPrefix(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(sandbox.Mount(map[string]http.Handler{"x": x.New(config())}))
	t.Cleanup(server.Close)
	c := client(nil, "c&s", "11-tok", "t/s")
	c.Transport.(*oauth1.Transport).Base = server.Client().Transport
	if status, _, body := send(t, c, "GET", server.URL+"/x/2/users/11/tweets?max_results=5", "", ""); status != 200 {
		t.Errorf("got %d %s", status, body)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := config()
		c.PostLimit = 2
		s := start(t, c)
		reset := time.Now().Add(15 * time.Minute).Unix()
		for i, want := range []struct {
			status    int
			remaining string
		}{{201, "1"}, {201, "0"}, {429, "0"}} {
			status, h, body := s.do("POST", api+"/2/tweets", "application/json", text(strings.Repeat("n", i+1)))
			got := []any{status, h.Get("x-rate-limit-limit"), h.Get("x-rate-limit-remaining"), h.Get("x-rate-limit-reset")}
			if diff := cmp.Diff([]any{want.status, "2", want.remaining, strconv.FormatInt(reset, 10)}, got); diff != "" {
				t.Errorf("post %d: %s (-want +got):\n%s", i, body, diff)
			}
		}
		time.Sleep(15 * time.Minute)
		if status, body := s.post(text("later")); status != 201 {
			t.Errorf("in the next window: got %d %s", status, body)
		}
	})
}

func FuzzPost(f *testing.F) {
	f.Add("a.com http://b.example/c?d=e#f 👨‍👩‍👧‍👦 é & <x>", "OAuth oauth_token=\"11-tok\"")
	f.Add("\xff.com", "OAuth =")
	f.Fuzz(func(t *testing.T, words, header string) {
		s := start(t, config())
		if status, body := s.post(text(words)); status >= 500 || !json.Valid([]byte(body)) {
			t.Errorf("got %d %s", status, body)
		}
		_, _, body := s.do("GET", api+"/2/users/11/tweets?tweet.fields=entities", "", "")
		if !json.Valid([]byte(body)) {
			t.Errorf("timeline: %s", body)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/2/users/me", nil)
		r.Header.Set("Authorization", header)
		if s.server.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			t.Errorf("%q passes", header)
		}
	})
}
