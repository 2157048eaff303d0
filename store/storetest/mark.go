package storetest

import (
	"time"

	"drumbeat/store"
)

func (k kit) marker() store.Marker {
	k.Helper()
	m, ok := k.s.(store.Marker)
	if !ok {
		k.Fatalf("%T is no store.Marker", k.s)
	}
	return m
}

func (k kit) mark(now time.Time) {
	k.Helper()
	if err := k.marker().Mark(k.ctx(), now); err != nil {
		k.Fatal(err)
	}
}

func (k kit) wantMark(want store.Mark) {
	k.Helper()
	got, err := k.marker().Marked(k.ctx())
	if err != nil {
		k.Fatal(err)
	}
	k.same("mark", want, got)
}

// marks are for stores that outlive the process: no other is found again.
func marks(b Backend) []scenario {
	if b.Reopen == nil {
		return nil
	}
	out := []scenario{
		{"a new store has none", func(k kit) {
			k.wantMark(store.Mark{})
			k.queue(one)
			k.wantMark(store.Mark{})
		}},
		{"the newest stands, whatever its time", func(k kit) {
			for _, now := range []time.Time{at(0), at(60).Add(1), at(30)} {
				k.mark(now)
				k.wantMark(store.Mark{At: now})
			}
		}},
		{"reading changes nothing", func(k kit) {
			k.mark(at(0))
			for range 3 {
				k.wantMark(store.Mark{At: at(0)})
			}
		}},
		{"a restart is not foreign", func(k kit) {
			k.mark(at(0))
			again := newKit(k.T, b.Reopen(k.T, k.s))
			again.wantMark(store.Mark{At: at(0)})
			again.mark(at(60))
			again.wantMark(store.Mark{At: at(60)})
		}},
	}
	if b.Beside != nil {
		out = append(out, scenario{"each process sees the other's", func(k kit) {
			other := newKit(k.T, b.Beside(k.T, k.s))
			k.mark(at(0))
			other.wantMark(store.Mark{At: at(0)})
			other.mark(at(60))
			k.wantMark(store.Mark{At: at(60)})
		}})
	}
	if b.Copy != nil {
		out = append(out, scenario{"a copy is foreign until it is marked", func(k kit) {
			k.mark(at(0))
			copied := newKit(k.T, b.Copy(k.T, k.s))
			copied.wantMark(store.Mark{At: at(0), Foreign: true})
			copied.wantMark(store.Mark{At: at(0), Foreign: true})
			copied.mark(at(60))
			copied.wantMark(store.Mark{At: at(60)})
		}}, scenario{"a copy that was never in use is new", func(k kit) {
			newKit(k.T, b.Copy(k.T, k.s)).wantMark(store.Mark{})
		}})
	}
	return out
}
