package facts

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/words"
)

func update(u *incident.Update) incident.Update {
	if u == nil {
		return incident.Update{}
	}
	return *u
}

// Written is the update that an event is about; an empty one when there is none.
func Written(s incident.State, event any) incident.Update { return update(eventUpdate(s, event)) }

// waiting are the words that wait for a yes. Once the work is over, only those
// about its end do.
func waiting(s incident.State) incident.Update {
	u := update(s.Waiting())
	switch u.Kind {
	case incident.FirstWords, incident.PhaseWords, incident.News, incident.NoNews:
		if s.Phase.Over() {
			return incident.Update{}
		}
	}
	return u
}

// eventUpdate is the update that an event is about.
func eventUpdate(s incident.State, event any) *incident.Update {
	switch e := event.(type) {
	case incident.Proposed:
		return s.Update(e.N)
	case incident.Published:
		return s.Update(e.N)
	case incident.SentBack:
		return s.Update(e.N)
	case incident.Approved:
		return s.Update(e.N)
	case incident.ApprovalAsked:
		return s.Update(e.N)
	}
	return nil
}

func audience(s incident.State, event any) string {
	return string(update(eventUpdate(s, event)).Audience)
}

// asked reports whether somebody was shown the words that wait.
func asked(s incident.State) bool {
	u := waiting(s)
	if u.N == 0 {
		return true
	}
	_, ok := s.Posts[approvalPost(u.N)]
	return ok
}

// late is words that a far end has not taken.
type late struct {
	At   time.Time
	Ends string // "email: in doubt"
}

// unreached are the words that some far end has not taken, while that is so.
func unreached(f *Facts) []late {
	var out []late
	for _, u := range f.Updates {
		var ends []string
		for _, t := range u.Targets {
			switch {
			case t.State == incident.TargetFailing, t.State == incident.TargetDoubt, t.State == incident.TargetGaveUp,
				t.State == incident.TargetTooOld && f.Updates.Missed(t.Name):
				ends = append(ends, FarEnd(t.Name)+": "+t.State)
			}
		}
		if len(ends) > 0 {
			out = append(out, late{u.PublishedAt, strings.Join(ends, ", ")})
		}
	}
	return out
}

// earlier is what was said to the responders so far, for when they had no place
// to read it in.
func earlier(s incident.State) string {
	var out []string
	for _, u := range s.Updates {
		if u.Audience == incident.Internal {
			out = append(out, u.AuthorName+": “"+u.Text+"”")
		}
	}
	return strings.Join(out, " · ")
}

// shadow is words that a far end in shadow would have said.
type shadow struct {
	Update incident.Update
	Ends   string
	Drawn  words.Drawn
}

// shadowed are the words of an update for the far ends that are not live yet,
// each as it would have drawn them; those that drew nothing, once for all.
func shadowed(s incident.State, event any) []shadow {
	e, ok := event.(incident.Published)
	if !ok {
		return nil
	}
	u := update(s.Update(e.N))
	var out []shadow
	var ends []string
	for _, t := range e.Targets {
		switch {
		case t.State != incident.TargetShadowed:
		case t.Drawn != nil:
			out = append(out, shadow{u, FarEnd(t.Name), *t.Drawn})
		default:
			ends = append(ends, FarEnd(t.Name))
		}
	}
	if len(ends) > 0 {
		out = append(out, shadow{u, strings.Join(ends, ", "), words.Drawn{Parts: []string{u.Text}, Measure: strconv.Itoa(len([]rune(u.Text))) + " characters"}})
	}
	return out
}

// line is an update, and the message in Slack that tells of it.
type line struct {
	Update incident.Update
	Marks  string // what became of it: "status page ✓ · X …"
	Post   incident.Post
	Here   bool   // in the responders' place
	Note   string // of the phase that the update tells of first
}

// phaseWait is how long a new phase waits for words to customers to tell of it.
const phaseWait = 5 * time.Minute

// phaseNews reports whether words at t came right after a phase that customers
// had not read of yet, and tell the responders of it.
func phaseNews(s incident.State, t time.Time) bool {
	first := slices.IndexFunc(s.Updates, func(u incident.Update) bool { return u.Audience == incident.Public && u.State == incident.PublishedS })
	return first >= 0 && !s.Phase.Over() && s.Updates[first].PublishedAt.Before(s.PhaseAt) && !t.Before(s.PhaseAt) && t.Before(s.PhaseAt.Add(phaseWait))
}

// noteWith is the note of the phase of which an update's message in the
// responders' place tells first.
func noteWith(s incident.State, u incident.Update) string {
	channel, _ := s.Room.Place()
	at := u.PublishedAt
	if s.Posts[approvalPost(u.N)].Channel == channel {
		at = u.ProposedAt
	}
	if u.Phase != s.PublicPhase() || !phaseNews(s, at) {
		return ""
	}
	return s.PhaseNote
}

// told are the words to customers that need a line of their own: those whose
// approval was not asked for in the same place, where the answer stands then.
func told(s incident.State, event any) []line {
	e, ok := event.(incident.Published)
	u := s.Update(e.N)
	if !ok || u == nil || u.Audience != incident.Public {
		return nil
	}
	if _, shown := posted(s, u.N, true); shown {
		return nil
	}
	return []line{{Update: *u, Marks: marks(*u), Here: true, Note: noteWith(s, *u)}}
}

// decided are the messages about words that this event makes out of date: who
// asked for a yes gets to know what became of them, and what the responders
// were told follows what the far ends say.
func decided(s incident.State, event any) []line {
	var out []line
	channel, _ := s.Room.Place()
	add := func(n int, posts ...incident.Post) {
		u := s.Update(n)
		if u == nil || u.State == incident.Proposing {
			return
		}
		for _, post := range posts {
			l := line{Update: *u, Marks: marks(*u), Post: post}
			if post.Channel == channel {
				l.Here, l.Note = true, noteWith(s, *u)
			}
			out = append(out, l)
		}
	}
	switch e := event.(type) {
	case incident.Published:
		add(e.N, askedIn(s, e.N)...)
	case incident.SentBack:
		add(e.N, askedIn(s, e.N)...)
	case incident.Proposed:
		stays := redrafted(s, event)
		for _, u := range replacedBy(s, e.N) {
			add(u.N, slices.DeleteFunc(askedIn(s, u.N), func(p incident.Post) bool { return p == stays })...)
		}
	case incident.Settled:
		if n, _, ok := words.Of(e.About); ok {
			if post, ok := posted(s, n, true); ok {
				add(n, post)
			}
			break
		}
		key, _ := strings.CutPrefix(e.About, "post/")
		n, asks := asksFor(key)
		post, ok := s.Posts[key]
		switch {
		case ok && asks:
			add(n, post)
		case ok && strings.HasPrefix(key, "told/"):
			if n, err := strconv.Atoi(key[len("told/"):]); err == nil && answeredBy(s.Update(n)) {
				add(n, post)
			}
		}
	}
	return out
}

// answeredBy reports whether a far end answered since the update was published.
func answeredBy(u *incident.Update) bool {
	return u != nil && slices.ContainsFunc(u.Targets, func(t incident.Target) bool { return t.At.After(u.PublishedAt) })
}

// posted is the message about an update: where its approval was asked for, else
// where the responders were told. Here is their place alone.
func posted(s incident.State, n int, here bool) (incident.Post, bool) {
	channel, _ := s.Room.Place()
	posts := askedIn(s, n)
	if post, ok := s.Posts["told/"+strconv.Itoa(n)]; ok {
		posts = append(posts, post)
	}
	for _, post := range posts {
		if !here || post.Channel == channel {
			return post, true
		}
	}
	return incident.Post{}, false
}

// replacedBy are the updates that proposing n took the place of: of the same
// author, or of nobody.
func replacedBy(s incident.State, n int) []incident.Update {
	var out []incident.Update
	for _, u := range s.Updates {
		if u.State != incident.Replaced || u.Audience != incident.Public {
			continue
		}
		next := slices.IndexFunc(s.Updates, func(v incident.Update) bool {
			return v.N > u.N && v.Audience == u.Audience && (v.Author == u.Author || u.Author == "" || u.Author == incident.Unattended)
		})
		if next >= 0 && s.Updates[next].N == n {
			out = append(out, u)
		}
	}
	return out
}

// redrafted is the message that asked for a yes to a draft which the words of
// this event write anew: the newer draft takes its place there.
func redrafted(s incident.State, event any) incident.Post {
	u := eventUpdate(s, event)
	if u == nil || u.Author != "" {
		return incident.Post{}
	}
	for _, old := range replacedBy(s, u.N) {
		if post, ok := s.Posts[approvalPost(old.N)]; ok && old.Author == "" {
			return post
		}
	}
	return incident.Post{}
}

// marks shows an update's far ends: "status page ✓ · X … · email (on hold)".
func marks(u incident.Update) string {
	var out []string
	for _, t := range u.Targets {
		state := "…"
		switch t.State {
		case incident.TargetSent:
			state = "✓"
		case incident.TargetShadowed:
			state = "(shadow)"
		case incident.TargetHeld:
			state = "(" + t.Why() + ")"
		case incident.TargetFailing:
			state = "(trying again)"
		case incident.TargetDoubt:
			state = "(in doubt)"
		case incident.TargetGaveUp, incident.TargetTooOld:
			state = "(not sent)"
		}
		out = append(out, FarEnd(t.Name)+" "+state)
	}
	if len(out) == 0 {
		return "no far end takes these words"
	}
	return strings.Join(out, " · ")
}

// componentStates is what the far ends get: our component's name → its state.
func componentStates(s incident.State) string {
	if len(s.Components) == 0 {
		return ""
	}
	m := map[string]string{}
	for _, c := range s.Components {
		m[c.Name] = c.State
		if s.Phase.Ended() {
			m[c.Name] = "operational"
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}
