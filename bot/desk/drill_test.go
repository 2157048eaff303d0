package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// postbox is a far end that takes everything.
type postbox struct {
	*lab
	to string
}

func (p postbox) Check(string, map[string]string) error { return nil }

func (p postbox) Send(_ context.Context, d stream.Delivery) (integrations.Receipt, error) {
	if d.Words != nil {
		p.read = append(p.read, p.to+" "+d.Action+" "+d.Args["person"]+": "+strings.ReplaceAll(d.Words.Plain(), "\n", " | "))
	} else {
		p.read = append(p.read, p.to+" "+d.Action+" "+d.Args["channel"])
	}
	ref := d.ID
	if d.Action == "channel.create" {
		ref = "C0ROOM"
	}
	return integrations.Receipt{Ref: ref, More: map[string]string{"channel": d.Args["channel"], "name": d.Args["name"]}}, nil
}

// deliver sends what is due at the lab's time, with far ends that all work.
func (l *lab) deliver() {
	l.t.Helper()
	senders := map[string]integrations.Sender{}
	for _, to := range []string{"slack", "twilio", "twitter", "email"} {
		senders[to] = postbox{l, to}
	}
	c := bot.NewCourier(bot.CourierConfig{Bot: l.bot, Store: l.store, Senders: senders, Gate: l.Gate})
	if _, err := c.Step(context.Background(), l.now); err != nil {
		l.t.Fatal(err)
	}
}

// got counts what was delivered that begins so and has the part.
func (l *lab) got(begins, part string) int {
	n := 0
	for _, line := range l.read {
		if strings.HasPrefix(line, begins) && strings.Contains(line, part) {
			n++
		}
	}
	return n
}

// A drill pages whoever began it, reaches no far end for customers, ends by
// itself after three minutes and tells what it has shown.
func TestADrillEndsByItselfAndShowsTheScore(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.People[5].Slack = "U0000ZOE01" // the operator's
	l := newLab(t, cfg)
	l.say("maya", "drill")
	l.deliver()
	l.now = l.now.Add(20 * time.Second)
	l.say("maya", "ack")
	l.say("omar", "approve #1")
	l.deliver()
	if n := l.got("twilio page maya", "Harbor drill: nothing is wrong"); n != 1 {
		t.Errorf("maya was paged %d times, want once: %q", n, l.read)
	}
	l.now = l.now.Add(2 * time.Minute)
	l.deliver()
	if s := l.state("1"); s.Phase.Over() {
		t.Errorf("after %v it is %s", l.now.Sub(dawn), s.Phase)
	}
	l.now = l.now.Add(time.Minute)
	l.deliver()
	if s := l.state("1"); !s.Phase.Over() {
		t.Errorf("after %v it is %s", l.now.Sub(dawn), s.Phase)
	}
	const score = "DRILL-1 is over | ✓ The channel opened at once. | ✓ Maya rang at once and was answered after 21 s. | ✓ Words for customers were ready at once and approved after 22 s. They reached nobody."
	if n := l.got("slack post", score); n != 1 {
		t.Errorf("the score stands in the channel %d times, want once: %q", n, l.read)
	}
	if n := l.got("slack dm U0000ZOE01", score); n != 1 {
		t.Errorf("the operator read the score %d times, want once", n)
	}
	for _, end := range []string{"twitter", "email"} {
		if n := l.got(end, ""); n != 0 {
			t.Errorf("%s got %d deliveries of a drill", end, n)
		}
	}
	if got, _, err := l.Public(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("the status page shows %v, %v", got, err)
	}
	l.now = l.now.Add(10 * time.Minute)
	l.deliver()
	if n := l.got("slack channel.archive C0ROOM", ""); n != 1 {
		t.Errorf("the channel was archived %d times, want once", n)
	}
}

// Whom nothing reaches is told so, and the score tells it to all.
func TestADrillShowsWhoCannotBeReached(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Operator = "leo" // has no phone, mail or Slack
	l := newLab(t, cfg)
	if got := l.say("leo", "drill"); !strings.Contains(got, "nothing reaches him") {
		t.Errorf("got %s", got)
	}
	l.deliver()
	l.now = l.now.Add(3 * time.Minute)
	l.deliver()
	if n := l.got("slack post", "✗ Leo could not be paged. | · Words for customers were ready at once, and nobody let them go."); n != 1 {
		t.Errorf("got %q", l.read)
	}
}
