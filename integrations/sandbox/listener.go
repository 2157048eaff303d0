package sandbox

import (
	"context"
	"net"
	"sync"
)

// Listener is a listener that nobody outside of this process can reach: a dialer
// that uses DialContext gets a connection, whatever the address. It is for what
// Transport cannot carry, such as a WebSocket, and holds no socket either: its
// connections are net.Pipe.
type Listener struct {
	came chan net.Conn
	over chan struct{}
	once sync.Once
}

// Listen gives a Listener.
func Listen() *Listener {
	return &Listener{came: make(chan net.Conn), over: make(chan struct{})}
}

// DialContext connects. The error is net.ErrClosed after Close.
func (l *Listener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.came <- there:
		return here, nil
	case <-l.over:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.came:
		return c, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; connections go on.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.over) })
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "pipe" }
func (address) String() string  { return "127.0.0.1:0" }
