package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox"
)

// end is a far end that counts.
type end struct{ n atomic.Int64 }

func (e *end) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.n.Add(1)
	body, _ := io.ReadAll(r.Body)
	sandbox.JSON(w, http.StatusCreated, map[string]string{"path": r.URL.Path, "url": sandbox.URL(r).String(), "body": string(body)})
}

func (e *end) Ledger() any { return map[string]int64{"n": e.n.Load()} }
func (e *end) Reset()      { e.n.Store(0) }

// call gives "201 body", or the error that the connection ended with.
func call(t *testing.T, c *http.Client, method, url, body string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	return resp.Status[:3] + " " + strings.TrimSpace(string(b)), nil
}

// TestFaults holds for a socket and for the in-process transport alike.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, fault string
		want        string // start of the answer; "" is a broken connection
		applied     int64
	}{
		{"none", ``, "201", 1},
		{"status", `{"match":"POST /2/tweets","status":503}`, "503 <html>", 0},
		{"other method", `{"match":"GET /2/tweets","status":503}`, "201", 1},
		{"part of the path", `{"match":"tweets","status":403}`, "403", 0},
		{"another path", `{"match":"users","status":403}`, "201", 1},
		{"own body", `{"status":200,"body":"{}","header":{"Content-Type":"application/json"}}`, "200 {}", 0},
		{"effect and status", `{"status":500,"effect":true}`, "500", 1},
		{"lost answer", `{"lose_answer":true}`, "", 1},
		{"reset", `{"reset":true}`, "", 0},
		{"delay", `{"delay":"1ms"}`, "201", 1},
		{"late answer", `{"delay":"1ms","effect":true}`, "201", 1},
		{"never", `{"status":503,"percent":1,"seed":7}`, "201", 1},
	} {
		for _, wire := range []string{"socket", "in process"} {
			t.Run(c.name+"/"+wire, func(t *testing.T) {
				t.Parallel()
				e := &end{}
				h := sandbox.Mount(map[string]http.Handler{"x": new(sandbox.Faults).Wrap(e)})
				client, base := &http.Client{Transport: sandbox.Transport(h)}, "http://far.example"
				if wire == "socket" {
					s := httptest.NewServer(h)
					t.Cleanup(s.Close)
					client, base = s.Client(), s.URL
				}
				if c.fault != "" {
					if got, err := call(t, client, "POST", base+"/x/_faults", c.fault); err != nil || !strings.HasPrefix(got, "200") {
						t.Fatalf("arming: got %q, %v", got, err)
					}
				}
				got, err := call(t, client, "POST", base+"/x/2/tweets?q=1", "hello")
				if (err != nil) != (c.want == "") || !strings.HasPrefix(got, c.want) {
					t.Errorf("got %q, %v, want %q", got, err, c.want)
				}
				if strings.HasPrefix(c.want, "201") {
					want := `201 {"body":"hello","path":"/2/tweets","url":"` + base + `/x/2/tweets?q=1"}`
					if got != want {
						t.Errorf("what the stand-in saw:\n got %s\nwant %s", got, want)
					}
				}
				if e.n.Load() != c.applied {
					t.Errorf("effects: got %d, want %d", e.n.Load(), c.applied)
				}
			})
		}
	}
}

func TestBrokenConnectionsInProcess(t *testing.T) {
	t.Parallel()
	var f sandbox.Faults
	client := &http.Client{Transport: sandbox.Transport(f.Wrap(&end{}))}
	for _, c := range []struct {
		fault sandbox.Fault
		want  error
	}{
		{sandbox.Fault{LoseAnswer: true, Count: 1}, io.ErrUnexpectedEOF},
		{sandbox.Fault{Reset: true, Count: 1}, syscall.ECONNRESET},
	} {
		f.Add(c.fault)
		if _, err := call(t, client, "POST", "https://far.example/a", ""); !errors.Is(err, c.want) {
			t.Errorf("%+v: got %v, want %v", c.fault, err, c.want)
		}
	}
}

func TestFaultsAreRefusedWhenTheyMeanNothing(t *testing.T) {
	t.Parallel()
	var f sandbox.Faults
	client := &http.Client{Transport: sandbox.Transport(f.Wrap(&end{}))}
	for _, body := range []string{
		``, `[]`, `{}`, `{"match":"x"}`, `{"status":99}`, `{"status":600}`, `{"stauts":503}`, `{"delay":150}`,
		`{"delay":"-1s"}`, `{"status":503,"count":-1}`, `{"status":503,"percent":101}`,
		`{"reset":true,"effect":true}`, `{"status":503}{"status":503}`, `{"status":429,"retry_after":-1}`,
	} {
		if got, err := call(t, client, "POST", "http://far.example/_faults", body); err != nil || !strings.HasPrefix(got, "400") {
			t.Errorf("%s: got %q, %v", body, got, err)
		}
	}
	if n := len(f.Armed()); n != 0 {
		t.Errorf("%d refused faults are armed", n)
	}
}

func TestCountPercentAndClear(t *testing.T) {
	t.Parallel()
	var f sandbox.Faults
	client := &http.Client{Transport: sandbox.Transport(f.Wrap(&end{}))}
	met := func(n int) (hit int) {
		for range n {
			if got, _ := call(t, client, "GET", "http://far.example/a", ""); strings.HasPrefix(got, "503") {
				hit++
			}
		}
		return hit
	}
	f.Add(sandbox.Fault{Status: 503, Count: 3})
	if got := met(2); got != 2 {
		t.Errorf("first two: got %d hits", got)
	}
	if diff := cmp.Diff([]sandbox.Fault{{Status: 503, Count: 1}}, f.Armed()); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
	if got := met(5); got != 1 {
		t.Errorf("after three: got %d hits, want 1", got)
	}
	f.Add(sandbox.Fault{Status: 503, Percent: 30, Seed: 1})
	first := met(1000)
	if first < 250 || first > 350 {
		t.Errorf("30 percent of 1000: got %d", first)
	}
	f.Clear()
	if got := met(10); got != 0 {
		t.Errorf("cleared: got %d hits", got)
	}
	f.Add(sandbox.Fault{Status: 503, Percent: 30, Seed: 1})
	if again := met(1000); again != first {
		t.Errorf("same seed: got %d, then %d", first, again)
	}
}

func TestADelayEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		effect  bool
		applied int64
	}{{false, 0}, {true, 1}} {
		synctest.Test(t, func(t *testing.T) {
			var f sandbox.Faults
			e := &end{}
			f.Add(sandbox.Fault{Delay: sandbox.Duration(time.Hour), Effect: c.effect})
			client := &http.Client{Transport: sandbox.Transport(f.Wrap(e)), Timeout: 5 * time.Second}
			start := time.Now()
			_, err := call(t, client, "POST", "https://far.example/a", "")
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want a deadline", err)
			}
			if got := time.Since(start); got != 5*time.Second {
				t.Errorf("gave up after %v", got)
			}
			if e.n.Load() != c.applied {
				t.Errorf("effect %v: applied %d times, want %d", c.effect, e.n.Load(), c.applied)
			}
		})
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	var f sandbox.Faults
	client := &http.Client{Transport: sandbox.Transport(sandbox.Mount(map[string]http.Handler{"x": f.Wrap(&end{}), "a": f.Wrap(&end{})}))}
	const base = "http://user:pass@far.example"
	f.Add(sandbox.Fault{Match: "POST /b", Reset: true})
	for _, path := range []string{"/x/a?token=secret", "/x/b", "/x/c"} {
		_, _ = call(t, client, "POST", base+path, "secret")
	}
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/", `200 {"ends":["a","x"]}`},
		{"GET", "/x/_ledger", `200 {"n":2}`},
		{"GET", "/x/_requests?last=2", `200 {"count":3,"requests":[` +
			`{"method":"POST","path":"/b","status":0,"fault":true,"applied":false},` +
			`{"method":"POST","path":"/c","status":201,"applied":true}]}`},
		{"PUT", "/x/_ledger", "405 use GET, DELETE"},
		{"PUT", "/x/_faults", "405 use GET, POST, DELETE"},
		{"POST", "/x/_requests", "405 use GET, DELETE"},
		{"DELETE", "/x/_ledger", `200 {"n":0}`},
		{"DELETE", "/x/_requests", `200 {"count":0,"requests":[]}`},
		{"GET", "/x/_faults", `200 {"faults":[{"match":"POST /b","reset":true}]}`},
		{"DELETE", "/x/_faults", `200 {"faults":[]}`},
	} {
		if got, err := call(t, client, c.method, base+c.path, ""); err != nil || got != c.want {
			t.Errorf("%s %s:\n got %s %v\nwant %s", c.method, c.path, got, err, c.want)
		}
	}
}

func TestRememberedRequestsAreBounded(t *testing.T) {
	t.Parallel()
	var f sandbox.Faults
	client := &http.Client{Transport: sandbox.Transport(f.Wrap(&end{}))}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 150 {
				_, _ = call(t, client, "GET", "http://far.example/a", "")
			}
		})
	}
	all.Wait()
	if count, last := f.Requests(1000); count != 600 || len(last) != 500 {
		t.Errorf("got %d requests, %d remembered; want 600, 500", count, len(last))
	}
}

func FuzzFaultBody(f *testing.F) {
	f.Add(`{"match":"POST /a","status":503,"retry_after":2,"delay":"1ms","count":1,"percent":30,"seed":1}`)
	f.Add(`{"lose_answer":true}`)
	f.Fuzz(func(t *testing.T, body string) {
		var faults sandbox.Faults
		h := faults.Wrap(&end{})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/_faults", strings.NewReader(body)))
		if w.Code == http.StatusOK != (len(faults.Armed()) == 1) {
			t.Errorf("status %d, %d armed", w.Code, len(faults.Armed()))
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("answer is no JSON: %s", w.Body)
		}
	})
}
