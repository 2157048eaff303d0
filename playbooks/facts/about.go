package facts

// Group is facts about one thing, for whoever writes playbooks.
type Group struct {
	About string
	Facts []Fact
}

// Fact is one of Known, and what it means.
type Fact struct{ Name, About string }

// Groups are all of Known, as the documentation tells them.
var Groups = []Group{
	{"the incident", []Fact{
		{"number", "`INC-42`"}, {"id_name", "the number as a command takes it: `42`"}, {"id", "the whole name: `main/incident/42`"},
		{"title", "as it was declared; never for customers"}, {"summary", "the title, and what the signs add to it"},
		{"reason", "what monitoring and customers say, else the title"},
		{"severity", "`SEV1`"}, {"higher", "the next worse severity; empty for the worst"}, {"weight", "what the playbook demands at this severity"},
		{"phase", "`triage`, `investigating`, `identified`, `monitoring`, `resolved`, `closed`, `cancelled`, `merged`"},
		{"phase_note", "what was said with the phase"}, {"phase_wait", "how long a new phase waits for words that tell of it"},
		{"phase_news", "words that wait tell the responders of the phase first"},
		{"done", "customers are well"}, {"over", "so is the work"}, {"drill", "it is an exercise"}, {"ends_at", "when a drill ends"},
		{"private", "nothing of it leaves its people"}, {"held", "words to customers are on hold"}, {"confirmed", "somebody said that customers notice, or two signs did"},
		{"public", "customers have read of it"}, {"began", "since when it is"}, {"ended", "when it was over; zero while it is not"},
		{"into", "the incident that it was merged into"}, {"service", "our name of what broke"}, {"components", "the parts of the product that it touches; `what` gives customers' words"}, {"affected", "the part that does otherwise by now"},
		{"labels", "an alert's"}, {"playbook", "the playbook's name"}, {"offer", "of another playbook that fits better"},
		{"signs", "alerts and reports"}, {"quiet", "alerts fired, and none does any more"}, {"quiet_after", "so long quiet, the end is offered"},
		{"review_due", "by when a review is owed"}, {"suspects", "changes to look at first"}, {"tasks", "what is to do, in one phrase"},
		{"problems", "deliveries that failed"}, {"policy", "what the playbook demands, as data"}, {"settings", "the company, the command, the channels, the page's address"},
	}},
	{"people", []Fact{
		{"commander", "who leads"}, {"comms", "who writes to customers, else the commander"}, {"roles", "people by their roles"}, {"declarer", "who declared it"},
		{"invited", "who belongs into its channel"}, {"thanked", "who took something"}, {"acked", "who is on it, as a phrase"},
	}},
	{"the event", []Fact{
		{"event", "with the fields of its own type"}, {"kind", "its kind: `phase`"}, {"by", "who did it"}, {"at", "when"},
		{"event_role", "the role, upon `role`"}, {"event_about", "what a delivery stood for, once it came to something"}, {"opens", "upon it the place to work in opens"},
	}},
	{"the place to work in", []Fact{
		{"room", "channel, thread, brief, announcement"}, {"channel", "where responders read"}, {"thread", "the thread in it; empty in a channel of its own"},
	}},
	{"waking people", []Fact{
		{"calls", "the first way to each person of the rung that rings"}, {"retry", "the next way to a person, where one failed"}, {"failed", "the call or the words that failed, and what comes next"},
		{"page", "the page that the event is about"}, {"paged_all", "who was paged"}, {"silent", "who was paged before and has not answered"}, {"wait", "how long the rung rings"},
		{"again_after", "after how long all are called once more"}, {"unrung", "calls that need not ring any more"}, {"stood_down", "who rang for nothing"},
		{"still_there", "the way to who took it and went silent"}, {"quiet_since", "when he was last seen"}, {"asked_as_taker", "the commander is asked as who took it"},
		{"lead_lapses", "how long the commander may be silent"}, {"lead_calls", "the ways to who is offered command"},
		{"taken_again", "acknowledgements to look after again, once it goes on"}, {"ringing_again", "pages that ring on"},
		{"asked_for_help", "the message that said that nobody answers"}, {"at_pagerduty", "alerts at PagerDuty that this settles"},
	}},
	{"changes and alerts", []Fact{{"asks", "changes whose people are asked"}, {"alert_stream", "the alert that raised it"}}},
	{"words", []Fact{
		{"said", "the last words that customers got; `N` is 0 for none"}, {"waiting", "the words that wait for a yes"}, {"written", "the words that the event is about"},
		{"audience", "who is to read those: `public`, `stakeholders`, `internal`"}, {"headline", "the incident's name for customers"}, {"impact", "`none`, `minor`, `major` or `critical`"},
		{"component_states", "components and their states, as far ends take them"},
		{"approver", "the one person who is asked for a yes"}, {"approvers", "whose yes counts, as a phrase"}, {"asking", "the words that a question for a yes is about"},
		{"asked", "somebody was shown the words that wait"}, {"asked_too", "who else is asked in person"}, {"asked_late", "it is asked once more, since nobody answers"}, {"ask_all", "the responders are asked as well"},
		{"reach", "where the words go, how long they are there, who reads them"}, {"difference", "how they differ from the last"}, {"yeses", "who has said yes"},
		{"counted", "questions in which a yes is counted"}, {"changed", "what has changed since they were written"}, {"outdated", "questions that have to be read again"},
		{"fallback_after", "after how long more people are asked"}, {"redrafted", "the message of an older draft"},
		{"publications", "words that leave now, each for one far end"}, {"told", "words to customers that responders are told of"}, {"decided", "messages about words that are out of date"},
		{"shadowed", "words for a far end in shadow"}, {"unreached", "words that a far end has not taken"}, {"mended", "a far end that had failed took them after all"},
		{"stale", "words that are too old to be sent"}, {"too_old", "the far ends that they did not reach"}, {"earlier", "what was said to responders so far"}, {"morning", "until when words wait where hours are quiet"}, {"quiet_ended", "words that waited for the morning go"}, {"hold_why", "why words are on hold"},
	}},
	{"promises", []Fact{
		{"next", "when customers' next words are due; zero for none"}, {"first_words", "this severity promises first words"}, {"ladder", "the reminders of a promise"},
		{"reminded", "the audience of a promise that falls due"}, {"phones_late", "phones that a late promise rings"}, {"ask_after", "unconfirmed so long, the commander is asked"},
		{"answered", "questions that need no answer any more"}, {"duty", "the outside duty that the event is about"}, {"duties", "those that are still owed"},
		{"chase_at", "when somebody is asked for follow-ups next"}, {"chased", "who is asked for which follow-ups"}, {"archive_at", "when the channel is told that it is archived, and when it is"},
		{"unattended_at", "when words that nobody tapped are got ready"}, {"unattended_wait", "how long anybody may stop them"},
	}},
}
