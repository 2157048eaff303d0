package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Table reads what travels as a name and JSON: a kind's events by the record's
// Kind, its commands by their name. An old line decodes for ever: fields are
// added, never changed.
type Table[T any] map[string]func([]byte) (T, error)

// As reads a V where a T is wanted; V implements T.
func As[V, T any](data []byte) (T, error) {
	var v V
	err := json.Unmarshal(data, &v)
	t, _ := any(v).(T)
	return t, err
}

// Event reads a record's event: the zero T (nil) of a kind that the table does
// not have, which is an opaque line.
func (t Table[T]) Event(r Record) (event T, err error) {
	decode, ok := t[r.Kind]
	if !ok {
		return event, nil
	}
	if event, err = decode(r.Data); err != nil {
		err = fmt.Errorf("record %s/%d (%s): %w", r.Stream, r.Seq, r.Kind, err)
	}
	return event, err
}

// Kinds names the kind of each type of event; of a type with several kinds, one
// of them.
func (t Table[T]) Kinds() map[reflect.Type]string {
	out := map[reflect.Type]string{}
	for kind, decode := range t {
		if event, err := decode([]byte("{}")); err == nil {
			out[reflect.TypeOf(event)] = kind
		}
	}
	return out
}

// Command reads a command that a delivery carries. whose names the kind of
// stream in the error: "an incident".
func (t Table[T]) Command(whose, name string, data []byte) (command T, err error) {
	decode, ok := t[name]
	if !ok {
		return command, fmt.Errorf("%s knows no command %q", whose, name)
	}
	if command, err = decode(data); err != nil {
		err = fmt.Errorf("command %q: %w", name, err)
	}
	return command, err
}

// WithSettled adds what may become of a delivery; wrap makes the kind's event.
func (t Table[T]) WithSettled(wrap func(Settled) T) Table[T] {
	for _, result := range []string{Delivered, Failing, InDoubt, GaveUp, Withheld} {
		t[result] = func(data []byte) (T, error) {
			s := Settled{Result: result}
			err := json.Unmarshal(data, &s)
			return wrap(s), err
		}
	}
	return t
}

// Records makes the records of what was decided. A machine is never refused:
// what is no longer due, or makes no sense, decides nothing.
func Records[E any](events []E, refused error, m Meta, kind func(E) string) ([]Record, error) {
	if m.By.Machine() && errors.Is(refused, ErrRefused) {
		return nil, nil
	}
	if refused != nil {
		return nil, refused
	}
	records := make([]Record, 0, len(events))
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("recording %q: %w", kind(e), err)
		}
		records = append(records, Record{Kind: kind(e), Data: data})
	}
	return records, nil
}

// JSON writes what is ours to write; nil for a type that has no JSON, which is
// a defect that the first test of it shows.
func JSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
