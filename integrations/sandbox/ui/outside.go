package ui

import (
	"encoding/json"
	"encoding/xml"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations/sandbox/statuspage"
)

// phone is what one person's phone shows, newest last.
type phone struct {
	place
	Number string
	Texts  []sms
	Pages  []pagerAlert
	Else   []string // who else was rung
}

// sms is a text message or a call.
type sms struct {
	Mine   bool
	Text   template.HTML
	At     string
	Call   string // the SID of a call that takes keys
	Spoken bool
	Digits string
	moment time.Time
}

type pagerAlert struct{ Summary, Status, State, Severity, Source string }

func (u *UI) phone(at place) phone {
	p := phone{place: at, Number: at.Me.Phone}
	names := map[string]string{}
	for _, other := range u.config.People {
		names[other.Phone] = other.Name
	}
	rung := map[string]bool{}
	for _, m := range u.config.Twilio.Messages() {
		switch {
		case m.From == at.Me.Phone && m.Direction == "inbound", m.To == at.Me.Phone && m.Direction != "inbound":
			p.Texts = append(p.Texts, sms{Mine: m.Direction == "inbound", Text: linked(m.Body), At: u.clock(m.At), moment: m.At})
		case m.Direction != "inbound":
			rung[names[m.To]] = true
		}
	}
	for _, c := range u.config.Twilio.Calls() {
		if c.To != at.Me.Phone {
			rung[names[c.To]] = true
			continue
		}
		words, keys := spoken(c.TwiML)
		s := sms{Text: linked(words), At: u.clock(c.At), Spoken: true, Digits: strings.Join(c.Digits, ", "), moment: c.At}
		if keys {
			s.Call = c.SID
		}
		p.Texts = append(p.Texts, s)
	}
	slices.SortStableFunc(p.Texts, func(a, b sms) int { return a.moment.Compare(b.moment) })
	for _, a := range slices.Backward(u.config.PagerDuty.Alerts()) {
		// The bot pages one person with each key, which ends with their name.
		if who := a.Key[strings.LastIndexByte(a.Key, '/')+1:]; who != at.Me.handle() && u.knows(who) {
			continue
		}
		p.Pages = append(p.Pages, pagerAlert{a.Summary, a.Status, words(a.Status), a.Severity, a.Source})
	}
	for _, other := range u.config.People {
		if rung[other.Name] && other.ID != at.Me.ID {
			p.Else = append(p.Else, other.Name)
		}
	}
	return p
}

func (u *UI) knows(handle string) bool {
	return slices.ContainsFunc(u.config.People, func(p Person) bool { return p.handle() == handle })
}

// spoken gives the words of a call's TwiML, and whether it waits for keys.
func spoken(document string) (words string, keys bool) {
	d := xml.NewDecoder(strings.NewReader(document))
	var said []string
	for {
		token, err := d.Token()
		if err != nil {
			return strings.Join(said, " "), keys
		}
		switch t := token.(type) {
		case xml.StartElement:
			keys = keys || t.Name.Local == "Gather"
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" {
				said = append(said, text)
			}
		}
	}
}

func (u *UI) clock(at time.Time) string { return at.In(u.config.Zone).Format("15:04") }

// tweet is a post of the company's account, newest first.
type tweet struct {
	Author, At string
	Text       template.HTML
	Reply      bool
	Deleted    bool
}

func (u *UI) tweets() []tweet {
	var all []tweet
	for _, p := range slices.Backward(u.config.X.Posts()) {
		all = append(all, tweet{p.Author, u.clock(p.At), linked(p.Text), p.ReplyTo != "", p.Deleted})
	}
	return all
}

// letter is a mail, newest first.
type letter struct {
	ID, To, Subject, At string
	Text                template.HTML
	Customers           bool
}

func (u *UI) inbox() []letter {
	var all []letter
	for i, m := range slices.Backward(u.config.Mail.Messages()) {
		to := strings.Join(m.To, ", ")
		all = append(all, letter{"mail-" + strconv.Itoa(i), to, m.Subject, u.clock(m.At), linked(strings.TrimSpace(m.Text)), strings.Contains(to, "customers@")})
	}
	return all
}

// atlassian is the hosted page.
type atlassian struct {
	Components []part
	Incidents  []notice
	Told       int // updates that subscribers were sent
}

// part is a component with its state in words and as a class.
type part struct{ Name, State, Class string }

// notice is an incident as customers read it.
type notice struct {
	Name, Status, Class, URL string
	Updates                  []said
}

type said struct {
	Status, At string
	Text       template.HTML
}

func (u *UI) atlassian() atlassian {
	var a atlassian
	for _, i := range slices.Backward(u.config.Statuspage.Incidents()) {
		n := notice{Name: i.Name, Status: words(i.Status), Class: classOf(i.Status)}
		for _, up := range i.Updates {
			a.Told += count(up.Deliver)
			n.Updates = append(n.Updates, said{words(up.Status), u.stamp(up.DisplayAt), linked(up.Body)})
		}
		a.Incidents = append(a.Incidents, n)
	}
	for _, c := range u.components() {
		a.Components = append(a.Components, part{c.Name, words(c.Status), classOf(c.Status)})
	}
	return a
}

// components gives the page's parts as they are now: the ledger alone has those
// that no incident names.
func (u *UI) components() []statuspage.Component {
	var held struct {
		Components []statuspage.Component `json:"components"`
	}
	text, err := json.Marshal(u.config.Statuspage.Ledger())
	if err == nil {
		err = json.Unmarshal(text, &held)
	}
	if err != nil {
		return nil
	}
	return held.Components
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// words turns a vendor's name of a state ("partial_outage") into words.
func words(state string) string {
	if state == "" {
		return ""
	}
	return strings.ToUpper(state[:1]) + strings.ReplaceAll(state[1:], "_", " ")
}

// classOf gives the colour that goes with a state.
func classOf(state string) string {
	switch state {
	case "operational", "resolved", "none", "completed":
		return "well"
	case "degraded_performance", "monitoring", "identified", "minor", "under_maintenance":
		return "warn"
	}
	return "bad"
}

// stamp reads a vendor's time.
func (u *UI) stamp(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return ""
	}
	return u.clock(t)
}
