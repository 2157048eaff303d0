package page_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident"
	"drumbeat/integrations/page"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	p := serving(t, harbor(), day(13, 40), with(morning(), older()...)...)
	for _, c := range []struct {
		method, path string
		status       int
		contentType  string
		holds        string // part of the body
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", "Partial System Outage"},
		{"HEAD", "/", 200, "text/html; charset=utf-8", ""},
		{"GET", "/history", 200, "text/html; charset=utf-8", "March 2019"},
		{"GET", "/incidents/7", 200, "text/html; charset=utf-8", "The mobile apps work normally."},
		{"GET", "/incidents/42/", 308, "text/html; charset=utf-8", ""},
		{"GET", "/incidents/43", 404, "text/html; charset=utf-8", "There is no such page"},
		{"GET", "/incidents", 404, "text/html; charset=utf-8", "There is no such page"},
		{"GET", "//elsewhere.example/", 404, "text/html; charset=utf-8", "There is no such page"},
		{"GET", "/incidents/../../secret", 404, "text/html; charset=utf-8", "There is no such page"},
		{"GET", "", 404, "text/html; charset=utf-8", "There is no such page"},
		{"GET", "/style.css", 200, "text/css; charset=utf-8", "--page"},
		{"GET", "/favicon.svg", 200, "image/svg+xml", "<svg"},
		{"GET", "/api/v2/status.json", 200, "application/json; charset=utf-8", `"indicator":"major"`},
		{"GET", "/api/v2/scheduled-maintenances/active.json", 200, "application/json; charset=utf-8", `"scheduled_maintenances":[]`},
		{"POST", "/", 405, "text/plain; charset=utf-8", "only be read"},
		{"OPTIONS", "/api/v2/summary.json", 405, "text/plain; charset=utf-8", ""},
	} {
		w := read(p, c.method, c.path)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.contentType && w.Code != 308 || !strings.Contains(w.Body.String(), c.holds) {
			t.Errorf("%s %q: got %d %q %.80q, want %d %q with %q", c.method, c.path,
				w.Code, w.Header().Get("Content-Type"), w.Body, c.status, c.contentType, c.holds)
		}
		if got, want := w.Header().Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"; got != want {
			t.Errorf("%s %q: got policy %q, want %q", c.method, c.path, got, want)
		}
		if got := w.Header().Get("X-Content-Type-Options") + " " + w.Header().Get("Referrer-Policy"); got != "nosniff no-referrer" {
			t.Errorf("%s %q: got %q", c.method, c.path, got)
		}
		if c.method == "HEAD" && (w.Body.Len() != 0 || w.Header().Get("Content-Length") == "") {
			t.Errorf("HEAD %s: got %d bytes and length %q, want none and one", c.path, w.Body.Len(), w.Header().Get("Content-Length"))
		}
	}
	if got := read(p, "GET", "/incidents/42/").Header().Get("Location"); got != "/incidents/42" {
		t.Errorf("redirect: got %q, want /incidents/42", got)
	}
}

func TestCaching(t *testing.T) {
	t.Parallel()
	p := serving(t, harbor(), day(13, 40), morning())
	plain := read(p, "GET", "/")
	zipped := read(p, "GET", "/", "Accept-Encoding", "br, gzip;q=0.8")
	if got, want := plain.Header().Get("Cache-Control"), "public, max-age=10, stale-while-revalidate=60, stale-if-error=86400"; got != want {
		t.Errorf("Cache-Control: got %q, want %q", got, want)
	}
	if plain.Header().Get("Vary") != "Accept-Encoding" || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("got Vary %q, Content-Encoding %q", plain.Header().Get("Vary"), zipped.Header().Get("Content-Encoding"))
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(text, plain.Body.Bytes()) {
		t.Errorf("the compressed page differs from the plain one (%v)", err)
	}
	tag, zippedTag := plain.Header().Get("ETag"), zipped.Header().Get("ETag")
	if tag == zippedTag || !strings.HasPrefix(tag, `"`) {
		t.Errorf("tags: got %s and %s, want two strong ones", tag, zippedTag)
	}
	for _, c := range []struct {
		encoding, match string
		want            int
	}{
		{"", tag, 304}, {"", `"x", W/` + tag, 304}, {"", "*", 304}, {"gzip", zippedTag, 304}, {"*", zippedTag, 304},
		{"", `"x"`, 200}, {"", zippedTag, 200}, {"gzip;q=0", tag, 304}, {"*;q=0, gzip", zippedTag, 304}, {"gzip", tag, 200},
	} {
		w := read(p, "GET", "/", "Accept-Encoding", c.encoding, "If-None-Match", c.match)
		if w.Code != c.want || w.Code == 304 && (w.Body.Len() > 0 || w.Header().Get("ETag") == "" || w.Header().Get("Cache-Control") == "") {
			t.Errorf("Accept-Encoding %q, If-None-Match %q: got %d, %d bytes, %v, want %d", c.encoding, c.match, w.Code, w.Body.Len(), w.Header(), c.want)
		}
	}
	if got := serving(t, harbor(), day(13, 41), morning()); read(got, "GET", "/").Header().Get("ETag") != tag {
		t.Error("the same words a minute later have another tag")
	}
	if read(serving(t, harbor(), day(13, 51), morning()), "GET", "/").Header().Get("ETag") == tag {
		t.Error("the promise became late and the tag stayed")
	}
	if w := read(p, "GET", "/nothing", "If-None-Match", "*"); w.Code != 404 || w.Header().Get("ETag") != "" {
		t.Errorf("missing page: got %d with tag %q, want 404 without", w.Code, w.Header().Get("ETag"))
	}
}

func TestStyleIsKeptForEverUnderItsVersionAlone(t *testing.T) {
	t.Parallel()
	p := serving(t, harbor(), day(12, 0))
	_, rest, _ := strings.Cut(read(p, "GET", "/").Body.String(), `href="/style.css?`)
	query, _, _ := strings.Cut(rest, `"`)
	for raw, want := range map[string]bool{query: true, "": false, "v=other": false} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "/style.css?"+raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := answer(p, r)
		if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); got != want || w.Code != 200 {
			t.Errorf("style.css?%s: got %d, immutable %t, want %t", raw, w.Code, got, want)
		}
	}
}

func TestOnlyDocumentsAreForOtherSites(t *testing.T) {
	t.Parallel()
	p := serving(t, harbor(), day(12, 0))
	for path, want := range map[string]string{"/": "", "/api/v2/summary.json": "*", "/api/v2/incidents/unresolved.json": "*"} {
		if got := read(p, "GET", path).Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestBeforeTheFirstReadingAndOff(t *testing.T) {
	t.Parallel()
	if w := read(page.New(harbor(), fixed(), nil), "GET", "/"); w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "Operational") {
		t.Errorf("starting: got %d %v %q, want 503 that claims nothing", w.Code, w.Header(), w.Body)
	}
	off := harbor()
	off.Mode = "off"
	if w := read(serving(t, off, day(12, 0)), "GET", "/"); w.Code != 404 {
		t.Errorf("off: got %d, want 404", w.Code)
	}
}

const hostile = `</title><script>alert(1)</script><img src=x onerror=alert(1)>" onload='x' {{.}} javascript:alert(1) ` + "\u202e" + `&lt;`

func TestHostileWordsStayWords(t *testing.T) {
	t.Parallel()
	c := harbor()
	c.Name = hostile
	c.Components = append(c.Components, page.ComponentConfig{Name: hostile, Description: hostile, Group: hostile})
	i := morning()
	i.Title, i.Updates[0].Text = hostile, hostile+"\n\n"+hostile
	i.Components = append(i.Components, incident.Component{Name: hostile, State: hostile})
	site, err := page.Render(c, with(i, over()), day(13, 0))
	if err != nil {
		t.Fatal(err)
	}
	for key, body := range site.Files {
		if bytes.Contains(body, []byte("<script")) || bytes.Contains(body, []byte("<img")) {
			t.Errorf("%s holds markup from a text", key)
		}
		if strings.HasSuffix(key, ".json") && !json.Valid(body) {
			t.Errorf("%s is no JSON", key)
		}
	}
	var got struct{ Incidents []struct{ Name string } }
	if err := json.Unmarshal(site.Files["/api/v2/incidents.json"], &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hostile, got.Incidents[0].Name); diff != "" {
		t.Errorf("JSON altered the words: -want +got\n%s", diff)
	}
}

func FuzzPaths(f *testing.F) {
	for _, path := range []string{"/", "/incidents/42/", "/incidents/%34", "//x", "/\x00", "404.html", "404.html/", "/404.html", "", "/api/v2/summary.json"} {
		f.Add(path, "gzip;q=", "W/\"x")
	}
	p := serving(f, harbor(), day(13, 40), with(over(), older()...)...)
	f.Fuzz(func(t *testing.T, path, encoding, match string) {
		w := read(p, "GET", path, "Accept-Encoding", encoding, "If-None-Match", match)
		switch w.Code {
		case 200, 404:
			if w.Body.Len() == 0 {
				t.Errorf("%q: %d without a body", path, w.Code)
			}
		case 304:
		case 308:
			if to := w.Header().Get("Location"); read(p, "GET", to).Code != 200 {
				t.Errorf("%q is sent on to %q, which is no page", path, to)
			}
		default:
			t.Errorf("%q: got %d", path, w.Code)
		}
	})
}

func BenchmarkServe(b *testing.B) {
	p := serving(b, harbor(), day(13, 40), with(morning(), older()...)...)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r, err := http.NewRequestWithContext(b.Context(), "GET", "/", nil)
		if err != nil {
			b.Error(err)
			return
		}
		r.Header.Set("Accept-Encoding", "gzip, deflate, br")
		w := discard{http.Header{}}
		for pb.Next() {
			clear(w.header)
			p.ServeHTTP(w, r)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// discard is a ResponseWriter that keeps only headers.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
