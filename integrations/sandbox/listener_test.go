package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"

	"drumbeat/integrations/sandbox"
)

// A client of this process reaches the listener under any address, until it is
// closed.
func TestListener(t *testing.T) {
	t.Parallel()
	l := sandbox.Listen()
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "here "+r.Host) })}
	go func() { _ = srv.Serve(l) }() // it ends with Close
	client := &http.Client{Transport: &http.Transport{DialContext: l.DialContext, DisableKeepAlives: true}}
	resp, err := client.Get("http://nowhere.example/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); string(got) != "here nowhere.example" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.DialContext(t.Context(), "tcp", "nowhere.example:80"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after its end: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sandbox.Listen().DialContext(gone, "tcp", "nowhere.example:80"); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}
