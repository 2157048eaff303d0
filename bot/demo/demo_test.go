package demo_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/demo"
	"drumbeat/bot/replay"
	"drumbeat/integrations/sandbox/ui"
	"drumbeat/playbooks/scenarios"
)

var morning = time.Date(2019, 10, 2, 12, 30, 0, 0, time.UTC)

func TestClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := demo.NewClock(morning)
		time.Sleep(time.Hour) // of the bubble's time
		check := func(what string, want time.Duration) {
			t.Helper()
			if got := c.Now().Sub(morning); got != want {
				t.Errorf("%s: %v after the beginning, want %v", what, got, want)
			}
		}
		check("it stands", 0)
		c.Run(60)
		time.Sleep(5 * time.Second)
		check("a minute is a second", 5*time.Minute)
		c.Run(1)
		time.Sleep(5 * time.Second)
		check("as the machine's", 5*time.Minute+5*time.Second)
		c.Jump(morning.Add(time.Hour))
		time.Sleep(time.Second)
		check("set to a later time, it stands", time.Hour)
		c.Jump(morning)
		check("it does not go back", time.Hour)
	})
}

func TestClockIsFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		leader, gone := demo.NewClock(morning), make(chan struct{})
		go func() {
			if err := leader.Tell(w); err != nil {
				t.Error(err)
			}
		}()
		follower, err := demo.Follow(r, func() { close(gone) })
		if err != nil {
			t.Fatal(err)
		}
		for _, speed := range []float64{0, 60, 1} {
			leader.Run(speed)
			time.Sleep(time.Minute)
			synctest.Wait()
			if a, b := leader.Now(), follower.Now(); !a.Equal(b) {
				t.Errorf("at speed %g: %v and %v", speed, a, b)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		<-gone
		leader.Run(2) // nobody listens, and nothing fails
	})
}

func TestFollowNeedsATime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "now\n", "1 2\n"} {
		if _, err := demo.Follow(strings.NewReader(text), func() {}); err == nil {
			t.Errorf("%q is followed", text)
		}
	}
}

// post is a form that somebody sends.
func post(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestABotThatDoesNotStartIsSaid(t *testing.T) {
	t.Parallel()
	c := demo.Command{Listen: "127.0.0.1:0", Speed: 60, Scenario: "streak-2019-10-02"}
	err := c.Run(t.Context(), scenarios.Files, []string{filepath.Join(t.TempDir(), "none")}, io.Discard)
	if err == nil || !strings.HasPrefix(err.Error(), "starting the bot: ") {
		t.Errorf("got %v", err)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		read := ""
		w := demo.NewWatch(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			time.Sleep(5 * time.Millisecond) // of the bubble's time
			read = r.FormValue("text")
		}), func() time.Time { return morning })
		serve := func(path string, form url.Values) { w.ServeHTTP(httptest.NewRecorder(), post(path, form)) }
		serve("/slack/api/chat.postMessage", nil) // nobody did anything yet
		serve("/ui/do/say", url.Values{"text": {"/incident page @omar"}})
		serve("/slack/api/chat.postMessage", url.Values{"text": {"hello"}})
		serve("/slack/api/chat.postMessage", nil) // the first one counts
		serve("/slack/api/chat.postEphemeral", url.Values{"user": {"U1"}, "text": {"you"}})
		if read != "you" {
			t.Errorf("the far end reads %q", read)
		}
		serve("/x/_faults", nil)
		time.Sleep(time.Minute)
		serve("/x/2/tweets", nil) // of something else
		want := []ui.Part{{What: "answered", Took: 5 * time.Millisecond}, {What: "first message", Took: 10 * time.Millisecond},
			{What: "answer for you", Took: 20 * time.Millisecond}}
		got := w.Measured()
		if len(got) != 1 || got[0].What != "you typed" {
			t.Fatalf("got %+v", got)
		}
		if diff := cmp.Diff(want, got[0].Parts); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if !w.Typed("page", "omar") || w.Typed("page", "maya") {
			t.Error("what was typed is not known")
		}
		if diff := cmp.Diff([]string{"U1"}, w.Whispers()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCompanyHasTheScenariosPeople(t *testing.T) {
	t.Parallel()
	for _, name := range replay.Names(scenarios.Files) {
		s, err := replay.Open(scenarios.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := demo.Company(s, "http://town", "127.0.0.1:25", "http://127.0.0.1:1", "/tmp/x.db")
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("handle:")); n != len(s.People) {
			t.Errorf("%s: %d people, want %d:\n%s", name, n, len(s.People), text)
		}
		if bytes.Contains(text, []byte("pagerduty")) || bytes.Count(text, []byte("mode: shadow")) != 3 || bytes.Count(text, []byte("mode: live")) != 1 {
			t.Errorf("%s: the modes are not as a demo begins:\n%s", name, text)
		}
	}
}

func TestInAnHour(t *testing.T) {
	t.Parallel()
	at := func(minutes ...int) (out []time.Time) {
		for _, m := range minutes {
			out = append(out, morning.Add(time.Duration(m)*time.Minute))
		}
		return out
	}
	for _, c := range []struct {
		at   []time.Time
		want int
	}{{nil, 0}, {at(0), 1}, {at(0, 59, 60), 2}, {at(120, 0, 61, 100, 119), 4}} {
		if got := demo.InAnHour(c.at); got != c.want {
			t.Errorf("%v: %d, want %d", c.at, got, c.want)
		}
	}
}

func TestLong(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{-time.Second: "0 s", 0: "0 s", 12 * time.Second: "12 s", time.Minute: "0:01:00", 135 * time.Minute: "2:15:00"} {
		if got := demo.Long(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
