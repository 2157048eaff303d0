package serve

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container without zone files knows its team's zone too

	"drumbeat/bot/desk"
	"drumbeat/integrations"
	"drumbeat/playbooks/guard"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Config is the part of drumbeat.yaml that belongs to no far end.
type Config struct {
	// Environment is what runs here. In any other than `production`, such as
	// `staging`, no public far end exists.
	Environment string `yaml:"environment"`
	// Listen is one address that serves all paths, such as `0.0.0.0:8080`, or
	// the three below. Left out: `127.0.0.1:8080`, for this machine
	// alone.
	Listen Listen `yaml:"listen"`
	// PublicURL is how Slack and Twilio reach `/slack/…` and `/hooks/…` from
	// outside: `https://drumbeat.example.com`. Left out: Twilio is told no
	// address for answers.
	PublicURL string `yaml:"public_url"`
	// Store is where everything is kept: `sqlite:PATH`, in a folder that
	// exists, or `redis://HOST:PORT/DB` (`rediss://` with TLS).
	Store string `yaml:"store"`
	// Socket is where the commands of this machine reach the bot without a
	// token: `drumbeat incident`, `drumbeat resume`. Whoever runs as the bot's own
	// user, or root, may use it. Left out: beside the SQLite file, ending in `.sock`
	// (`drumbeat.sock`); with a store in Redis there is none.
	Socket string `yaml:"socket"`
	// Heartbeat is an address that is called (GET) once a minute while the bot
	// does its work: that of a dead man's switch such as healthchecks.io, which
	// tells you when it hears nothing. It is a secret. Left out: nobody outside
	// notices that the bot is dead.
	Heartbeat string `yaml:"heartbeat"`
	// Timezone is the team's, an IANA name such as `Europe/Berlin`, for times
	// in messages. Customers read UTC.
	Timezone string `yaml:"timezone"`
	// Command is the slash command's name, as the Slack app has it.
	Command string `yaml:"command"`
	// Operator is the handle of whoever may use `live`, `shadow`, `off` and
	// `resume`, and is told how the bot is. Left out: whoever types
	// `/incident setup` with the code from the log.
	Operator string `yaml:"operator"`
	// People are those whom the bot knows. Left out: whoever writes in Slack
	// is known by his member ID and woken in Slack alone.
	People []desk.Person `yaml:"people"`
	// OnCall are the rungs, called one after the other until somebody answers.
	// Left out: nobody is paged, and that is said.
	OnCall []desk.Rung `yaml:"oncall"`
	// Services are the parts of your system, by the names that alerts and
	// changes use. Left out: changes of neighbouring services are not
	// suspected, and a component is marked only when the title names it.
	Services map[string]desk.Service `yaml:"services"`
	// Approvers are the handles whose yes words for customers need. Left out:
	// anybody's but the author's.
	Approvers []string `yaml:"approvers"`
	// Groups are names for several people, by their handles: `{comms: [sam, dana]}`. A
	// playbook says whose yes words need (`by: [group:comms]`), and whom a severity wakes for
	// a role of that name (`wakes: [oncall, comms]`), one after the other. Left out: nobody
	// is in any group, and nobody but who is on call is woken.
	Groups map[string][]string `yaml:"groups"`
	// Customers are names that no words for customers may hold: `[Initech]`.
	// Left out: only names with a legal form (“Initech GmbH”) are found.
	Customers []string `yaml:"customers"`
	// InternalHosts are hosts that no words for customers may hold;
	// `corp.example.com` stands for all below it. Left out: only what looks
	// internal is found, such as `db-7` and `*.internal`.
	InternalHosts []string `yaml:"internal_hosts"`
	// Guard is what else the guard demands of words for customers and
	// stakeholders, before anybody else reads them.
	Guard guard.Config `yaml:"guard"`
	// Playbooks is a folder of playbooks that lie over the built-in ones:
	// `./playbooks`. Left out: the built-in ones alone.
	Playbooks string `yaml:"playbooks"`
	// Hooks are the tools that may post alerts.
	Hooks Hooks `yaml:"hooks"`
	// API is the HTTP interface, `/v1`, and `drumbeat incident` from another
	// machine.
	API Token `yaml:"api"`
}

// Listen holds the addresses of the listeners. One address in place of the
// three serves all.
type Listen struct {
	// Public is the address of the status page. Left out: that of `slack`.
	Public string `yaml:"public"`
	// Slack is the address of `/slack/…` and `/hooks/…`. Left out: that of
	// `private`.
	Slack string `yaml:"slack"`
	// Private is the address of `/v1`, `/metrics`, `/healthz` and `/readyz`.
	// Left out: `127.0.0.1:8080`.
	Private string `yaml:"private"`
}

// Hooks are the alert sources that may post.
type Hooks struct {
	// Alertmanager is Prometheus' one.
	Alertmanager Token `yaml:"alertmanager"`
}

// Token is a secret that a caller must know.
type Token struct {
	// Token is the secret that callers show: the bearer of `/v1`, or the last
	// part of the hook's path. Left out: every call is refused.
	Token string `yaml:"token"`
}

// addresses gives each with the key that it was written at.
func (l Listen) addresses() map[string]string {
	if l.Public == l.Slack && l.Slack == l.Private {
		return map[string]string{"listen": l.Private}
	}
	return map[string]string{"listen.public": l.Public, "listen.slack": l.Slack, "listen.private": l.Private}
}

// defaultListen is for a machine of one's own: nobody else reaches it.
const defaultListen = "127.0.0.1:8080"

// UnmarshalYAML takes "127.0.0.1:8080" or the three addresses.
func (l *Listen) UnmarshalYAML(n ast.Node) error {
	if s, ok := n.(*ast.StringNode); ok {
		*l = Listen{s.Value, s.Value, s.Value}
		return nil
	}
	type plain Listen
	if err := yaml.NodeToValue(n, (*plain)(l), yaml.Strict()); err != nil {
		return errors.New("write one address (127.0.0.1:8080), or public, slack and private")
	}
	return nil
}

// Defaults fills in what was left out.
func (c *Config) Defaults() {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&c.Environment, "production")
	set(&c.Store, "sqlite:drumbeat.db")
	set(&c.Timezone, "UTC")
	set(&c.Command, "/incident")
	set(&c.Listen.Private, defaultListen)
	set(&c.Listen.Slack, c.Listen.Private)
	set(&c.Listen.Public, c.Listen.Slack)
}

// SocketPath is where the local socket is; empty for none.
func (c Config) SocketPath() string {
	if c.Socket != "" {
		return c.Socket
	}
	file, ok := strings.CutPrefix(c.Store, "sqlite:")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(file, filepath.Ext(file)) + ".sock"
}

// Production reports whether customers may hear anything at all.
func (c Config) Production() bool { return c.Environment == "" || c.Environment == "production" }

var (
	phone  = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	member = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)
)

// lists are handles, by the key that they were written at.
func (c Config) lists() map[string][]string {
	out := map[string][]string{"approvers": c.Approvers}
	for name, group := range c.Groups {
		out["groups."+name] = group
	}
	return out
}

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var out []integrations.Problem
	add := func(path, format string, args ...any) {
		out = append(out, integrations.Problem{Path: "$." + path, Text: fmt.Sprintf(format, args...)})
	}
	for key, addr := range c.Listen.addresses() {
		if _, _, err := net.SplitHostPort(addr); addr != "" && err != nil {
			add(key, "%q is not an address such as 127.0.0.1:8080", addr)
		}
	}
	if u, err := url.Parse(c.Heartbeat); c.Heartbeat != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		add("heartbeat", "write it as https://hc-ping.com/…") // what is there is a secret
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil {
		add("timezone", noZone, c.Timezone)
	}
	if scheme, rest, ok := strings.Cut(c.Store, ":"); c.Store != "" && (!ok || rest == "" || scheme != "sqlite" && scheme != "redis" && scheme != "rediss") {
		add("store", "write sqlite:PATH or redis://HOST:PORT/0")
	}
	if c.Command != "" && !strings.HasPrefix(c.Command, "/") {
		add("command", "a slash command begins with a slash: /%s", c.Command)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		add("public_url", "write it as https://drumbeat.example.com")
	}
	known := c.knows(add)
	handle := func(path, h string) {
		if h != "" && !known[h] {
			add(path, "%s is not among people", h)
		}
	}
	for i, r := range c.OnCall {
		for j, h := range r.People {
			handle(fmt.Sprintf("oncall[%d].people[%d]", i, j), h)
		}
	}
	lists := c.lists()
	for _, path := range slices.Sorted(maps.Keys(lists)) {
		for i, h := range lists[path] {
			handle(fmt.Sprintf("%s[%d]", path, i), h)
		}
	}
	handle("operator", c.Operator)
	return append(out, c.guard()...)
}

// guard tells the mistakes in the rules of the guard.
func (c Config) guard() []integrations.Problem {
	var out []integrations.Problem
	_, wrong := guard.New(c.Guard)
	for _, p := range wrong {
		out = append(out, integrations.Problem{Path: "$.guard." + p.Path, Text: p.Text})
	}
	return out
}

const noZone = "%q is not a time zone such as Europe/Berlin"

// knows gives the handles of all people, and tells what is wrong with them.
func (c Config) knows(add func(path, format string, args ...any)) map[string]bool {
	known := map[string]bool{}
	for i, p := range c.People {
		at := fmt.Sprintf("people[%d]", i)
		switch {
		case p.Handle == "":
			add(at+".handle", "a person needs a handle")
		case known[p.Handle]:
			add(at+".handle", "%s stands here twice", p.Handle)
		case p.Phone != "" && !phone.MatchString(p.Phone):
			add(at+".phone", "write it in international form: +15551234567")
		case p.Slack != "" && !member.MatchString(p.Slack):
			add(at+".slack", "write the member ID (Slack: profile, ⋮, Copy member ID), e.g. U024BE7LH")
		}
		if _, err := time.LoadLocation(p.Timezone); err != nil {
			add(at+".timezone", noZone, p.Timezone)
		}
		known[p.Handle] = true
	}
	return known
}
