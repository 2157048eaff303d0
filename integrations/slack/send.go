package slack

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/markup"
)

// action is one thing that Slack can be asked for.
type action struct {
	needs []string // args that must be there
	knows []string // args that may be
	words bool     // Words must be there
	do    func(*Slack, context.Context, stream.Delivery) (integrations.Receipt, error)
}

var actions = map[string]action{
	"channel.create":   {[]string{"name"}, []string{"private"}, false, (*Slack).createChannel},
	"channel.invite":   {[]string{"channel", "users"}, nil, false, (*Slack).invite},
	"channel.topic":    {[]string{"channel", "topic"}, nil, false, (*Slack).setTopic},
	"channel.archive":  {[]string{"channel"}, nil, false, (*Slack).archive},
	"channel.bookmark": {[]string{"channel", "title", "url"}, nil, false, (*Slack).bookmark},
	"post":             {[]string{"channel"}, []string{"thread", "broadcast"}, true, (*Slack).post},
	"edit":             {[]string{"channel", "ts"}, nil, true, (*Slack).edit},
	"delete":           {[]string{"channel", "ts"}, nil, false, (*Slack).remove},
	"pin":              {[]string{"channel", "ts"}, nil, false, (*Slack).pin},
	"dm":               {[]string{"person"}, nil, true, (*Slack).post},
	"page":             {[]string{"address"}, paging, true, (*Slack).post},
	"stand_down":       {[]string{"address"}, paging, true, (*Slack).post},
	"send":             {[]string{"address"}, []string{"person"}, true, (*Slack).post},
	"ephemeral":        {[]string{"channel", "person"}, []string{"thread"}, true, (*Slack).ephemeral},
}

var paging = []string{"person", "incident", "severity", "page"}

var (
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9]{2,}$`)
	timestamp = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,9}$`)
)

// Check tells what is wrong with an action and those of its Args that are
// there.
func (s *Slack) Check(name string, args map[string]string) error {
	a, ok := actions[name]
	if !ok {
		return fmt.Errorf("slack has no action %q", name)
	}
	for key, v := range args {
		if !slices.Contains(a.needs, key) && !slices.Contains(a.knows, key) {
			return fmt.Errorf("slack %s has no argument %q", name, key)
		}
		if v == "" {
			continue
		}
		if err := checkArg(name, key, v); err != nil {
			return fmt.Errorf("slack %s: %s %w", name, key, err)
		}
	}
	return nil
}

// checkArg tells what is wrong with one value.
func checkArg(action, key, v string) error {
	switch key {
	case "ts", "thread":
		if !timestamp.MatchString(v) {
			return fmt.Errorf("%q is not a message's ts such as 1503435956.000247", v)
		}
	case "private", "broadcast":
		if v != "true" && v != "false" {
			return fmt.Errorf("%q is neither true nor false", v)
		}
	case "url":
		if u, err := url.Parse(v); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return fmt.Errorf("%q is not a web address", v)
		}
	case "address":
		if !markup.IsPerson(v) {
			return fmt.Errorf("%q is not a Slack user ID such as U024BE7LH", v)
		}
	case "person":
		// Elsewhere it is our handle of the person.
		if (action == "dm" || action == "ephemeral") && !markup.IsPerson(v) {
			return fmt.Errorf("%q is not a Slack user ID such as U024BE7LH", v)
		}
	}
	return nil
}

// complete tells what Send misses.
func (s *Slack) complete(d stream.Delivery) error {
	if err := s.Check(d.Action, d.Args); err != nil {
		return err
	}
	a := actions[d.Action]
	for _, key := range a.needs {
		if d.Args[key] == "" && key != "topic" { // a topic may be taken away
			return fmt.Errorf("slack %s needs %q", d.Action, key)
		}
	}
	if a.words && strings.TrimSpace(d.Words.Plain()) == "" {
		return fmt.Errorf("slack %s has no words", d.Action)
	}
	return nil
}

// Send carries the delivery out; the kinds of its errors are told by refusals.
func (s *Slack) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	if err := s.complete(d); err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	if r, ok := s.posts.look(d.ID); ok {
		return r, nil
	}
	s.attempts.add(d.ID, time.Now())
	r, err := actions[d.Action].do(s, ctx, d)
	if errName(err) == missingScope && (d.Action == "pin" || d.Action == "channel.bookmark") {
		return integrations.Receipt{More: map[string]string{"skipped": missingScope}}, nil
	}
	if err != nil {
		return integrations.Receipt{}, s.failure(d.Action, err)
	}
	return r, nil
}

// Find looks for the effect of a delivery. Where doing it again changes
// nothing, it says that it is not there.
func (s *Slack) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	if err := s.complete(d); err != nil {
		return integrations.Receipt{}, false, nil // never sent
	}
	var r integrations.Receipt
	var found bool
	var err error
	switch d.Action {
	case "channel.create":
		r, found, err = s.findChannel(ctx, d)
	case "channel.topic":
		r, found, err = s.findTopic(ctx, d)
	case "channel.bookmark":
		r, found, err = s.findBookmark(ctx, d)
	case "post", "dm", "page", "stand_down", "send":
		r, found, err = s.findPost(ctx, d)
	}
	if errName(err) == missingScope {
		return integrations.Receipt{}, false, nil
	}
	if err != nil {
		return integrations.Receipt{}, false, s.failure("look for "+d.Action, err)
	}
	return r, found, nil
}

// resolve gives a channel's ID. Names are looked up among the channels that the
// bot is in, never in the whole workspace.
func (s *Slack) resolve(ctx context.Context, channel string) (string, error) {
	if channelID.MatchString(channel) {
		return channel, nil
	}
	name := strings.TrimPrefix(channel, "#")
	if id, ok := s.channels.look(name); ok {
		return id, nil
	}
	all, err := s.memberships(ctx, name)
	if err != nil {
		return "", unsent{err}
	}
	for _, c := range all {
		if c.Name == name {
			s.channels.add(name, c.ID)
			return c.ID, nil
		}
	}
	return "", integrations.Permanent(fmt.Errorf("slack: the bot is in no channel named %q: invite it there, or write the channel's ID", name))
}
