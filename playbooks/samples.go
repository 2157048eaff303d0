package playbooks

import (
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/choice"
	"drumbeat/incident/stream"
	"drumbeat/incident/todo"
	"drumbeat/incident/watch"
)

// samples are the events that a step may be on, each as it may look. Their
// types are what expressions are checked against, and every playbook is
// rehearsed on them when it is loaded.
var samples = map[string]any{
	"declared": incident.Declared{Title: "People cannot save", Severity: "SEV1"}, "signed": incident.Signed{Sign: sampleSign},
	"confirmed": incident.Confirmed{}, "confirmation-asked": incident.ConfirmationAsked{},
	"severity": incident.SeverityChanged{From: "SEV3", To: "SEV1", Why: "everybody"},
	"scope":    incident.ScopeChanged{Component: incident.Component{Name: "Mail view", Words: "opening and saving", State: "major"}, Was: "partial"},
	"phase":    incident.PhaseChanged{From: incident.Triage, To: incident.Identified, Note: "rolling back"},
	"role":     incident.Assigned{Role: incident.RoleComms, Person: sampleMaya, Previous: sampleOmar},
	"joined":   incident.Joined{By: sampleOmar}, "note": incident.Noted{Text: "CPU at 100 %"},
	"since": incident.StartCorrected{}, "task-added": incident.TaskAdded{N: 1, Text: "roll back"}, "task-done": incident.TaskFinished{N: 1},
	"hold": incident.HoldPlaced{Why: "legal reads"}, "release": incident.HoldReleased{}, "merged": incident.MergedInto{Into: sampleID, Number: "INC-7"},
	"absorbed": incident.Absorbed{From: "INC-7"}, "paged": incident.Paged{N: 1, People: []incident.Person{sampleMaya}, Wait: 3e11, Silent: []incident.Person{sampleOmar}},
	"acknowledged":   incident.Acknowledged{N: 1, By: sampleOmar, Lapses: sampleTime},
	"alive":          incident.Alive{},
	"ack-seen":       incident.AckSeen{N: 1, Until: sampleTime},
	"ack-questioned": incident.AckQuestioned{N: 1, By: sampleOmar, At: sampleTime}, "page-exhausted": incident.PageExhausted{N: 1},
	"proposed":       incident.Proposed{Update: incident.Update{N: 1, Audience: incident.Public, Text: "We look into it.", AuthorName: "Omar"}},
	"approved":       incident.Approved{N: 1},
	"approval-asked": incident.ApprovalAsked{N: 1, Late: true, People: []incident.Person{sampleOmar}, Ends: sampleTargets},
	"published":      incident.Published{N: 1, Targets: sampleTargets},
	"rejected":       incident.SentBack{N: 1, Why: "names a server"}, "promised": incident.Promised{N: 1, Audience: incident.Public, Due: sampleTime},
	"promise-kept": incident.PromiseKept{N: 1, Late: true}, "promise-missed": incident.PromiseMissed{N: 1},
	"promise-dropped":  incident.PromiseDropped{N: 1, Why: "closed"},
	"away":             incident.WasAway{From: sampleTime.Add(-time.Hour), To: sampleTime, Due: []time.Time{sampleTime.Add(-time.Minute)}, Stale: []int{1}},
	"resolve-offered":  incident.ResolveOffered{},
	"playbook":         incident.PlaybookTaken{Fit: sampleFit, From: "default", How: choice.Agreed, Told: sampleTold, Room: "thread"},
	"playbook-offered": incident.PlaybookOffered{Fit: sampleFit, Told: sampleTold},
	"playbook-stayed":  incident.PlaybookStayed{Name: "outage", Hash: "3f2a"},
	"words-wanted":     incident.WordsWanted{N: 2, Told: sampleTime, Every: 18e11},
	"lead-checked":     incident.LeadChecked{Found: watch.Offered, By: sampleMaya, Since: sampleTime, To: sampleOmar, Until: sampleTime},
	"chased":           incident.Chased{To: []todo.Ask{{Person: sampleMaya, Items: []todo.Item{{N: 1, Text: "page on symptoms", Due: sampleTime}}}}},
	"archive-told":     incident.ArchiveTold{At: sampleTime},
	"archived":         incident.Archived{Channel: "C0ROOM"},
	"watched":          incident.Watched{},
	"drill-ended":      incident.DrillEnded{Drilled: incident.Drilled{Room: 2, Rang: 1, Answered: 25, Drafted: 0, Approved: -1}},
	"reminded":         incident.Reminded{N: 1, Rung: 0, Who: "comms", Due: sampleTime},
	stream.Delivered:   sampleSettled("room"), stream.Failing: sampleSettled("page/1/maya/twilio"), stream.InDoubt: sampleSettled("update/1/twitter"),
	stream.GaveUp: sampleSettled("update/1/twitter"), stream.Withheld: sampleSettled("update/1/twitter"),
}

var (
	sampleTime = time.Date(2026, 3, 4, 5, 38, 0, 0, time.UTC)
	sampleID   = stream.ID{Workspace: "main", Kind: incident.Kind, Name: "42"}
	sampleSign = incident.Sign{Source: "alert:ApiErrorsHigh", Text: "API errors 14 %", Count: 2, At: sampleTime}
	sampleMaya = incident.Person{Handle: "maya", Name: "Maya", Slack: "U0000MAYA", Ways: []incident.Way{
		{To: "pagerduty", Address: "maya"}, {To: "twilio", Address: "+14155550101"}, {To: "slack", Address: "U0000MAYA"}}}
	sampleOmar = incident.Person{Handle: "omar", Name: "Omar", Slack: "U0000OMAR", Ways: []incident.Way{
		{To: "twilio", Address: "+14155550102"}, {To: "slack", Address: "U0000OMAR"}}}
	sampleTargets = []incident.Target{{Name: incident.StatusPage, Mode: "live", State: incident.TargetSent},
		{Name: "twitter", Mode: "live", State: incident.TargetQueued}, {Name: "email", Mode: "shadow", State: incident.TargetShadowed}}
	sampleFit    = choice.Fit{Playbook: incident.Pinned{Name: "outage", Hash: "3f2a", Why: "severity is SEV1"}, About: "For an outage."}
	sampleTold   = []string{"First words to customers: within 15 min; so far within 30 min.", "Woken: whoever is on call; so far nobody."}
	sampleAbouts = []string{"room", "announce", "brief", "page/1/maya/twilio", "page/1/maya/pagerduty", "update/1/twitter",
		"post/approval/1", "post/told/1", "post/remind/1/0", "post/confirm", "post/playbook", "post/nobody/1", ""}
)

func sampleSettled(about string) incident.Settled {
	return incident.Settled{Settled: stream.Settled{To: "twilio", About: about, Ref: "1503435956.000247", Link: "https://chat.example/1", Problem: "it answers 403"}}
}

// sampleStates are incidents of every phase, one with all that it can have and
// one that has just begun.
func sampleStates(s Source) []incident.State {
	var out []incident.State
	for _, phase := range []incident.Phase{incident.Triage, incident.Investigating, incident.Identified, incident.Monitoring,
		incident.Resolved, incident.Closed, incident.Cancelled, incident.Merged} {
		bare := incident.State{ID: sampleID, Seq: 1, Number: "INC-42", Title: "People cannot save", Severity: "SEV1", Phase: phase,
			Since: sampleTime, DeclaredAt: sampleTime, Policy: s.Incident(), At: sampleTime}
		out = append(out, bare, fullSample(bare), privateSample(bare))
		if phase != incident.Investigating && phase != incident.Closed {
			continue
		}
		for _, w := range bare.Policy.Severities {
			private, thread := privateSample(bare), fullSample(bare)
			private.Severity, private.Confirmed = w.Name, time.Time{}
			thread.Severity, thread.Confirmed, thread.Room.Channel = w.Name, time.Time{}, ""
			out = append(out, private, thread)
		}
	}
	return out
}

// privateSample has been announced to nobody, and says nothing to customers.
func privateSample(s incident.State) incident.State {
	s = fullSample(s)
	s.Private, s.Room.Announced, s.Room.Thread = true, "", ""
	s.Updates = slices.DeleteFunc(s.Updates, func(u incident.Update) bool { return u.Audience == incident.Public })
	return s
}

func fullSample(s incident.State) incident.State {
	s.Service, s.Into, s.Held, s.Confirmed, s.Ended = "api", "INC-7", true, sampleTime, sampleTime
	s.DeclaredBy, s.Signs = sampleMaya, []incident.Sign{sampleSign, {Source: "customers", Count: 3}}
	s.Components = []incident.Component{{Name: "Mail view", Words: "opening and saving", State: "partial"}}
	s.Suspects = []incident.Change{{ID: "CH-23", What: "backfill", Service: "api", Risk: "high", Author: sampleOmar, Reviewer: sampleMaya,
		Why: "ended 8 h before", Unrecorded: true}, {ID: "CH-22", What: "help texts", Author: sampleMaya}}
	s.Roles = map[string]incident.Person{incident.RoleCommander: sampleOmar, incident.RoleComms: sampleMaya}
	text := incident.Update{Audience: incident.Public, Kind: incident.FirstWords, Text: "We look into it. " + strings.Repeat("x", 300),
		Phase: incident.Investigating, Severity: "SEV1", AuthorName: "Omar", ApprovedBy: "Maya", PublishedAt: sampleTime, Targets: sampleTargets}
	for i, state := range []string{incident.PublishedS, incident.Rejected, incident.Replaced, incident.Proposing} {
		u := text
		u.N, u.State = i+1, state
		s.Updates = append(s.Updates, u)
	}
	s.Promises = []incident.Promise{{N: 1, Audience: incident.Public, Due: sampleTime, Kept: sampleTime}, {N: 2, Audience: incident.Public, Due: sampleTime}}
	s.Promises = append(s.Promises, incident.Promise{N: 3, Audience: incident.Duty, Due: sampleTime, Name: "gdpr", Text: "A notice to the authority", Owner: "legal"})
	rungs := []incident.Rung{{People: []incident.Person{sampleMaya}, Wait: 3e11}, {People: []incident.Person{sampleOmar}, Wait: 3e11}}
	s.OnCall = rungs
	s.Pages = []incident.Page{{N: 1, Rungs: rungs, Paged: []incident.Person{sampleMaya, sampleOmar}, Acked: sampleOmar, AckedAt: sampleTime,
		Ways: map[string]string{"maya/pagerduty": stream.Delivered, "maya/slack": stream.Delivered, "maya/twilio": stream.Failing}}}
	s.Choice.Offer = choice.Offered{Fit: sampleFit, Told: sampleTold}
	s.Tasks = []incident.Task{{N: 1, Text: "roll back"}}
	s.Room = incident.Room{Channel: "C0000ROOM", Name: "inc-42-people", Link: "https://chat.example/C0000ROOM", Announced: "C0000ANN",
		Thread: "1503435956.000247", Brief: "1503435956.000248"}
	s.Posts = map[string]incident.Post{}
	for _, key := range []string{"approval/1", "approval/2", "approval/3", "told/1", "remind/1/0", "confirm", "playbook", "nobody/1", "lead", "over", "sooner/1"} {
		s.Posts[key] = incident.Post{Channel: s.Room.Channel, TS: "1503435956.000249"}
	}
	return s
}
