package serve_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"testing"

	"drumbeat/bot/serve"
)

// TestClientKeepsTheConnectionsOfABurst makes 16 calls at once, twice: the
// second time every one of them finds a connection.
func TestClientKeepsTheConnectionsOfABurst(t *testing.T) {
	t.Parallel()
	const burst = 16
	var together sync.WaitGroup
	far := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		together.Done()
		together.Wait() // so that none of them is over before all are there
	}))
	t.Cleanup(far.Close)
	client := serve.Client()
	t.Cleanup(client.CloseIdleConnections)
	for _, want := range []int{0, burst} {
		var mu sync.Mutex
		reused := 0
		together.Add(burst)
		var calls sync.WaitGroup
		for range burst {
			calls.Go(func() {
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
					mu.Lock()
					defer mu.Unlock()
					if c.Reused {
						reused++
					}
				}})
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, far.URL, nil)
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
			})
		}
		calls.Wait()
		if reused != want {
			t.Errorf("got %d connections used again, want %d", reused, want)
		}
	}
}
