package desk_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

func TestSameWordsWithinAMinuteAreOne(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	unnamed := func(by, line string) string {
		return read(l.ask(integrations.Request{By: stream.Actor{ID: by}, Line: line, Key: "none"}))
	}
	l.now = time.Date(2026, 3, 2, 13, 30, 55, 0, time.UTC) // the minute of the clock ends in between
	first := unnamed("sam", "declare sev3 exports are late")
	l.now = l.now.Add(30 * time.Second)
	if got := unnamed("sam", "declare sev3 exports are late"); got != first {
		t.Errorf("said again: got %s", got)
	}
	if got := unnamed("leo", "declare sev3 exports are late"); !strings.HasPrefix(got, "INC-2") {
		t.Errorf("somebody else: got %s", got)
	}
	l.now = l.now.Add(time.Minute)
	if got := unnamed("sam", "declare sev3 exports are late"); !strings.HasPrefix(got, "INC-3") {
		t.Errorf("a minute later: got %s", got)
	}
}

func TestWhatIsSetTwiceIsNeverTakenForDone(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev3 exports are late")
	for _, line := range []string{"hold #1", "release #1", "hold #1"} {
		if got := read(l.ask(integrations.Request{By: stream.Actor{ID: "sam"}, Line: line, Key: "none"})); strings.HasPrefix(got, "✗") {
			t.Fatal(got)
		}
	}
	if !l.state("1").Held {
		t.Error("the second hold within a minute was taken for the first")
	}
}

func TestTwoPeopleAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev1 saving fails")
	got := make([]string, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			by := []string{"maya", "omar"}[i%2]
			got[i] = read(l.Handle(t.Context(), integrations.Request{By: stream.Actor{ID: by}, Line: "ack #1", At: l.now, Key: fmt.Sprint(i)}))
		})
	}
	wg.Wait()
	commander := l.state("1").Commander()
	for i, answer := range got {
		want := commander.Name + " has INC-1 since"
		if by := []string{"maya", "omar"}[i%2]; by == commander.Handle {
			want = "INC-1 is yours"
		}
		if !strings.Contains(answer, want) {
			t.Errorf("%d: got %q, want %q", i, answer, want)
		}
	}
}

func TestAStoreThatFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fail error
		want string
	}{
		"full": {fmt.Errorf("database or disk is full: %w", store.ErrFull), "! Nothing was done: the store is full."},
		"down": {errors.New("dial tcp 10.0.0.7:6379: connection refused"), "! That did not work, and I cannot tell"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, company())
			l.say("sam", "declare sev3 exports are late")
			l.store.breaks(test.fail)
			for _, line := range []string{"declare sev1 saving fails", "note #1 x", "hold all", "report x y z", `change start "x"`} {
				got := l.say("sam", line)
				if !strings.HasPrefix(got, test.want) {
					t.Errorf("%s: got %q, want %q", line, got, test.want)
				}
				if strings.Contains(got, "10.0.0.7") || strings.Contains(got, "database") {
					t.Errorf("%s: the answer shows the error: %s", line, got)
				}
			}
			l.store.breaks(nil)
			if got := l.say("sam", "note #1 x"); got != "Noted in INC-1." {
				t.Errorf("afterwards: got %s", got)
			}
		})
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	words := func(to string) stream.Delivery { return stream.Delivery{Stream: number("1"), To: to, Public: true} }
	for name, test := range map[string]struct {
		lines []string
		hold  bool
		fail  error
		to    string
		want  string
	}{
		"live":                 {to: "page"},
		"shadow":               {to: "email", want: "email is in mode shadow"},
		"switched off":         {lines: []string{"off twitter"}, to: "twitter", want: "twitter is in mode off"},
		"not configured":       {to: "fax", want: "fax is in mode off"},
		"on hold everywhere":   {lines: []string{"hold all"}, to: "page", want: "all public words are on hold by Zoe"},
		"released":             {lines: []string{"hold all", "release all"}, to: "page"},
		"this one on hold":     {lines: []string{"hold #1"}, to: "page", want: "this incident's words are on hold"},
		"held from outside":    {hold: true, to: "page", want: "DRUMBEAT_HOLD is set"},
		"made live by command": {lines: []string{"live email"}, to: "email"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := company()
			cfg.Hold = test.hold
			l := newLab(t, cfg)
			for _, line := range append([]string{"declare sev3 x"}, test.lines...) {
				if got := l.say("zoe", line); strings.HasPrefix(got, "✗") {
					t.Fatal(got)
				}
			}
			if got := l.Gate(t.Context(), words(test.to)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestModesWithoutAnOperatorOrAFarEnd(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.FarEnds = nil
	l := newLab(t, cfg)
	if got := l.say("zoe", "live page"); !strings.HasPrefix(got, "✗ No public far end exists here") {
		t.Errorf("got %s", got)
	}
	if mode, err := l.Mode(t.Context(), "page"); mode != control.Off || err != nil {
		t.Errorf("got mode %q, %v", mode, err)
	}
	cfg.Operator = ""
	l = newLab(t, cfg)
	if got := l.say("zoe", "live page"); !strings.Contains(got, "there is none yet: type “setup” with the code") {
		t.Errorf("got %s", got)
	}
}

func TestNobodyOnCallIsSaid(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.OnCall = nil
	l := newLab(t, cfg)
	if got := l.say("sam", "declare sev1 saving fails"); !strings.Contains(got, "Nobody is on call in the configuration") {
		t.Errorf("got %s", got)
	}
}

// Every word of help can be typed, and every refusal is a sentence.
func TestEveryWordAnswers(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev3 x")
	for _, w := range desk.Words() {
		for _, line := range []string{w.Name, "help " + w.Name, w.Name + " #1", w.Name + " x y z #1", strings.ToUpper(w.Name) + "!"} {
			got := l.say("sam", line)
			if len(strings.TrimPrefix(got, "✗ ")) < 5 || strings.HasPrefix(got, "!") || strings.Contains(got, "%!") || strings.Contains(got, "<no value>") {
				t.Errorf("%s: got %q", line, got)
			}
			if strings.Contains(got, "is not a command") {
				t.Errorf("%s: got %q", line, got)
			}
		}
	}
}
