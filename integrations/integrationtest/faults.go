package integrationtest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/integrations"
)

// fault is the JSON that a stand-in's POST /_faults takes.
type fault struct {
	Match      string            `json:"match,omitempty"`
	Status     int               `json:"status,omitempty"`
	Header     map[string]string `json:"header,omitempty"`
	Body       string            `json:"body,omitempty"`
	Delay      string            `json:"delay,omitempty"`
	Effect     bool              `json:"effect,omitempty"`
	LoseAnswer bool              `json:"lose_answer,omitempty"`
	Reset      bool              `json:"reset,omitempty"`
}

// control asks one of a stand-in's own paths: "GET /_requests".
func control(t *testing.T, f Far, what string, body, answer any) {
	t.Helper()
	method, path, _ := strings.Cut(what, " ")
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://far.example"+path, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := f.Wire.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s; Wire must reach the stand-in's control", what, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// faulty is a far end at which the sample's request goes wrong.
func (c suite) faulty(t *testing.T, what fault) Far {
	t.Helper()
	f := c.start(t)
	what.Match = c.Match
	var answer any
	control(t, f, "POST /_faults", what, &answer)
	return f
}

// send sends the sample and compares the kind of the error and the effects.
func (c suite) send(t *testing.T, f Far, want []Kind, effects int) error {
	t.Helper()
	r, err := f.Sender.Send(t.Context(), clone(c.Delivery))
	c.quiet(t, r, err)
	if got := KindOf(err); !slices.Contains(want, got) {
		t.Errorf("got %s (%v), want %v", got, err, want)
	}
	c.effects(t, f, effects)
	return err
}

// echo is an answer that repeats the request with its credentials, as debugging
// proxies do.
func (c suite) echo() string { return "request refused: " + strings.Join(c.Secrets, " ") }

func (c suite) statusCodes(t *testing.T) {
	for code, kinds := range Statuses() {
		if own, ok := c.Status[code]; ok {
			kinds = own
		}
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			for _, body := range []string{"", c.echo(), `{"error":` + strconv.Quote(c.echo()) + `}`} {
				c.send(t, c.faulty(t, fault{Status: code, Body: body}), kinds, 0)
			}
		})
	}
}

func (c suite) rateLimit(t *testing.T) {
	header := map[string]string{"Retry-After": "7"}
	if c.Limit != nil {
		header = c.Limit()
	}
	err := c.send(t, c.faulty(t, fault{Status: http.StatusTooManyRequests, Header: header}), []Kind{Retry}, 0)
	if d, _ := integrations.RetryDelay(err); d < 5*time.Second || d > 9*time.Second {
		t.Errorf("asked to wait for 7s: got %v", d)
	}
	for _, odd := range []string{"soon", "-5", "99999999999999999999", "", "0"} {
		odds := map[string]string{}
		for name := range header {
			odds[name] = odd
		}
		err := c.send(t, c.faulty(t, fault{Status: http.StatusTooManyRequests, Header: odds}), []Kind{Retry}, 0)
		if d, _ := integrations.RetryDelay(err); d < 0 || d > 24*time.Hour {
			t.Errorf("%q: got a wait of %v", odd, d)
		}
	}
}

func (c suite) brokenConnections(t *testing.T) {
	c.send(t, c.faulty(t, fault{Reset: true}), []Kind{Unknown}, 0)
	c.send(t, c.faulty(t, fault{LoseAnswer: true}), []Kind{Unknown}, 1)
	for _, code := range []int{500, 502, 504} {
		if _, own := c.Status[code]; !own {
			c.send(t, c.faulty(t, fault{Status: code, Effect: true}), []Kind{Unknown}, 1)
		}
	}
}

// givesUp: a slow far end holds nobody beyond the context, and may have heard.
func (c suite) givesUp(t *testing.T) {
	for _, effect := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := c.faulty(t, fault{Delay: "1h", Effect: effect})
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			start := time.Now()
			r, err := f.Sender.Send(ctx, clone(c.Delivery))
			c.quiet(t, r, err)
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("the context ended after 3s, Send after %v", took)
			}
			if got := KindOf(err); got != Unknown {
				t.Errorf("got %s (%v), want unknown", got, err)
			}
			want := 0
			if effect {
				want = 1
			}
			c.effects(t, f, want)
		})
	}
}

// nonsense is what a proxy or a broken far end may answer with status 200.
func nonsense() []string {
	return []string{
		"\n", "null", "[]", "{}", `""`, "0", "{", "<html><body>Sign in to the network</body></html>",
		`{"data":null,"error":null}`, `[{"id":{}}]`, "\x00\xff\xfe", strings.Repeat("[", 1<<19),
	}
}

func (c suite) garbage(t *testing.T) {
	for i, body := range nonsense() {
		for _, kind := range []string{"text/html", "application/json"} {
			t.Run(fmt.Sprint(i, " ", kind), func(t *testing.T) {
				t.Parallel()
				c.send(t, c.faulty(t, fault{Status: 200, Body: body, Header: map[string]string{"Content-Type": kind}}), []Kind{Unknown}, 0)
			})
		}
	}
}

// redirect: credentials never follow to another place.
func (c suite) redirect(t *testing.T) {
	for _, code := range []int{301, 302, 307, 308} {
		f := c.faulty(t, fault{Status: code, Header: map[string]string{"Location": "https://elsewhere.example/stolen"}})
		r, err := f.Sender.Send(t.Context(), clone(c.Delivery))
		c.quiet(t, r, err)
		if err == nil {
			t.Errorf("%d: taken for success", code)
		}
		c.effects(t, f, 0)
		var seen struct{ Requests []struct{ Path string } }
		control(t, f, "GET /_requests", nil, &seen)
		for _, r := range seen.Requests {
			if strings.Contains(r.Path, "stolen") {
				t.Errorf("%d: the request was sent on to another host", code)
			}
		}
	}
}

// find: what a sender in doubt is told, before and after the effect.
func (c suite) find(t *testing.T) {
	for _, s := range []struct {
		name  string
		fault fault
		want  bool
	}{
		{"answer lost", fault{LoseAnswer: true}, true},
		{"failed after the effect", fault{Status: 502, Effect: true}, true},
		{"reset", fault{Reset: true}, false},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			f := c.faulty(t, s.fault)
			finder := f.Sender.(integrations.Finder)
			if r, found, err := finder.Find(t.Context(), clone(c.Delivery)); err != nil || found {
				t.Fatalf("before it was sent: got %+v, %v, %v", r, found, err)
			}
			if _, err := f.Sender.Send(t.Context(), clone(c.Delivery)); err == nil {
				t.Fatal("the fault did not reach Send: is Match right?")
			}
			other, found, err := finder.Find(t.Context(), c.nth(1))
			if err != nil || found {
				t.Errorf("another delivery: got %+v, %v, %v", other, found, err)
			}
			r, found, err := finder.Find(t.Context(), clone(c.Delivery))
			c.quiet(t, r, err)
			if err != nil || found != s.want {
				t.Fatalf("got %v, %v, want %v", found, err, s.want)
			}
			if found && r.Ref == "" {
				t.Error("found, but the receipt has no Ref for later deliveries")
			}
			c.effects(t, f, map[bool]int{true: 1}[s.want])
		})
	}
}

// findCannotTell: a far end that cannot be asked is not one that holds nothing.
func (c suite) findCannotTell(t *testing.T) {
	faults := []fault{{Reset: true}, {Status: 200, Body: "<html>Sign in</html>"}, {Status: 200, Body: "\n"}}
	for _, code := range []int{401, 403, 429, 500, 502, 503} {
		faults = append(faults, fault{Status: code, Body: c.echo()})
	}
	for _, broken := range faults {
		f := c.start(t)
		var answer any
		control(t, f, "POST /_faults", broken, &answer)
		r, found, err := f.Sender.(integrations.Finder).Find(t.Context(), clone(c.Delivery))
		c.quiet(t, r, err)
		if err == nil || found {
			t.Errorf("%+v: got %v, %v, want an error", broken, found, err)
		}
	}
}

// forms are the shapes in which a secret may be printed.
func forms(secret string) []string {
	if secret == "" {
		return nil
	}
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strconv.Quote(secret), base64.StdEncoding.EncodeToString([]byte(secret))}
}
