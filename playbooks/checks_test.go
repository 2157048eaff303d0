package playbooks_test

import (
	"regexp"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// actions are what the far ends can do and what they need for it.
var actions = map[string]map[string][]string{
	"slack": {"post": {"channel"}, "edit": {"channel", "ts"}, "pin": {"channel", "ts"}, "dm": {"person"}, "page": {"address"},
		"stand_down": {"address"}, "ephemeral": {"channel", "person"}, "channel.create": {"name"}, "channel.archive": {"channel"}, "channel.invite": {"channel", "users"},
		"channel.topic": {"channel", "topic"}},
	"twilio":    {"page": {"address"}, "stand_down": {"address"}},
	"pagerduty": {"page": {"person", "incident"}, "acknowledge": {"person", "incident"}, "stand_down": {"person", "incident"}},
	"email":     {"publish": {"kind"}, "page": {"address"}, "stand_down": {"address"}},
	"page":      {"publish": {"kind"}},
	"twitter":   {"publish": {"kind"}},
}

// knownArgs are those that an action takes beside.
var knownArgs = []string{"thread", "broadcast", "private", "person", "address", "incident", "severity", "page", "update", "kind", "phase", "impact",
	"title", "ref", "last", "standalone", "link", "components"}

var (
	timestamp = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,9}$`)
	memberID  = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)
	command   = regexp.MustCompile(`^[a-z]+ (.* )?#[0-9]+$`)
)

// check fails when a delivery is one that the store or its far end would not
// take, or that tells somebody what he may not know.
func (w *world) check(d stream.Delivery, r stream.Record) {
	w.Helper()
	for _, wrong := range slices.Concat(wrongForm(d, r), wrongArgs(d), leaks(d, w.State(r.Stream.Name), r)) {
		w.Errorf("%s on %s: %s\n%+v", d.ID, r.Kind, wrong, d)
	}
}

func wrongForm(d stream.Delivery, r stream.Record) (wrong []string) {
	fail := func(bad bool, text string) {
		if bad {
			wrong = append(wrong, text)
		}
	}
	id, seq, _, err := stream.Origin(d.ID)
	fail(err != nil || id != r.Stream || seq != r.Seq || d.Stream != r.Stream, "the ID is not of this record")
	fail(d.Lane != "" && !d.NotBefore.IsZero(), "it has a lane and a time")
	fail(d.To == "" && d.Slot == "", "it does nothing")
	fail(d.Public != (d.Action == "publish"), "what is published, and nothing else, is public")
	if d.To == "" || d.To == stream.Bot || d.Words == nil {
		return wrong
	}
	fail(d.Words.Plain() == "", "it says nothing")
	fail(strings.Contains(d.Words.Plain(), "<no value>"), "it has <no value>")
	for _, b := range d.Words.Buttons {
		fail(b.Text == "" || !command.MatchString(b.Command) && !ofNone[b.Command], "the button "+b.Text+" types "+b.Command)
	}
	fail(len(d.Words.Buttons) > 5, "more than five buttons")
	return wrong
}

func wrongArgs(d stream.Delivery) (wrong []string) {
	if d.To == "" || d.To == stream.Bot {
		return nil
	}
	needs, ok := actions[d.To][d.Action]
	if !ok {
		return []string{d.To + " has no action " + d.Action}
	}
	for _, key := range needs {
		if d.Args[key] == "" {
			wrong = append(wrong, key+" is missing")
		}
	}
	for key, v := range d.Args {
		bad := !slices.Contains(needs, key) && !slices.Contains(knownArgs, key)
		switch key {
		case "ts", "thread":
			bad = bad || !timestamp.MatchString(v)
		case "person":
			bad = bad || (d.Action == "dm" || d.Action == "ephemeral") && !memberID.MatchString(v)
		case "phase":
			bad = bad || v == "" || v == "triage"
		}
		if bad {
			wrong = append(wrong, "wrong argument "+key+" "+v)
		}
	}
	return wrong
}

// leaks: customers read approved words alone, and only upon a yes, the end of a
// hold, or the receipt of the words before them; a private incident is told to nobody outside. s is the incident just
// after the record.
func leaks(d stream.Delivery, s incident.State, r stream.Record) (wrong []string) {
	if d.Action == "publish" {
		if r.Kind != "published" && r.Kind != "release" && r.Kind != stream.Delivered {
			wrong = append(wrong, "public words leave on "+r.Kind)
		}
		n, _, _ := words.Of(d.About)
		u := s.Update(n)
		if u == nil || u.State != incident.PublishedS || u.ApprovedBy == "" || d.Words == nil || d.Words.Plain() != u.Text {
			wrong = append(wrong, "it is not the approved text alone")
		}
		if u != nil && !slices.ContainsFunc(u.Targets, func(t incident.Target) bool {
			return t.Name == d.To && t.Mode == "live" && t.State == incident.TargetQueued
		}) {
			wrong = append(wrong, "this far end does not wait for these words")
		}
	}
	if !s.Private {
		return wrong
	}
	if d.Action == "publish" || slices.Contains([]string{"C0ANNOUNCE", settings.Announce}, d.Args["channel"]) || d.Args["channel"] == settings.Shadow {
		wrong = append(wrong, "a private incident goes outside")
	}
	if d.To != "slack" && d.To != stream.Bot && strings.Contains(d.Words.Plain(), s.Title) {
		wrong = append(wrong, "a private incident's title goes to "+d.To)
	}
	return wrong
}
