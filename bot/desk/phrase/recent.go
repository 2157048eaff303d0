package phrase

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"drumbeat/integrations"
)

// Recent remembers what was said a moment ago by requests without a name.
type Recent struct {
	mu    sync.Mutex
	first map[[32]byte]time.Time
}

// Intent names a request that its face could not name. Where several processes
// answer, each minute of the clock is one; within one process, each minute from
// the first time that it was said.
func (r *Recent) Intent(a integrations.Request, line string) string {
	what := fmt.Sprintf("%s\x00%s\x00%s\x00%s", a.By.ID, a.Channel, a.Thread, line)
	said := sha256.Sum256([]byte(what))
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, t := range r.first {
		if age := a.At.Sub(t); age >= time.Minute || age <= -time.Minute {
			delete(r.first, k)
		}
	}
	if r.first == nil {
		r.first = map[[32]byte]time.Time{}
	}
	if _, ok := r.first[said]; !ok {
		r.first[said] = a.At
	}
	return fmt.Sprintf("said:%s:%d", hex.EncodeToString(said[:12]), r.first[said].Unix()/60)
}
