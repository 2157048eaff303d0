package ui

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"net/url"
	"slices"
	"strings"
)

// place is who one is and what one looks at.
type place struct {
	Me     Person
	In     string // a channel's ID or name, or "@name"
	Thread string // ts; empty: none is open
}

// appHome is where the bot's App Home is.
const appHome = "@drumbeat/home"

// AtHome tells that the bot's App Home is what one looks at.
func (p place) AtHome() bool { return p.In == appHome }

// placeOf reads a place; what is not known becomes what one sees at first.
func (u *UI) placeOf(q url.Values) place {
	at := place{Me: u.first(), In: q.Get("in"), Thread: q.Get("thread")}
	if at.In == "" && u.config.Show != nil { // what it leads to
		at.In = u.incident()
	}
	at.In = cmp.Or(at.In, u.config.Home)
	for _, p := range u.config.People {
		if p.handle() == q.Get("as") {
			at.Me = p
		}
	}
	if _, ok := u.channel(u.config.Slack.Snapshot(), at); !ok && !strings.HasPrefix(at.In, "@") {
		at.In, at.Thread = u.config.Home, ""
	}
	return at
}

func (p Person) handle() string { return strings.ToLower(p.Name) }

// URL is the address of the place.
func (p place) URL() string { return "/?" + p.Query() }

// Query is the place as a query.
func (p place) Query() string {
	q := url.Values{"as": {p.Me.handle()}, "in": {p.In}}
	if p.Thread != "" {
		q.Set("thread", p.Thread)
	}
	return q.Encode()
}

// As, To and Open lead to other places: another person, channel or thread.
func (p place) As(who Person) place      { p.Me = who; return p }
func (p place) To(channel string) place  { return place{Me: p.Me, In: channel} }
func (p place) Open(thread string) place { p.Thread = thread; return p }

// Handle is the person's name in an address.
func (p place) Handle() string { return p.Me.handle() }

// document is what page.html is drawn from.
type document struct {
	place
	Panels   map[string]template.HTML
	Have     string // the panels' digest
	Notice   string
	Version  string
	People   []face
	Commands []command
	Command  string
	Zone     string
	Title    string
	App      string
	Story    []step
	Say      string // stands in the box
	Show     bool   // something leads through the town
	Clock    Clock
}

// face is somebody as they are shown.
type face struct {
	Name, Initial, Part string
	Hue                 int // of the avatar; 0 is the bot
	Here                bool
	URL                 string
}

func (u *UI) people(at place) []face {
	var all []face
	for _, p := range u.config.People {
		f := u.face(p.ID)
		f.Here, f.URL = p.ID == at.Me.ID, at.As(p).URL()
		all = append(all, f)
	}
	return all
}

// face finds somebody by ID.
func (u *UI) face(id string) face {
	i := slices.IndexFunc(u.config.People, func(p Person) bool { return p.ID == id })
	switch {
	case i >= 0:
		p := u.config.People[i]
		return face{Name: p.Name, Initial: p.Name[:1], Part: p.Part, Hue: i%6 + 1}
	case id == u.config.Bot:
		return face{Name: "drumbeat", Initial: "d", Part: "app"}
	}
	return face{Name: id, Initial: "?"}
}

// command is one that the box completes.
type command struct{ Word, Rest, What string }

// The commands in the order in which one needs them.
var commands = []command{
	{"declare", "[sev1] what is wrong", "begins an incident at once"},
	{"report", "what a customer says", "is it known, and what to say"},
	{"update", "what you know", "tells the responders"},
	{"update public", "words", "proposes words for customers"},
	{"update stakeholders", "words", "tells the rest of the house"},
	{"approve", "[number]", "lets proposed words go to customers"},
	{"reject", "[number] [why]", "sends proposed words back"},
	{"page", "[@who] [why]", "wakes whoever is on call, or somebody"},
	{"ack", "", "I'm on it"},
	{"decline", "", "I can't: page the next one"},
	{"escalate", "", "pages the next rung"},
	{"severity", "sev2 [why]", "says how bad it is"},
	{"lead", "[@who]", "takes or hands over command"},
	{"comms", "[@who]", "who writes to customers"},
	{"identified", "[note]", "we know the cause"},
	{"monitoring", "[note]", "a fix is in place; we watch"},
	{"resolve", "[words for customers]", "customers are well again"},
	{"close", "", "the work is over"},
	{"cancel", "[false alarm]", "it was none"},
	{"sent", "", "what went out, and what came of it"},
	{"hold", "[all] [why]", "stops words to customers at once"},
	{"release", "[all]", "lets held words go"},
	{"note", "[at 06:45] text", "a line for the timeline"},
	{"task add", "what", "things to do"},
	{"change start", "what [service] [high risk]", "records a change to production"},
	{"list", "", "what is open"},
	{"help", "[word|all]", "what fits now"},
}

// step is one of a story that can be played: its address is the person and the
// place with the line in the box.
type step struct {
	Who            face
	Line, Why, URL string
}

// opening is the command that begins the story.
func (u *UI) opening() string {
	return u.config.Command + " declare sev1 people cannot save Mail view"
}

// story goes on in the newest channel of an incident.
func (u *UI) story(at place) []step {
	room := u.incident()
	if room == "" {
		room = at.In
	}
	first, second := u.config.People[0], u.config.People[min(1, len(u.config.People)-1)]
	var steps []step
	add := func(who Person, in, line, why string) {
		to := place{Me: who, In: in}
		steps = append(steps, step{u.face(who.ID), line, why, to.URL() + "&say=" + url.QueryEscape(line)})
	}
	c := u.config.Command
	add(first, u.config.Home, u.opening(), "A channel opens, and whoever is on call is paged.")
	add(first, room, c+" ack", "The page stops; the brief says who has it.")
	add(first, room, c+" update public Saving mail fails for some people. What you have written is kept.", "Proposed: nothing is public yet.")
	add(second, room, c+" approve", "Only somebody else can say yes. Now look at the right.")
	add(second, room, c+" resolve Mail can be saved again.", "The last words are proposed.")
	add(first, room, c+" approve", "Customers read that it is over.")
	return steps
}

// panelNames are the templates that are drawn again and again, in the order of
// their sending.
var panelNames = []string{"rail", "room", "thread", "form", "bot", "phone", "status", "posts", "atlassian", "inbox", "faults", "pace", "race", "guide"}

// panels draws all panels of a place.
func (u *UI) panels(at place) (map[string]template.HTML, error) {
	return draw(panelNames, u.look(at))
}

// draw runs the templates of these names.
func draw(names []string, from any) (map[string]template.HTML, error) {
	drawn := map[string]template.HTML{}
	for _, name := range names {
		var out strings.Builder
		if err := templates.ExecuteTemplate(&out, name, from); err != nil {
			return nil, err
		}
		drawn[name] = template.HTML(strings.TrimSpace(out.String()))
	}
	return drawn, nil
}

func sum(names []string, panels map[string]template.HTML) string {
	h := sha256.New()
	for _, name := range names {
		h.Write([]byte(panels[name]))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
