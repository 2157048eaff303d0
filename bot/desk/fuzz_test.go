package desk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"drumbeat/bot/desk"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// FuzzHandle says any line at any place: there is always an answer, never a
// panic, and text stays text.
func FuzzHandle(f *testing.F) {
	for _, line := range []string{"", " ", "declare sev1 *bold* <!here> `code` <script> & 🔥\n\nsecond line", "declare " + strings.Repeat("ä", 10_000),
		"note " + strings.Repeat("x y ", 2_500), "note declare sev1 x", "note #1\nack #1", "update public\tpublic\tx", "merge main/incident/1", "merge a/b #1",
		"page <@U1|a> <@>", "page @", "mute \"\" 2h because", "mute a/b 2h because x", "change start \"unended", "change done ch-00000000001", "task done 99999999999999999999",
		"approve 99999999999 sure", "since 99:99", "note at 24:00 x", "show #999999999", "severity \x00", "\xff\xfe", "help help", "#42", "INC-1", "correct 1 #1", "live page page"} {
		f.Add(line, false, "C1")
	}
	for _, w := range desk.Words() {
		f.Add(w.Name+" #1 x", true, "C9")
	}
	l := newLab(f, company())
	l.say("sam", "declare sev3 exports are late")
	l.room("1", "C1")
	f.Fuzz(func(t *testing.T, line string, canOpen bool, channel string) {
		r, err := l.ask(integrations.Request{By: stream.Actor{ID: "sam"}, Line: line, CanOpen: canOpen, Channel: channel})
		if err != nil {
			t.Fatalf("%q: not accepted: %v\n%s", line, err, l.log.String())
		}
		if r.Words.Plain() == "" && r.Open == nil {
			t.Errorf("%q: no answer", line)
		}
		if text := r.Words.Plain(); !utf8.ValidString(text) || strings.Contains(text, "%!") || strings.Contains(text, "<no value>") {
			t.Errorf("%q: the answer is damaged: %q", line, text)
		}
		for _, b := range r.Words.Buttons {
			if len(b.Command) > 2000 {
				t.Errorf("%q: a button of %d bytes", line, len(b.Command))
			}
		}
	})
}

// FuzzText takes any text through the commands that hold text: it is recorded
// as it was written, and nothing else happens.
func FuzzText(f *testing.F) {
	for _, text := range []string{"ack", "declare sev1 x", "a\nb", "at 13:20", "public x", "#1 x", "<@U0MAYA0001> 🔥", "approve 1 sure", "all", "“x” & <y>"} {
		f.Add(text)
	}
	l := newLab(f, company())
	l.say("sam", "declare sev3 exports are late")
	f.Fuzz(func(t *testing.T, text string) {
		l.t = t
		before := len(l.state("1").Updates)
		r, err := l.ask(integrations.Request{By: stream.Actor{ID: "sam"}, Form: "update", Line: "update internal #1",
			Values: map[string]string{"audience": "internal", "text": text}})
		if err != nil {
			t.Fatal(err)
		}
		after := l.state("1").Updates
		if r.Refused || len(after) == before {
			return
		}
		u := after[len(after)-1]
		if len(after) != before+1 || u.Audience != incident.Internal || u.Text != strings.TrimSpace(strings.ToValidUTF8(text, "�")) {
			t.Errorf("%q became %d updates, the last for %s: %q", text, len(after)-before, u.Audience, u.Text)
		}
	})
}
