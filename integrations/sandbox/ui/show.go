package ui

import (
	"context"
	"time"
)

// Show leads a visitor through the town in acts. What it tells is data: this
// package draws it. It is asked with every look, so it answers from memory.
type Show interface {
	// Look gives what the visitor is shown while he is that person. Nobody
	// changes it afterwards.
	Look(as Person) Stage
	// Do does what a button of the show says. Its error is a sentence for the
	// visitor.
	Do(ctx context.Context, as Person, what, value string) error
}

// Stage is all that a show tells at a moment.
type Stage struct {
	Title string // what is played: "Wednesday, 2 October 2019"
	About string // one or two sentences of it
	Acts  []Act  // in order; none in free play
	Now   int    // the act that is on, an index of Acts
	Clock Clock
	Race  *Race // nil when there is nothing to race with
	Dawn  *Dawn // while nobody has answered: a page of its own
	// Measured are times that were taken by a watch, newest line first.
	Measured []Measure
	Bot      Process
	Score    *Score // nil until there is something to score
	// Shadow are the far ends whose words reach nobody yet: x, statuspage, mail.
	Shadow map[string]bool
}

// Act is one of a show.
type Act struct {
	Name  string // of one or two words, for its tab
	Title string
	Words []string // paragraphs
	Steps []Step
	Done  bool
	// Switches: what can be broken stands in this act, and the bot's process.
	Switches bool
}

// Step is something to do in an act: a line to type, or a button of the show's
// own.
type Step struct {
	Text string // on the button, or what the line does
	Why  string // in small print
	// Line is typed by As (a Person's name) In (a channel).
	Line, As, In string
	// Do and Value go to Show.Do.
	Do, Value string
	Main      bool // the likely one
	Done      bool
}

// Clock is the town's. It runs Speed times as fast as the visitor's.
type Clock struct {
	At    time.Time
	Speed float64
	Fast  float64 // the speed that it can be set to: by Do("speed", "fast" or "real")
}

// Race is two waits for the first words that customers read, from the same
// moment on.
type Race struct {
	Began time.Time
	// Then is how long it took without Drumbeat, Now how long it took today; 0
	// while they still wait.
	Then, Now time.Duration
	Past      string // what the first one is called: "that morning"
}

// Dawn is a phone that rings.
type Dawn struct {
	Place string // "Los Angeles"
	Words []string
	// Phones are those that rang, in order: the last rings now.
	Phones []Ringing
	// Next says who is rung when nobody answers, and when.
	Next   string
	NextAt time.Time
}

// Ringing is a phone with what it shows.
type Ringing struct {
	Who    Person
	Since  time.Time
	Text   string
	Answer string // on the button; Do("answer", the person's name)
}

// Measure is how long something took.
type Measure struct {
	What  string    // "I'm on it"
	Began time.Time // the visitor's time
	Parts []Part
}

// Part is one effect and how long after the beginning it was there.
type Part struct {
	What string
	Took time.Duration
}

// Process is the real process of the bot.
type Process struct {
	PID    int
	Alive  bool
	Since  time.Time // the visitor's time
	Killed int       // how often
}

// Score is what it came to, beside what really happened.
type Score struct {
	Then, Today string // the columns' names
	Rows        []ScoreRow
	// People are those who were written to, with how often within an hour at
	// most, beside the budget.
	People      []Heard
	Budget      int
	Words       []Word // what customers read, in order
	Assumptions []string
	Sources     []Link
	Open        bool // the incident is not over: the score is of what happened so far
}

// ScoreRow is one measure.
type ScoreRow struct {
	What, Then, Today string
	Good              bool // today's is as promised
	Early             bool // too early to say
}

// Heard is somebody whom the bot wrote to.
type Heard struct {
	Who           string
	Woken         bool
	Messages, Max int // in all, and within one hour
}

// Word is words for customers and what became of them at each far end.
type Word struct {
	At    string
	Kind  string
	Text  string
	By    string // author and approver
	Ends  []WordEnd
	Twice bool // some far end has it more than once
}

// WordEnd is one far end's receipt.
type WordEnd struct {
	Name, State string // sent, waiting, given up, shadow, …
	Class       string // well, warn, bad
	At          string
	Tries       int
}

// Link is one into the web.
type Link struct{ Name, URL string }
