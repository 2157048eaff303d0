package stream

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that reads and writes as "15m" or "2h30m".
type Duration time.Duration

// MarshalText gives the shortest form: "15m", not "15m0s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration reads, and days of 24 hours: "5d".
func (d *Duration) UnmarshalText(b []byte) error {
	text := string(b)
	if n, isDays := strings.CutSuffix(text, "d"); isDays {
		if days, err := strconv.Atoi(n); err == nil && days <= 366 && days >= -366 {
			*d = Duration(time.Duration(days) * 24 * time.Hour)
			return nil
		}
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 15m, 2h30m or 5d", b)
	}
	*d = Duration(v)
	return nil
}

// UnmarshalYAML reads the same. Without it the YAML library would print and
// parse each duration's whole document again.
func (d *Duration) UnmarshalYAML(read func(any) error) error {
	var text string
	if err := read(&text); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(text))
}

// String gives "15m", "1h30m", "45s", "-5m".
func (d Duration) String() string {
	if d%Duration(time.Second) != 0 {
		return time.Duration(d).String()
	}
	v, sign := time.Duration(d), ""
	if v < 0 {
		v, sign = -v, "-"
	}
	if v == 0 {
		return "0s"
	}
	out := sign
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := v / u.unit; n > 0 {
			out += fmt.Sprintf("%d%s", n, u.name)
			v -= n * u.unit
		}
	}
	return out
}

// Days gives whole days as "5d", all else as String does.
func (d Duration) Days() string {
	if n := time.Duration(d) / (24 * time.Hour); n > 0 && Duration(n*24*time.Hour) == d {
		return strconv.Itoa(int(n)) + "d"
	}
	return d.String()
}

// Words gives the duration as customers read it: "1 h 42 min".
func (d Duration) Words() string {
	minutes := int(time.Duration(d).Round(time.Minute) / time.Minute)
	switch h, m := minutes/60, minutes%60; {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d min", h, m)
	}
}
