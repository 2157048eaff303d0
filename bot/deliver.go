package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

const (
	spare        = 5 * time.Second  // of a lease, to settle in
	ownTime      = 25 * time.Second // for one attempt, however long the lease
	urgentTime   = 10 * time.Second // for one urgent attempt: the next one must not wait
	settling     = 2 * time.Second  // beyond an attempt's deadline, until its effect must show
	maxLost      = 5                // senders that died of one delivery
	maxHandovers = 20               // of a command that fails by a defect
	telling      = 3                // the attempt of unknown outcome that is told
)

// Who acts when nobody typed.
var (
	timer   = stream.Actor{ID: "drumbeat:timer"}
	courier = stream.Actor{ID: "drumbeat:courier"}
)

// attempt is one lease on its way. Run's clock goes on, Step's stands still.
type attempt struct {
	*Courier
	store.Lease
	clock func() time.Time
}

// verdict is what an attempt came to.
type verdict struct {
	result  store.Result // 0: it is settled already
	at      time.Time    // Retry and Unknown: when again
	record  string       // the result to record, a kind of stream.Settled; "" for none
	receipt integrations.Receipt
	problem string
}

func dead(record, format string, args ...any) verdict {
	return verdict{result: store.Dead, record: record, problem: fmt.Sprintf(format, args...)}
}

// deliver makes one attempt and settles it. It returns nothing: what cannot be
// settled is in doubt when its lease runs out.
func (c *Courier) deliver(ctx context.Context, l store.Lease, clock func() time.Time) {
	a := &attempt{c, l, clock}
	began, d := clock(), l.Delivery
	if c.Attempt != nil {
		ctx = c.Attempt(ctx, l)
	}
	v := a.try(ctx)
	a.settle(ctx, v)
	if outcome := v.outcome(); outcome != stream.Delivered {
		a.log().Warn("a delivery did not arrive", "far_end", d.To, "outcome", outcome, "problem", v.problem)
	}
	if c.Observe == nil {
		return
	}
	e := Event{Lease: l, Outcome: v.outcome(), Began: began, Took: clock().Sub(began)}
	if due := l.Queued; l.Attempt == 1 {
		if d.NotBefore.After(due) {
			due = d.NotBefore
		}
		e.Late = max(0, began.Sub(due))
	}
	c.Observe(e)
}

// log is for lines about this attempt.
func (a *attempt) log() *slog.Logger {
	return a.Log.With(subject(a.Delivery.Stream), "delivery", a.Delivery.ID, "attempt", a.Attempt)
}

// subject names a stream in the log, an incident by its number.
func subject(id stream.ID) slog.Attr {
	if id.Kind == "incident" {
		return slog.String("incident", "INC-"+id.Name)
	}
	return slog.String("stream", id.String())
}

func (v verdict) outcome() string {
	switch {
	case v.result == store.Retry:
		return "retry"
	case v.result == store.Unknown:
		return "unknown"
	case v.record == "":
		return stream.Delivered
	}
	return v.record
}

// try carries the delivery to its end and judges what came of it.
func (a *attempt) try(ctx context.Context) verdict {
	d := a.Delivery
	sender := a.Senders[d.To]
	switch {
	case a.Lost >= maxLost && d.Public:
		return dead(stream.InDoubt, "its sender died %d times, and perhaps it arrived", a.Lost)
	case a.Lost >= maxLost:
		return dead(stream.GaveUp, "its sender died %d times", a.Lost)
	case d.To == stream.Bot && expired(a.Lease, a.clock()):
		return a.late()
	case d.To == stream.Bot:
		return a.hand(ctx)
	case sender == nil:
		return dead(stream.GaveUp, "%s is not set up here", d.To)
	}
	timeout := min(a.Until.Sub(a.clock())-spare, ownTime)
	if d.Urgent {
		timeout = min(timeout, urgentTime)
	}
	switch { // it waited for us, not for the far end
	case timeout <= 0 && a.Doubt:
		return verdict{result: store.Unknown, at: a.clock()}
	case timeout <= 0:
		return verdict{result: store.Retry, at: a.clock()}
	}
	deadline := a.clock().Add(timeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	reason, unsure := a.stale()
	if a.Doubt || unsure {
		if v, over := a.look(ctx, sender); over {
			return v
		}
	}
	if reason != "" {
		return dead(stream.GaveUp, "%s", reason)
	}
	return a.send(ctx, sender, deadline)
}

func (a *attempt) stale() (reason string, unsure bool) {
	if a.Stale == nil {
		return "", false
	}
	return a.Stale(a.Delivery, a.Queued)
}

// look asks the far end whether an earlier attempt arrived. It reports over
// when the delivery is not to be sent now.
func (a *attempt) look(ctx context.Context, sender integrations.Sender) (v verdict, over bool) {
	finder, can := sender.(integrations.Finder)
	switch {
	case !can && a.Delivery.Public:
		return dead(stream.InDoubt, "nobody knows whether it arrived, and %s cannot be asked", a.Delivery.To), true
	case !can:
		return verdict{}, false
	}
	var receipt integrations.Receipt
	var found bool
	err := guard(func() (err error) {
		receipt, found, err = finder.Find(ctx, a.Delivery)
		return err
	})
	switch {
	case err != nil:
		v := verdict{result: store.Unknown, at: a.again(0)}
		if !a.Delivery.Quiet {
			v.record, v.problem = stream.Failing, fmt.Sprintf("perhaps it arrived; asking failed: %s", sentence(err))
		}
		return v, true
	case found:
		return a.delivered(receipt), true
	}
	return verdict{}, false
}

// send makes the call.
func (a *attempt) send(ctx context.Context, sender integrations.Sender, deadline time.Time) verdict {
	d := a.Delivery
	if expired(a.Lease, a.clock()) {
		return a.late()
	}
	var receipt integrations.Receipt
	var reason string
	err := guard(func() (err error) {
		if d.Public && a.Gate != nil {
			if reason = a.Gate(ctx, d); reason != "" {
				return nil
			}
		}
		receipt, err = sender.Send(ctx, d)
		return err
	})
	after, again := integrations.RetryDelay(err)
	switch {
	case reason != "":
		return dead(stream.Withheld, "%s", reason)
	case err == nil:
		return a.delivered(receipt)
	case integrations.IsPermanent(err):
		return dead(stream.GaveUp, "%s", sentence(err))
	case again:
		return a.retry(err, after)
	}
	v := verdict{result: store.Unknown, at: later(deadline.Add(settling), a.again(0))}
	if a.Attempt >= telling && !d.Quiet {
		v.record, v.problem = stream.Failing, fmt.Sprintf("perhaps it arrived: %s", sentence(err))
	}
	return v
}

func (a *attempt) delivered(r integrations.Receipt) verdict {
	v := verdict{result: store.Done, record: stream.Delivered, receipt: r}
	if a.Delivery.Quiet {
		v.record = ""
	}
	return v
}

// retry is for what surely was not applied. What cannot be tried again in time
// is given up now, so that what comes next comes now.
func (a *attempt) retry(err error, after time.Duration) verdict {
	v := verdict{result: store.Retry, at: a.again(after), problem: sentence(err)}
	if last := a.Delivery.NotAfter; !last.IsZero() && v.at.After(last) {
		return dead(stream.GaveUp, "%s; the next try would be too late", v.problem)
	}
	if !a.Delivery.Quiet {
		v.record = stream.Failing
	}
	return v
}

func (a *attempt) late() verdict {
	doubt := ""
	if a.Doubt {
		doubt = "; perhaps an earlier attempt arrived"
	}
	return dead(stream.GaveUp, "it was not to be sent after %s%s", a.Delivery.NotAfter.UTC().Format("15:04:05 UTC"), doubt)
}

// again is when to try the next time.
func (a *attempt) again(after time.Duration) time.Time {
	d := a.Delivery
	return a.clock().Add(NextTry(a.Attempt, d.Urgent, after, jitter(d.ID, a.Attempt)))
}

// hand gives a delivery that is a command to its stream. The delivery's ID is
// its Key, so that it is carried out once however often it is handed over. For
// the stream that asked, it is settled in the same commit; another one that is
// not Quiet is told which stream took it, as the receipt's Ref.
func (a *attempt) hand(ctx context.Context) verdict {
	d := a.Delivery
	cmd, err := a.command()
	if err != nil {
		return dead(stream.GaveUp, "the command %s cannot be read: %s", d.Action, sentence(err))
	}
	own := cmd.Stream == d.Stream
	if own {
		cmd.Settle = []store.Outcome{{Delivery: d.ID, Token: a.Token, Result: store.Done}}
	}
	r, err := a.Bot.Do(ctx, cmd)
	switch {
	case err == nil && own:
		return verdict{}
	case err == nil:
		return a.delivered(integrations.Receipt{Ref: r.Stream.String()})
	case errors.Is(err, stream.ErrRefused):
		return dead(stream.GaveUp, "%s", sentence(err))
	case temporary(err):
		return verdict{result: store.Retry, at: a.again(0)}
	case a.Attempt >= maxHandovers:
		return dead(stream.GaveUp, "the command %s fails: %s", d.Action, sentence(err))
	}
	a.log().Error("a command fails", "error", err)
	return verdict{result: store.Retry, at: a.again(0), record: stream.Failing, problem: sentence(err)}
}

// command reads the command that the delivery is.
func (a *attempt) command() (Command, error) {
	d := a.Delivery
	to, err := stream.ParseID(d.Args[stream.ArgStream])
	if err != nil {
		return Command{}, err
	}
	k, err := a.Bot.kind(to)
	if err != nil {
		return Command{}, err
	}
	c := Command{Stream: to, Meta: stream.Meta{At: a.clock(), By: timer, Key: d.ID}}
	err = guard(func() (err error) {
		c.Value, err = k.decode(d.Action, []byte(d.Args[stream.ArgData]))
		return err
	})
	return c, err
}

// settle writes the verdict, with its record in the same commit. The store is
// asked a few times while the lease lasts; then doubt takes over.
func (a *attempt) settle(ctx context.Context, v verdict) {
	if v.result == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	var err error
	for wait := 100 * time.Millisecond; wait < spare; wait *= 2 {
		if err = a.write(ctx, v); !temporary(err) || !a.clock().Before(a.Until) {
			break
		}
		pause(ctx, wait)
	}
	if err != nil {
		a.log().Error("an outcome is not written; it will be looked up", "outcome", v.outcome(), "error", err)
	}
}

func (a *attempt) write(ctx context.Context, v verdict) error {
	ctx, cancel := context.WithTimeout(ctx, spare)
	defer cancel()
	d := a.Delivery
	o := store.Outcome{Delivery: d.ID, Token: a.Token, Result: v.result, At: v.at}
	if v.record != "" {
		err := a.tell(ctx, v, o)
		if err == nil || temporary(err) {
			return err
		}
		a.log().Error("a stream does not take what became of its delivery", "outcome", v.record, "problem", v.problem,
			"ref", v.receipt.Ref, "error", err)
	}
	if err := a.Store.Settle(ctx, o); err != nil {
		return fmt.Errorf("%w: settling: %w", ErrStore, err)
	}
	return nil
}

// tell records the verdict in the stream that asked, and settles with it. The
// Key keeps each result of a delivery from being told twice, whoever else held
// the lease meanwhile.
func (a *attempt) tell(ctx context.Context, v verdict, o store.Outcome) error {
	d := a.Delivery
	k, err := a.Bot.kind(d.Stream)
	if err != nil {
		return err
	}
	s := stream.Settled{Result: v.record, Delivery: d.ID, To: d.To, Action: d.Action, About: d.About,
		Attempt: a.Attempt, Ref: v.receipt.Ref, Link: v.receipt.Link, More: v.receipt.More, Problem: v.problem}
	_, err = a.Bot.Do(ctx, Command{Stream: d.Stream, Value: k.settled(s), Settle: []store.Outcome{o},
		Meta: stream.Meta{At: a.clock(), By: courier, Key: v.record + " " + d.ID}})
	return err
}

// temporary reports whether the same may succeed a moment later.
func temporary(err error) bool {
	return errors.Is(err, ErrStore) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// sentence gives an error's text at a length that a person reads.
func sentence(err error) string {
	const longest = 300
	text := []rune(err.Error())
	if len(text) > longest {
		text = append(text[:longest-1], '…')
	}
	return string(text)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
