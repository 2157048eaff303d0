package outbox_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/outbox"
	"drumbeat/integrations/sandbox/slack/sockets"
)

// app answers each request by its number, and remembers when it came.
type app struct {
	mu     sync.Mutex
	start  time.Time
	came   []string
	answer func(n int, w http.ResponseWriter, r *http.Request)
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	n := len(a.came)
	line := time.Since(a.start).String()
	if num := r.Header.Get("X-Slack-Retry-Num"); num != "" {
		line += " retry " + num + " " + r.Header.Get("X-Slack-Retry-Reason")
	}
	a.came = append(a.came, line)
	a.mu.Unlock()
	if a.answer != nil {
		a.answer(n, w, r)
	}
}

func box(a *app) *outbox.Outbox {
	a.start = time.Now()
	return &outbox.Outbox{Secret: "s", Events: "http://app/events", Now: time.Now, Signed: time.Now,
		Client: &http.Client{Transport: sandbox.Transport(a)}}
}

func TestEventsAreTriedAgain(t *testing.T) {
	t.Parallel()
	slow := func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	broken := func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	for _, c := range []struct {
		name   string
		answer func(int, http.ResponseWriter, *http.Request)
		want   []string
	}{
		{"answered", nil, []string{"0s"}},
		{"broken for ever", broken, []string{"0s", "1s retry 1 http_error", "1m1s retry 2 http_error", "6m1s retry 3 http_error"}},
		{"slow for ever", slow, []string{"0s", "4s retry 1 http_timeout", "1m7s retry 2 http_timeout", "6m10s retry 3 http_timeout"}},
		{"broken once", func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 0 {
				broken(n, w, r)
			}
		}, []string{"0s", "1s retry 1 http_error"}},
		{"asks for no retry", func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Slack-No-Retry", "1")
			w.WriteHeader(http.StatusInternalServerError)
		}, []string{"0s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := &app{answer: c.answer}
				o := box(a)
				o.Add([]byte(`{}`))
				o.Start()
				<-time.After(10 * time.Minute) // of the bubble's time
				synctest.Wait()
				if diff := cmp.Diff(c.want, a.came); diff != "" {
					t.Errorf("requests (-want +got)\n%s", diff)
				}
			})
		})
	}
}

func TestClearForgetsRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &app{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }}
		o := box(a)
		o.Add([]byte(`{}`))
		o.Start()
		synctest.Wait()
		o.Clear()
		<-time.After(10 * time.Minute)
		synctest.Wait()
		if diff := cmp.Diff([]string{"0s"}, a.came); diff != "" {
			t.Errorf("requests (-want +got)\n%s", diff)
		}
	})
}

func TestHeldEventsWaitForFlush(t *testing.T) {
	t.Parallel()
	a := &app{answer: func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 0 {
			w.WriteHeader(http.StatusBadGateway)
		}
	}}
	o := box(a)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	o.Hold, o.Now = true, func() time.Time { return now }
	o.Add([]byte(`{"n":1}`))
	o.Add([]byte(`{"n":2}`))
	o.Start()
	if got := o.Waiting(); got != 2 {
		t.Fatalf("%d wait before the flush", got)
	}
	if got := o.Flush(t.Context()); got != 2 || o.Waiting() != 1 {
		t.Errorf("flushed %d, %d wait; want 2 and the retry", got, o.Waiting())
	}
	if got := o.Flush(t.Context()); got != 0 {
		t.Errorf("the retry left before its time")
	}
	now = now.Add(time.Second)
	if got := o.Flush(t.Context()); got != 1 || o.Waiting() != 0 {
		t.Errorf("after a second: flushed %d, %d wait", got, o.Waiting())
	}
}

func TestRequestsAreSigned(t *testing.T) {
	t.Parallel()
	var header http.Header
	o := box(&app{answer: func(_ int, _ http.ResponseWriter, r *http.Request) { header = r.Header.Clone() }})
	o.Commands = "http://app/commands"
	if a := o.Command(t.Context(), url.Values{"text": {"x"}}); a.Status != 200 || a.Error != "" {
		t.Fatalf("%+v", a)
	}
	for secret, want := range map[string]bool{"s": true, "other": false} {
		v, err := api.NewSecretsVerifier(header, secret)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = v.Write([]byte("text=x"))
		if got := v.Ensure() == nil; got != want {
			t.Errorf("with the secret %q the signature holds: %v", secret, got)
		}
	}
}

func TestAnAppThatIsAwayIsConnectionFailed(t *testing.T) {
	t.Parallel()
	faults := new(sandbox.Faults)
	faults.Add(sandbox.Fault{Reset: true})
	o := box(&app{})
	o.Client, o.Interactions = &http.Client{Transport: sandbox.Transport(faults.Wrap(&app{}))}, "http://app/x"
	if a := o.Interaction(t.Context(), []byte(`{}`)); a.Error != "dispatch_failed" || a.Status != 0 {
		t.Errorf("%+v", a)
	}
}

// Over Socket Mode an event that no connection takes is tried again as over HTTP,
// and what a person did is not.
func TestWithoutAConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &app{}
		o := box(a)
		o.Sockets = sockets.New("http://slack.example/link/", "A1")
		o.Add([]byte(`{}`))
		o.Start()
		if got := o.Command(t.Context(), url.Values{"text": {"x"}}); got.Error != "dispatch_failed" || got.Status != 0 {
			t.Errorf("command: %+v", got)
		}
		if got := o.Interaction(t.Context(), []byte(`{}`)); got.Error != "dispatch_failed" || got.Status != 0 {
			t.Errorf("interaction: %+v", got)
		}
		<-time.After(10 * time.Minute) // of the bubble's time
		synctest.Wait()
		if len(a.came) != 0 || o.Waiting() != 0 {
			t.Errorf("%d requests went over HTTP, %d events wait", len(a.came), o.Waiting())
		}
	})
}
