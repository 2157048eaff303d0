package sandbox

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Holder is a stand-in's inside that can be looked into.
type Holder interface {
	// Ledger gives what the far end holds, ready for JSON: a copy.
	Ledger() any
	// Reset empties it.
	Reset()
}

// Request is one request as it is remembered. Nothing of it can be a secret:
// headers, query and body are left out.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Status int    `json:"status"` // as the client got it; 0 when the connection broke or the client left
	Fault  bool   `json:"fault,omitempty"`
	// Applied: the stand-in saw the request, whatever the client was told.
	Applied bool `json:"applied"`
}

const (
	keepRequests = 500
	maxBody      = 16 << 20
)

// Requests gives how many requests came since the start, control left out, and
// the last n of them that are remembered (at most 500), oldest first.
func (f *Faults) Requests(n int) (count int, last []Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n = max(0, min(n, len(f.seen)))
	return f.number, append([]Request{}, f.seen[len(f.seen)-n:]...)
}

func (f *Faults) forgetRequests() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen, f.number = nil, 0
}

// Note keeps a request in mind, as Wrap does for HTTP.
func (f *Faults) Note(r Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.number++
	if len(f.seen) == keepRequests {
		f.seen = append(f.seen[:0], f.seen[1:]...)
	}
	f.seen = append(f.seen, r)
}

// Wrap puts the control before a stand-in. When h is a Holder too, /_ledger is
// answered from it.
func (f *Faults) Wrap(h http.Handler) http.Handler {
	holder, _ := h.(Holder)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/_faults":
			f.serveFaults(w, r)
		case r.URL.Path == "/_requests":
			f.serveRequests(w, r)
		case r.URL.Path == "/_ledger" && holder != nil:
			serveLedger(holder, w, r)
		case strings.HasPrefix(r.URL.Path, "/_"):
			h.ServeHTTP(w, r) // a stand-in's own control
		default:
			f.serve(h, w, r)
		}
	})
}

func (f *Faults) serve(h http.Handler, w http.ResponseWriter, r *http.Request) {
	seen := Request{Method: r.Method, Path: r.URL.Path, Applied: true}
	// The whole body first: a server notices that its client left only after that.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the body cannot be read or is larger than 16 MB", http.StatusRequestEntityTooLarge)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s := &statusWriter{ResponseWriter: w}
	if fault, met := f.Draw(r.Method, r.URL.Path); met {
		seen.Fault = true
		seen.Applied = fault.meet(h, s, r)
	} else {
		h.ServeHTTP(s, r)
		s.settle()
	}
	seen.Status = s.status
	f.Note(seen)
}

// statusWriter notes what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Hijack hands the connection over, for a WebSocket.
func (s *statusWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(s.ResponseWriter).Hijack()
}

func (s *statusWriter) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Write(p []byte) (int, error) {
	s.settle()
	return s.ResponseWriter.Write(p)
}

// settle: what nobody named is 200.
func (s *statusWriter) settle() {
	if s.status == 0 {
		s.status = http.StatusOK
	}
}

func (f *Faults) serveRequests(w http.ResponseWriter, r *http.Request) {
	last := 50
	switch r.Method {
	case http.MethodGet:
		if n, err := strconv.Atoi(r.URL.Query().Get("last")); err == nil {
			last = n
		}
	case http.MethodDelete:
		f.forgetRequests()
	default:
		notAllowed(w, "GET, DELETE")
		return
	}
	count, requests := f.Requests(last)
	JSON(w, http.StatusOK, struct {
		Count    int       `json:"count"`
		Requests []Request `json:"requests"`
	}{count, requests})
}

func serveLedger(h Holder, w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		h.Reset()
	default:
		notAllowed(w, "GET, DELETE")
		return
	}
	JSON(w, http.StatusOK, h.Ledger())
}

func notAllowed(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	http.Error(w, "use "+allow, http.StatusMethodNotAllowed)
}
