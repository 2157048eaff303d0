package socket

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxFrame = 1 << 20 // bytes; far above what Slack sends
	ping     = 10 * time.Second
	silence  = 30 * time.Second // after which a connection is dead
	linger   = 30 * time.Second // how long one may go on that announced its end
	writing  = 5 * time.Second
)

// connection is one WebSocket of a Line.
type connection struct {
	*Line
	ws    *websocket.Conn
	since time.Time
	under sync.WaitGroup // envelopes
	left  sync.Once      // it is not counted any more

	writes sync.Mutex
	reads  sync.Mutex
	deaf   bool // nothing more is to be read; guarded by reads
}

func newConnection(l *Line, ws *websocket.Conn) *connection {
	c := &connection{Line: l, ws: ws}
	ws.SetReadLimit(maxFrame)
	ws.SetPongHandler(func(string) error { c.heard(); return nil })
	answer := ws.PingHandler()
	ws.SetPingHandler(func(data string) error { c.heard(); return answer(data) })
	return c
}

// greet waits for Slack's hello.
func (c *connection) greet(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.deafen)()
	f, err := c.read()
	switch {
	case err != nil:
		return fmt.Errorf("connected, but no hello: %w", plain(err))
	case f.Type == "disconnect" && farewell(f.Reason) != nil:
		return farewell(f.Reason)
	case f.Type != "hello":
		return fmt.Errorf("connected, but %.80q in place of hello", f.Type)
	}
	c.since = time.Now()
	c.stands()
	return nil
}

// serve carries out what comes until the connection ends or ctx does.
func (c *connection) serve(ctx context.Context) {
	defer func() { _ = c.ws.Close() }() // it has ended either way
	over := make(chan struct{})
	defer close(over)
	go c.beat(over)
	defer context.AfterFunc(ctx, c.deafen)()
	defer time.AfterFunc(settled, c.well).Stop()
	for {
		f, err := c.read()
		if ctx.Err() != nil {
			c.leave(nil)
			break
		}
		if err != nil {
			c.leave(fmt.Errorf("the connection broke: %w", plain(err)))
			break
		}
		switch {
		case f.Type == "disconnect":
			c.leave(farewell(f.Reason))
			time.AfterFunc(linger, c.deafen)
		case f.ID != "":
			c.under.Go(func() { c.carryOut(ctx, f.Envelope) })
		}
	}
	c.finish(ctx)
}

// finish lets what is under way be acknowledged; at the end of the process not
// for ever.
func (c *connection) finish(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		c.under.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
		}
	}
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(writing))
}

// leave makes room for another connection, once.
func (c *connection) leave(reason error) {
	c.left.Do(func() { c.leaves(time.Since(c.since), reason) })
}

// carryOut hands an envelope over and acknowledges it when that is done. One
// whose handler broke is not acknowledged: Slack gives it out again.
func (c *connection) carryOut(ctx context.Context, e Envelope) {
	defer func() {
		if broke := recover(); broke != nil { // as net/http does: one request is not the bot
			c.config.Log.Error("slack: an envelope broke its handler", "type", e.Type, "panic", fmt.Sprint(broke), "stack", string(debug.Stack()))
		}
	}()
	ctx = context.WithoutCancel(ctx) // what a person asked is carried out
	a := c.config.Handle(ctx, e)
	ack := acknowledgement{ID: e.ID}
	if e.Accepts {
		ack.Payload = a.Body
	}
	if err := c.write(ack); err != nil {
		c.config.Log.Debug("slack: an acknowledgement did not leave; the envelope comes again", "type", e.Type, "error", err)
	}
	if a.Then != nil {
		a.Then(ctx)
	}
}

func (c *connection) write(a acknowledgement) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(writing)); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.TextMessage, text)
}

// read gives the next frame that is one.
func (c *connection) read() (Frame, error) {
	for {
		c.heard()
		_, text, err := c.ws.ReadMessage()
		if err != nil {
			return Frame{}, err
		}
		f, err := Parse(text)
		if err == nil {
			return f, nil
		}
		c.config.Log.Warn("slack: what came over Socket Mode cannot be read", "error", err)
	}
}

// heard puts off the time when the connection counts as dead.
func (c *connection) heard() {
	c.reads.Lock()
	defer c.reads.Unlock()
	if !c.deaf {
		_ = c.ws.SetReadDeadline(time.Now().Add(silence)) // if it fails, so does the read
	}
}

// deafen ends the reading.
func (c *connection) deafen() {
	c.reads.Lock()
	defer c.reads.Unlock()
	c.deaf = true
	_ = c.ws.SetReadDeadline(time.Unix(1, 0)) // if it fails, so does the read
}

// beat pings, so that a dead connection is known by its silence.
func (c *connection) beat(over <-chan struct{}) {
	ticker := time.NewTicker(ping)
	defer ticker.Stop()
	for {
		select {
		case <-over:
			return
		case <-ticker.C:
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writing)) // if it fails, silence follows
		}
	}
}
