package lint

import (
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks/simulate"
)

// Config is the installation that the playbooks are for, as far as rules ask.
type Config struct {
	// Company is who there is: playbooks are tried in it.
	Company simulate.Company
	// Approvers are the handles whose yes words for customers need.
	Approvers []string
	// FarEnds are those that are configured: "slack", "page", "twitter".
	FarEnds []string
	// Check says what is wrong with an action of a far end and its arguments;
	// nil asks nobody.
	Check func(farEnd, action string, args map[string]string) error
	// Measure gives what of a delivery's words is too long for its far end; nil
	// asks nobody.
	Measure func(stream.Delivery) []words.Length
	// Component and Service are those with the longest names: words are measured
	// with them.
	Component incident.Component
	Service   string
}
