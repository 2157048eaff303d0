package alert

import (
	"encoding/json"
	"fmt"

	"drumbeat/incident/stream"
)

func decode(r stream.Record) (event, error) {
	var err error
	read := func(v any) {
		if err = json.Unmarshal(r.Data, v); err != nil {
			err = fmt.Errorf("record %s/%d (%s): %w", r.Stream, r.Seq, r.Kind, err)
		}
	}
	switch r.Kind {
	case "fired":
		var e fired
		read(&e)
		return e, err
	case "resolved":
		var e resolved
		read(&e)
		return e, err
	case "muted":
		var e muted
		read(&e)
		return e, err
	case "mute-ended":
		var e muteEnded
		read(&e)
		return e, err
	case "joined":
		var e joined
		read(&e)
		return e, err
	case stream.Delivered, stream.Failing, stream.InDoubt, stream.GaveUp, stream.Withheld:
		var e settled
		read(&e.Settled)
		e.Result = r.Kind
		return e, err
	}
	return nil, nil
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	switch name {
	case "receive":
		return as[Receive](data)
	case "end-mute":
		return as[EndMute](data)
	case "expire":
		return Expire{}, nil
	case "join":
		return as[Join](data)
	}
	return nil, fmt.Errorf("an alert knows no command %q", name)
}

func as[C Command](data []byte) (Command, error) {
	var c C
	err := json.Unmarshal(data, &c)
	return c, err
}

// instances are the firing ones, in shards, so that adding one to ten thousand
// copies a sixty-fourth of them and older states stay as they are.
type instances struct {
	shards [64]map[string]struct{}
	n      int
}

func shard(fingerprint string) int {
	h := uint32(2166136261)
	for i := range len(fingerprint) {
		h = (h ^ uint32(fingerprint[i])) * 16777619
	}
	return int(h % 64)
}

func (x instances) has(fingerprint string) bool {
	_, ok := x.shards[shard(fingerprint)][fingerprint]
	return ok
}

func (x instances) with(list []Instance) instances    { return x.changed(list, true) }
func (x instances) without(list []Instance) instances { return x.changed(list, false) }

func (x instances) changed(list []Instance, add bool) instances {
	var own [64]bool
	for _, i := range list {
		k := shard(i.Fingerprint)
		if x.has(i.Fingerprint) == add {
			continue
		}
		if !own[k] {
			m := make(map[string]struct{}, len(x.shards[k])+1)
			for f := range x.shards[k] {
				m[f] = struct{}{}
			}
			x.shards[k], own[k] = m, true
		}
		if add {
			x.shards[k][i.Fingerprint] = struct{}{}
			x.n++
		} else {
			delete(x.shards[k], i.Fingerprint)
			x.n--
		}
	}
	return x
}

// Len is how many instances fire.
func (x instances) Len() int { return x.n }
