package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/desk"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

// lab is a desk with its bot on an empty store, and a clock of its own.
type lab struct {
	*desk.Desk
	t     testing.TB
	bot   *bot.Bot
	store *brittle
	now   time.Time
	keys  int
	code  string // makes the operator
	read  []string
	seen  map[stream.ID]int
	log   strings.Builder
}

// brittle is a store that can be told to fail.
type brittle struct {
	store.Store
	mu   sync.Mutex
	fail error
}

func (b *brittle) broken() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fail
}

func (b *brittle) breaks(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

func (b *brittle) Commit(ctx context.Context, batch store.Batch) error {
	if err := b.broken(); err != nil {
		return err
	}
	return b.Store.Commit(ctx, batch)
}

func (b *brittle) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	if err := b.broken(); err != nil && err != store.ErrFull { // a full store can still be read
		return nil, err
	}
	return b.Store.List(ctx, q)
}

// dawn is when the stories begin.
var dawn = time.Date(2026, 3, 2, 13, 30, 0, 0, time.UTC)

func company() desk.Config {
	return desk.Config{Workspace: "main", Operator: "zoe",
		People: []desk.Person{
			{Handle: "maya", Name: "Maya", Slack: "U0MAYA0001", Phone: "+15550000001"},
			{Handle: "omar", Name: "Omar", Slack: "U0OMAR0001", Phone: "+15550000002"},
			{Handle: "sam", Name: "Sam", Slack: "U0SAM00001", Email: "sam@example.com"},
			{Handle: "ines", Name: "Ines", Slack: "U0INES0001"},
			{Handle: "leo", Name: "Leo"},
			{Handle: "zoe", Name: "Zoe"},
		},
		OnCall: []desk.Rung{{People: []string{"maya"}}, {People: []string{"omar"}, Wait: stream.Duration(3 * time.Minute)}},
		Services: map[string]desk.Service{"api": {Component: "app", DependsOn: []string{"db"}},
			"db": {}, "exports": {Component: "export"}},
		Components: []incident.Component{{Name: "app", Words: "opening and saving"}, {Name: "export", Words: "exports"}},
		FarEnds:    map[string]string{"page": "live", "twitter": "live", "email": "shadow"},
		Pagers:     []string{"twilio", "email", "slack"},
		Settings:   playbooks.Settings{Command: "/incident", Company: "Harbor", URL: "https://status.example.com"},
		Lengths:    map[string]func(string) (int, int){"twitter": func(s string) (int, int) { return len([]rune(s)), 280 }},
	}
}

func newLab(t testing.TB, cfg desk.Config) *lab {
	t.Helper()
	db, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return labOn(t, cfg, db, builtin(t))
}

var (
	readOnce = sync.OnceValues(playbooks.Builtin)
	compiled sync.Map // of all labs: hash and zone → *playbooks.Playbook
)

// builtin are the playbooks that come with the binary.
func builtin(t testing.TB) playbooks.Set {
	t.Helper()
	books, err := readOnce()
	if err != nil {
		t.Fatal(err)
	}
	return maps.Clone(books)
}

func compile(pin incident.Pinned, zone *time.Location) (*playbooks.Playbook, error) {
	key := pin.Hash + zone.String()
	if known, ok := compiled.Load(key); ok {
		return known.(*playbooks.Playbook), nil
	}
	book, err := playbooks.Compile(pin, zone)
	if err == nil {
		compiled.Store(key, book)
	}
	return book, err
}

func labOn(t testing.TB, cfg desk.Config, db store.Store, books playbooks.Set) *lab {
	t.Helper()
	var err error
	l := &lab{t: t, store: &brittle{Store: db}, now: dawn, seen: map[stream.ID]int{}}
	cfg.Log, cfg.Compile = slog.New(slog.NewTextHandler(&l.log, nil)), compile
	if l.Desk, err = desk.New(cfg, books); err != nil {
		t.Fatal(err)
	}
	l.bot = bot.New(bot.Config{Store: l.store, Log: cfg.Log, Now: func() time.Time { return l.now }, Prepare: l.Prepare, Kinds: []bot.Kind{
		bot.KindOf(incident.Kind, incident.Rules{Playbook: l.React}, incident.DecodeCommand,
			func(x stream.Settled) incident.Command { return incident.Settle{Settled: x} }),
		bot.KindOf(alert.Kind, alert.Rules{}, alert.DecodeCommand, func(x stream.Settled) alert.Command { return alert.Settle{Settled: x} }),
		bot.KindOf(change.Kind, change.Rules{Words: l.Say}, change.DecodeCommand, func(x stream.Settled) change.Command { return change.Settle{Settled: x} }),
		bot.KindOf(control.Kind, control.Rules{Words: l.Say}, control.DecodeCommand, func(x stream.Settled) control.Command { return control.Settle{Settled: x} }),
		bot.KindOf(schedule.Kind, schedule.Rules{Words: l.Say}, schedule.DecodeCommand, func(x stream.Settled) schedule.Command { return schedule.Settle{Settled: x} }),
	}})
	l.Open(l.bot, l.store)
	return l
}

// ask hands over a request with a name of its own, a second later.
func (l *lab) ask(r integrations.Request) (integrations.Reply, error) {
	l.now = l.now.Add(time.Second)
	r.At = l.now
	if r.Key == "" {
		l.keys++
		r.Key = fmt.Sprint("key-", l.keys)
	} else if r.Key == "none" {
		r.Key = ""
	}
	return l.Handle(context.Background(), r)
}

// say types a line and gives the answer as it is read.
func (l *lab) say(by, line string) string {
	l.t.Helper()
	return read(l.ask(integrations.Request{By: stream.Actor{ID: by}, Line: line}))
}

func (l *lab) sayIn(channel, by, line string) string {
	l.t.Helper()
	return read(l.ask(integrations.Request{By: stream.Actor{ID: by}, Channel: channel, Line: line}))
}

// read draws a reply: ✗ refused, ! not accepted, [text → command] a button.
func read(r integrations.Reply, err error) string {
	if err != nil {
		return "! " + err.Error()
	}
	var out []string
	if r.Words != nil && r.Open == nil {
		out = append(out, r.Words.Plain())
		for _, b := range r.Words.Buttons {
			out = append(out, fmt.Sprintf("[%s → %s]", b.Text, b.Command))
		}
	}
	if r.Open != nil {
		out = append(out, fmt.Sprintf("form %s “%s” (%s)", r.Open.ID, r.Open.Title, r.Open.Submit))
		for _, f := range r.Open.Fields {
			line := "  " + f.Name + " " + f.Kind
			if f.Kind == "note" {
				line += ": " + f.Label
			} else if f.Value != "" {
				line += " = " + f.Value
			}
			out = append(out, line)
		}
		out = append(out, "else: "+r.Words.Plain())
	}
	text := strings.Join(out, "\n")
	if r.Refused {
		text = "✗ " + text
	}
	return text
}

// news gives the kinds of the records that came since it was asked last.
func (l *lab) news() []string {
	l.t.Helper()
	ctx := context.Background()
	var out []string
	all, err := l.store.Store.List(ctx, store.Query{Workspace: "main", Limit: 1000})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, s := range all {
		records, err := l.store.Load(ctx, s.Stream, l.seen[s.Stream])
		if err != nil {
			l.t.Fatal(err)
		}
		line := "+ " + s.Stream.Kind + "/" + s.Stream.Name + ":"
		for _, r := range records {
			line += " " + r.Kind
			l.seen[s.Stream] = r.Seq
		}
		if len(records) > 0 {
			out = append(out, line)
		}
	}
	return out
}

func (l *lab) do(id stream.ID, value any) {
	l.t.Helper()
	_, err := l.bot.Do(context.Background(), bot.Command{Stream: id, Meta: stream.Meta{At: l.now, By: stream.Actor{ID: "drumbeat:test"}}, Value: value})
	if err != nil {
		l.t.Fatal(err)
	}
}

func number(n string) stream.ID { return stream.ID{Workspace: "main", Kind: incident.Kind, Name: n} }

// room says that the incident's channel was made.
func (l *lab) room(n, channel string) {
	l.t.Helper()
	l.do(number(n), incident.Settle{Settled: stream.Settled{Result: stream.Delivered, About: incident.AboutRoom, Ref: channel,
		Link: "https://slack.example.com/" + channel, More: map[string]string{"name": "inc-" + n}}})
}

// thread says that the announcement was posted.
func (l *lab) thread(n, channel, ts string) {
	l.t.Helper()
	l.do(number(n), incident.Settle{Settled: stream.Settled{Result: stream.Delivered, About: incident.AboutAnnounce, Ref: ts,
		More: map[string]string{"channel": channel}}})
}

func (l *lab) state(n string) incident.State {
	l.t.Helper()
	s, _, err := l.bot.State(context.Background(), number(n))
	if err != nil {
		l.t.Fatal(err)
	}
	return s.(incident.State)
}
