package demo

import (
	"bufio"
	"fmt"
	"io"
	"sync"
	"time"
)

// Clock is a time that somebody sets: it runs Speed times as fast as the
// machine's, stands still at 0, and never goes back. Who follows it gets a line
// with each setting.
type Clock struct {
	mu        sync.Mutex
	setting   setting
	followers map[io.Writer]bool
}

// setting is a moment at which both times are known.
type setting struct {
	at, real time.Time
	speed    float64
}

func (s setting) now(real time.Time) time.Time {
	return s.at.Add(time.Duration(float64(real.Sub(s.real)) * s.speed))
}

// NewClock makes one that stands at a time.
func NewClock(at time.Time) *Clock {
	return &Clock{setting: setting{at: at, real: time.Now()}, followers: map[io.Writer]bool{}}
}

// Now is what it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.setting.now(time.Now())
}

// Speed is how fast it runs.
func (c *Clock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.setting.speed
}

// Run sets how fast it runs from now on.
func (c *Clock) Run(speed float64) { c.set(time.Time{}, speed) }

// Jump sets it to a later time, at which it stands still.
func (c *Clock) Jump(at time.Time) { c.set(at, 0) }

func (c *Clock) set(at time.Time, speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := setting{real: time.Now(), speed: speed}
	if s.at = c.setting.now(s.real); at.After(s.at) {
		s.at = at
	}
	c.setting = s
	for w := range c.followers {
		if s.tell(w) != nil { // it is gone
			delete(c.followers, w)
		}
	}
}

// Tell writes the setting to w, and each later one, until w fails.
func (c *Clock) Tell(w io.Writer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.followers[w] = true
	return c.setting.tell(w)
}

func (s setting) tell(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%d %d %g\n", s.at.UnixNano(), s.real.UnixNano(), s.speed)
	return err
}

// Follow makes a clock that shows what the one behind r does. It has the first
// setting when it returns; gone is called when r ends.
func Follow(r io.Reader, gone func()) (*Clock, error) {
	lines := bufio.NewScanner(r)
	c := NewClock(time.Time{})
	if !c.follow(lines) {
		return nil, fmt.Errorf("the clock tells no time: %w", io.ErrUnexpectedEOF)
	}
	go func() {
		for c.follow(lines) {
		}
		gone()
	}()
	return c, nil
}

func (c *Clock) follow(lines *bufio.Scanner) bool {
	var at, real int64
	var speed float64
	if !lines.Scan() {
		return false
	}
	if _, err := fmt.Sscan(lines.Text(), &at, &real, &speed); err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setting = setting{time.Unix(0, at), time.Unix(0, real), speed}
	return true
}
