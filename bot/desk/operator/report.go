package operator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"drumbeat/bot"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// Looked is what was found when the bot looked how it is.
type Looked struct {
	Version  string
	Started  bool // it was just started
	Findings []integrations.Finding
	// Before is what was found when he was told last, by this process: news
	// leave out what he knows.
	Before []integrations.Finding
}

// knows reports whether he was told of a finding of that level and subject.
func knows(told []integrations.Finding, f integrations.Finding) bool {
	return slices.ContainsFunc(told, func(o integrations.Finding) bool { return o.Subject == f.Subject && o.Level == f.Level })
}

// Report is what the operator would be told now. Nothing that matters has
// changed as long as its Mark is the same.
func (d *Desk) Report(ctx context.Context, l Looked) (control.Report, error) {
	sw, err := d.Switches(ctx)
	if err != nil {
		return control.Report{}, err
	}
	r := control.Report{Version: l.Version, Started: l.Started, Modes: modeLine(d.ModesOf(sw)), Held: strings.TrimPrefix(d.StillHeld(sw), "But ")}
	var mark []string
	bad := map[string]bool{}
	for _, f := range l.Findings {
		what, _, _ := strings.Cut(f.Subject, ".")
		if f.Level == integrations.OK || f.Subject == "hold" || f.Subject == "DRUMBEAT_HOLD" { // Held has it
			continue
		}
		bad[what] = true
		mark = append(mark, string(f.Level)+" "+f.Subject)
		if knows(l.Before, f) {
			continue
		}
		if who, ok := strings.CutPrefix(f.Subject, "people."); ok {
			r.Unreachable = append(r.Unreachable, d.Directory.Identify(stream.Actor{ID: who}).String())
			continue
		}
		r.Findings = append(r.Findings, control.Finding{Fails: f.Level == integrations.Failure, What: subject(f), Text: strings.TrimSuffix(f.Text, "."), Remedy: f.Remedy})
	}
	for _, f := range l.Findings {
		what, _, _ := strings.Cut(f.Subject, ".")
		_, public := d.FarEnds[what]
		if name := named.FarEnd(what); !bad[what] && (public || slices.Contains(d.Pagers, what)) && !slices.Contains(r.Works, name) {
			r.Works = append(r.Works, name)
		}
	}
	for _, f := range l.Before {
		if f.Level != integrations.OK && !slices.ContainsFunc(l.Findings, func(o integrations.Finding) bool { return o.Subject == f.Subject && o.Level != integrations.OK }) {
			r.Ended = append(r.Ended, strings.TrimSuffix(subject(f), ":"))
		}
	}
	slices.Sort(mark)
	sum := sha256.Sum256([]byte(l.Version + "\n" + r.Held + "\n" + strings.Join(mark, "\n")))
	r.Mark = hex.EncodeToString(sum[:8])
	return r, nil
}

// subject names what was looked at as people call it: "twitter.mode" is X, mode.
// A text that goes on with "is" or the like needs no colon after it.
func subject(f integrations.Finding) string {
	what, part, _ := strings.Cut(f.Subject, ".")
	out := strings.TrimSuffix(named.FarEnd(what)+" "+part, " ")
	if verb := phrase.First(f.Text); slices.Contains([]string{"is", "are", "was", "has", "have", "lacks", "cannot", "does"}, verb) {
		return out
	}
	return out + ":"
}

// Tell writes a report to the operator, unless he knows it.
func (d *Desk) Tell(ctx context.Context, r control.Report) error {
	_, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(control.Kind, control.Name), Value: control.Tell{Report: r},
		Meta: stream.Meta{By: stream.Actor{ID: "drumbeat:server"}}})
	return err
}
