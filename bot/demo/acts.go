package demo

import (
	"cmp"
	"fmt"
	"slices"

	"drumbeat/incident/score"
	"drumbeat/integrations/sandbox/ui"
)

// acts are the five, as far as the visitor has come. A step is done when its
// effect is seen, whoever brought it about.
func (s *show) acts() []ui.Act {
	acts := []ui.Act{s.ring(), s.line(), s.embarrass(), s.breakIt(), s.end()}
	for i := range acts {
		a := &acts[i]
		a.Done = !slices.ContainsFunc(a.Steps, func(x ui.Step) bool { return !x.Done })
		if next := slices.IndexFunc(a.Steps, func(x ui.Step) bool { return !x.Done }); next >= 0 {
			a.Steps[next].Main = true
		}
		if a.Done && i > 0 && i+1 < len(acts) {
			a.Steps = append(a.Steps, ui.Step{Text: "Next: " + acts[i+1].Name, Do: "act", Value: fmt.Sprint(i + 1), Main: true})
		}
	}
	return acts
}

func (s *show) ring() ui.Act {
	words := "Nobody is awake, so nothing was posted and no channel is open. One person's phone rings; when nobody answers, the next one does."
	if s.seen.answered {
		words = s.seen.by.Name + " has it, and commands until somebody else does. Whoever else was woken has been told to sleep on."
	}
	return ui.Act{Name: s.Really.Began.Format("15:04"), Title: "A phone rings", Words: []string{words},
		Steps: []ui.Step{{Text: "Somebody answers", Done: s.seen.answered}}}
}

func (s *show) line() ui.Act {
	x := s.seen.score
	look, customers := "", "Customers know nothing yet: their clock runs."
	if x != nil && len(x.Suspects) > 0 {
		look = fmt.Sprintf(" It says where to look first: “%s”, by %s, who is asked by SMS.", x.Suspects[0].What, x.Suspects[0].Author)
	}
	if x != nil && x.FirstPublic != nil {
		customers = "Customers know: their clock has stopped. That morning it ran for " + long(s.race().Then) + "."
	}
	return ui.Act{Name: "One line", Title: "One typed line, and everything moves",
		Words: []string{"The answer opened a channel with a brief that stays current." + look, customers},
		Steps: []ui.Step{
			s.types("Customers notice", s.seen.by, "confirm", "The words for them are drafted, and due.", x != nil && x.Confirmed != nil),
			s.types("Tell them", s.seen.by, "approve", "One yes, and they are on the status page. Or press it in the chat.", x != nil && x.FirstPublic != nil),
			{Text: "One line of your own", Line: "/incident declare sev1 nobody can sign in", As: s.other().Name, In: "incidents", Done: s.seen.second,
				Why: "A channel, its brief, a phone, words for customers: watch, and read the times."},
			s.types("It was only to see", s.seen.by, "cancel #2 it was only to see it move", "Whoever was woken is told to sleep on.", s.seen.second && s.watch.typed("cancel", "#2"))}}
}

func (s *show) embarrass() ui.Act {
	author := "the intern"
	if x := s.seen.score; x != nil && len(x.Suspects) > 0 {
		author = cmp.Or(x.Suspects[0].Author, author)
	}
	worst := fmt.Sprintf("update public db-7 is dead because of %s's stupid migration lol, fixed in 10 minutes", author)
	other := s.other()
	return ui.Act{Name: "Embarrass us", Title: "Try to embarrass us",
		Words: []string{"Write the worst that a company ever told its customers. What must not leave is marked, with the reason, and one tap takes the clean wording.",
			"X, Statuspage and mail are in SHADOW: the team sees what would be said, in #drumbeat-shadow, until an operator goes live."},
		Steps: []ui.Step{
			s.types("The worst", s.seen.by, worst, "Or something worse of your own. Nothing leaves by a word alone.", s.watch.typed("update public")),
			s.types("The clean wording", other, "approve", fmt.Sprintf("Tap it in the chat. Then somebody else says yes: be %s.", other.Name), s.published(func(w score.Words) bool { return w.Author != playbook })),
			s.types("Go live on X", citizens(s.Scenario)[0], "live x", "The badge goes. From the next words on, X gets them too.", s.seen.modes["twitter"] == "live")}}
}

// playbook is the author of words that no person wrote.
const playbook = "the playbook"

func (s *show) breakIt() ui.Act {
	bot, other, x := s.bot.look(), s.other(), s.seen.score
	newer := func(w score.Words) bool { return s.broke >= 0 && w.N > s.broke }
	return ui.Act{Name: "Break it", Title: "Break it", Switches: true,
		Words: []string{"Chat and X go down in the middle of it, and then Drumbeat itself is killed, with SIGKILL, while it has words in its hands. Nothing that was accepted is lost, and no customer reads a word twice."},
		Steps: []ui.Step{
			{Text: "Break chat and X", Why: "Both answer 503 from now on.", Do: "break", Value: "slack x", Done: s.broke >= 0},
			s.types("Ring somebody", s.seen.by, "page @"+s.handle(other)+" chat is down, please help", "The phone rings all the same.", s.broke >= 0 && s.rangSince(other, s.brokeAt)),
			s.types("The cause is found", s.seen.by, "identified one query loads far more than it should", "Customers still read “investigating”.", x != nil && x.Identified != nil),
			s.types("Words for customers", s.seen.by, "update public We have found what slows us down and are preparing a fix. At times there are still problems"+s.with()+".", "In the middle of it.", s.wrote(newer)),
			s.types("Somebody says yes", other, "approve", "The status page has them at once; X waits.", s.published(newer)),
			{Text: "Kill Drumbeat", Why: fmt.Sprintf("SIGKILL to process %d.", bot.PID), Do: "kill", Done: bot.Killed > 0},
			{Text: "Start it again", Why: "The same store, nothing else.", Do: "start", Done: bot.Killed > 0 && bot.Alive},
			{Text: "Mend chat and X", Why: "What waited goes, in order; half a minute later, when what was in doubt may be asked for.", Do: "mend", Value: "slack x", Done: s.mended},
			s.types("The board", s.seen.by, "sent", "Each word, once, with its receipts.", s.watch.typed("sent"))}}
}

func (s *show) end() ui.Act {
	x := s.seen.score
	return ui.Act{Name: "The score", Title: "The score", Done: x != nil && x.Resolved != nil,
		Words: []string{"What it came to, from the bot's own log, beside what really happened."},
		Steps: []ui.Step{s.types("It is over", s.seen.by, "resolve This is fixed. We are sorry; what happened and what we change follows.", "Then somebody else says yes, once more.", x != nil && x.Resolved != nil),
			s.types("Somebody says yes", s.other(), "approve", "Customers read that it is over.", s.published(func(w score.Words) bool { return w.Kind == "resolved" }))}}
}

// types is a step that is a line in the incident's channel.
func (s *show) types(text string, who ui.Person, line, why string, done bool) ui.Step {
	return ui.Step{Text: text, Line: "/incident " + line, Why: why, As: who.Name, In: s.seen.room, Done: done}
}

// other is somebody who may approve and is not the one who answered: of the
// approvers first, then of those on call, then anybody.
func (s *show) other() ui.Person {
	handles := slices.Clone(s.Approvers)
	for _, rung := range s.OnCall {
		handles = append(handles, rung.People...)
	}
	for _, m := range s.People {
		handles = append(handles, m.Handle)
	}
	i := slices.IndexFunc(handles, func(h string) bool { return s.named(h) != s.seen.by.Name })
	return s.citizen(s.named(handles[max(0, i)]))
}

// wrote reports whether there are such words for customers, published whether
// customers got some.
func (s *show) wrote(is func(score.Words) bool) bool {
	x := s.seen.score
	return x != nil && slices.ContainsFunc(x.Words, is)
}

func (s *show) published(is func(score.Words) bool) bool {
	return s.wrote(func(w score.Words) bool { return w.Published != nil && is(w) })
}

// with is what customers have problems with, as the scenario calls it.
func (s *show) with() string {
	if len(s.Components) == 0 {
		return ""
	}
	return " with " + s.Components[0].Words
}

// newest is the number of the newest words, 0 before any.
func (s *show) newest() (n int) {
	if x := s.seen.score; x != nil && len(x.Words) > 0 {
		n = x.Words[len(x.Words)-1].N
	}
	return n
}
