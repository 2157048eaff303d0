package bot

import (
	"hash/fnv"
	"strconv"
	"time"
)

// The longest pauses between two tries. A far end may ask for a longer one.
const (
	maxPause       = 5 * time.Minute
	maxUrgentPause = 10 * time.Second
	maxRetryAfter  = 24 * time.Hour
)

// NextTry is how long to wait after the attempt of that number (from 1).
//
//	attempt    1    2    3    4    5    6    7     8     9     10 …
//	urgent     1 s  2 s  4 s  8 s  10 s 10 s 10 s  10 s  10 s  10 s
//	others     1 s  2 s  4 s  8 s  16 s 32 s 64 s  128 s 256 s 300 s
//
// Jitter, in [0, 1), takes up to a quarter off, so that what failed together
// does not come back together. When the far end named a time, it is never
// undercut: retryAfter (at most a day is believed) plus up to a second.
func NextTry(attempt int, urgent bool, retryAfter time.Duration, jitter float64) time.Duration {
	longest := maxPause
	if urgent {
		longest = maxUrgentPause
	}
	pause := longest
	if n := max(attempt, 1) - 1; n < 9 {
		pause = min(longest, time.Second<<n)
	}
	pause -= time.Duration(jitter * float64(pause/4))
	if retryAfter > 0 {
		pause = max(pause, min(retryAfter, maxRetryAfter)+time.Duration(jitter*float64(time.Second)))
	}
	return pause
}

// jitter is drawn from the delivery itself: a replay waits as long as the first
// time, and two deliveries do not wait the same.
func jitter(delivery string, attempt int) float64 {
	h := fnv.New32a()
	h.Write([]byte(delivery + "#" + strconv.Itoa(attempt)))
	return float64(h.Sum32()) / (1 << 32)
}
