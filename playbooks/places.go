package playbooks

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// Place is where a key such as "steps", 3, "when" is written: the nearest that
// is there. own reports whether that is in a file of the reader's, and not in one
// that comes with the binary.
func (s Source) Place(key ...any) (at Mistake, own bool) {
	at.File, at.Line, at.Column = s.tree.Place(key)
	doc := s.tree.File
	for i := range len(key) + 1 {
		if d := s.tree.From(s.tree.At(key[:i]...)); d != nil {
			doc = d
		}
	}
	return at, !doc.Bundled
}

// Key is where a step is written, as Place takes it, and a key of it.
func (s Step) Key(key ...any) []any { return append(slices.Clone(s.at), key...) }

// Samples are what a playbook is rehearsed on: incidents of every phase, and
// upon each of them every event of these kinds; of all, when none is named.
func (s Source) Samples(kinds ...string) iter.Seq2[incident.State, stream.Record] {
	return func(yield func(incident.State, stream.Record) bool) {
		states := sampleStates(s)
		for _, kind := range slices.Sorted(maps.Keys(samples)) {
			if len(kinds) > 0 && !slices.Contains(kinds, kind) {
				continue
			}
			for _, event := range sampleEvents(kind) {
				data, err := json.Marshal(event)
				for _, state := range states {
					if err == nil && !yield(state, stream.Record{Stream: sampleID, Seq: state.Seq, Kind: kind, Data: data, Meta: stream.Meta{At: sampleTime, By: stream.Actor{ID: "omar", Name: "Omar"}}}) {
						return
					}
				}
			}
		}
	}
}
