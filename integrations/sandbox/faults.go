package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is what goes wrong with the requests that it matches.
type Fault struct {
	// Match is a method and the start of a path ("POST /2/tweets"), or any
	// part of the path; empty matches all. Control is never matched.
	Match string `json:"match,omitempty"`
	// Status is answered in place of the stand-in's own; 0 leaves the answer
	// as it is (a mere Delay).
	Status int `json:"status,omitempty"`
	// RetryAfter is the header of that name, in seconds; 0 omits it.
	RetryAfter int `json:"retry_after,omitempty"`
	// Header is added to the answer.
	Header map[string]string `json:"header,omitempty"`
	// Body is answered with Status, as text/html unless Header says otherwise;
	// empty gives a gateway's error page.
	Body string `json:"body,omitempty"`
	// Delay is waited before the answer: "150ms" in JSON.
	Delay Duration `json:"delay,omitzero"`
	// Effect applies the request's effect first.
	Effect bool `json:"effect,omitempty"`
	// LoseAnswer applies the effect and closes the connection unanswered.
	LoseAnswer bool `json:"lose_answer,omitempty"`
	// Reset breaks the connection before any effect.
	Reset bool `json:"reset,omitempty"`
	// Count is how many requests it meets; 0 is all until it is cleared.
	Count int `json:"count,omitempty"`
	// Percent of the matching requests are met, 0 meaning all; chosen by a
	// generator that starts from Seed, so a run can be repeated.
	Percent int    `json:"percent,omitempty"`
	Seed    uint64 `json:"seed,omitempty"`
}

// Duration is a time.Duration that reads and writes "150ms" in JSON.
type Duration time.Duration

// MarshalText writes what time.ParseDuration reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads, but not less than nothing.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err == nil && v < 0 {
		err = fmt.Errorf("duration %s is negative", text)
	}
	*d = Duration(v)
	return err
}

func (f Fault) check() error {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.RetryAfter < 0, f.Count < 0:
		return errors.New("retry_after and count may not be negative")
	case f.Percent < 0 || f.Percent > 100:
		return fmt.Errorf("percent %d is not between 0 and 100", f.Percent)
	case f.Reset && (f.Effect || f.LoseAnswer):
		return errors.New("reset has no effect: use lose_answer to apply it")
	case f.Status == 0 && f.Delay == 0 && !f.LoseAnswer && !f.Reset && len(f.Header) == 0:
		return errors.New("nothing goes wrong: set status, delay, header, lose_answer or reset")
	}
	return nil
}

func (f Fault) matches(method, path string) bool {
	if m, prefix, ok := strings.Cut(f.Match, " "); ok {
		return m == method && strings.HasPrefix(path, prefix)
	}
	return strings.Contains(path, f.Match)
}

// armed is a fault in use.
type armed struct {
	Fault
	dice *rand.Rand
	met  int
}

// Faults is the control of one stand-in: what goes wrong, and which requests
// came. The zero value is ready; it is safe for concurrent use.
type Faults struct {
	mu     sync.Mutex
	armed  []*armed
	seen   []Request // the newest keepRequests
	number int
}

// Add arms a fault behind those that are armed. It does not check: what POST
// /_faults would refuse goes wrong in whatever way it can.
func (f *Faults) Add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = append(f.armed, &armed{Fault: fault, dice: rand.New(rand.NewPCG(fault.Seed, 0))})
}

// Clear disarms all.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = nil
}

// Armed lists what can still go wrong, with what is left of Count.
func (f *Faults) Armed() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]Fault, 0, len(f.armed))
	for _, a := range f.armed {
		left := a.Fault
		if left.Count > 0 {
			left.Count -= a.met
		}
		all = append(all, left)
	}
	return all
}

// Draw gives the fault that meets this request, and counts it as met. Wrap does
// so for HTTP; a stand-in of another protocol asks itself, with its commands for
// methods, and has the fault happen in its own way.
func (f *Faults) Draw(method, path string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, a := range f.armed {
		if !a.matches(method, path) || a.Percent > 0 && a.dice.IntN(100) >= a.Percent {
			continue
		}
		if a.met++; a.met == a.Count {
			f.armed = slices.Delete(f.armed, i, i+1)
		}
		return a.Fault, true
	}
	return Fault{}, false
}

// meet lets the fault happen and reports whether h saw the request.
func (fault Fault) meet(h http.Handler, w http.ResponseWriter, r *http.Request) (applied bool) {
	effect := fault.Effect || fault.LoseAnswer
	own := &answer{header: http.Header{}}
	if effect {
		h.ServeHTTP(own, r)
	}
	if !wait(r, time.Duration(fault.Delay)) {
		breakOff(w, false)
		return effect
	}
	if fault.Reset || fault.LoseAnswer {
		breakOff(w, fault.Reset)
		return effect
	}
	for name, value := range fault.Header {
		w.Header().Set(name, value)
	}
	switch {
	case fault.Status != 0:
		fault.write(w)
	case effect:
		own.copyTo(w)
	default:
		effect = true
		h.ServeHTTP(w, r)
	}
	return effect
}

func (fault Fault) write(w http.ResponseWriter) {
	if fault.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(fault.RetryAfter))
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html")
	}
	body := fault.Body
	if body == "" {
		said := html.EscapeString(strconv.Itoa(fault.Status) + " " + http.StatusText(fault.Status))
		body = "<html><head><title>" + said + "</title></head><body><h1>" + said + "</h1></body></html>\n"
	}
	w.WriteHeader(fault.Status)
	_, _ = io.WriteString(w, body)
}

// wait reports whether d passed before the client gave up.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// serveFaults answers /_faults.
func (f *Faults) serveFaults(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		f.Clear()
	case http.MethodPost:
		var fault Fault
		if err := decodeStrictly(r, &fault); err != nil {
			JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		if err := fault.check(); err != nil {
			JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		f.Add(fault)
	default:
		notAllowed(w, "GET, POST, DELETE")
		return
	}
	JSON(w, http.StatusOK, map[string][]Fault{"faults": f.Armed()})
}

// decodeStrictly reads one JSON value and nothing after it.
func decodeStrictly(r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("the body is not one fault as JSON: %w", err)
	}
	if d.More() {
		return errors.New("the body goes on after the JSON value")
	}
	return nil
}
