package socket_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/sockets"
	"drumbeat/integrations/slack/socket"
)

// bench is the stand-in's sockets and a Line on them, in a bubble.
type bench struct {
	*sockets.Sockets
	listener *sandbox.Listener
	config   socket.Config
	line     *socket.Line
	log      *journal
	stop     func()
}

type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(p))
	return len(p), nil
}

func (j *journal) read() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string{}, j.lines...)
}

func run(t *testing.T, change func(*bench)) *bench {
	t.Helper()
	b := &bench{Sockets: sockets.New("http://slack.example/link/", "A1"), listener: sandbox.Listen(), log: &journal{}}
	b.config = socket.Config{
		Open:   func(context.Context) (string, error) { return b.Ticket(), nil },
		Dialer: &websocket.Dialer{NetDialContext: b.listener.DialContext, WriteBufferSize: 2 * socket.MaxAck, HandshakeTimeout: time.Second},
		Handle: func(context.Context, socket.Envelope) socket.Answer { return socket.Answer{Body: []byte(`"done"`)} },
		Log:    slog.New(slog.NewTextHandler(b.log, nil)),
	}
	srv := &http.Server{Handler: b.Sockets}
	go func() { _ = srv.Serve(b.listener) }() // it ends with Close
	if change != nil {
		change(b)
		synctest.Wait()
	}
	b.line = socket.New(b.config)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.line.Run(ctx) // it is always nil
	}()
	b.stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(func() {
		b.stop()
		_ = srv.Close()
		_ = b.Do(sockets.Trouble{Do: "drop", Count: 10}) // whoever else is connected
	})
	synctest.Wait()
	return b
}

func (b *bench) trouble(t *testing.T, do string, count int) {
	t.Helper()
	if err := b.Do(sockets.Trouble{Do: do, Count: count}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func (b *bench) send(t *testing.T) (string, error) {
	t.Helper()
	answer, err := b.Send(t.Context(), sockets.Envelope{Type: "slash_commands", Payload: []byte(`{}`), Accepts: true})
	return string(answer), err
}

func pass(d time.Duration) {
	<-time.After(d) // of the bubble's time
	synctest.Wait()
}

// Two connections come to stand, the second a while after the first, and a
// refresh of either, or of both at once, leaves none without a successor.
func TestTwoStand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := run(t, nil)
		var got []string
		look := func(what string) {
			n, err := b.line.Connected()
			got = append(got, fmt.Sprint(what, ": ", b.Stats().Open, " open, ", n, " stand ", err))
		}
		look("at once")
		pass(4 * time.Second)
		look("after 4 s")
		pass(time.Second)
		look("after 5 s")
		pass(time.Hour)
		b.trouble(t, "warn", 1)
		look("one is warned")
		pass(15 * time.Second)
		look("it has ended")
		b.trouble(t, "refresh", 2)
		look("both are refreshed")
		pass(time.Second)
		look("they have ended")
		pass(10 * time.Second)
		look("later")
		want := []string{"at once: 1 open, 1 stand <nil>", "after 4 s: 1 open, 1 stand <nil>", "after 5 s: 2 open, 2 stand <nil>",
			"one is warned: 3 open, 2 stand <nil>", "it has ended: 2 open, 2 stand <nil>",
			"both are refreshed: 3 open, 1 stand <nil>", "they have ended: 1 open, 1 stand <nil>", "later: 2 open, 2 stand <nil>"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// Connections that break are replaced at once, however often they do.
func TestBrokenOnesAreReplacedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := run(t, nil)
		for range 20 {
			pass(7 * time.Second)
			b.trouble(t, "drop", 2)
			if n, _ := b.line.Connected(); n != 1 {
				t.Errorf("%d stand, want one", n)
			}
			if _, err := b.send(t); err != nil {
				t.Errorf("after a break: %v", err)
			}
		}
	})
}

// A connection that Slack keeps open and says nothing over is replaced.
func TestSilenceIsDeath(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int64
		b := run(t, func(b *bench) {
			open := b.config.Open
			b.config.Open = func(ctx context.Context) (string, error) {
				opened.Add(1)
				return open(ctx)
			}
		})
		pass(10 * time.Minute)
		if n := opened.Load(); n != 2 {
			t.Errorf("%d connections were opened while all was well, want 2", n)
		}
		b.trouble(t, "freeze", 1)
		pass(45 * time.Second)
		if n, err := b.line.Connected(); opened.Load() != 3 || n != 2 || err != nil {
			t.Errorf("%d connections were opened, %d stand (%v); want one more, and two", opened.Load(), n, err)
		}
		b.trouble(t, "thaw", 0)
		if _, err := b.send(t); err != nil {
			t.Errorf("after it: %v", err)
		}
	})
}

// What Slack says of an envelope reaches the handler, and what follows an
// answer runs when the answer has left.
func TestAnswerAndWhatFollows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		acked := make(chan sockets.Stats, 2)
		var got []socket.Envelope
		var b *bench
		b = run(t, func(b *bench) {
			b.config.Handle = func(_ context.Context, e socket.Envelope) socket.Answer {
				got = append(got, e)
				return socket.Answer{Body: []byte(`{"text":"x"}`), Then: func(context.Context) {
					synctest.Wait()
					acked <- b.Stats()
				}}
			}
		})
		for i, e := range []sockets.Envelope{
			{Type: "slash_commands", Payload: []byte(`{"text":"a"}`), Accepts: true},
			{Type: "events_api", Payload: []byte(`{"event":{}}`), Retry: 2, Reason: "timeout"},
		} {
			answer, err := b.Send(t.Context(), e)
			if want := []string{`{"text":"x"}`, ""}[i]; err != nil || string(answer) != want {
				t.Errorf("%s: answered with %s, %v", e.Type, answer, err)
			}
			if s := <-acked; s.Acked != i+1 {
				t.Errorf("%s: what follows ran before the acknowledgement: %+v", e.Type, s)
			}
		}
		for i := range got {
			if got[i].ID == "" {
				t.Errorf("envelope %d has no ID", i)
			}
			got[i].ID = ""
		}
		want := []socket.Envelope{{Type: "slash_commands", Payload: []byte(`{"text":"a"}`), Accepts: true}, {Type: "events_api", Payload: []byte(`{"event":{}}`)}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A handler that breaks is neither the end of the bot nor an acknowledgement.
func TestHandlerThatBreaks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var times atomic.Int64
		b := run(t, func(b *bench) {
			b.config.Handle = func(context.Context, socket.Envelope) socket.Answer {
				if times.Add(1) == 1 {
					panic("a mistake")
				}
				return socket.Answer{}
			}
		})
		if _, err := b.send(t); !errors.Is(err, sockets.ErrTimeout) {
			t.Errorf("broken: got %v", err)
		}
		if _, err := b.send(t); err != nil {
			t.Errorf("the next: got %v", err)
		}
		if log := strings.Join(b.log.read(), ""); !strings.Contains(log, "a mistake") {
			t.Errorf("logged:\n%s", log)
		}
	})
}

// At the end a handler that hangs is not waited for without end.
func TestEndIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		b := run(t, func(b *bench) {
			b.config.Handle = func(context.Context, socket.Envelope) socket.Answer {
				<-hang
				return socket.Answer{}
			}
		})
		go func() { _, _ = b.send(t) }() // it gets no answer
		synctest.Wait()
		began := time.Now()
		b.stop()
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("the end took %v, want 5s", took)
		}
		close(hang)
		synctest.Wait()
	})
}

// Each reason for not being connected is told once, and the pauses grow.
func TestWhyItDoesNotConnect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*bench)
		want   string
		least  int // connections asked for in ten minutes
		most   int
	}{
		{"refused", func(b *bench) {
			b.config.Open = func(context.Context) (string, error) { return "", errors.New("invalid_auth") }
		}, "invalid_auth", 20, 30},
		{"too often", func(b *bench) {
			b.config.Open = func(context.Context) (string, error) {
				return "", integrations.RetryAfter(errors.New("too many requests"), 2*time.Minute)
			}
		}, "too many requests", 5, 6},
		{"nobody answers", func(b *bench) { _ = b.listener.Close() }, "closed", 20, 30},
		{"a used ticket", func(b *bench) {
			b.config.Open = func(context.Context) (string, error) { return "ws://slack.example/link/?ticket=used", nil }
		}, "403", 20, 30},
		{"turned off", func(b *bench) { _ = b.Do(sockets.Trouble{Do: "off"}) }, "link_disabled", 20, 30},
		{"too many", func(b *bench) {
			for range 10 {
				b.occupy()
			}
		}, "too_many_websockets", 20, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				b := run(t, func(b *bench) {
					c.change(b)
					open := b.config.Open
					b.config.Open = func(ctx context.Context) (string, error) {
						asked++
						return open(ctx)
					}
				})
				pass(10 * time.Minute)
				n, err := b.line.Connected()
				if n != 0 || err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%d stand, %v; want none, and %s", n, err, c.want)
				}
				if lines := b.log.read(); len(lines) != 1 || !strings.Contains(lines[0], c.want) {
					t.Errorf("logged:\n%s", lines)
				}
				if asked < c.least || asked > c.most {
					t.Errorf("asked %d times, want %d to %d", asked, c.least, c.most)
				}
			})
		})
	}
}

// occupy holds a connection of somebody else's.
func (b *bench) occupy() {
	go func() {
		ws, resp, err := b.config.Dialer.Dial(b.Ticket(), nil)
		if err != nil {
			return
		}
		_ = resp.Body.Close()
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
		}
	}()
}

func TestNextTry(t *testing.T) {
	t.Parallel()
	var got []string
	for n := range 8 {
		got = append(got, socket.NextTry(n).String())
	}
	got = append(got, socket.NextTry(1_000_000).String())
	if diff := cmp.Diff([]string{"0s", "1s", "2s", "4s", "8s", "16s", "30s", "30s", "30s"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzParse: whatever comes is a frame with a type, or nothing at all.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"type":"hello","num_connections":1,"debug_info":{"approximate_connection_time":18060}}`,
		`{"type":"disconnect","reason":"warning"}`, `{"envelope_id":"E1","type":"slash_commands","payload":{"a":1},"accepts_response_payload":true}`,
		`{"type":1}`, `[]`, `null`, ``, `{"type":"events_api","payload":null,"envelope_id":7}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := socket.Parse(text)
		if err != nil {
			if got.ID != "" || got.Type != "" {
				t.Errorf("refused, and yet %+v", got)
			}
			return
		}
		if got.Type == "" {
			t.Errorf("%q: a frame without a type", text)
		}
	})
}
