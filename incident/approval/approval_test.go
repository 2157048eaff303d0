package approval_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"drumbeat/incident/approval"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"

	"github.com/google/go-cmp/cmp"
)

var written = time.Date(2026, 10, 2, 5, 30, 0, 0, time.UTC)

func minutes(n int) stream.Duration { return stream.Duration(time.Duration(n) * time.Minute) }

// yes is somebody's at a number of minutes after the words were written.
func yes(who string, after int, groups ...string) stream.Meta {
	return stream.Meta{At: written.Add(time.Duration(after) * time.Minute), By: stream.Actor{ID: who, Roles: groups}}
}

func gave(people ...string) (out []words.Yes) {
	for _, p := range people {
		out = append(out, words.Yes{Person: p, Phase: words.Investigating, Severity: "SEV1"})
	}
	return out
}

func people(handles ...string) map[string]time.Time {
	out := map[string]time.Time{}
	for _, h := range handles {
		out[h] = written
	}
	return out
}

func TestJudge(t *testing.T) {
	t.Parallel()
	night := policy.Hours{From: "22:00", To: "07:00"}
	omar := map[string]stream.Person{"commander": {Handle: "omar", Name: "Omar"}}
	two := map[string]stream.Person{"commander": {Handle: "omar"}, "legal": {Handle: "omar"}}
	for name, c := range map[string]struct {
		rule   policy.Approval
		author string
		given  []words.Yes
		yes    stream.Meta
		scene  approval.Scene
		want   approval.Verdict
		no     string // a part of the refusal
	}{
		"anybody else":         {yes: yes("kim", 1), want: approval.Verdict{Given: 1, Need: 1}},
		"nobody wrote it":      {author: "-", yes: yes("sam", 1), want: approval.Verdict{Given: 1, Need: 1}},
		"the author":           {yes: yes("sam", 1), no: "You wrote these words: somebody else has to approve them. They type “approve 3”."},
		"the author, named":    {rule: policy.Approval{By: []string{"sam", "dana"}}, yes: yes("sam", 1), no: "approve them (sam or dana)"},
		"the author commands":  {author: "omar", rule: policy.Approval{By: []string{"role:commander"}, AloneAfter: minutes(10)}, yes: yes("omar", 7), scene: approval.Scene{Roles: omar}, no: "In 3 min yours is enough, as you command."},
		"a person":             {rule: policy.Approval{By: []string{"priya"}}, yes: yes("priya", 1), want: approval.Verdict{Given: 1, Need: 1}},
		"not that person":      {rule: policy.Approval{By: []string{"priya"}}, yes: yes("kim", 1), no: "You are not among those who approve words for customers (priya)."},
		"a name is no handle":  {rule: policy.Approval{By: []string{"priya"}}, yes: stream.Meta{At: written, By: stream.Actor{ID: "U0STRANGER", Name: "priya"}}, no: "not among"},
		"a role":               {rule: policy.Approval{By: []string{"role:commander"}}, yes: yes("omar", 1), scene: approval.Scene{Roles: omar}, want: approval.Verdict{Given: 1, Need: 1}},
		"another's role":       {rule: policy.Approval{By: []string{"role:commander"}}, yes: yes("kim", 1), scene: approval.Scene{Roles: omar}, no: "(Omar as commander)"},
		"a role of nobody":     {rule: policy.Approval{By: []string{"role:legal"}}, yes: yes("kim", 1), no: "(whoever is legal)"},
		"a group":              {rule: policy.Approval{By: []string{"group:comms"}}, yes: yes("dana", 1, "comms", "eng"), want: approval.Verdict{Given: 1, Need: 1}},
		"another group":        {rule: policy.Approval{By: []string{"group:comms"}}, yes: yes("dana", 1, "eng"), no: "(one of comms)"},
		"the first of two":     {rule: policy.Approval{Need: 2}, yes: yes("kim", 1), want: approval.Verdict{Given: 1, Need: 2}},
		"the second of two":    {rule: policy.Approval{Need: 2}, given: gave("kim"), yes: yes("ana", 1), want: approval.Verdict{Given: 2, Need: 2}},
		"two hats count once":  {rule: policy.Approval{By: []string{"role:commander", "role:legal"}, Need: 2}, given: gave("omar"), yes: yes("omar", 1), scene: approval.Scene{Roles: two}, no: "Your yes is counted. It needs somebody else's, too"},
		"a yes under SEV2":     {rule: policy.Approval{Need: 2}, given: []words.Yes{{Person: "kim", Phase: words.Investigating, Severity: "SEV2"}}, yes: yes("ana", 1), want: approval.Verdict{Given: 1, Need: 2}},
		"said anew":            {rule: policy.Approval{Need: 2}, given: []words.Yes{{Person: "kim", Phase: words.Identified, Severity: "SEV1"}}, yes: yes("kim", 1), want: approval.Verdict{Given: 1, Need: 2}},
		"fallback, too early":  {rule: policy.Approval{By: []string{"priya"}, Fallback: []string{"kim"}, FallbackAfter: minutes(5)}, yes: yes("kim", 2), no: "Your yes counts in 3 min, if none of those who are asked (priya) has answered by then."},
		"fallback":             {rule: policy.Approval{By: []string{"priya"}, Fallback: []string{"kim"}, FallbackAfter: minutes(5)}, yes: yes("kim", 5), want: approval.Verdict{Given: 1, Need: 1}},
		"fallback that never":  {rule: policy.Approval{By: []string{"priya"}, Fallback: []string{"kim"}}, yes: yes("kim", 50), no: "not among"},
		"fallback of a group":  {rule: policy.Approval{By: []string{"priya"}, Fallback: []string{"group:duty"}, FallbackAfter: minutes(5)}, yes: yes("kim", 5, "duty"), want: approval.Verdict{Given: 1, Need: 1}},
		"the author, fallback": {rule: policy.Approval{By: []string{"priya"}, Fallback: []string{"sam"}, FallbackAfter: minutes(5)}, yes: yes("sam", 9), no: "You wrote these words"},
		"alone after ten":      {author: "omar", rule: policy.Approval{AloneAfter: minutes(10)}, yes: yes("omar", 10), scene: approval.Scene{Roles: omar}, want: approval.Verdict{Need: 1, Alone: true}},
		"not alone after nine": {author: "omar", rule: policy.Approval{AloneAfter: minutes(10)}, yes: yes("omar", 9), scene: approval.Scene{Roles: omar}, no: "You wrote these words"},
		"alone for two":        {rule: policy.Approval{Need: 2, AloneAfter: minutes(10)}, given: gave("omar"), yes: yes("omar", 12), scene: approval.Scene{Roles: omar}, want: approval.Verdict{Given: 1, Need: 2, Alone: true}},
		"commands no more":     {author: "kim", rule: policy.Approval{AloneAfter: minutes(10)}, yes: yes("kim", 30), scene: approval.Scene{Roles: omar}, no: "You wrote these words"},
		"enough, not alone":    {rule: policy.Approval{AloneAfter: minutes(10)}, yes: yes("omar", 30), scene: approval.Scene{Roles: omar}, want: approval.Verdict{Given: 1, Need: 1}},
		"alone at night":       {rule: policy.Approval{Night: night}, yes: yes("sam", 0), scene: approval.Scene{Local: "02:15", Seen: people("sam")}, want: approval.Verdict{Need: 1, Alone: true}},
		"alone by day":         {rule: policy.Approval{Night: night}, yes: yes("sam", 0), scene: approval.Scene{Local: "07:00", Seen: people("sam")}, no: "You wrote these words"},
		"not alone at night":   {rule: policy.Approval{Night: night}, yes: yes("sam", 0), scene: approval.Scene{Local: "22:00", Seen: people("sam", "kim")}, no: "You wrote these words"},
		"a role at night":      {rule: policy.Approval{Night: night}, yes: yes("sam", 0), scene: approval.Scene{Local: "22:00", Seen: people("sam"), Roles: omar}, no: "You wrote these words"},
		"another's at night":   {rule: policy.Approval{By: []string{"priya"}, Night: night}, author: "priya", yes: yes("sam", 0), scene: approval.Scene{Local: "22:00", Seen: people("sam")}, no: "not among"},
		"a draft at night":     {rule: policy.Approval{By: []string{"priya"}, Night: night}, author: "-", yes: yes("sam", 0), scene: approval.Scene{Local: "22:00", Seen: people("sam")}, want: approval.Verdict{Need: 1, Alone: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := words.Update{N: 3, Author: "sam", Given: c.given, ProposedAt: written, Phase: words.Investigating, Severity: "SEV1"}
			switch c.author {
			case "":
			case "-":
				u.Author = ""
			default:
				u.Author = c.author
			}
			c.scene.Phase, c.scene.Severity = words.Investigating, "SEV1"
			got, err := approval.Judge(c.rule, u, c.yes, c.scene)
			if c.no != "" {
				if !errors.Is(err, stream.ErrRefused) || !strings.Contains(err.Error(), c.no) {
					t.Errorf("got %+v, %v, want a refusal with %q", got, err, c.no)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestReadAgain(t *testing.T) {
	t.Parallel()
	now := approval.Scene{Phase: words.Identified, Severity: "SEV2"}
	later := now
	later.Spoken = written.Add(time.Second)
	for name, c := range map[string]struct {
		u    words.Update
		s    approval.Scene
		want string
	}{
		"nothing changed": {words.Update{Phase: words.Identified, Severity: "SEV2"}, now, ""},
		"the severity":    {words.Update{Phase: words.Identified, Severity: "SEV1"}, now, "Severity is now SEV2"},
		"the phase":       {words.Update{Phase: words.Investigating, Severity: "SEV2"}, now, "The phase is now identified"},
		"newer words":     {words.Update{Phase: words.Identified, Severity: "SEV2"}, later, "Customers got newer words"},
		"a correction":    {words.Update{Kind: words.Correction, Phase: words.Investigating, Severity: "SEV1"}, now, ""},
	} {
		c.u.ProposedAt = written
		if got := approval.ReadAgain(c.u, c.s); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// An update that was handed out does not change when a yes comes.
func TestGive(t *testing.T) {
	t.Parallel()
	s := approval.Scene{Phase: words.Identified, Severity: "SEV2"}
	old := words.Update{Given: []words.Yes{{Person: "kim", Name: "Kim", Phase: words.Identified, Severity: "SEV1"}, {Person: "ana", Name: "Ana", Phase: words.Identified, Severity: "SEV2"}}}
	got := approval.Give(old, words.Yes{Person: "sam", Name: "Sam", At: written}, s)
	if got.ApprovedBy != "Ana and Sam" {
		t.Errorf("got by %s, want the two whose yes stands", got.ApprovedBy)
	}
	if diff := cmp.Diff(words.Yes{Person: "sam", Name: "Sam", At: written, Phase: words.Identified, Severity: "SEV2"}, got.Given[2]); diff != "" {
		t.Error(diff)
	}
	if len(old.Given) != 2 || old.ApprovedBy != "" {
		t.Errorf("the words from before have changed: %+v", old)
	}
}

func TestWho(t *testing.T) {
	t.Parallel()
	roles := map[string]stream.Person{"legal": {Handle: "dana", Name: "Dana"}}
	for want, rule := range map[string]policy.Approval{
		"":                                   {},
		"2 people":                           {Need: 2},
		"sam":                                {By: []string{"sam"}},
		"sam, Dana as legal or one of comms": {By: []string{"sam", "role:legal", "group:comms"}},
		"2 of: sam, whoever is ceo":          {By: []string{"sam", "role:ceo"}, Need: 2},
	} {
		if got := approval.Who(rule, roles); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
