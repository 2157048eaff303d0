package words

import "time"

// Target is a far end that an update goes to.
type Target struct {
	Name  string `json:"name"`
	Mode  string `json:"mode"` // "live" or "shadow"
	State string `json:"state,omitempty"`
	// Drawn is how the far end would draw them, where that is shadow.
	Drawn   *Drawn `json:"drawn,omitempty"`
	Ref     string `json:"-"`
	Link    string `json:"-"`
	Problem string `json:"-"`
	// Standalone: the far end did not let it stand in a thread.
	Standalone bool      `json:"-"`
	At         time.Time `json:"-"`
	// Until is the morning that they are held for, where the hours are quiet.
	Until time.Time `json:"until,omitzero"`
	// Freed: a person let it go after it was withheld.
	Freed bool `json:"-"`
}

// Leave is the target of words that are published at a moment, and may have to
// wait: for a release, or so long for the end of the quiet hours. Our own page
// shows them at once.
func (t Target) Leave(held bool, at time.Time, waits time.Duration) Target {
	t.State = TargetQueued
	switch {
	case t.Mode == "shadow":
		t.State = TargetShadowed
	case held:
		t.State = TargetHeld
	case t.Name == StatusPage:
		t.State = TargetSent
	case waits > 0:
		t.State, t.Until = TargetHeld, at.Add(waits).Truncate(time.Minute)
	}
	return t
}
