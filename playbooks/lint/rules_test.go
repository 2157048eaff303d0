package lint_test

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks/lint"
	"drumbeat/playbooks/simulate"
)

// harbor is a configuration in which nothing is missing.
func harbor() *lint.Config {
	c := &lint.Config{Company: simulate.Sample(), FarEnds: []string{"email", "page", "pagerduty", "slack", "twilio", "twitter"}}
	c.Company.Groups = map[string][]string{"comms": {"priya", "sam"}, "legal": {"ana"}, "security": {"leo"}, "empty": nil}
	c.Check = func(farEnd, action string, _ map[string]string) error {
		if farEnd == "slack" && action == "shout" {
			return errors.New("slack does not know the action \"shout\"")
		}
		return nil
	}
	c.Company.ZoneOf = func(name string) *time.Location {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil
		}
		return zone
	}
	return c
}

// asleep is a configuration in which nobody is on call.
func asleep() *lint.Config {
	c := harbor()
	c.Company.OnCall = nil
	return c
}

// measure has far ends that take no more than 200 characters of some things.
func measure(d stream.Delivery) (out []words.Length) {
	over := func(part string, n int, text, then string) {
		if is := utf8.RuneCountInString(text); is > 200 {
			out = append(out, words.Length{Part: part, N: n, Is: is, Most: 200, Unit: "characters", Then: then})
		}
	}
	over("topic", 0, d.Args["topic"], "it is cut")
	switch {
	case d.To == "twitter":
		over("", 0, d.Words.Plain(), "they are cut")
	case d.Words != nil && len(d.Words.Paragraphs) == 2 && d.Action == "post":
		over("line", 1, d.Words.Paragraphs[1], "it is cut")
	}
	return out
}

// named is a configuration that says whose yes words need.
func named() *lint.Config {
	c := harbor()
	c.Approvers = []string{"maya", "omar"}
	return c
}

// step is a playbook with one step of its own, which lines change or add keys to.
func step(lines ...string) string {
	keys := [][2]string{{"name", "tell the boss"}, {"on", "[confirmed]"}, {"when", "private == false"}, {"to", "slack"}, {"do", "dm"},
		{"args", "{person: U0000OMAR}"}, {"words", "boss"}, {"lane", "slack/dm/U0000OMAR"}}
	for _, l := range lines {
		key, value, _ := strings.Cut(l, ": ")
		found := false
		for i := range keys {
			if keys[i][0] == key {
				keys[i][1], found = value, true
			}
		}
		if !found {
			keys = append(keys, [2]string{key, value})
		}
	}
	var b strings.Builder
	b.WriteString("words: {boss: {lines: [\"{{.number}}: customers notice\"]}}\nsteps:\n")
	for i, k := range keys {
		b.WriteString(map[bool]string{true: "  - ", false: "    "}[i == 0] + k[0] + ": " + k[1] + "\n")
	}
	return b.String()
}

func twins() []twin {
	config, nobody, approvers := harbor(), asleep(), named()
	strict := harbor()
	strict.Component, strict.Measure = incident.Component{Name: "Exports", Words: "exporting, and reading what was exported"}, measure
	return []twin{
		{rule: "load", bad: `steps: [{name: tell, on: [declared], when: severty == "SEV1", to: slack, do: post, args: {channel: eng}, words: brief}]`,
			fixed: `steps: [{name: tell, on: [declared], when: severity == "SEV1" && !private, to: slack, do: post, args: {channel: eng}, words: brief}]`,
			want:  "3:44: step “tell”: "},
		{rule: "load", bad: "steps: 7", fixed: "steps: []", want: "3:8: "},
		{rule: "load", bad: `schedules: [{name: handover, cron: "0 9 * * MON", do: handover, to: "#eng"}, {name: handover, cron: "0 9 * * FRI", do: handover, to: "#eng"}]`,
			fixed: `schedules: [{name: on monday, cron: "0 9 * * MON", do: handover, to: "#eng"}, {name: on friday, cron: "0 9 * * FRI", do: handover, to: "#eng"}]`,
			want:  "3:85: there is a schedule “handover” above already"},

		{rule: "unreachable-step", bad: step(`when: severity == "sev1" && !private`), fixed: step(`when: severity == "SEV1" && !private`),
			want: "7:11: step “tell the boss” is never done: its condition holds at no severity"},
		{rule: "unreachable-step", bad: step(`when: phase in ["investigate"] || severity > "SEV4" && title contains "x"`), fixed: step(`when: service == "checkout" && title matches "x$"`),
			want: "7:11: step “tell the boss” is never done"},
		{rule: "unreachable-step", bad: step("on: [delivered]", `when: event.About == "boss"`), fixed: step("on: [delivered]", `when: event.About == "post/approval/7"`),
			want: "7:11: step “tell the boss” is never done"},
		{rule: "unreachable-step", bad: step("on: [role]", "when: event_role == 'boss'"), fixed: step("on: [role]", "when: event_role == 'legal'") + "roles: {legal: {about: reads}}",
			want: "7:11: step “tell the boss” is never done"},
		{rule: "unreachable-step", bad: step("each: ladder"), fixed: step("each: signs"),
			want: "13:11: step “tell the boss” was never done: its list was empty on every sample incident: ladder"},

		{rule: "shadowed-step", bad: step("slot: boss") + "  - {name: tell him later, on: [confirmed, phase], to: slack, do: dm, args: {person: U0000OMAR}, words: boss, slot: boss}",
			fixed: step("slot: boss") + "  - {name: tell him later, on: [phase], to: slack, do: dm, args: {person: U0000OMAR}, words: boss, slot: boss}",
			want:  "13:11: step “tell the boss” never sends anything: step “tell him later” takes its place"},

		{rule: "loop", bad: step("on: [gave-up]", "when: ~"), fixed: step("on: [gave-up]", `when: event.About != "boss"`, "about: boss"),
			want: "6:9: step “tell the boss” answers what it does itself: while slack does not work"},
		{rule: "loop", bad: step("on: [failing]", "lane: ~"), fixed: step("on: [failing]", `when: event.To != "slack"`),
			want: "6:9: step “tell the boss” answers what it does itself: while slack does not work"},
		{rule: "loop", bad: step("on: [delivered]", "quiet: false") + "budget: ~\n", fixed: step("on: [delivered]", `when: event.About == "room"`, "about: boss"),
			want: "6:9: step “tell the boss” answers what it does itself: while nothing is broken"},
		{rule: "loop", bad: "steps: [{name: keep a note, on: [note], to: bot, do: note, command: {text: number}}]", fixed: "steps: [{name: keep a note, on: [confirmed], to: bot, do: note, command: {text: number}}]",
			want: "3:33: step “keep a note” answers what it does itself"},

		{rule: "unapproved-words", bad: step("to: twitter"), fixed: step("to: slack"),
			want: "8:9: step “tell the boss” lets customers read words that nobody approved: they go to twitter"},
		{rule: "unapproved-words", bad: "steps: [{name: announce, to: page}]", fixed: "steps: [{name: announce, args: {channel: outages}}]",
			want: "3:30: step “announce” lets customers read"},
		{rule: "unapproved-words", bad: step("on: [proposed]", "to: twitter", "do: publish", "words: as-written", "public: true"),
			fixed: step("on: [published]", "each: publications", "to: twitter", "do: publish", "words: as-written", "public: true"),
			want:  "13:13: step “tell the boss” publishes words before"},

		{rule: "missed-promise", bad: "audiences: {public: {first: {SEV1: 3m}, confirmed: {SEV1: 1m}}}", fixed: "audiences: {public: {first: {SEV1: 10m}}}",
			want: "3:36: at SEV1 the words for customers that are due"},
		{rule: "missed-promise", bad: "remind: [{at: -2m, who: comms}, {at: 30m, who: channel}]", fixed: "remind: [{at: -6m, who: comms}, {at: 30m, who: channel}]",
			want: "2:10: at SEV1 the words for customers that are due"},
		{rule: "missed-promise", bad: "audiences: {stakeholders: {every: {SEV1: 3m}}}\nbudget: ~", fixed: "audiences: {stakeholders: {every: {SEV1: 20m}}}",
			want: "3:42: at SEV1 the words for stakeholders that are due"},

		{rule: "over-budget", bad: "budget: {SEV1: {channel: 1}}", fixed: "budget: {SEV1: {channel: 5}}",
			want: "3:17: at SEV1 #inc-42-people-cannot-save gets "},
		{rule: "over-budget", bad: step("on: [role, promised, published, acknowledged, reminded]", "when: ~"), fixed: step("on: [published]"),
			want: "2:10: at SEV1 Omar gets "},

		{rule: "careless-words", bad: `audiences: {public: {unattended: {first: "db-7.internal is down"}}}`, fixed: `audiences: {public: {unattended: {first: "Since {since} opening mails fails for some people."}}}`,
			want: "3:42: the words that leave without a tap say “db-7.internal”"},
		{rule: "careless-words", bad: `audiences: {public: {words: {first: "Just a small hiccup with {what}."}}}`, fixed: `audiences: {public: {words: {first: "Some people have problems with {what}."}}}`,
			want: "3:37: the words that customers are offered say “"},

		{rule: "hasty-reminder", bad: "remind: [{at: -30m, who: comms}, {at: -5m, who: comms}, {at: 30m, who: channel}]\nbudget: ~", fixed: "remind: [{at: -10m, who: comms}, {at: 30m, who: channel}]", want: "3:15: it reminds 30m before the words are due"},

		{rule: "vacant-role", bad: "audiences: {public: {approval: {by: ['role:legal', maya]}}}", fixed: "audiences: {public: {approval: {by: ['role:commander', maya]}}}",
			want: "3:38: nobody can say yes as role:legal: there is no role legal"},
		{rule: "vacant-role", bad: "duties: [{name: gdpr, text: notice, within: 72h, owner: legl}]", fixed: "duties: [{name: gdpr, text: notice, within: 72h, owner: legal}]\nroles: {legal: {about: reads}}",
			want: "3:57: nobody owns the duty gdpr: there is no role legl", config: config},
		{rule: "vacant-role", bad: "audiences: {public: {approval: {by: ['group:empty', comms]}}}", fixed: "audiences: {public: {approval: {by: ['group:comms', ana]}}}",
			want: "3:38: nobody can say yes as group:empty: the configuration has nobody", config: config},
		{rule: "vacant-role", bad: "audiences: {public: {approval: {fallback: [mya], by: [maya, priya]}}}", fixed: "audiences: {public: {approval: {fallback: [ana], by: [maya, priya]}}}",
			want: "3:44: nobody can say yes as mya: the configuration has no person mya", config: config},
		{rule: "vacant-role", bad: "page: {wakes: {SEV1: [oncall, lawyers]}}", fixed: "page: {wakes: {SEV1: [oncall, legal]}}\nroles: {legal: {about: reads}}",
			want: "3:31: SEV1 wakes nobody for lawyers", config: config},

		{rule: "mute-approval", bad: "audiences: {public: {approval: {by: [maya], alone_after: ~}}}", fixed: "audiences: {public: {approval: {by: [priya, maya], alone_after: ~}}}",
			want: "3:37: while maya sleeps, or wrote the words, nobody can say yes to them; nobody else's"},
		{rule: "mute-approval", bad: "audiences: {public: {approval: {by: [maya, priya], need: 2, alone_after: ~}}}", fixed: "audiences: {public: {approval: {by: [maya, priya, sam], need: 2, alone_after: ~}}}",
			want: "3:37: words need 2 yeses, and there are 2 people (maya, priya): as soon as one of them sleeps"},
		{rule: "mute-approval", bad: "audiences: {public: {approval: {by: ['group:comms', maya], need: 4}}}", fixed: "audiences: {public: {approval: {by: ['group:comms', maya], need: 2}}}",
			want: "3:66: words need 4 yeses, and 3 can give one (maya, priya, sam)", config: config},
		{rule: "mute-approval", bad: "audiences: {public: {approval: {need: 3}}}", fixed: "audiences: {public: {approval: {need: 2, alone_after: 15m}}}",
			want: "3:39: words need 3 yeses, and 2 can give one (maya, omar)", config: approvers},

		{rule: "odd-approval", bad: "audiences: {public: {approval: {by: [maya, priya], fallback: [sam], fallback_after: ~}}}", fixed: "audiences: {public: {approval: {by: [maya, priya], fallback: [sam], fallback_after: 5m}}}",
			want: "3:62: the fallback is never asked: nothing says after how long"},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {by: [maya, priya], fallback_after: 6m}}}", fixed: "audiences: {public: {approval: {by: [maya, priya]}}}",
			want: "3:68: after 6m the same people are asked once more: there is no fallback"},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {fallback: [sam], alone_after: 4m}}}", fixed: "audiences: {public: {approval: {fallback: [sam], alone_after: 6m}}}",
			want: "3:63: the commander's yes is enough after 4m, and the fallback is asked only after 5m"},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {by: [maya, priya], fallback: [priya]}}}", fixed: "audiences: {public: {approval: {by: [maya, priya], fallback: [priya, 'role:commander']}}}",
			want: "3:62: the fallback is nobody but those who were asked already"},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {night: {from: 22h, to: 7h}}}}", fixed: `audiences: {public: {approval: {night: {from: "22:00", to: "07:00"}}}}`,
			want: "3:41: there is no night from \"22h\" to \"7h\""},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {need: -1}}}", fixed: "audiences: {public: {approval: {need: 1}}}", want: "3:39: words need -1 yeses, which is read as 1"},
		{rule: "odd-approval", bad: "audiences: {public: {approval: {by: [sam, priya]}}}", fixed: "audiences: {public: {approval: {by: ~}}}",
			want: "3:37: nobody is asked whom the playbook names", config: approvers},

		{rule: "uncovered-hours", bad: "audiences: {public: {approval: {by: [priya, maya], fallback: ['role:commander'], fallback_after: 20m, alone_after: 25m}}}",
			fixed: "audiences: {public: {approval: {by: [priya, maya], fallback: ['role:commander'], fallback_after: 5m}}}",
			want:  "3:98: the fallback is asked after 20m, and at SEV1 the first words are due after 15m"},
		{rule: "uncovered-hours", bad: "page: {wakes: {SEV1: [oncall]}}", fixed: "page: {wakes: ~}\nremind: [{at: -10m, who: channel}, {at: 30m, who: channel}]", want: "3:23: SEV1 wakes whoever is on call, and at no hour", config: nobody},

		{rule: "unknown-far-end", bad: step("to: pager"), fixed: step("to: twilio", "args: {address: '+14155550101'}"), want: "8:9: step “tell the boss” asks pager, which the configuration does not have", config: config},
		{rule: "unknown-far-end", bad: step("do: shout"), fixed: step("do: dm"), want: "9:9: step “tell the boss” asks slack for what it cannot do: slack does not know", config: config},
		{rule: "unknown-far-end", bad: "audiences: {public: {takes: {mastodon: [first]}}}", fixed: "audiences: {public: {takes: {twitter: [first]}}}", want: "3:40: it says which words mastodon takes", config: config},

		{rule: "too-long", bad: "words: {severity: {lines: ['{{.number}}', '{{.title}} is {{.severity}}']}}", fixed: "words: {severity: {lines: ['{{.number}}', '{{short 120 .title}} is {{.severity}}']}}",
			want: "3:43: 208 characters, and Slack takes 200: it is cut", config: strict},
		{rule: "too-long", bad: `audiences: {public: {words: {first: "Since {since} some people have problems with {what}, and with all that hangs on it, such as reports, or lists of what was sent and read, and the pages that show them to everybody."}}}`,
			fixed: `audiences: {public: {words: {first: "Since {since} some people have problems with {what}."}}}`, want: "3:37: 2", config: strict},
		{rule: "too-long", bad: step() + `  - {name: set the topic, args: {topic: "{{.number}} {{.title}}"}}`, fixed: step() + `  - {name: set the topic, args: {topic: "{{.number}} {{short 120 .title}}"}}`,
			want: "13:4", config: strict},

		{rule: "unknown-person", bad: step("args: {person: U0000BOSS}"), fixed: step("args: {person: U0000OMAR}"), want: "10:20: step “tell the boss” writes to U0000BOSS", config: config},
		{rule: "idle-schedule", bad: `schedules: [{name: weekly, cron: "0 9 * * MON", do: digest, to: mya}]`, fixed: `schedules: [{name: week, cron: "0 9 * * MON", do: digest, to: Maya}]`,
			want: "3:65: schedule “weekly” never comes: it is for mya, who is not among `people`", config: config},
		{rule: "idle-schedule", bad: `schedules: [{name: monthly, cron: "0 9 1 * *", zone: Europe/Berln, do: digest, to: "#eng"}]`, fixed: `schedules: [{name: month, cron: "0 9 1 * *", zone: Europe/Berlin, do: digest, to: "#eng"}]`,
			want: "3:54: schedule “monthly” never comes: \"Europe/Berln\" is not a time zone", config: config},
	}
}
