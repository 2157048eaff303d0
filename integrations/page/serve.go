package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// entry is one file as it goes out: everything is computed before it is asked
// for.
type entry struct {
	plain, zipped         []byte
	plainTag, zippedTag   []string // header values, ready to be shared
	plainSize, zippedSize []string
	contentType           []string
	status                int
	document, forever     bool
}

// Header values that all answers share; never altered.
var (
	fresh = []string{"public, max-age=10, stale-while-revalidate=60, stale-if-error=86400"}
	kept  = []string{"public, max-age=31536000, immutable"}
	gz    = []string{"gzip"}
	vary  = []string{"Accept-Encoding"}
	// Nothing is loaded but our own style sheet and icon; no script, form or
	// frame is possible, whatever a text holds.
	policy                        = []string{"default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
	everyone, nosniff, noReferrer = []string{"*"}, []string{"nosniff"}, []string{"no-referrer"}
)

var contentTypes = map[string][]string{
	".json": {"application/json; charset=utf-8"},
	".css":  {"text/css; charset=utf-8"},
	".svg":  {"image/svg+xml"},
	".html": {"text/html; charset=utf-8"},
	"":      {"text/html; charset=utf-8"},
}

// newEntry compresses a file; the former entry is taken over when the bytes are
// the same, which they are for nearly all of them.
func newEntry(key string, body []byte, former *entry) (*entry, error) {
	if former != nil && bytes.Equal(former.plain, body) {
		return former, nil
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress %s: %w", key, err)
	}
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:12])
	ext := path.Ext(key)
	e := &entry{plain: body, zipped: b.Bytes(), plainTag: []string{`"` + tag + `"`}, zippedTag: []string{`"` + tag + `-gz"`},
		plainSize: []string{strconv.Itoa(len(body))}, zippedSize: []string{strconv.Itoa(b.Len())},
		contentType: contentTypes[ext], status: http.StatusOK, document: ext == ".json", forever: ext == ".css"}
	if key == Missing {
		e.status = http.StatusNotFound
	}
	return e, nil
}

// ServeHTTP answers from memory. Reading is all that anybody can do here.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Content-Security-Policy"], h["X-Content-Type-Options"], h["Referrer-Policy"] = policy, nosniff, noReferrer
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "This page can only be read.", http.StatusMethodNotAllowed)
		return
	}
	if p.config.Mode == modeOff {
		http.NotFound(w, r)
		return
	}
	files := p.files.Load()
	if files == nil {
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "2")
		http.Error(w, "The status page is starting. Please look again in a moment.", http.StatusServiceUnavailable)
		return
	}
	e := (*files)[r.URL.Path]
	if e == nil {
		if short := strings.TrimSuffix(r.URL.Path, "/"); short != Missing && (*files)[short] != nil {
			http.Redirect(w, r, short, http.StatusPermanentRedirect)
			return
		}
		e = (*files)[Missing]
	}
	e.serve(w, r)
}

func (e *entry) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, tag, size := e.plain, e.plainTag, e.plainSize
	zip := acceptsGzip(r.Header["Accept-Encoding"])
	if zip {
		body, tag, size = e.zipped, e.zippedTag, e.zippedSize
	}
	h["Vary"], h["Cache-Control"] = vary, fresh
	if e.forever && r.URL.RawQuery == "v="+styleVersion {
		h["Cache-Control"] = kept
	}
	if e.document {
		h["Access-Control-Allow-Origin"] = everyone
	}
	if e.status == http.StatusOK {
		h["Etag"] = tag
		if matches(r.Header["If-None-Match"], tag[0]) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if zip {
		h["Content-Encoding"] = gz
	}
	h["Content-Type"], h["Content-Length"] = e.contentType, size
	w.WriteHeader(e.status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader who has gone is no error of ours
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3): gzip named, or
// anything, and not with a weight of zero.
func acceptsGzip(values []string) bool {
	accepted := false
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			coding, weight, _ := strings.Cut(part, ";")
			coding = strings.TrimSpace(coding)
			named := strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
			if !named && coding != "*" {
				continue
			}
			_, q, _ := strings.Cut(weight, "=")
			n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			accepted = err != nil || n > 0
			if named {
				return accepted
			}
		}
	}
	return accepted
}

// matches reads If-None-Match (RFC 9110, section 13.1.2), which compares
// weakly: caches on the way may have marked our tag as weak.
func matches(values []string, tag string) bool {
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}
