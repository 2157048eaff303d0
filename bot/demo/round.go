package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/replay"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/town"
)

// round is one play, from an empty store to its end.
type round struct {
	*replay.Scenario
	demo   *Demo
	story  bool // false: free play
	ctx    context.Context
	end    context.CancelFunc
	dir    string
	clock  *Clock
	bot    *process
	town   *town.Town
	inside *http.Client // reaches the town's control
	watch  *watch
	show   *show
	cues   []cue // what the world does, the earliest first
	dawn   time.Time
}

// cue is something that happens outside at a moment.
type cue struct {
	at time.Time
	do func(context.Context) error
}

// quiet is how long it is dark before the first cue of the morning.
const quiet = 2 * time.Second

func newRound(ctx context.Context, d *Demo, story bool) (_ *round, err error) {
	r := &round{Scenario: d.scenario, demo: d, story: story}
	r.ctx, r.end = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			r.stop()
		}
	}()
	if r.dir, err = folder(); err != nil {
		return nil, err
	}
	app, err := freePort()
	if err != nil {
		return nil, err
	}
	r.clock = NewClock(time.Now())
	if story {
		r.cues = r.write()
		r.clock = NewClock(r.Really.Began.AddDate(0, 0, -30)) // changes before that are forgotten anyway
	}
	r.watch, r.show = &watch{now: r.clock.Now}, newShow(r)
	r.town = town.New(town.Options{URL: d.url, App: "http://" + app, Now: r.clock.Now, Cast: citizens(r.Scenario), Zone: r.Zone, Show: r.show})
	r.inside = &http.Client{Transport: sandbox.Transport(r.town)}
	mail, err := r.town.Mail.Listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for mail: %w", err)
	}
	context.AfterFunc(r.ctx, func() { _ = r.town.Mail.Close() }) // nobody writes any more
	config, err := company(r.Scenario, d.url, mail.String(), "http://"+app, filepath.Join(r.dir, "drumbeat.db"))
	if err != nil {
		return nil, err
	}
	file := filepath.Join(r.dir, "drumbeat.yaml")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		return nil, fmt.Errorf("the bot's configuration: %w", err)
	}
	r.bot = &process{args: append(slices.Clone(d.bot), "--config", file), url: "http://" + app, clock: r.clock}
	if err := r.bot.start(r.ctx); err != nil {
		return nil, err
	}
	if err := r.evening(r.ctx); err != nil {
		return nil, err
	}
	go r.show.run(r.ctx)
	return r, nil
}

// stop ends the round and removes what it left.
func (r *round) stop() {
	r.end()
	if r.bot != nil {
		r.bot.stop()
	}
	if r.dir != "" {
		_ = os.RemoveAll(r.dir) // the system clears what stays of a temporary folder
	}
}

// ServeHTTP serves the page and the stand-ins, under the watch's eye.
func (r *round) ServeHTTP(w http.ResponseWriter, q *http.Request) { r.watch.serve(r.town, w, q) }

// evening plays what was before the morning, while the clock stands at each
// moment, and sets it just before the morning's first event.
func (r *round) evening(ctx context.Context) error {
	if !r.story {
		r.clock.Run(1)
		return nil
	}
	r.dawn = r.Really.Began.Time
	if i := slices.IndexFunc(r.cues, func(c cue) bool { return !c.at.Before(r.dawn) }); i >= 0 {
		r.dawn = r.cues[i].at
	}
	r.dawn = r.dawn.Add(-quiet)
	for len(r.cues) > 0 && r.cues[0].at.Before(r.dawn) {
		c := r.cues[0]
		r.cues = r.cues[1:]
		r.clock.Jump(c.at)
		if err := c.do(ctx); err != nil {
			return fmt.Errorf("the evening before, %s: %w", c.at.In(r.clockZone()).Format("15:04"), err)
		}
	}
	r.clock.Jump(r.dawn)
	return nil
}

func (r *round) clockZone() *time.Location {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return time.UTC // the scenario's check has told
	}
	return zone
}

// write turns into cues what comes from outside: outages of tools, recorded
// changes, mutes and alerts, and what customers report. What responders do is the visitor's.
func (r *round) write() (all []cue) {
	add := func(at time.Time, do func(context.Context) error) { all = append(all, cue{at, do}) }
	numbers := map[string]string{}
	for _, c := range r.Assume.Changes {
		add(c.From.Time, func(ctx context.Context) (err error) {
			numbers[c.Name], err = r.begins(ctx, c)
			return err
		})
		add(c.To.Time, func(ctx context.Context) error {
			return r.post(ctx, "/v1/changes", map[string]any{"action": "end", "change": numbers[c.Name]}, nil)
		})
	}
	for _, m := range r.Assume.Mutes {
		add(m.At.Time, func(ctx context.Context) error {
			line := fmt.Sprintf("mute %s %s %s because %s", m.Alert, m.For, numbers[m.Until], m.Because)
			return r.says(ctx, m.By, line)
		})
	}
	for _, o := range r.Outages {
		add(o.From.Time, func(ctx context.Context) error { return r.outage(ctx, o.Tool, true) })
		add(o.To.Time, func(ctx context.Context) error { return r.outage(ctx, o.Tool, false) })
	}
	for _, a := range r.Assume.Alerts {
		add(a.From.Time, func(ctx context.Context) error { return r.alerts(ctx, a, true) })
		add(a.To.Time, func(ctx context.Context) error { return r.alerts(ctx, a, false) })
	}
	for _, l := range r.Assume.Lines {
		if word, _, _ := bytes.Cut([]byte(l.Says), []byte(" ")); string(word) == "report" {
			add(l.At.Time, func(ctx context.Context) error { return r.says(ctx, l.Who, l.Says) })
		}
	}
	slices.SortStableFunc(all, func(a, b cue) int { return a.at.Compare(b.at) })
	return all
}

// outage breaks a tool or mends it, where it is one that the town has.
func (r *round) outage(ctx context.Context, tool string, broken bool) error {
	end, ok := replay.Stands[tool]
	switch {
	case tool == "bot" && broken:
		return r.bot.kill()
	case tool == "bot":
		return r.bot.start(r.ctx)
	case !ok:
		return nil
	}
	return r.fault(ctx, end, broken)
}

// faults are what the page's own switches arm.
var faults = map[string]string{"slack": `{"status":503}`, "x": `{"match":"POST /","status":503}`, "smtp": `{"match":"EHLO ","status":421}`, "twilio": `{"match":"POST /2010","status":503}`}

func (r *round) fault(ctx context.Context, end string, broken bool) error {
	method, body := http.MethodDelete, ""
	if broken {
		method, body = http.MethodPost, faults[end]
	}
	return r.control(ctx, method, "/"+end+"/_faults", body)
}

// control asks a stand-in for what people, and their luck, do.
func (r *round) control(ctx context.Context, method, path, body string) error {
	q, err := http.NewRequestWithContext(ctx, method, "http://town"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	resp, err := r.inside.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it is in memory
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s answered %s", path, resp.Status)
	}
	return nil
}

func (r *round) person(handle string) stream.Person {
	for i, m := range r.People {
		if m.Handle == handle {
			p := citizens(r.Scenario)[i]
			return stream.Person{Handle: handle, Name: p.Name, Slack: p.ID, Ways: []stream.Way{{To: "twilio", Address: p.Phone}}}
		}
	}
	return stream.Person{Handle: handle}
}

func (r *round) begins(ctx context.Context, c replay.Change) (number string, err error) {
	var answer struct {
		Change string `json:"change"`
	}
	err = r.post(ctx, "/v1/changes", map[string]any{"facts": change.Facts{What: c.What, Kind: c.Kind, Service: c.Service, Risk: c.Risk,
		Unrecorded: c.Unrecorded, Author: r.person(c.By), Reviewer: r.person(c.Reviewer)}}, &answer)
	return answer.Change, err
}

func (r *round) says(ctx context.Context, who, line string) error {
	return r.post(ctx, "/v1/command", map[string]any{"by": who, "line": line}, nil)
}

// alerts posts what Alertmanager would.
func (r *round) alerts(ctx context.Context, a replay.Alert, firing bool) error {
	status, ends := "firing", time.Time{}
	if !firing {
		status, ends = "resolved", a.To.UTC()
	}
	labels := map[string]string{"alertname": a.Rule, "service": a.Service, "severity": a.Severity}
	notes := map[string]string{"summary": a.Summary}
	return r.post(ctx, "/hooks/alertmanager/sandbox-alerts", map[string]any{"version": "4", "groupKey": a.Rule, "status": status, "receiver": "drumbeat",
		"groupLabels": labels, "commonLabels": labels, "commonAnnotations": notes, "externalURL": "http://monitoring.harbor.example",
		"alerts": []any{map[string]any{"status": status, "labels": labels, "annotations": notes, "fingerprint": a.Rule, "startsAt": a.From.UTC(), "endsAt": ends}}}, nil)
}

// post asks the bot.
func (r *round) post(ctx context.Context, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return r.ask(ctx, http.MethodPost, r.bot.url+path, bytes.NewReader(text), into)
}

func (r *round) ask(ctx context.Context, method, address string, body io.Reader, into any) error {
	q, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer sandbox-api")
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	switch {
	case err != nil:
		return fmt.Errorf("the bot's answer: %w", err)
	case resp.StatusCode >= http.StatusMultipleChoices:
		return errors.New(string(bytes.TrimSpace(text)))
	case into == nil:
		return nil
	}
	return json.Unmarshal(text, into)
}
