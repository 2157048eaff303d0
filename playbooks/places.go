package playbooks

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/render"
)

// Place is where a key such as "steps", 3, "when" is written: the nearest that
// is there. own reports whether that is in a file of the reader's, and not in one
// that comes with the binary.
func (s Source) Place(key ...any) (at Mistake, own bool) {
	at.File, at.Line, at.Column = s.tree.place(key)
	doc := s.tree.doc
	for i := range len(key) + 1 {
		if d := s.tree.from[s.tree.at(key[:i]...)]; d != nil {
			doc = d
		}
	}
	return at, !doc.bundled
}

// Key is where a step is written, as Place takes it, and a key of it.
func (s Step) Key(key ...any) []any { return append(slices.Clone(s.at), key...) }

// Asked finds the step that asked for a delivery, by its ID.
func (s Source) Asked(delivery string) (Step, bool) {
	_, _, id, err := stream.Origin(delivery)
	id, _, _ = strings.Cut(id, ".")
	i := slices.IndexFunc(s.Steps, func(x Step) bool { return err == nil && render.Slug(x.Name) == id })
	if i < 0 {
		return Step{}, false
	}
	return s.Steps[i], true
}

// Samples are what a playbook is rehearsed on: incidents of every phase, and
// upon each of them every kind of event.
func (s Source) Samples() iter.Seq2[incident.State, stream.Record] {
	return func(yield func(incident.State, stream.Record) bool) {
		for _, kind := range slices.Sorted(maps.Keys(samples)) {
			for _, event := range sampleEvents(kind) {
				data, err := json.Marshal(event)
				for _, state := range sampleStates(s) {
					if err == nil && !yield(state, stream.Record{Stream: sampleID, Seq: state.Seq, Kind: kind, Data: data, Meta: stream.Meta{At: sampleTime, By: stream.Actor{ID: "omar", Name: "Omar"}}}) {
						return
					}
				}
			}
		}
	}
}
