package manifest

import "slices"

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
	// Why and Without are a sentence each: what it is for, and what is switched
	// off without it.
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
		"It hears messages that mention it, also in threads, where slash commands do not work.",
		"Mentioning it does nothing, so that nothing can be typed in a thread.",
		nil, []string{"app_mention"}},
	{"bookmarks:read", Full,
		"It sees whether its link stands at the top of a channel already.",
		"A link at the top of an incident's channel may appear twice after a network fault.",
		[]string{"bookmarks.list"}, nil},
	{"bookmarks:write", Full,
		"It puts links at the top of an incident's channel, where your own playbook asks for them.",
		"No links at the top of an incident's channel.",
		[]string{"bookmarks.add"}, nil},
	{"channels:history", Core,
		"It reads public channels that it is in: whether its own message arrived when Slack's answer was lost, and that responders are at work.",
		"Its message may appear twice after a network fault, and whoever only writes in the channel is taken for silent.",
		[]string{"conversations.history", "conversations.replies"}, []string{"message.channels"}},
	{"channels:manage", Core,
		"It opens a channel for a serious incident, sets its topic, invites the responders and archives it.",
		"No channel of an incident's own: the work happens in a thread of the announcement channel.",
		[]string{"conversations.archive", "conversations.create", "conversations.invite", "conversations.setTopic"}, nil},
	{"channels:read", Core,
		"It finds the announcement channel by its name, and the channels that it opened.",
		"Channels must be configured by their IDs, and an incident may get a second channel after a network fault.",
		[]string{"conversations.info", "users.conversations"}, nil},
	{"chat:write", Core,
		"It writes messages, where it was invited, in the channels that it opened, and to people directly.",
		"It is mute: nothing works.",
		[]string{"chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update"}, nil},
	{"commands", Core,
		"It offers the slash command, by which people declare an incident and work on it.",
		"The slash command does not exist; mentions and direct messages say the same.",
		nil, nil},
	{"groups:history", Full,
		"It reads private channels that it is in, for the same two reasons as public ones.",
		"In private incidents its message may appear twice after a network fault, and whoever only writes there is taken for silent.",
		[]string{"conversations.history", "conversations.replies"}, []string{"message.groups"}},
	{"groups:read", Full,
		"It finds private channels by their names, and those that it opened; it sees none that it is not in.",
		"Private channels must be configured by their IDs, and a private incident may get a second channel after a network fault.",
		[]string{"conversations.info", "users.conversations"}, nil},
	{"groups:write", Full,
		"It opens a private channel for an incident that not everybody may read, such as a security incident.",
		"Private incidents have no channel: those who work on one are reached by direct messages only.",
		[]string{"conversations.archive", "conversations.create", "conversations.invite", "conversations.setTopic"}, nil},
	{"im:history", Core,
		"It reads what people write to it directly, and nobody else's direct messages.",
		"Writing to it directly does nothing, and a page or a reminder may come twice after a network fault.",
		[]string{"conversations.history"}, []string{"message.im"}},
	{"im:write", Core,
		"It writes to one person instead of a whole channel: a page, a reminder, a question.",
		"Nobody can be paged or reminded in Slack.",
		[]string{"conversations.open"}, nil},
	{"pins:write", Full,
		"It pins the brief, the message that says where an incident stands.",
		"The brief is not pinned; it is the first message of the channel.",
		[]string{"pins.add"}, nil},
	{"users:read", Core,
		"It shows people by their names.",
		"People who only wrote to it appear as Slack IDs in the timeline.",
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

// Without says what is switched off without a scope; empty when no profile has
// it.
func Without(scope string) string {
	for _, s := range table {
		if s.Name == scope {
			return s.Without
		}
	}
	return ""
}
