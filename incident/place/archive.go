package place

import "time"

// notice is how long before it is archived a channel hears of it.
const notice = 24 * time.Hour

// ArchiveAt is when a channel is told that it is archived so long after the end,
// and once it was, when that happens; zero where nothing is archived.
func (r Room) ArchiveAt(ended time.Time, after time.Duration) time.Time {
	switch {
	case r.Channel == "" || after <= 0:
		return time.Time{}
	case !r.Archives.IsZero():
		return r.Archives
	}
	return ended.Add(after - notice)
}

// Tell is when a channel that is told now is archived.
func (r Room) Tell(ended time.Time, after time.Duration, now time.Time) time.Time {
	if at := ended.Add(after); at.After(now.Add(notice)) {
		return at
	}
	return now.Add(notice)
}

// Archive gives the channel up: the announcement's thread is left.
func (r Room) Archive() Room {
	return Room{Before: r.Name, Announced: r.Announced, Thread: r.Thread}
}
