// Package sandbox is what every stand-in of a far end has in common. A stand-in
// is an http.Handler that answers as strictly as the vendor does for the methods
// that Drumbeat calls, keeps what it was given, and fails on request.
//
// # Control
//
// Beside the vendor's own paths, a handler wrapped by Faults.Wrap answers:
//
//	POST   /_faults    arms a Fault (JSON); GET lists what is armed, DELETE clears
//	GET    /_requests  how many requests came, and the last ?last=N (50) of them;
//	                   DELETE forgets them
//	GET    /_ledger    what the far end holds, in the shape that the stand-in
//	                   documents; DELETE empties it
//
// # Order
//
// A request is answered by the first armed fault that matches it, else by the
// stand-in. A fault without Effect and LoseAnswer leaves the far end as it was;
// with one of them the effect is applied before anything is waited for or
// answered, so a caller that gives up meanwhile has been heard all the same.
//
// # Where it listens
//
// The same handler serves a listener (Mount puts all stand-ins under one) and,
// through Transport, a client of the same process: no socket and no goroutine,
// so that a test may run in a testing/synctest bubble.
package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// Mount serves each stand-in below its name: "x" answers at /x/…, and its
// control at /x/_faults, /x/_requests and /x/_ledger. GET / lists the names.
func Mount(ends map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for name, h := range ends {
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, h))
	}
	names := slices.Sorted(maps.Keys(ends))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		JSON(w, http.StatusOK, map[string][]string{"ends": names})
	})
	return mux
}

// JSON answers with a status and v as JSON. A Content-Type that is already set
// stays.
func JSON(w http.ResponseWriter, status int, v any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(status)
	// A client that went away is the only reason to fail, and nobody is left to hear of it.
	_ = json.NewEncoder(w).Encode(v)
}

// URL gives the address as the client wrote it, with scheme, host and the
// prefix that Mount took off: what a client's signature was made over.
func URL(r *http.Request) *url.URL {
	u := *r.URL
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		u = *asked
	}
	u.Scheme, u.Host = "http", r.Host
	if r.TLS != nil {
		u.Scheme = "https"
	}
	return &u
}
