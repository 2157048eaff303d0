package lint_test

import (
	"strings"

	"drumbeat/playbooks/lint"
	"drumbeat/playbooks/simulate"
)

// harbor is a configuration in which nothing is missing.
func harbor() *lint.Config {
	return &lint.Config{Company: simulate.Sample(), FarEnds: []string{"email", "page", "pagerduty", "slack", "twilio", "twitter"}}
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
	return []twin{
		{rule: "load", bad: "steps: 7", fixed: "steps: []", want: "3:8: "},

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

		{rule: "unapproved-words", bad: step("to: twitter"), fixed: step("to: slack"),
			want: "8:9: step “tell the boss” lets customers read words that nobody approved: they go to twitter"},
		{rule: "unapproved-words", bad: "steps: [{name: announce, to: page}]", fixed: "steps: [{name: announce, args: {channel: outages}}]",
			want: "3:30: step “announce” lets customers read"},
		{rule: "unapproved-words", bad: step("on: [proposed]", "to: twitter", "do: publish", "words: as-written", "public: true"),
			fixed: step("on: [published]", "each: publications", "to: twitter", "do: publish", "words: as-written", "public: true"),
			want:  "13:13: step “tell the boss” publishes words before"},

		{rule: "missed-promise", bad: "audiences: {public: {first: {SEV1: 3m}, confirmed: {SEV1: 1m}}}", fixed: "audiences: {public: {first: {SEV1: 10m}}}",
			want: "3:36: at SEV1 the words for customers that are due"},
		{rule: "missed-promise", bad: "remind: [{at: -2m, who: comms}]", fixed: "remind: [{at: -6m, who: comms}]",
			want: "2:10: at SEV1 the words for customers that are due"},
		{rule: "missed-promise", bad: "audiences: {stakeholders: {every: {SEV1: 3m}}}\nbudget: ~", fixed: "audiences: {stakeholders: {every: {SEV1: 20m}}}",
			want: "3:42: at SEV1 the words for stakeholders that are due"},

		{rule: "over-budget", bad: "budget: {SEV1: {channel: 1}}", fixed: "budget: {SEV1: {channel: 5}}",
			want: "3:17: at SEV1 #inc-42-people-cannot-save gets "},
		{rule: "over-budget", bad: step("on: [delivered]", "when: ~"), fixed: step("on: [delivered]", "quiet: true", "do: edit", "args: {channel: '{{.channel}}', ts: '{{.room.Brief}}'}", "slot: boss"),
			want: "2:10: at SEV1 Omar gets "},
	}
}
