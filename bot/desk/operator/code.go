package operator

import (
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync"
)

// guesses is how many wrong codes may be typed before there is another one.
const guesses = 5

// code makes whoever types it the operator. It is this process's own: it stands
// in the log of its start, and is worth nothing once it was used.
type code struct {
	mu    sync.Mutex
	text  string // ABCD-EFGH; empty while there is none
	wrong int
	tell  func(code string)
}

// Offer makes a code and tells it to whoever reads the log; five wrong ones
// make another. Without Offer nobody becomes the operator by a code.
func (d *Desk) Offer(tell func(code string)) {
	d.code.mu.Lock()
	defer d.code.mu.Unlock()
	d.code.tell = tell
	d.code.renew()
}

// Withdraw makes the code worth nothing.
func (d *Desk) Withdraw() {
	d.code.mu.Lock()
	defer d.code.mu.Unlock()
	d.code.text, d.code.tell = "", nil
}

func (c *code) renew() {
	t := rand.Text() // 32 letters and digits, none of which looks like another
	c.text, c.wrong = t[:4]+"-"+t[4:8], 0
	c.tell(c.text)
}

// try reports whether somebody typed the code, and whether there is one.
func (c *code) try(typed string) (right, offered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.text == "" {
		return false, false
	}
	if subtle.ConstantTimeCompare([]byte(plain(typed)), []byte(plain(c.text))) == 1 {
		return true, true
	}
	if c.wrong++; c.wrong == guesses {
		c.renew()
	}
	return false, true
}

// plain is a code as it is compared: copied from a log it may come in quotes.
func plain(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune("-`'\" \u2013\u2014", r) { // a phone makes a dash of two hyphens
			return -1
		}
		return r
	}, code))
}
