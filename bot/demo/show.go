package demo

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox/ui"
)

// show implements ui.Show for a round.
type show struct {
	*round

	mu      sync.Mutex
	opened  bool // somebody looks: time runs
	act     int  // that is on
	seen    seen // by the last look at the bot and the far ends
	broke   int  // the number of the newest words when far ends were broken; -1 before
	brokeAt time.Time
	mended  bool
	until   time.Time // time runs fast, whatever happens; zero: it does not
	err     string    // what went wrong outside
}

func newShow(r *round) *show { return &show{round: r, broke: -1} }

// tick is how often the show looks around.
const tick = 100 * time.Millisecond

// run lets the world go on, and looks at what came of it, until ctx ends.
func (s *show) run(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		s.world(ctx)
		now := s.observe(ctx)
		s.mu.Lock()
		was := s.seen
		if s.seen = now; !was.answered && now.answered {
			s.act = 1
		}
		s.mu.Unlock()
		s.pace(was, now)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// afterMending is how long time runs fast when far ends work again: the bot waits
// for the deadline of an attempt whose outcome it does not know.
const afterMending = 75 * time.Second

// pace lets time run while nobody has anything to do, and slows it down when
// somebody has.
func (s *show) pace(was, now seen) {
	s.mu.Lock()
	until := s.until
	if !s.clock.Now().Before(until) {
		s.until = time.Time{}
	}
	s.mu.Unlock()
	switch fast := s.clock.Speed() > 1; {
	case !until.IsZero() && s.clock.Now().Before(until):
	case !until.IsZero():
		s.clock.Run(1)
	case !s.story:
	case !now.answered && s.clock.Speed() == 1 && s.clock.Now().After(s.dawn.Add(2*quiet)):
		s.clock.Run(s.demo.speed)
	case fast && (!was.answered && now.answered || now.answered && now.reached() > was.reached()):
		s.clock.Run(1)
	}
}

// world does what is due outside. What the bot cannot hear while it is dead is
// said again, as a monitoring system does that tries again.
func (s *show) world(ctx context.Context) {
	if s.story && s.clock.Speed() == 0 {
		return
	}
	now := s.clock.Now()
	var later []cue
	for _, c := range s.cues {
		if c.at.After(now) {
			later = append(later, c)
			continue
		}
		err := c.do(ctx)
		switch {
		case err != nil && !s.bot.look().Alive:
			later = append(later, c)
		case err != nil:
			s.tell(err)
		}
	}
	s.cues = later
}

// tell shows the visitor what went wrong outside.
func (s *show) tell(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err.Error()
}

// Look gives what the visitor sees.
func (s *show) Look(ui.Person) ui.Stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.opened {
		s.opened = true
		if s.story {
			s.clock.Run(1)
		}
	}
	st := ui.Stage{Clock: ui.Clock{At: s.clock.Now(), Speed: s.clock.Speed(), Fast: s.demo.speed}, Measured: s.watch.measured(),
		Bot: s.bot.look(), Shadow: s.shadow()}
	if !s.story {
		st.Title, st.About = "Free play", "A company on your machine. Declare something, or let an alert fire."
		return st
	}
	st.Title, st.About = s.Really.Began.Format("Monday, 2 January 2006"), strings.TrimSpace(s.About)
	if s.err != "" {
		st.About = "Something outside went wrong: " + s.err
	}
	st.Acts = s.acts()
	st.Now = s.act
	st.Race = s.race()
	if !s.seen.answered {
		st.Dawn = s.ringing()
	}
	st.Score = s.score()
	return st
}

// ringing is what is seen while nobody has answered.
func (s *show) ringing() *ui.Dawn {
	d := &ui.Dawn{Place: place(s.Zone), Words: []string{strings.TrimSpace(s.About), "Today it is up to you."}, Phones: s.seen.phones}
	d.Next, d.NextAt = s.next(d.Phones)
	return d
}

// cards are the far ends as the page calls their cards.
var cards = map[string]string{"twitter": "x", "atlassian_statuspage": "statuspage", "email": "mail"}

func (s *show) shadow() map[string]bool {
	out := map[string]bool{}
	for name, card := range cards {
		out[card] = s.seen.modes[name] == "shadow"
	}
	return out
}

// place is the city of a zone.
func place(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// Do does what a button says.
func (s *show) Do(ctx context.Context, _ ui.Person, what, value string) error {
	switch what {
	case "answer":
		return s.answer(ctx, value)
	case "speed":
		speed := 1.0
		if value == "fast" {
			speed = s.demo.speed
		}
		s.clock.Run(speed)
	case "act":
		return s.choose(value)
	case "kill":
		return s.bot.kill()
	case "start":
		return s.bot.start(s.ctx)
	case "break", "mend":
		return s.faults(ctx, strings.Fields(value), what == "break")
	case "again", "free":
		return s.demo.begin(what == "again")
	default:
		return fmt.Errorf("there is no %q here", what)
	}
	return nil
}

func (s *show) choose(value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n >= len(s.acts()) {
		return fmt.Errorf("there is no act %q", value)
	}
	s.act = n
	return nil
}

// answer is the "1" that somebody sends from his phone.
func (s *show) answer(ctx context.Context, name string) error {
	for _, p := range citizens(s.Scenario) {
		if p.Name == name {
			return s.control(ctx, http.MethodPost, "/twilio/_reply", fmt.Sprintf(`{"from":%q,"body":"1"}`, p.Phone))
		}
	}
	return fmt.Errorf("nobody here is called %q", name)
}

// faults breaks far ends, or mends them.
func (s *show) faults(ctx context.Context, ends []string, broken bool) error {
	for _, end := range ends {
		if err := s.fault(ctx, end, broken); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !broken {
		s.mended, s.until = true, s.clock.Now().Add(afterMending)
		s.clock.Run(s.demo.speed)
	} else if s.broke < 0 {
		s.broke, s.brokeAt = s.newest(), s.clock.Now()
	}
	return nil
}
