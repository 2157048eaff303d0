package ui

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations/sandbox/slack"
)

// scene is all that a place shows; each panel takes its part.
type scene struct {
	place
	Rail      []section
	Room      room
	Side      *room // the thread that is open
	Form      *form
	Bot       health
	Phone     phone
	Status    health
	Posts     []tweet
	Atlassian atlassian
	Inbox     []letter
	Faults    []fault
	Ends      []end
	Broken    map[string]bool // far ends with a fault armed
	Shadow    map[string]bool // far ends whose words reach nobody yet
	Process   *Process        // the bot's, where a show has it
	Guide     *guide
	Race      *race
	Clock     Clock
	AtHome    *home // the bot's App Home, when it is looked at
}

// section is a group of channels in the rail.
type section struct {
	Name  string
	Rooms []entry
}

type entry struct {
	Sign, Name, URL string
	Here            bool
	New             int
}

// room is a conversation, or a thread of it.
type room struct {
	Sign, Name, Topic, About string
	Posts                    []message
	Cut                      int // how many older ones are left out
	Pinned                   []message
	Archived                 bool
	Welcome                  string // the command that begins it all, where nothing was said yet
	Close                    string // where a thread is closed
	Home, Messages           string // the two tabs of the bot's own place
}

// message is one as somebody sees it.
type message struct {
	ID, TS, Channel string
	View            string // it is a view's content instead
	Day, At         string
	Who             face
	Line            template.HTML // a line of the workspace's own
	Text            template.HTML
	Blocks          []block
	Reactions       []reaction
	Follows         bool // the same person, just before
	OnlyYou, Pinned bool
	Edited          bool
	Replies         int
	Open            string // the thread's address; empty: it is one
	place           place
}

type reaction struct {
	Name  string
	Count int
}

// Form fields that a post's buttons carry.
func (p message) Handle() string { return p.place.Handle() }
func (p message) In() string     { return p.place.In }
func (p message) Thread() string { return p.place.Thread }

// most is how many messages of a conversation are drawn.
const most = 200

// look gathers what a place shows, from one look at each stand-in.
func (u *UI) look(at place) scene {
	chat := u.config.Slack.Snapshot()
	s := scene{place: at, Form: u.form(chat, at), Phone: u.phone(at), Posts: u.tweets(), Atlassian: u.atlassian(),
		Inbox: u.inbox(), Status: u.status.look()}
	s.Bot = s.Status
	s.Faults, s.Ends = u.faults()
	s.Broken = map[string]bool{}
	for _, e := range s.Ends {
		s.Broken[e.Name] = e.Broken
	}
	if stage := u.stage(at.Me); stage != nil {
		s.Shadow, s.Process, s.Race, s.Clock = stage.Shadow, &stage.Bot, stage.race(false), stage.Clock
		s.Guide = u.lead(at, stage, s.Faults)
	}
	ch, found := u.channel(chat, at)
	if at.AtHome() {
		s.AtHome = u.home(chat, at)
	}
	if found {
		s.Room = u.room(chat, ch, at, "")
		if at.Thread != "" {
			t := u.room(chat, ch, at, at.Thread)
			t.Close = at.Open("").URL()
			s.Side = &t
		}
		u.markRead(at, ch)
	} else {
		name, _, _ := strings.Cut(strings.TrimPrefix(at.In, "@"), "/")
		s.Room = room{Sign: "@", Name: name}
	}
	if name := s.Room.Name; s.Room.Sign == "@" && name == "drumbeat" {
		s.Room.Home, s.Room.Messages = at.To(appHome).URL(), at.To("@drumbeat").URL()
	}
	s.Rail = u.rail(chat, at, ch.ID)
	return s
}

// channel finds what a place names, if the person may see it.
func (u *UI) channel(chat slack.Ledger, at place) (slack.Channel, bool) {
	if name, ok := strings.CutPrefix(at.In, "@"); ok {
		other := name
		for _, p := range u.config.People {
			if p.handle() == name {
				other = p.ID
			}
		}
		if name == "drumbeat" {
			other = u.config.Bot
		}
		i := slices.IndexFunc(chat.Channels, func(c slack.Channel) bool {
			return c.Kind == "im" && slices.Contains(c.Members, at.Me.ID) && slices.Contains(c.Members, other) &&
				(other != at.Me.ID || len(c.Members) == 1)
		})
		if i < 0 {
			return slack.Channel{}, false
		}
		return chat.Channels[i], true
	}
	c, ok := chat.Channel(strings.TrimPrefix(at.In, "#"))
	if !ok || c.Kind != "public_channel" && !slices.Contains(c.Members, at.Me.ID) {
		return slack.Channel{}, false
	}
	return c, true
}

// rail lists what the person is in, and what they might look into.
func (u *UI) rail(chat slack.Ledger, at place, here string) []section {
	mine, others, direct, past := section{Name: "Channels"}, section{Name: "Other channels"}, section{Name: "Direct messages"}, section{Name: "Archived"}
	bot := false
	for _, c := range chat.Channels {
		in := slices.Contains(c.Members, at.Me.ID)
		e := entry{Name: c.Name, Sign: "#", URL: at.To(c.ID).URL(), Here: c.ID == here, New: u.unread(at, c)}
		switch {
		case c.Kind == "im" && in:
			other := u.face(otherOf(c, at.Me.ID))
			e.Name, e.Sign = other.Name, "@"
			if slices.Contains(c.Members, u.config.Bot) {
				bot, e.Here = true, e.Here || at.AtHome()
				if e.New == 0 || at.AtHome() {
					e.URL = at.To(appHome).URL()
				}
			}
			direct.Rooms = append(direct.Rooms, e)
		case c.Kind != "public_channel" && !in:
		case c.Archived:
			e.New = 0
			past.Rooms = append(past.Rooms, e)
		case in:
			if c.Kind != "public_channel" {
				e.Sign = "◆"
			}
			mine.Rooms = append(mine.Rooms, e)
		default:
			e.New = 0
			others.Rooms = append(others.Rooms, e)
		}
	}
	if !bot {
		direct.Rooms = append(direct.Rooms, entry{Sign: "@", Name: "drumbeat", URL: at.To(appHome).URL(), Here: at.In == "@drumbeat" || at.AtHome()})
	}
	return slices.DeleteFunc([]section{mine, others, direct, past}, func(s section) bool { return len(s.Rooms) == 0 })
}

func otherOf(c slack.Channel, me string) string {
	for _, m := range c.Members {
		if m != me {
			return m
		}
	}
	return me
}

func (u *UI) unread(at place, c slack.Channel) (n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, m := range c.Messages {
		if m.Subtype == "" && m.User != at.Me.ID && m.TS > u.read[at.Me.ID+c.ID] {
			n++
		}
	}
	return n
}

func (u *UI) markRead(at place, c slack.Channel) {
	if len(c.Messages) == 0 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.read[at.Me.ID+c.ID] = c.Messages[len(c.Messages)-1].TS
}

// room draws a conversation for the person, or one thread of it.
func (u *UI) room(chat slack.Ledger, c slack.Channel, at place, thread string) room {
	r := room{Sign: "#", Name: c.Name, Topic: entities.Replace(c.Topic), Archived: c.Archived}
	switch c.Kind {
	case "im":
		other := u.face(otherOf(c, at.Me.ID))
		r.Sign, r.Name, r.About = "@", other.Name, other.Part
	default:
		r.About = plural(len(c.Members), "member")
		if c.Kind != "public_channel" {
			r.Sign, r.About = "◆", "private · "+r.About
		}
	}
	messages := u.visible(chat, c, at)
	if n := len(messages) - most; n > 0 && thread == "" {
		messages, r.Cut = messages[n:], n
	}
	var last message
	for _, m := range messages {
		in := m.ThreadTS == thread || m.TS == thread
		if thread == "" {
			in = m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast
		}
		if !in {
			continue
		}
		p := u.message(m, c, at, thread)
		day := p.Day
		if day == last.Day {
			p.Day = ""
		}
		p.Follows = p.Day == "" && p.Line == "" && last.Line == "" && p.Who == last.Who && !p.OnlyYou && !last.OnlyYou && p.At == last.At && !last.Pinned
		if p.Pinned && thread == "" {
			top := p
			top.ID = "p" + p.ID
			r.Pinned = append(r.Pinned, top)
		}
		r.Posts = append(r.Posts, p)
		last = p
		last.Day = day
	}
	if len(r.Posts) == 0 && c.Name == u.config.Home {
		r.Welcome = u.opening()
	}
	return r
}

// seen is a message, or an answer that this person alone sees.
type seen struct {
	slack.Message
	onlyYou, pinned bool
	replies         int
}

// visible gives what the person sees in a channel, in order.
func (u *UI) visible(chat slack.Ledger, c slack.Channel, at place) []seen {
	replies := map[string]int{}
	for _, m := range c.Messages {
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			replies[m.ThreadTS]++
		}
	}
	var all []seen
	for _, m := range c.Messages {
		all = append(all, seen{m, false, slices.Contains(c.Pins, m.TS), replies[m.TS]})
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, e := range chat.Ephemerals[at.Me.ID] {
		if e.Channel == c.ID && !u.hidden[at.Me.ID+e.TS] {
			all = append(all, seen{e.Message, true, false, 0})
		}
	}
	slices.SortStableFunc(all, func(a, b seen) int { return cmp.Compare(a.TS, b.TS) })
	return all
}

func (u *UI) message(m seen, c slack.Channel, at place, thread string) message {
	when := u.time(m.TS)
	p := message{ID: "m" + strings.ReplaceAll(m.TS, ".", "-"), TS: m.TS, Channel: c.ID, place: at, Day: when.Format("Monday 2 January"), At: when.Format("15:04"), Who: u.face(m.User),
		OnlyYou: m.onlyYou, Pinned: m.pinned, Edited: m.Edited > 0, Replies: m.replies}
	if thread != "" {
		p.ID = "t" + p.ID
	} else if !m.onlyYou {
		p.Open = at.Open(cmp.Or(m.ThreadTS, m.TS)).URL()
	}
	if m.Subtype != "" && m.Subtype != "thread_broadcast" && m.Subtype != "bot_message" {
		p.Line = u.mrkdwn(m.Text, at)
		return p
	}
	if m.Blocks != nil {
		p.Blocks = u.blocks(m.Blocks, at)
	} else {
		p.Text = u.mrkdwn(m.Text, at)
	}
	for _, r := range m.Reactions {
		p.Reactions = append(p.Reactions, reaction{r.Name, max(r.Count, len(r.Users))})
	}
	return p
}

// time reads a ts in the team's zone.
func (u *UI) time(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	n, _ := strconv.ParseInt(seconds, 10, 64) // a ts is always a number
	return time.Unix(n, 0).In(u.config.Zone)
}

// title is what the browser's tab reads.
func (u *UI) title(at place) string {
	name := at.In
	if c, ok := u.config.Slack.Snapshot().Channel(at.In); ok && c.Name != "" {
		name = "#" + c.Name
	}
	return name + " · " + at.Me.Name + " · Drumbeat sandbox"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
