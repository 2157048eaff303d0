package schedule

// Events is the table of what can happen, for the golden lines.
var Events = events
