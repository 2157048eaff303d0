package words

// Phase says how far an incident has come.
type Phase string

// The phases. Triage is an alarm that nobody has taken yet; the last three are
// ends; what was merged goes on elsewhere, the others can be reopened.
const (
	Triage        Phase = "triage"
	Investigating Phase = "investigating"
	Identified    Phase = "identified"
	Monitoring    Phase = "monitoring"
	Resolved      Phase = "resolved"
	Closed        Phase = "closed"
	Cancelled     Phase = "cancelled"
	Merged        Phase = "merged"
)

// Over reports whether nothing more is expected of anybody.
func (p Phase) Over() bool { return p == Closed || p == Cancelled || p == Merged }

// Ended reports whether customers are no longer affected.
func (p Phase) Ended() bool { return p == Resolved || p.Over() }

// Public is the phase as customers are told it: for them, an alarm that nobody
// has taken yet is being looked at, and what has ended is resolved.
func (p Phase) Public() Phase {
	switch {
	case p == Triage:
		return Investigating
	case p.Ended():
		return Resolved
	}
	return p
}
