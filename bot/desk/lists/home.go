// Package lists draws what people ask to see: the page of who opens the bot (what
// waits for him now, what is open, what was changed, what ended lately), the
// delivery board, the changes.
package lists

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// How many of each are shown at most, so that a page of them stays within what
// a face can draw (Slack: 100 blocks).
const (
	mostYours   = 10
	mostOpen    = 15
	mostChanges = 5
	mostClosed  = 5
)

// Watch is how long after its end a change is looked at first when something
// breaks.
const Watch = 12 * time.Hour

// Lately is how long an incident that is over stays on the page.
const Lately = 7 * 24 * time.Hour

// Home is what the page is drawn from that a person sees who opens the bot. It is
// given only what the person may know of.
type Home struct {
	Me     stream.Actor
	At     time.Time
	Zone   *time.Location
	Cmd    string           // the slash command
	Open   []incident.State // the newest first, as the next two
	Over   []incident.State // ended lately
	Change []stream.Summary // begun lately
}

// Draw gives the page in parts, for a face that has a page, and as one message.
// A part with a title alone is a heading.
func (v Home) Draw() integrations.Reply {
	yours := v.yours()
	open := v.open()
	parts := []*stream.Message{v.head(len(yours), len(open))}
	parts = append(parts, under("For you now", most(yours, mostYours, v.Cmd+" list"))...)
	parts = append(parts, under("Open", most(open, mostOpen, v.Cmd+" list"))...)
	parts = append(parts, under("Changes to look at first", lines(v.changes(), mostChanges, v.Cmd+" changes"))...)
	parts = append(parts, under("Recently over", lines(v.over(), mostClosed, ""))...)
	return integrations.Reply{Words: plain(parts), Parts: parts}
}

// again is the command that draws the page anew.
const again = "home"

func (v Home) head(yours, open int) *stream.Message {
	m := &stream.Message{Footer: "As of " + v.clock(v.At), Buttons: []stream.Button{
		{Text: "Declare an incident", Command: "declare"}, {Text: "Refresh", Command: again}}}
	said := "Nothing is open, and nothing waits for you."
	switch {
	case yours > 0:
		said = count(open, "incident is open", "incidents are open") + "; " + count(yours, "thing waits", "things wait") + " for you."
	case open > 0:
		said = count(open, "incident is open", "incidents are open") + ". Nothing waits for you."
	default:
		m.Buttons[0].Style = "primary"
	}
	m.Paragraphs = []string{said}
	return m
}

func count(n int, one, many string) string {
	switch n {
	case 0:
		return "No " + one
	case 1:
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// open tells of each incident in two lines, with the way to it.
func (v Home) open() []*stream.Message {
	var out []*stream.Message
	for _, s := range v.Open {
		about := []string{"since " + v.when(s.Since), cmp.Or(s.Commander().String(), "nobody") + " leads"}
		if p := s.Promise(incident.Public); p != nil {
			about = append(about, "next words "+v.when(p.Due))
		}
		if s.Held {
			about = append(about, "words on hold")
		}
		if s.Private {
			about = append(about, "private")
		}
		way := stream.Button{Text: "Show", Command: "show #" + s.ID.Name}
		if s.Room.Link != "" {
			way = stream.Button{Text: "Open", URL: s.Room.Link}
		}
		out = append(out, &stream.Message{Title: fmt.Sprintf("%s %s %s – %s", s.Number, s.Severity, s.Phase, short(s.Title, 100)),
			Paragraphs: []string{strings.Join(about, " · ")}, Buttons: []stream.Button{way}})
	}
	return out
}

func (v Home) over() []string {
	var out []string
	for _, s := range v.Over {
		out = append(out, fmt.Sprintf("%s %s %s %s – %s", s.Number, s.Severity, s.Phase, v.when(s.Ended), short(s.Title, 80)))
	}
	return out
}

// cards are the changes that run, or ended so lately that they are watched.
func (v Home) cards() []change.Card {
	var out []change.Card
	for _, sum := range v.Change {
		var c change.Card
		if json.Unmarshal(sum.Data, &c) == nil && (c.Ended.IsZero() || v.At.Sub(c.Ended) < Watch) {
			out = append(out, c)
		}
	}
	return out
}

func (v Home) changes() []string {
	var out []string
	for _, c := range v.cards() {
		parts := []string{fmt.Sprintf("%s “%s”", c.Number, short(c.Facts.What, 80)), c.Facts.Service, risk(c)}
		if c.Facts.Unrecorded {
			parts = append(parts, "uncommitted files")
		}
		if c.Exit != 0 {
			parts = append(parts, "failed")
		}
		if author := c.Facts.Author.String(); author != "" {
			parts = append(parts, "by "+author)
		}
		out = append(out, strings.Join(given(append(parts, v.until(c))), " · "))
	}
	return out
}

func (v Home) until(c change.Card) string {
	if c.Ended.IsZero() {
		return "runs since " + v.when(c.Started)
	}
	return "ended " + v.when(c.Ended) + ", watched until " + v.when(c.Ended.Add(Watch))
}

func (v Home) clock(t time.Time) string { return t.In(v.Zone).Format("15:04") }

// when is a time as it is understood now: with its day, if that is another.
func (v Home) when(t time.Time) string {
	if t.In(v.Zone).Format(time.DateOnly) == v.At.In(v.Zone).Format(time.DateOnly) {
		return v.clock(t)
	}
	return t.In(v.Zone).Format("2 Jan 15:04")
}

// under puts parts under a heading; nothing under none.
func under(title string, parts []*stream.Message) []*stream.Message {
	if len(parts) == 0 {
		return nil
	}
	return append([]*stream.Message{{Title: title}}, parts...)
}

// most keeps n parts and says how to see the rest.
func most(parts []*stream.Message, n int, all string) []*stream.Message {
	if len(parts) <= n {
		return parts
	}
	return append(slices.Clip(parts[:n]), stream.Say(fmt.Sprintf("… and %d more: `%s`", len(parts)-n, all)))
}

// lines makes one part of at most n lines; all, when it is not empty, is the
// command that shows the rest.
func lines(texts []string, n int, all string) []*stream.Message {
	if len(texts) == 0 {
		return nil
	}
	shown := slices.Clip(texts[:min(len(texts), n)])
	if more := len(texts) - len(shown); more > 0 && all != "" {
		shown = append(shown, fmt.Sprintf("… and %d more: `%s`", more, all))
	}
	return []*stream.Message{stream.Say(strings.Join(shown, "\n"))}
}

// plain is the page as one message; a link stands at the end of its line.
func plain(parts []*stream.Message) *stream.Message {
	out := &stream.Message{}
	for _, p := range parts {
		text := p.Plain()
		for _, b := range p.Buttons {
			if b.URL != "" {
				text += " · " + b.URL
				continue
			}
			if b.Command != again {
				out.Buttons = append(out.Buttons, b)
			}
		}
		out.Paragraphs = append(out.Paragraphs, text)
	}
	return out
}

// short keeps n characters of one line.
func short(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}
