package main_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/store"
)

// The benchmarks of the assembled bot. Each has a goal, and x_goal is what was
// measured over it: at most 1 is met. Nothing is asserted of time: a machine
// that is busy is no defect.

const (
	benchMaya = "U0000MAYA"
	benchOmar = "U0000OMAR"
)

// benchStores runs a benchmark on both stores.
func benchStores(b *testing.B, f func(b *testing.B, kind string)) {
	for _, kind := range []string{"sqlite", "redis"} {
		b.Run("store="+kind, func(b *testing.B) { f(b, kind) })
	}
}

// benchReport gives the first of what was measured, the median and the worst of
// the rest, and that median over the goal.
func benchReport(b *testing.B, took []time.Duration, goal time.Duration) (median time.Duration) {
	b.Helper()
	first := took[0]
	if len(took) > 1 {
		took = took[1:]
	}
	slices.Sort(took)
	median = took[len(took)/2]
	b.ReportMetric(0, "ns/op") // the loop holds more than what is measured
	b.ReportMetric(benchMillis(median), "ms")
	b.ReportMetric(benchMillis(first), "ms-first")
	b.ReportMetric(benchMillis(took[len(took)-1]), "ms-worst")
	b.ReportMetric(float64(median)/float64(goal), "x_goal")
	return median
}

func benchMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// benchDeclared is one SEV1 from the command to a channel that can be used.
type benchDeclared struct{ answered, paged, usable time.Duration }

func (bot *benchBot) declare(n int) benchDeclared {
	bot.Helper()
	start := time.Now()
	answer := bot.slash(benchMaya, fmt.Sprintf("declare sev1 API is slow for group %d", n))
	d := benchDeclared{answered: time.Since(start)}
	if number := fmt.Sprintf("INC-%d", n); !strings.Contains(answer, number) {
		bot.Fatalf("declared %s, got %s", number, answer)
	}
	named := regexp.MustCompile(fmt.Sprintf(`INC-%d\b`, n))
	d.paged = bot.hit("the page", start, func(h benchHit) bool {
		return h.path == "/pagerduty/v2/enqueue" && strings.Contains(h.body, `"trigger"`) && named.MatchString(h.body)
	}).Sub(start)
	d.usable = bot.hit("the brief", start, func(h benchHit) bool {
		return h.path == "/slack/api/chat.postMessage" && named.MatchString(h.form.Get("text")) &&
			strings.HasPrefix(h.form.Get("channel"), "C") && h.form.Get("channel") != "C0ANNOUNCE"
	}).Sub(start)
	bot.slash(benchMaya, fmt.Sprintf("cancel #%d it was a drill", n))
	return d
}

func benchDeclare(b *testing.B, kind string) (all []benchDeclared) {
	bot, stop := benchStart(b, kind)
	defer stop()
	for n := 1; b.Loop(); n++ {
		all = append(all, bot.declare(n))
	}
	return all
}

func benchPick(all []benchDeclared, of func(benchDeclared) time.Duration) (out []time.Duration) {
	for _, d := range all {
		out = append(out, of(d))
	}
	return out
}

// BenchmarkAnswer is a signed POST /slack/commands that declares a SEV1, until
// its answer is read. of-slacks-3s is the share of the time that Slack gives.
func BenchmarkAnswer(b *testing.B) {
	benchStores(b, func(b *testing.B, kind string) {
		took := benchPick(benchDeclare(b, kind), func(d benchDeclared) time.Duration { return d.answered })
		median := benchReport(b, took, 20*time.Millisecond)
		b.ReportMetric(median.Seconds()/3, "of-slacks-3s")
	})
}

// BenchmarkPage is from the command to PagerDuty having taken the page: one
// commit and one call.
func BenchmarkPage(b *testing.B) {
	benchStores(b, func(b *testing.B, kind string) {
		took := benchPick(benchDeclare(b, kind), func(d benchDeclared) time.Duration { return d.paged })
		median := benchReport(b, took, 130*time.Millisecond)
		b.ReportMetric(benchMillis(median-benchLatency), "ms-own")
	})
}

// BenchmarkChannel is from the command to the brief standing in the incident's
// channel: two commits and two calls, one after the other.
func BenchmarkChannel(b *testing.B) {
	benchStores(b, func(b *testing.B, kind string) {
		took := benchPick(benchDeclare(b, kind), func(d benchDeclared) time.Duration { return d.usable })
		median := benchReport(b, took, 270*time.Millisecond)
		b.ReportMetric(benchMillis(median-2*benchLatency), "ms-own")
	})
}

// BenchmarkUpdate is from the approval of one update to the slowest far end
// having it: the status page, X, Atlassian Statuspage and mail.
func BenchmarkUpdate(b *testing.B) {
	benchStores(b, func(b *testing.B, kind string) {
		bot, stop := benchStart(b, kind)
		defer stop()
		bot.declare(1)
		bot.slash(benchMaya, "declare sev1 API is slow for everybody")
		var took []time.Duration
		slowest := map[string][]time.Duration{}
		for n := 1; b.Loop(); n++ {
			all := bot.update(n)
			worst := time.Duration(0)
			for name, d := range all {
				worst = max(worst, d)
				slowest[name] = append(slowest[name], d)
			}
			took = append(took, worst)
		}
		benchReport(b, took, 150*time.Millisecond)
		for name, all := range slowest {
			slices.Sort(all)
			b.ReportMetric(benchMillis(all[len(all)/2]), "ms-"+name)
		}
	})
}

// update publishes one update about INC-2 and gives when each far end had it.
func (bot *benchBot) update(n int) map[string]time.Duration {
	bot.Helper()
	// X and mail take first words and those of a new phase.
	bot.slash(benchMaya, []string{"monitoring", "identified"}[n%2]+" #2")
	text := fmt.Sprintf("We have looked at cause number %d.", n)
	bot.slash(benchMaya, "update public #2 "+text)
	mails := len(bot.town.Mail.Messages())
	start := time.Now()
	bot.slash(benchOmar, "approve #2")
	out := map[string]time.Duration{}
	bot.await("the status page", func() bool {
		w := httptest.NewRecorder()
		bot.Page.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v2/incidents.json", nil))
		out["page"] = time.Since(start)
		return strings.Contains(w.Body.String(), text)
	})
	for name, prefix := range map[string]string{"x": "/x/2/tweets", "statuspage": "/statuspage/"} {
		out[name] = bot.hit(name, start, func(h benchHit) bool { return strings.HasPrefix(h.path, prefix) }).Sub(start)
	}
	bot.await("the mail", func() bool {
		all := bot.town.Mail.Messages()
		if len(all) > mails {
			out["mail"] = all[len(all)-1].At.Sub(start)
		}
		return len(all) > mails
	})
	return out
}

// BenchmarkStorm is 10,000 alerts of one rule, posted by 64 callers as
// Alertmanager posts them, until all are answered: one incident and one page.
// of-bare-http is how many times as long as posting the same to a server that
// does nothing.
func BenchmarkStorm(b *testing.B) {
	const alerts = 10_000
	for _, each := range []int{1, 100} {
		b.Run(fmt.Sprint("instances=", each), func(b *testing.B) {
			benchStores(b, func(b *testing.B, kind string) {
				var took []time.Duration
				for b.Loop() {
					took = append(took, benchStorm(b, kind, alerts/each, each))
				}
				median := benchReport(b, took, 500*time.Millisecond)
				b.ReportMetric(alerts/median.Seconds(), "alerts/s")
				b.ReportMetric(median.Seconds()/benchBare(b, alerts/each, each).Seconds(), "of-bare-http")
			})
		})
	}
}

func benchStorm(b *testing.B, kind string, posts, each int) time.Duration {
	b.Helper()
	bot, stop := benchStart(b, kind)
	defer stop()
	start := time.Now()
	benchPosts(b, bot.app+"/hooks/alertmanager/sandbox-alerts", posts, each)
	took := time.Since(start)
	rung := func(h benchHit) bool { return h.path == "/pagerduty/v2/enqueue" }
	bot.hit("the page", start, rung)
	found, err := bot.Store.List(b.Context(), store.Query{Workspace: serve.Workspace, Kind: incident.Kind})
	benchMust(b, err)
	pages := 0
	bot.mu.Lock()
	defer bot.mu.Unlock()
	for _, h := range bot.hits {
		if rung(h) {
			pages++
		}
	}
	if len(found) != 1 || pages != 1 {
		b.Errorf("%d posts of %d alerts: %d incidents and %d pages, want one of each", posts, each, len(found), pages)
	}
	return took
}

// benchBare posts the same to a server that reads it and answers.
func benchBare(b *testing.B, posts, each int) time.Duration {
	b.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer srv.Close()
	start := time.Now()
	benchPosts(b, srv.URL, posts, each)
	return time.Since(start)
}

func benchPosts(b *testing.B, to string, posts, each int) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= posts; i = int(next.Add(1)) {
				r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to, strings.NewReader(benchPost(i, each)))
				if err != nil {
					b.Error(err)
					return
				}
				if status, body, err := benchSend(client, r); err != nil || status != http.StatusOK {
					b.Errorf("post %d: %d %s %v", i, status, body, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// benchPost is one post of Alertmanager with so many alerts of one rule.
func benchPost(n, each int) string {
	var alerts []string
	for i := range each {
		alerts = append(alerts, fmt.Sprintf(`{"status":"firing","labels":{"alertname":"ApiErrorsHigh","instance":"api-%[1]d:9100","service":"api","severity":"sev1"},`+
			`"annotations":{"summary":"5xx above 5 %%"},"startsAt":"2026-08-05T12:30:00Z","endsAt":"0001-01-01T00:00:00Z",`+
			`"generatorURL":"http://prometheus.example.com/graph?g0.expr=x","fingerprint":"%016[1]x"}`, n*each+i))
	}
	return `{"receiver":"drumbeat","status":"firing","alerts":[` + strings.Join(alerts, ",") + `],"groupLabels":{"alertname":"ApiErrorsHigh"},` +
		`"commonLabels":{"alertname":"ApiErrorsHigh","service":"api","severity":"sev1"},"commonAnnotations":{"summary":"5xx above 5 %"},` +
		`"externalURL":"http://alertmanager.example.com:9093","version":"4","groupKey":"{}:{alertname=\"ApiErrorsHigh\"}","truncatedAlerts":0}`
}
