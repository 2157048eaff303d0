package manifest

import (
	"fmt"
	"slices"
	"strings"

	"drumbeat/integrations"
)

// Profile is how much the app asks of a workspace.
type Profile string

// Core is what declaring, channels and threads, roles, the timeline, mentions
// and being paged in Slack need; Full is everything that the bot can do.
const (
	Core Profile = "core"
	Full Profile = "full"
)

// Scope is one right of the app's bot, told as to an admin who was never in an
// incident.
type Scope struct {
	Name string
	// Profile is the smallest that has it.
	Profile Profile
	// Why is a sentence, what the bot does with it; Without goes on after
	// "without it": what is switched off.
	Why, Without string
	// Methods of the Web API and Events of the Events API that it opens, of
	// those that the bot uses. The slash command needs neither.
	Methods, Events []string
}

// unscoped are the events that need no scope. Source:
// docs.slack.dev/reference/events/app_home_opened.
var unscoped = []string{"app_home_opened"}

// table has every scope, by name. What each method takes is told by its page at
// docs.slack.dev/reference/methods, and what each event takes at
// docs.slack.dev/reference/events.
var table = []Scope{
	{"app_mentions:read", Core,
		"Hears messages that mention it, also in threads, where slash commands do not work.",
		"mentioning it does nothing, so that nothing can be typed in a thread",
		nil, []string{"app_mention"}},
	{"bookmarks:read", Full,
		"Sees whether its link stands at the top of a channel already.",
		"a link at the top of an incident's channel may appear twice after a network fault",
		[]string{"bookmarks.list"}, nil},
	{"bookmarks:write", Full,
		"Puts links at the top of an incident's channel, where a playbook of your own asks for them.",
		"there are no links at the top of an incident's channel",
		[]string{"bookmarks.add"}, nil},
	{"channels:history", Core,
		"Reads the public channels that it is in: whether its own message arrived after a network fault, and that responders are at work.",
		"its message may appear twice after a network fault, and whoever only writes in the channel is taken for silent",
		[]string{"conversations.history", "conversations.replies"}, []string{"message.channels"}},
	{"channels:manage", Core,
		"Opens a channel for a serious incident, sets its topic, invites the responders and archives it.",
		"no incident gets a channel; the work happens in a thread of the announcement channel",
		[]string{"conversations.archive", "conversations.create", "conversations.invite", "conversations.setTopic"}, nil},
	{"channels:read", Core,
		"Finds the announcement channel by its name, and the channels that it opened.",
		"channels must be configured by their IDs, and an incident may get a second channel after a network fault",
		[]string{"conversations.info", "users.conversations"}, nil},
	{"chat:write", Core,
		"Writes messages: where it was invited, in the channels that it opened, and to people directly.",
		"it is mute, and nothing works",
		[]string{"chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update"}, nil},
	{"commands", Core,
		"Offers the slash command, by which people declare an incident and work on it.",
		"there is no slash command; mentions and direct messages still work",
		nil, nil},
	{"groups:history", Full,
		"Reads the private channels that it is in, for the same two reasons as public ones.",
		"in private incidents its message may appear twice after a network fault, and whoever only writes there is taken for silent",
		[]string{"conversations.history", "conversations.replies"}, []string{"message.groups"}},
	{"groups:read", Full,
		"Finds the private channels that it is in by their names; it sees no others.",
		"private channels must be configured by their IDs, and a private incident may get a second channel after a network fault",
		[]string{"conversations.info", "users.conversations"}, nil},
	{"groups:write", Full,
		"Opens a private channel for an incident that not everybody may read, such as a security incident.",
		"a private incident has no channel, and only direct messages reach those who work on it",
		[]string{"conversations.archive", "conversations.create", "conversations.invite", "conversations.setTopic"}, nil},
	{"im:history", Core,
		"Reads what people write to it directly, and nobody else's direct messages.",
		"writing to it directly does nothing, and a page or a reminder may come twice after a network fault",
		[]string{"conversations.history"}, []string{"message.im"}},
	{"im:write", Core,
		"Writes to one person instead of a whole channel: a page, a reminder, a question.",
		"nobody can be paged or reminded in Slack",
		[]string{"conversations.open"}, nil},
	{"pins:write", Full,
		"Pins the brief, the message that says where an incident stands.",
		"the brief is not pinned; it is the first message of the channel",
		[]string{"pins.add"}, nil},
	{"users:read", Core,
		"Shows people by their names.",
		"people who never typed the slash command appear as Slack IDs",
		[]string{"users.info"}, nil},
}

// Scopes are a profile's, by name.
func Scopes(p Profile) []Scope {
	return slices.DeleteFunc(slices.Clone(table), func(s Scope) bool { return p == Core && s.Profile != Core })
}

// Names are the names of a profile's scopes.
func Names(p Profile) []string {
	var names []string
	for _, s := range Scopes(p) {
		names = append(names, s.Name)
	}
	return names
}

// Events are what the app subscribes to with a profile, by name.
func Events(p Profile) []string {
	events := slices.Clone(unscoped)
	for _, s := range Scopes(p) {
		events = append(events, s.Events...)
	}
	slices.Sort(events)
	return events
}

// Missing are the scopes of a profile that were not granted.
func Missing(p Profile, granted []string) []Scope {
	return slices.DeleteFunc(Scopes(p), func(s Scope) bool { return slices.Contains(granted, s.Name) })
}

// Without says what is switched off without a scope, in the middle of a
// sentence; empty when no profile has it.
func Without(scope string) string {
	for _, s := range table {
		if s.Name == scope {
			return s.Without
		}
	}
	return ""
}

// Denied says what was not granted, what that switches off and what to do, of
// Slack's answer missing_scope: the scopes of which one is needed, and those
// that the token has, with commas.
func Denied(needed, provided string) string {
	has := strings.Split(provided, ",")
	for _, name := range strings.Split(needed, ",") {
		if off := Without(name); off != "" && !slices.Contains(has, name) {
			return fmt.Sprintf("%s is not granted, so %s; add it to the app and install it again", name, off)
		}
	}
	return fmt.Sprintf("add %s to the app and install it again", needed)
}

// off is what Full has and Core has not.
const off = "no channels for private incidents, no pinned brief, no links at the top of channels"

// Findings compares what was granted with the profiles: a warning for each
// scope that is missing, unless all of core is there and nothing beyond it,
// which was chosen so.
func Findings(granted []string) []integrations.Finding {
	missing := Missing(Full, granted)
	ok := func(format string, args ...any) []integrations.Finding {
		return []integrations.Finding{{Level: integrations.OK, Subject: "slack.scopes", Text: fmt.Sprintf(format, args...)}}
	}
	switch beyond := len(table) - len(Scopes(Core)); {
	case len(missing) == 0:
		return ok("profile full: all %d are granted", len(table))
	case len(missing) == beyond && len(Missing(Core, granted)) == 0:
		return ok("profile core: all %d are granted; %s", len(table)-beyond, off)
	}
	var all []integrations.Finding
	for _, s := range missing {
		level := integrations.Warning
		if s.Name == "chat:write" {
			level = integrations.Failure
		}
		all = append(all, integrations.Finding{Level: level, Subject: "slack.scopes",
			Text:   s.Name + " is not granted, so " + s.Without,
			Remedy: "Add " + s.Name + " at https://api.slack.com/apps, OAuth & Permissions, and install the app again."})
	}
	return all
}
