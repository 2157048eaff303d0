package stream

// Person is somebody as the bot knew him when he was recorded. Handle is our
// own name of him; Slack his member ID there.
type Person struct {
	Handle string `json:"handle"`
	Name   string `json:"name,omitempty"`
	Slack  string `json:"slack,omitempty"`
	Ways   []Way  `json:"ways,omitempty"`
	// Zone is an IANA name: what is written to the person alone tells the time
	// of it. Empty: the team's.
	Zone string `json:"zone,omitempty"`
}

// String gives the name to show.
func (p Person) String() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Handle
}

// Or is the person, or the actor as one where nobody is named.
func (p Person) Or(a Actor) Person {
	if p.Handle == "" {
		return Person{Handle: a.ID, Name: a.Name}
	}
	return p
}

// Way is one way to wake a person: a far end and the person's address there.
type Way struct {
	To      string `json:"to"`
	Address string `json:"address"`
}
