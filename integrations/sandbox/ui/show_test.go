package ui_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"drumbeat/integrations/sandbox/ui"
)

// dawn of the morning that is played.
var halfPastFive = time.Date(2019, 10, 2, 12, 30, 0, 0, time.UTC)

// fake is a show whose acts are turned by the test.
type fake struct {
	mu    sync.Mutex
	stage ui.Stage
	done  []string // what its buttons did
}

func (f *fake) Look(ui.Person) ui.Stage {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stage
	s.Acts = slices.Clone(s.Acts)
	for i := range s.Acts {
		s.Acts[i].Steps = slices.Clone(s.Acts[i].Steps)
	}
	if s.Race != nil {
		r := *s.Race
		s.Race = &r
	}
	if s.Dawn != nil {
		d := *s.Dawn
		s.Dawn = &d
	}
	return s
}

func (f *fake) Do(_ context.Context, as ui.Person, what, value string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, as.Name+" "+what+" "+value)
	s := &f.stage
	switch what {
	case "answer":
		s.Dawn, s.Now, s.Acts[0].Done = nil, 1, true
		s.Race.Now = 0
	case "free":
		s.Dawn, s.Acts, s.Now = nil, nil, 0
	case "again":
		*s = morning()
	case "speed":
		s.Clock.Speed = map[string]float64{"real": 1, "fast": s.Clock.Fast}[value]
	case "act":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n >= len(s.Acts) {
			return errors.New("there is no such act")
		}
		s.Now = n
	case "kill":
		s.Bot.Alive, s.Bot.Killed = false, s.Bot.Killed+1
	case "start":
		s.Bot.Alive = true
	default:
		return errors.New("there is no such button")
	}
	return nil
}

// turn changes what the show tells.
func (f *fake) turn(change func(*ui.Stage)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.stage)
}

func (f *fake) did() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.done)
}

// act puts the show into an act, from 0, with what belongs to it.
func (f *fake) act(n int) {
	f.turn(func(s *ui.Stage) {
		s.Dawn, s.Now = nil, n
		for i := range s.Acts {
			s.Acts[i].Done = i < n
		}
		s.Clock.At = halfPastFive.Add(time.Duration(8+3*n) * time.Minute)
		if n > 1 {
			s.Race.Now = 10 * time.Minute
		}
		if n > 3 {
			s.Score = score()
		}
	})
}

var maya = ui.Person{ID: "U1", Name: "Maya", Part: "on call", Phone: "+14155550101"}
var omar = ui.Person{ID: "U2", Name: "Omar", Part: "engineer"}

// morning is the beginning: one phone rings.
func morning() ui.Stage {
	began := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	return ui.Stage{
		Title: "Wednesday, 2 October 2019", About: "A company's worst morning, played again: this time with Drumbeat in it.",
		Clock: ui.Clock{At: halfPastFive.Add(2*time.Minute + 11*time.Second), Speed: 60, Fast: 60},
		Race:  &ui.Race{Began: halfPastFive, Then: 2*time.Hour + 15*time.Minute, Past: "that morning"},
		Dawn: &ui.Dawn{Place: "Los Angeles", Words: []string{"One API call in seven fails. Everybody is asleep.", "The alert had been muted for last week's migration. The mute ended with it."},
			Phones: []ui.Ringing{{Who: maya, Since: halfPastFive, Text: "Harbor INC-1: API errors 14 % since 05:30 (usual 0.3 %). Reply 1 = I'm on it, 2 = can't.", Answer: "I'm on it"}},
			Next:   "Omar", NextAt: halfPastFive.Add(5 * time.Minute)},
		Bot:    ui.Process{PID: 4711, Alive: true, Since: began},
		Shadow: map[string]bool{"x": true, "statuspage": true, "mail": true},
		Measured: []ui.Measure{{What: "I'm on it", Began: began, Parts: []ui.Part{{What: "phone", Took: 12 * time.Millisecond},
			{What: "channel", Took: 48 * time.Millisecond}, {What: "brief", Took: 1630 * time.Millisecond}}}},
		Acts: []ui.Act{
			{Name: "A phone rings", Title: "It is 05:30 and a phone rings", Words: []string{"Somebody has answered. That took eight minutes; on that morning it took eighty-five, and support had to ring by hand."}},
			{Name: "One line", Title: "One typed line, and everything moves", Words: []string{
				"Type one line, press Enter, and look around: the channel, the brief with last evening's migration at its top, the phone of its author, the page that customers will see.",
				"The times beneath are measured as it happens."},
				Steps: []ui.Step{
					{Text: "Say how bad it is", Why: "The brief, the topic and the phones follow.", Line: "/incident severity sev1 nobody can open mail", As: "Omar", In: "C1", Main: true},
					{Text: "Tell customers", Why: "Proposed; somebody else says yes.", Line: "/incident update public Opening and saving fails for some people.", As: "Omar", In: "C1"},
					{Text: "Say yes", Line: "/incident approve", As: "Maya", In: "C1", Done: true}}},
			{Name: "Embarrass us", Title: "Try to embarrass us", Words: []string{"Write the worst tweet that you can. What the guard finds is marked; one tap gives you clean words."},
				Steps: []ui.Step{
					{Text: "A bad one to begin with", Line: "/incident update public db-7 is down because of Leo, fixed in 10 minutes", As: "Maya", In: "C1", Main: true},
					{Text: "Go live on X", Why: "Until now all is in shadow.", Line: "/incident live x", As: "Omar", In: "C1"}}},
			{Name: "Break it", Title: "Break it", Words: []string{"Break whatever you like, kill Drumbeat itself, and start it again. Each word is there once, in order, with a receipt."},
				Steps: []ui.Step{{Text: "Break chat and X", Why: "Both answer 503 from now on.", Do: "break", Done: true},
					{Text: "Ring somebody", Why: "The phone rings all the same.", Line: "/incident page @maya chat is down, please help", As: "Omar", In: "C1", Done: true},
					{Line: "/incident update public We have found what slows us down and are preparing a fix.", Why: "Words for customers, in the middle of it.", As: "Omar", In: "C1"},
					{Text: "Yes", Line: "/incident approve", As: "Maya", In: "C1"},
					{Text: "Kill Drumbeat", Why: "SIGKILL, to the real process.", Do: "kill"}, {Text: "Start it again", Do: "start"}, {Text: "Mend chat and X", Do: "mend"},
					{Text: "What went out?", Line: "/incident sent", As: "Omar", In: "C1"}}, Switches: true},
			{Name: "The score", Title: "What it came to", Words: []string{"Ten minutes, not two hours and a quarter. Look at each measure beside what really happened, and at what we assumed."}},
		},
	}
}

func score() *ui.Score {
	ends := func(tries int) []ui.WordEnd {
		return []ui.WordEnd{{Name: "status page", State: "sent", Class: "well", At: "05:40", Tries: 1}, {Name: "X", State: "sent", Class: "well", At: "05:40", Tries: tries},
			{Name: "Statuspage", State: "waiting", Class: "warn", Tries: 2}, {Name: "mail", State: "shadow", Class: ""}}
	}
	return &ui.Score{Then: "2 October 2019", Today: "today", Budget: 5, Open: true,
		Rows: []ui.ScoreRow{{What: "First page", Then: "06:55, by hand", Today: "05:30", Good: true}, {What: "Somebody has it", Then: "06:55", Today: "05:38", Good: true},
			{What: "First words to customers", Then: "2 h 15 min", Today: "10 min", Good: true}, {What: "Longest silence", Then: "2 h 15 min", Today: "29 min", Good: true},
			{What: "Promises kept", Then: "none were made", Today: "5 of 6"}, {What: "Words to customers", Then: "1", Today: "2", Early: true}},
		People: []ui.Heard{{Who: "Maya", Woken: true, Messages: 4, Max: 3}, {Who: "Omar", Woken: true, Messages: 9, Max: 6}, {Who: "Ines", Messages: 1, Max: 1}},
		Words: []ui.Word{{At: "05:40", Kind: "first", Text: "Since 12:30 UTC some people see errors or long waits when opening or saving. We are working on it. Next update by 13:10 UTC.", By: "Omar, approved by Maya", Ends: ends(1)},
			{At: "06:06", Kind: "no news", Text: "We are still working on this; errors and long waits continue. Next update by 13:40 UTC.", By: "Maya", Ends: ends(3), Twice: true}},
		Assumptions: []string{"Omar answers eight minutes after the first page.", "The migration was wrapped in drumbeat run."},
		Sources:     []ui.Link{{Name: "The company's own account", URL: "https://example.com/2019-10-02"}}}
}

// newShow is a town in which something stands everywhere, led through by a show.
func newShow(t *testing.T) (*world, *fake) {
	t.Helper()
	f := &fake{stage: morning()}
	now := func() time.Time {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.stage.Clock.At
	}
	w := newWorldAt(t, now, f)
	w.furnish()
	return w, f
}
