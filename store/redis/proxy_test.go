package redis_test

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// proxy stands between the store and a server and can lose answers: what was
// asked is done, and the connection is reset.
type proxy struct {
	l      net.Listener
	server string
	lose   atomic.Bool
}

func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &proxy{l: l, server: server}
	go p.serve()
	return p
}

func (p *proxy) url() string { return "redis://" + p.l.Addr().String() + "/0" }

func (p *proxy) serve() {
	for {
		near, err := p.l.Accept()
		if err != nil {
			return
		}
		away, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = near.Close()
			continue
		}
		go func() {
			_, _ = io.Copy(away, near)
			_ = away.Close()
		}()
		go p.answer(near, away)
	}
}

// answer hands answers back until it is told to lose one.
func (p *proxy) answer(near, away net.Conn) {
	defer near.Close()
	defer away.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := away.Read(buffer)
		if err != nil || p.lose.Load() {
			return
		}
		if _, err := near.Write(buffer[:n]); err != nil {
			return
		}
	}
}
