package incident

import (
	"drumbeat/incident/card"
	"drumbeat/incident/words"
)

// What is known of an incident without its log, and what stands on its first
// page: see package card.
type (
	Card           = card.Card
	PublicIncident = card.PublicIncident
	PublicUpdate   = card.PublicUpdate
	Component      = card.Component
	Change         = card.Change
)

// What an incident says, and in which phase: see package words.
type (
	Phase      = words.Phase
	Audience   = words.Audience
	UpdateKind = words.UpdateKind
	Update     = words.Update
	Target     = words.Target
	Promise    = words.Promise
)

// The phases: see words.Phase.
const (
	Triage, Investigating, Identified, Monitoring = words.Triage, words.Investigating, words.Identified, words.Monitoring
	Resolved, Closed, Cancelled, Merged           = words.Resolved, words.Closed, words.Cancelled, words.Merged
)

// The audiences and the kinds of words that rules know.
const (
	Internal, Stakeholders, Public, FirstWords = words.Internal, words.Stakeholders, words.Public, words.FirstWords
	Duty                                       = words.Duty
	PhaseWords, News, NoNews, ResolvedWords    = words.PhaseWords, words.News, words.NoNews, words.ResolvedWords
	Correction, Retraction                     = words.Correction, words.Retraction
)

// The states of an update, and of an update at one far end.
const (
	Proposing, PublishedS, Rejected, Replaced              = words.Proposing, words.PublishedS, words.Rejected, words.Replaced
	TargetQueued, TargetSent, TargetShadowed, TargetHeld   = words.TargetQueued, words.TargetSent, words.TargetShadowed, words.TargetHeld
	TargetFailing, TargetDoubt, TargetGaveUp, TargetTooOld = words.TargetFailing, words.TargetDoubt, words.TargetGaveUp, words.TargetTooOld
)

// Unattended is the author of words that nobody tapped (see policy.Unattended).
// They keep the promise to customers, not the duty: the ladder goes on until a
// person writes, and the score counts both apart.
const Unattended = words.Unattended

// StatusPage is the name of our own page among the targets of public words.
const StatusPage = words.StatusPage
