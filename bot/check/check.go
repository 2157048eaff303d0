// Package check looks whether a bot would work, without starting it: what is
// configured, every far end by calls that change nothing, the store, the clock,
// and whether the people on call can be woken. Each thing is one Finding; what is
// not well has a remedy.
//
// Nothing here fails: a far end that hangs or crashes is a Finding, and the rest
// is looked at all the same.
package check

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// Store is what a check asks of a store, opened by this process or not.
type Store interface {
	Probe(ctx context.Context) []store.Finding
	Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error)
}

// Input is the bot that is looked at. Whatever is left out is not looked at, or
// said to be missing.
type Input struct {
	Workspace string
	// Mistakes are what was found wrong with the configuration on reading it.
	Mistakes []integrations.Finding
	// Playbooks is what was wrong with the playbooks, nil when they load.
	Playbooks error
	// Schedules is what names a zone or a person that there is not, nil when
	// all is known.
	Schedules error
	// Woken and Asked are the groups that playbooks wake, or whose yes they ask
	// for, and that nobody is in; each with the playbooks.
	Woken, Asked map[string][]string
	// Long are words of playbooks that a far end does not take whole, each with
	// its file, line and column.
	Long []string

	Environment string
	Production  bool // of Environment: customers may hear something
	Hold        bool // DRUMBEAT_HOLD is set
	PublicURL   string
	// Private and Others are the addresses that are listened on: the one of the
	// API, and those that the outside reaches.
	Private string
	Others  []string
	API     bool // api.token is set
	// Heartbeat: somebody outside notices when the bot is dead.
	Heartbeat bool
	Command   string // the slash command, with its slash

	Operator   string
	People     []facts.Person
	OnCall     []incident.Rung // with the ways by which each person is reached
	Approvers  []string
	Unattended []string // far ends that may speak without a tap
	// Modes are the public far ends as configured.
	Modes map[string]string
	// ShadowChannel is where words for a far end in shadow are shown.
	ShadowChannel string

	Senders map[string]integrations.Sender
	Store   Store
	Clock   *Clock // nil does not compare
}

// patience is how long one thing may take, and grace how long it may take
// beyond that to say itself what it waited for.
const (
	patience = 5 * time.Second
	grace    = 500 * time.Millisecond
)

// Run looks at everything, the far ends and the store at once. The findings come
// in a fixed order.
func Run(ctx context.Context, in Input) []integrations.Finding {
	if in.Clock != nil {
		in.Clock.forget() // what was true an hour ago
	}
	var switches control.State
	names := slices.Sorted(maps.Keys(in.Senders))
	outside := make(chan []integrations.Finding, 1)
	go func() { outside <- in.farEnds(ctx, names) }()
	kept := guard(ctx, "store", func(ctx context.Context) (found []integrations.Finding) {
		found, switches = in.store(ctx)
		return found
	})
	far := <-outside
	return slices.Concat(in.configuration(), kept, far, in.clock(), in.customers(switches), in.people(switches), in.listeners())
}

// farEnds probes all of them at once.
func (in Input) farEnds(ctx context.Context, names []string) []integrations.Finding {
	found := make([][]integrations.Finding, len(names))
	done := make(chan struct{})
	for i, name := range names {
		go func() {
			found[i] = guard(ctx, name, func(ctx context.Context) []integrations.Finding {
				p, ok := in.Senders[name].(integrations.Prober)
				if !ok {
					return []integrations.Finding{well(name, "cannot be tried without effect.")}
				}
				return p.Probe(ctx)
			})
			done <- struct{}{}
		}()
	}
	for range names {
		<-done
	}
	return slices.Concat(found...)
}

// guard looks within its time, whatever the look does.
func guard(ctx context.Context, subject string, look func(context.Context) []integrations.Finding) []integrations.Finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan []integrations.Finding, 1)
	go func() {
		defer func() {
			if recover() != nil { // what it panics with may hold a secret
				done <- []integrations.Finding{fails(subject, "looking at it crashed: a defect of drumbeat.", "Report it with your configuration, without the secrets; the rest was looked at.")}
			}
		}()
		done <- look(ctx)
	}()
	select {
	case found := <-done:
		return found
	case <-ctx.Done():
	}
	select {
	case found := <-done:
		return found
	case <-time.After(grace):
		return []integrations.Finding{fails(subject, fmt.Sprintf("does not answer within %s.", patience), "See whether this machine reaches it: DNS, firewall, HTTPS_PROXY.")}
	}
}

// store looks at the store, and reads the switches that were thrown by command.
func (in Input) store(ctx context.Context) (found []integrations.Finding, switches control.State) {
	if in.Store == nil {
		return nil, switches
	}
	for _, f := range in.Store.Probe(ctx) {
		level := integrations.OK
		switch {
		case f.Fails:
			level = integrations.Failure
		case f.Remedy != "":
			level = integrations.Warning
		}
		found = append(found, integrations.Finding{Level: level, Subject: "store", Text: f.Text, Remedy: f.Remedy})
	}
	if slices.ContainsFunc(found, func(f integrations.Finding) bool { return f.Level == integrations.Failure }) {
		return found, switches
	}
	records, err := in.Store.Load(ctx, stream.ID{Workspace: in.Workspace, Kind: control.Kind, Name: control.Name}, 0)
	for _, r := range records {
		if err == nil {
			switches, err = control.Rules{}.Apply(switches, r)
		}
	}
	if err != nil {
		found = append(found, fails("store", fmt.Sprintf("the switches (modes, holds) cannot be read: %v.", err), "See what it says; modes are shown as configured."))
	}
	return found, switches
}

// configuration tells what was read, and what is out of the ordinary in it.
func (in Input) configuration() []integrations.Finding {
	found := slices.Clone(in.Mistakes)
	if len(found) == 0 {
		found = append(found, well("configuration", "every key is known and every value can be read."))
	}
	if in.Playbooks != nil {
		found = append(found, fails("playbooks", integrations.Line(in.Playbooks.Error(), 1000), "Correct them: until then the built-in ones of the same name hold, and a reload changes nothing."))
	} else {
		found = append(found, well("playbooks", "load, and were rehearsed."))
	}
	if in.Schedules != nil {
		found = append(found, fails("schedules", integrations.Line(in.Schedules.Error(), 1000)+".", "Correct them in the playbook that has them: until then they do not recur."))
	}
	if len(in.Long) > 0 {
		found = append(found, warns("playbooks.words", "are longer than a far end takes: "+strings.Join(in.Long[:min(3, len(in.Long))], "; ")+".", "Say it shorter: drumbeat playbook lint tells all."))
	}
	if !in.Production {
		found = append(found, well("environment", fmt.Sprintf("is %q, not production: nothing here can reach customers.", in.Environment)))
	}
	if in.Hold {
		found = append(found, warns("DRUMBEAT_HOLD", "is set: every word for customers waits.", "Unset it and start again when customers may read."))
	}
	return found
}

// listeners tells who can reach what.
func (in Input) listeners() (found []integrations.Finding) {
	if in.Senders["slack"] == nil && len(in.Mistakes) == 0 {
		found = append(found, warns("slack", "is not configured: commands come by drumbeat incident and HTTP alone.", "See docs/slack.md."))
	}
	host, _, err := net.SplitHostPort(in.Private)
	open := err == nil && host != "localhost" && !net.ParseIP(host).IsLoopback() // an empty host is all addresses; a mistake is told elsewhere
	switch {
	case open && slices.Contains(in.Others, in.Private):
		found = append(found, warns("listen.private", fmt.Sprintf("%s is open to other machines, and customers' and vendors' requests come in there too: metrics can be read by them, and the API's token tried.", in.Private),
			"Give private an address of its own that only you reach, such as 127.0.0.1:8081."))
	case open:
		found = append(found, well("listen.private", fmt.Sprintf("%s is open to other machines: keep outsiders off by a firewall.", in.Private)))
	}
	if !in.API {
		found = append(found, warns("api.token", "is missing: when chat is down, drumbeat incident works on the bot's machine alone.", "Write a long random one (openssl rand -hex 32) and give it to those on call."))
	}
	if !in.Heartbeat {
		found = append(found, warns("heartbeat", "is not set: nobody outside notices when the bot is dead.", "Make a check at a dead man's switch (healthchecks.io, or your own) and write its address there."))
	}
	if _, twilio := in.Senders["twilio"]; twilio && in.PublicURL == "" {
		found = append(found, warns("public_url", "is missing: answers by SMS and phone are not heard, and nobody learns whether a message arrived.", "Write the address by which Twilio reaches this bot: https://drumbeat.example.com."))
	}
	return found
}

func well(subject, text string) integrations.Finding {
	return integrations.Finding{Level: integrations.OK, Subject: subject, Text: text}
}

func warns(subject, text, remedy string) integrations.Finding {
	return integrations.Finding{Level: integrations.Warning, Subject: subject, Text: text, Remedy: remedy}
}

func fails(subject, text, remedy string) integrations.Finding {
	return integrations.Finding{Level: integrations.Failure, Subject: subject, Text: text, Remedy: remedy}
}
