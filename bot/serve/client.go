package serve

import (
	"net/http"
	"time"
)

// Client makes the client that calls the far ends. It keeps a connection for
// each delivery that may be under way to one of them: Go keeps two, and every
// further one of a burst would begin with a handshake of two round trips.
func Client() *http.Client {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 16,
		IdleConnTimeout: 5 * time.Minute, TLSHandshakeTimeout: 10 * time.Second}
	return &http.Client{Timeout: 20 * time.Second, Transport: transport}
}
