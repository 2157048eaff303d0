package facts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/store"
)

// mostWords is how many words a far end gets in an hour, of all incidents
// together: more reads as a machine gone wild, and may be one.
const mostWords = 6

// always are the kinds of words that a full hour never keeps back: customers
// have to hear that it began, that it is over, and what was wrong. They count.
var always = []incident.UpdateKind{incident.FirstWords, incident.ResolvedWords, incident.Correction, incident.Retraction}

// tooMany is why words for customers are withheld when the far end had its
// share of the hour; "" when it had not, or when a person let these go.
func (d *Facts) tooMany(ctx context.Context, s incident.State, del stream.Delivery) (string, error) {
	n, target, ok := words.Of(del.About)
	u := s.Update(n)
	if !ok || u == nil || slices.Contains(always, u.Kind) ||
		slices.ContainsFunc(u.Targets, func(t incident.Target) bool { return t.Name == target && t.Freed }) {
		return "", nil
	}
	from := d.Bot.Now().Add(-time.Hour)
	ids, err := d.spoken(ctx, from)
	if err != nil {
		return "", err
	}
	count := 0
	for _, id := range ids {
		other, _, err := d.Incident(ctx, id)
		if err != nil {
			return "", err
		}
		for _, at := range other.Updates.Left(target) {
			if at.After(from) {
				count++
			}
		}
	}
	if count < mostWords {
		return "", nil
	}
	return fmt.Sprintf("%d words went there within the hour, which is the most; “release” sends these too", count), nil
}

// spoken are the incidents of which words for customers left since then.
func (d *Facts) spoken(ctx context.Context, from time.Time) ([]stream.ID, error) {
	open, err := d.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, From: from.Add(-released), Limit: most})
	if err != nil {
		return nil, err
	}
	var out []stream.ID
	for _, s := range append(open, recent...) {
		if card(s).Spoken.After(from) && !slices.Contains(out, s.Stream) {
			out = append(out, s.Stream)
		}
	}
	return out, nil
}
