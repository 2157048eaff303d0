package ui_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"drumbeat/integrations/sandbox/ui"
)

// TestDawn: while a phone rings, it is what one sees first, and nothing else is
// kept from whoever says where he wants to be.
func TestDawn(t *testing.T) {
	t.Parallel()
	w, show := newShow(t)
	w.want(w.get("/"), "05:32<small>:11</small>", "×60", "Los Angeles", "ringing", "Harbor INC-1", `name="value" value="Maya">I&#39;m on it`,
		"If nobody answers: <b>Omar</b>", "0:02:00", `max="8100" value="120"`, "Nothing leaves it.", "Skip: play freely", "!no answer")
	w.want(w.get("/?as=omar"), "A phone rings: answer it", "05:32</time>")
	show.turn(func(s *ui.Stage) {
		s.Dawn.Phones = append(s.Dawn.Phones, ui.Ringing{Who: omar, Text: "<b>wake up</b>"})
		s.Clock.Speed = 1
	})
	w.want(w.get("/"), "Maya: no answer", `value="Omar">I'm on it`, "&lt;b&gt;wake up", " hidden>×1<")
	show.turn(func(s *ui.Stage) { s.Dawn.Phones = nil })
	w.want(w.get("/"), "No phone has rung yet.")
	if notice := w.do("show", "as", "omar", "in", "incidents", "what", "answer", "value", "Omar"); notice != "" {
		t.Errorf("answering gives %q", notice)
	}
	w.want(w.get("/"), `aria-current="true" title="Omar, engineer"`, "One typed line", "!A phone rings: answer it")
	if got, want := show.did(), "[Omar answer Omar]"; got != want {
		t.Errorf("the show was told %s, want %s", got, want)
	}
}

// TestRace: both wait, until each has words; in the score the past is known.
func TestRace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		at        time.Duration
		then, now time.Duration
		want      []string
	}{
		{"both wait", 10*time.Minute + 59*time.Second, 2 * time.Hour, 0, []string{`value="600" aria-label="How long customers waited, That morning">0:10:00`, `max="7200" value="600" aria-label="How long customers waited, today">0:10:00`}},
		{"told today", 20 * time.Minute, 2 * time.Hour, 10 * time.Minute, []string{`"lane" data-lane`, `"lane over" data-lane`, "That morning\">0:20:00", "today\">0:10:00"}},
		{"both told", 3 * time.Hour, 2*time.Hour + 15*time.Minute, time.Second, []string{`!"lane" data-lane`, ">2:15:00</progress>", ">0:00:01</progress>"}},
		{"nobody knows", 3 * time.Hour, 0, 0, []string{`max="10800" value="10800"`}},
		{"not begun", -time.Minute, time.Hour, 0, []string{`value="0"`, ">0:00:00</progress>"}},
	} {
		w, show := newShow(t)
		show.act(1)
		show.turn(func(s *ui.Stage) {
			s.Clock.At, s.Race.Then, s.Race.Now, s.Race.Past, s.Score = halfPastFive.Add(c.at), c.then, c.now, "That morning", score()
		})
		page := w.get("/?as=maya")
		for _, want := range c.want {
			absent, not := strings.CutPrefix(want, "!")
			if strings.Contains(page, absent) == not {
				t.Errorf("%s: want %s", c.name, want)
			}
		}
		if c.then > 0 {
			w.want(w.get("/score"), "That morning\">"+map[bool]string{true: "2:15:00", false: ""}[c.at == 3*time.Hour])
		}
	}
	w, show := newShow(t)
	show.act(2)
	show.turn(func(s *ui.Stage) { s.Race.Past, s.Score = "That morning", score() })
	w.want(w.get("/?as=maya"), "That morning\">0:14:00")
	w.want(w.get("/score"), "That morning\">2:15:00", "today\">0:10:00")
}

// TestGuide leads through the acts by links and buttons.
func TestGuide(t *testing.T) {
	t.Parallel()
	w, show := newShow(t)
	show.act(1)
	page := w.get("/?as=maya&in=other")
	w.want(page, `class="turn done"><span class="n" aria-hidden="true">✓`, `class="turn now" aria-current="step"`, "One typed line, and everything moves",
		`href="/?as=omar&amp;in=C1&amp;say=%2Fincident&#43;severity&#43;sev1&#43;nobody&#43;can&#43;open&#43;mail"`, "phone 12 ms</span> <span>channel 48 ms</span> <span>brief 1.6 s",
		`<li class=" main"><a class="step" id="step-0"`, `<li class="done"><a class="step" id="step-2"`, "!/score", "slow down")
	w.want(w.get("/?as=maya&in=other&say=/incident"), `id="tab-chat" checked`)
	w.want(page, `id="tab-guide" checked`)
	for _, do := range []struct{ what, value, notice, page string }{
		{"act", "3", "", "Break whatever you like"},
		{"act", "9", "There is no such act.", "Break whatever you like"},
		{"kill", "", "", "Start it again</button>"},
		{"start", "", "", "process 4711"},
		{"speed", "real", "", "run ×60"},
		{"speed", "fast", "", "slow down"},
		{"dance", "", "There is no such button.", "slow down"},
	} {
		notice := w.do("show", "as", "omar", "what", do.what, "value", do.value)
		if (notice == "") != (do.notice == "") || !strings.Contains(notice, do.notice) {
			t.Errorf("%s %s: notice %q, want %q", do.what, do.value, notice, do.notice)
		}
		w.want(w.get("/?as=omar"), do.page)
	}
	w.want(w.get("/?as=maya"), `class="state shade">shadow`, `id="chip-x-lost"`, "#drumbeat-shadow")
	show.turn(func(s *ui.Stage) { s.Shadow = nil })
	w.want(w.get("/?as=maya"), "!shade", "!#drumbeat-shadow")
	w.do("show", "what", "free")
	w.want(w.get("/?as=maya"), "Play a story", "Play the morning", `!class="turn`)
	show.turn(func(s *ui.Stage) { *s = morning(); s.Dawn, s.Now = nil, 7 })
	w.want(w.get("/?as=maya"), `class="turn`, `!class="act"`)
}

// TestAgain leads back to the phone.
func TestAgain(t *testing.T) {
	t.Parallel()
	w, show := newShow(t)
	show.act(3)
	post := func(header string) *http.Response {
		req := httptest.NewRequest(http.MethodPost, "/ui/do/show", strings.NewReader(url.Values{"as": {"omar"}, "what": {"again"}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			req.Header.Set("HX-Request", header)
		}
		r := httptest.NewRecorder()
		w.page.ServeHTTP(r, req)
		return r.Result()
	}
	if got := post("true").Header.Get("HX-Redirect"); got != "/" {
		t.Errorf("with a script: to %q, want /", got)
	}
	if r := post(""); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/" {
		t.Errorf("without: %d to %q, want 303 to /", r.StatusCode, r.Header.Get("Location"))
	}
	w.want(w.get("/"), "05:32<small>")
	w.want(newWorld(t).do("show", "what", "again"), "There is no show here.")
}

// TestScore reads what it came to.
func TestScore(t *testing.T) {
	t.Parallel()
	w, show := newShow(t)
	r := httptest.NewRecorder()
	w.page.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/score", nil))
	if r.Code != http.StatusNotFound || !strings.Contains(r.Body.String(), "There is no score yet") {
		t.Errorf("before anything: %d %s", r.Code, r.Body)
	}
	show.act(4)
	w.want(w.get("/score"), "Wednesday, 2 October 2019", "06:55, by hand", `class="today good"`, `class="today poor"`, "not as promised", `class="today early"`, "so far",
		"twice somewhere", `<li class="state warn"><b>Statuspage</b> waiting`, "· 3 tries", "6 of 5 · over", "woken", "Omar answers eight minutes", `href="https://example.com/2019-10-02"`,
		"api.slack.com/apps", "drumbeat serve", "/incident live twitter", "The incident is not over", `href="/?as=maya&amp;in=incidents">Back`)
	for _, page := range []string{"/", "/score", "/?as=maya"} {
		show.turn(func(s *ui.Stage) {
			if page == "/" {
				s.Dawn = morning().Dawn
			}
		})
		if bad := regexp.MustCompile(`(?:src|srcset)="(?:https?:)?//|<link[^>]+href="http|style="|<script>| on[a-z]+="`).FindString(w.get(page)); bad != "" {
			t.Errorf("%s has %s", page, bad)
		}
	}
}

// TestNight: who looks at the phone is told the time, and then where to go on.
func TestNight(t *testing.T) {
	t.Parallel()
	w, show := newShow(t)
	srv := httptest.NewServer(w.page)
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/ui/dawn", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func(event string) string {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: "+event {
				lines.Scan()
				return lines.Text()
			}
		}
		t.Fatalf("no event %s: %v", event, lines.Err())
		return ""
	}
	if got, want := next("clock"), `data: {"at":1570019531000,"speed":60}`; got != want {
		t.Errorf("the clock says %s, want %s", got, want)
	}
	w.want(next("phones"), "handy rings")
	show.turn(func(s *ui.Stage) { s.Clock.Speed = 1 })
	if got := next("clock"); !strings.HasSuffix(got, `"speed":1}`) {
		t.Errorf("slowed down, the clock says %s", got)
	}
	w.do("show", "as", "omar", "what", "answer", "value", "Omar")
	if got, want := next("begin"), "data: /?as=omar&in=incidents"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
