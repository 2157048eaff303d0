package main_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/integrations/sandbox"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// recorder takes spans as an OpenTelemetry collector does, by OTLP over HTTP.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*traces.Span
	bad   []string
}

func listenForSpans(t *testing.T) *recorder {
	t.Helper()
	r := new(recorder)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		var sent collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &sent)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil || req.URL.Path != "/v1/traces" {
			r.bad = append(r.bad, fmt.Sprint(req.URL.Path, " ", err))
		}
		for _, from := range sent.GetResourceSpans() {
			for _, scope := range from.GetScopeSpans() {
				r.spans = append(r.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// drawn gives each trace as an indented tree, by ID.
func (r *recorder) drawn() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	below := map[string][]*traces.Span{}
	known := map[string]bool{}
	for _, s := range r.spans {
		known[string(s.GetTraceId())+string(s.GetSpanId())] = true
	}
	for _, s := range r.spans {
		parent := string(s.GetTraceId()) + string(s.GetParentSpanId())
		if len(s.GetParentSpanId()) > 0 && !known[parent] {
			parent = string(s.GetTraceId()) + "lost"
		}
		below[parent] = append(below[parent], s)
	}
	out := map[string]string{}
	for id := range below {
		if len(id) == 16 {
			out[hex.EncodeToString([]byte(id))] = draw(below, id, "")
		}
		if trace, lost := strings.CutSuffix(id, "lost"); lost {
			out["lost in "+hex.EncodeToString([]byte(trace))] = draw(below, id, "")
		}
	}
	return out
}

func draw(below map[string][]*traces.Span, at, indent string) string {
	var lines []string
	for _, s := range below[at] {
		lines = append(lines, indent+s.GetName()+"\n"+draw(below, string(s.GetTraceId())+string(s.GetSpanId()), indent+"  "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// traced runs a bot that sends its spans to a recorder.
func traced(t *testing.T, store string) (*rig, *recorder) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	spans := listenForSpans(t)
	r := settle(t, store)
	r.env = append(r.env, "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL, "OTEL_BSP_SCHEDULE_DELAY=50")
	r.start()
	return r, spans
}

func (r *rig) asked(line string) {
	r.Helper()
	if status, body := r.post("/v1/command", fmt.Sprintf(`{"by":"maya","line":%q}`, line)); status != http.StatusOK {
		r.Fatalf("%s: %d %s", line, status, body)
	}
}

// tree gives the trace that begins so, or nothing.
func (r *recorder) tree(root string) string {
	for _, tree := range r.drawn() {
		if strings.HasPrefix(tree, root+"\n") && strings.Contains(tree, "\n") {
			return tree
		}
	}
	return ""
}

// hasAll reports whether a tree has all these lines, in any order.
func hasAll(tree string, lines ...string) bool {
	for _, l := range lines {
		if !strings.Contains("\n"+tree, "\n"+l+"\n") {
			return false
		}
	}
	return true
}

const posted = "POST /v1/command"

// declaredTree is what comes of declaring: two levels below the request.
var declaredTree = []string{"  record declared", "    slack channel.create", "      record delivered", "  record paged", "    pagerduty page", "    slack page",
	"  record promised", "  record proposed"}

func TestOneTraceFromTheRequestToItsReceipts(t *testing.T) {
	t.Parallel()
	r, spans := traced(t, "sqlite:drumbeat.db")
	r.asked("declare sev1 people cannot save")
	r.await(30*time.Second, "the whole trace", func() bool {
		tree := spans.tree(posted)
		return hasAll(tree, declaredTree...) && strings.Count(tree, "      record delivered\n") >= 4
	})
	r.await(30*time.Second, "what the room's receipt asks for", func() bool {
		return strings.Contains(spans.tree("record delivered"), "\n  slack ")
	})
	r.stop()
	spans.calm(t)
	spans.linked(t)
	if said := spans.text(); strings.Contains(said, "cannot save") || strings.Contains(said, "aya") {
		t.Errorf("the spans tell words or names:\n%s", said)
	}
}

// TestATraceGoesOnAfterADeath kills the bot while Slack is down. What the next
// process sends belongs to the trace of the request, which it has never seen.
func TestATraceGoesOnAfterADeath(t *testing.T) { onBothStores(t, traceOfADeath) }

func traceOfADeath(t *testing.T, store string) {
	r, spans := traced(t, store)
	r.breakSlack(sandbox.Fault{Match: "/api/", Status: http.StatusServiceUnavailable})
	r.asked("declare sev1 people cannot save")
	r.await(30*time.Second, "the request's span and an attempt's", func() bool {
		return hasAll(spans.tree(posted), "  record declared", "    slack channel.create")
	})
	const received = "\n    slack channel.create\n      record delivered\n"
	if tree := spans.tree(posted); strings.Contains(tree, received) {
		t.Fatalf("Slack is not down:\n%s", tree)
	}
	r.kill()
	r.logsName(t, "INC-1")
	r.mendSlack()
	r.start()
	// What the dead process had not exported yet died with it: only what came after it is asked for.
	r.await(2*time.Minute, "the receipt in the request's trace", func() bool { return strings.Contains(spans.tree(posted), received) })
	r.stop()
	// A span that ended, and whose parent died with the process, stays without it.
	spans.understood(t)
}

// logsName: every line about a delivery says which, of what and at which
// attempt, and none has a secret.
func (r *rig) logsName(t *testing.T, incident string) {
	t.Helper()
	about := 0
	for line := range strings.Lines(r.bot.log()) {
		var l struct {
			Msg, Incident, Stream, Delivery string
			Attempt                         int
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
		if l.Delivery == "" {
			continue
		}
		if l.Attempt < 1 || l.Incident == "" && l.Stream == "" {
			t.Errorf("a line about a delivery does not say which attempt, or of what: %s", line)
		}
		if l.Incident == incident && strings.HasPrefix(l.Delivery, "main/incident/1/") {
			about++
		}
		for _, secret := range []string{"xoxb-", "sandbox-api", "Bearer"} {
			if strings.Contains(line, secret) {
				t.Errorf("a line of the log has a secret: %s", line)
			}
		}
	}
	if about == 0 {
		t.Errorf("no line is about a delivery of %s:\n%s", incident, r.bot.log())
	}
}

func TestAPrivateIncidentLeavesNoTrace(t *testing.T) {
	t.Parallel()
	r, spans := traced(t, "sqlite:drumbeat.db")
	r.asked("declare sev1 private somebody was in our mail")
	r.await(30*time.Second, "the private channel", func() bool { return len(r.rooms()) > 0 })
	r.asked("update internal #1 we look at it")
	r.asked("declare sev1 people cannot save")
	r.await(30*time.Second, "the other one's trace", func() bool { return hasAll(spans.tree(posted), declaredTree...) })
	r.stop()
	spans.calm(t)
	if got := strings.Count(spans.text(), posted); got != 1 {
		t.Errorf("got %d spans of requests, want that of the incident that is not private", got)
	}
	for _, word := range []string{"INC-1", "incident/1/", "mail"} {
		if said := spans.text(); strings.Contains(said, word) {
			t.Errorf("%q is in the spans:\n%s", word, said)
		}
	}
}

// text is all that the spans say.
func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, s := range r.spans {
		lines = append(lines, s.String())
	}
	return strings.Join(lines, "\n")
}

// calm: what came was understood, and every parent that a span names came
// too. It holds where no process was killed.
func (r *recorder) calm(t *testing.T) {
	t.Helper()
	r.understood(t)
	for id, tree := range r.drawn() {
		if strings.HasPrefix(id, "lost") {
			t.Errorf("%s: their parents never came:\n%s", id, tree)
		}
	}
}

func (r *recorder) understood(t *testing.T) {
	t.Helper()
	for _, b := range r.bad {
		t.Errorf("not understood: %s", b)
	}
}

// linked: what a receipt asks for is linked to the attempt that it is of.
func (r *recorder) linked(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	names := map[string]string{}
	for _, s := range r.spans {
		names[string(s.GetTraceId())+string(s.GetSpanId())] = s.GetName()
	}
	for _, s := range r.spans {
		if s.GetName() != "record delivered" || len(s.GetParentSpanId()) > 0 {
			continue
		}
		if len(s.GetLinks()) != 1 {
			t.Errorf("a receipt in a trace of its own has %d links", len(s.GetLinks()))
			continue
		}
		l := s.GetLinks()[0]
		if to := names[string(l.GetTraceId())+string(l.GetSpanId())]; !strings.HasPrefix(to, "slack ") && !strings.HasPrefix(to, "pagerduty ") {
			t.Errorf("a receipt is linked to %q", to)
		}
	}
}
