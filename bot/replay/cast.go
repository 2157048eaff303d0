package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/stream"
)

// cast are the people of a scenario as the bot and the far ends know them.
type cast []desk.Person

func newCast(members []Member) cast {
	var out cast
	for i, m := range members {
		id := "U1111" + strings.ToUpper(strings.ReplaceAll(m.Handle, "-", "0")) + fmt.Sprintf("%02d", i)
		out = append(out, desk.Person{Handle: m.Handle, Name: m.Display(), Slack: id, Email: m.Handle + "@example.com", Phone: fmt.Sprintf("+1415555%04d", 200+i)})
	}
	return out
}

// people are the members of the workspace.
func (c cast) people() (out []stream.Person) {
	for _, p := range c {
		out = append(out, c.person(p.Handle))
	}
	return out
}

// find takes a handle, or what a far end calls somebody.
func (c cast) find(name string) (desk.Person, bool) {
	i := slices.IndexFunc(c, func(p desk.Person) bool {
		return name != "" && slices.Contains([]string{p.Handle, p.Slack, p.Phone, p.Email}, name)
	})
	if i < 0 {
		return desk.Person{}, false
	}
	return c[i], true
}

func (c cast) name(handle string) string {
	if p, ok := c.find(handle); ok {
		return p.Name
	}
	return handle
}

// person is somebody as a change records him.
func (c cast) person(handle string) stream.Person {
	p, ok := c.find(handle)
	if !ok {
		return stream.Person{}
	}
	return stream.Person{Handle: p.Handle, Name: p.Name, Slack: p.Slack, Ways: []stream.Way{{To: "twilio", Address: p.Phone}, {To: "email", Address: p.Email}}}
}

// reach lets people do what is their habit when a message with buttons reaches
// them. Each reacts to the first button that he has a habit for, at most once.
func (p *play) reach(d stream.Delivery) {
	if d.Words == nil || d.Action == "edit" {
		return // an edit notifies nobody
	}
	for _, who := range p.cast {
		inRoom := d.Args["person"] == "" && d.Args["channel"] == p.room && p.room != ""
		if !inRoom && d.Args["person"] != who.Handle && d.Args["person"] != who.Slack {
			continue
		}
		if words := p.words[approvalOf(d)]; words != nil && words.author == who.Handle {
			continue // nobody approves his own
		}
		for _, b := range d.Words.Buttons {
			h, has := p.habitOf(who.Handle, b.Command)
			if h != nil {
				p.respond(h, d, b.Command, inRoom)
			}
			if has {
				break
			}
		}
	}
}

// habitOf finds what somebody does upon a button; none when he has done it
// often enough. has says that he has a habit for it at all.
func (p *play) habitOf(who, command string) (h *Habit, has bool) {
	for i := range p.Assume.Habits {
		x := &p.Assume.Habits[i]
		if x.Who != who || !offers(command, x.When) || p.now.Before(x.From.Time) {
			continue
		}
		if has = true; x.Most == 0 || p.acted[x] < x.Most {
			return x, true
		}
	}
	return nil, has
}

// approvalOf names the words that a message asks a yes for: incident/number.
func approvalOf(d stream.Delivery) string {
	n, asks := strings.CutPrefix(d.About, "post/approval/")
	if !asks {
		return ""
	}
	return d.Stream.Name + "/" + n
}

// offers: "ack #1" is the command "ack".
func offers(command, when string) bool {
	return command == when || strings.HasPrefix(command, when+" ")
}

// respond sets the moment at which somebody acts. What he says instead of the
// tap is of the incident that the button named.
func (p *play) respond(h *Habit, d stream.Delivery, command string, inRoom bool) {
	key := h.Who + " " + command
	if p.pending[key] {
		return
	}
	p.pending[key] = true
	reached, verb := p.now, h.Who+" "+firstWord(h.When)
	p.at(p.now.Add(time.Duration(h.After)), func() error {
		delete(p.pending, key)
		if inRoom && !p.inRoom[h.Who] {
			return nil // he is not in the channel, and never saw it
		}
		if did, ok := p.did[verb]; ok && !did.Before(reached) || h.Most > 0 && p.acted[h] >= h.Most {
			return nil // he has done it meanwhile
		}
		if words := p.words[approvalOf(d)]; words != nil && words.published {
			return nil // the message says so by now
		}
		line := command
		if n := len(h.Says); n > 0 {
			line = h.Says[min(p.acted[h], n-1)]
			if i := strings.LastIndex(command, " #"); i > 0 && !strings.Contains(line, " #") {
				number, _, _ := strings.Cut(command[i+1:], " ")
				line += " " + number
			}
		}
		p.acted[h]++
		return p.say(h.Who, line, d.To)
	})
}

func firstWord(line string) string {
	word, _, _ := strings.Cut(line, " ")
	return word
}
