package sandbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
)

// Transport lets a client of this process speak with h without a socket. h runs
// on the caller's goroutine. A fault's lost answer is io.ErrUnexpectedEOF here, a
// reset is syscall.ECONNRESET, and a context that ends before h has answered
// gives the context's error, whatever h did.
func Transport(h http.Handler) http.RoundTripper { return inProcess{h} }

type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	w := &answer{header: http.Header{}}
	t.handler.ServeHTTP(w, received(r))
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	if w.failure != nil {
		return nil, w.failure
	}
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          io.NopCloser(bytes.NewReader(w.body.Bytes())),
		ContentLength: int64(w.body.Len()),
		Request:       r,
	}, nil
}

// received turns the client's request into what a server would hand to its handler.
func received(out *http.Request) *http.Request {
	r := out.Clone(out.Context())
	r.URL = &url.URL{Path: out.URL.Path, RawPath: out.URL.RawPath, RawQuery: out.URL.RawQuery}
	r.RequestURI = out.URL.RequestURI()
	if r.Host == "" {
		r.Host = out.URL.Host
	}
	if out.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{}
	}
	if u := out.URL.User; u != nil && r.Header.Get("Authorization") == "" {
		password, _ := u.Password()
		r.SetBasicAuth(u.Username(), password)
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RemoteAddr = "127.0.0.1:0"
	return r
}

// answer keeps what a handler answers. It is the ResponseWriter of Transport, and
// of a handler whose answer a fault withholds.
type answer struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
	failure      error // the connection broke instead
}

func (w *answer) Header() http.Header { return w.header }

func (w *answer) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *answer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// copyTo gives the kept answer to the client after all.
func (w *answer) copyTo(out http.ResponseWriter) {
	w.WriteHeader(http.StatusOK)
	for name, values := range w.sent {
		out.Header()[name] = values
	}
	out.WriteHeader(w.status)
	_, _ = out.Write(w.body.Bytes())
}

// breakOff ends the connection without an answer: rudely (a reset) or by closing it.
func breakOff(w http.ResponseWriter, rudely bool) {
	inner := w
	if s, ok := w.(*statusWriter); ok {
		inner = s.ResponseWriter
	}
	if a, ok := inner.(*answer); ok {
		a.failure = io.ErrUnexpectedEOF
		if rudely {
			a.failure = syscall.ECONNRESET
		}
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, or a recorder in a test
		http.Error(w, "the connection cannot be broken here", http.StatusBadGateway)
		return
	}
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok && rudely {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
