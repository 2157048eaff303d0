package ui

import (
	"slices"
	"strconv"
	"time"

	"drumbeat/integrations/sandbox"
)

// fault is one switch.
type fault struct {
	Name, Short, What, Teaches string
	On                         bool
}

// breakage is what a switch arms.
type breakage struct {
	name, end, short string
	what, teaches    string
	fault            sandbox.Fault
}

// hanging is longer than any client waits.
const hanging = sandbox.Duration(2 * time.Minute)

var breakages = []breakage{
	{"chat", "chat", "Chat", "Chat answers 503", "Pages go out all the same; what could not be posted comes later.", sandbox.Fault{Status: 503}},
	{"x", "x", "X", "X answers 503", "Tried again until it is there, once.", sandbox.Fault{Match: "POST /", Status: 503}},
	{"x-lost", "x", "X, answer lost", "X posts, but its answer is lost", "The post is looked for before anything is sent again.", sandbox.Fault{Match: "POST /", LoseAnswer: true}},
	{"statuspage", "statuspage", "Statuspage", "Statuspage answers 503", "The other far ends do not wait for it.", sandbox.Fault{Status: 503}},
	{"pagerduty", "pagerduty", "PagerDuty", "PagerDuty hangs", "The page goes another way within a minute.", sandbox.Fault{Delay: hanging}},
	{"sms", "sms", "SMS", "SMS answers 503", "Then the chat rings, and the next person.", sandbox.Fault{Match: "POST /2010", Status: 503}},
	{"mail", "mail", "Mail", "The mail server refuses", "Mail waits; nobody gets it twice.", sandbox.Fault{Match: "EHLO ", Status: 421}},
}

// end is a far end with what it was asked lately.
type end struct {
	Name   string
	Count  int
	Last   string // what the newest request came to
	Class  string
	Broken bool
}

// control finds the faults of a far end.
func (u *UI) control(name string) *sandbox.Faults {
	switch name {
	case "chat":
		return u.config.SlackFaults
	case "x":
		return &u.config.X.Faults
	case "statuspage":
		return &u.config.Statuspage.Faults
	case "pagerduty":
		return &u.config.PagerDuty.Faults
	case "sms":
		return &u.config.Twilio.Faults
	}
	return &u.config.Mail.Faults
}

var endNames = []string{"chat", "x", "statuspage", "pagerduty", "sms", "mail"}

func (u *UI) faults() (switches []fault, ends []end) {
	armed := map[string][]sandbox.Fault{}
	for _, name := range endNames {
		f := u.control(name)
		armed[name] = f.Armed()
		n, last := f.Requests(1)
		e := end{Name: name, Count: n, Broken: len(armed[name]) > 0}
		if len(last) == 1 {
			e.Last, e.Class = outcome(last[0])
		}
		ends = append(ends, e)
	}
	for _, b := range breakages {
		switches = append(switches, fault{b.name, b.short, b.what, b.teaches, slices.ContainsFunc(armed[b.end], b.is)})
	}
	return switches, ends
}

// outcome says what a request came to.
func outcome(r sandbox.Request) (text, class string) {
	switch {
	case r.Status == 0:
		return "no answer", "bad"
	case r.Status < 400:
		return strconv.Itoa(r.Status), "well"
	}
	return strconv.Itoa(r.Status), "bad"
}

// is tells a switch's fault from others; a Fault has a map and cannot be compared.
func (b breakage) is(f sandbox.Fault) bool {
	return f.Match == b.fault.Match && f.Status == b.fault.Status && f.Delay == b.fault.Delay && f.LoseAnswer == b.fault.LoseAnswer
}

// flip arms a switch's fault, or disarms it and leaves the others armed.
func (u *UI) flip(name string) bool {
	i := slices.IndexFunc(breakages, func(b breakage) bool { return b.name == name })
	if i < 0 {
		return false
	}
	b := breakages[i]
	f := u.control(b.end)
	armed := f.Armed()
	left := slices.DeleteFunc(slices.Clone(armed), b.is)
	if len(left) == len(armed) {
		f.Add(b.fault)
		return true
	}
	f.Clear()
	for _, other := range left {
		f.Add(other)
	}
	return true
}
