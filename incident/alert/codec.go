package alert

import "drumbeat/incident/stream"

// events are all that can happen to an alert, by the record's Kind.
var events = stream.Table[event]{
	"fired":      stream.As[fired, event],
	"resolved":   stream.As[resolved, event],
	"muted":      stream.As[muted, event],
	"mute-ended": stream.As[muteEnded, event],
	"joined":     stream.As[joined, event],
}.WithSettled(func(s stream.Settled) event { return settled{s} })

func (fired) kind() string     { return "fired" }
func (resolved) kind() string  { return "resolved" }
func (muted) kind() string     { return "muted" }
func (muteEnded) kind() string { return "mute-ended" }
func (joined) kind() string    { return "joined" }
func (e settled) kind() string { return e.Result }

// commands are what deliveries to the bot carry.
var commands = stream.Table[Command]{
	"receive":  stream.As[Receive, Command],
	"end-mute": stream.As[EndMute, Command],
	"expire":   stream.As[Expire, Command],
	"insist":   stream.As[Insist, Command],
	"join":     stream.As[Join, Command],
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	return commands.Command("an alert", name, data)
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
