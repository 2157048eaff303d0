// Package recur holds the team's recurring work as a playbook says it, and the
// one rule that tells when it is next due.
package recur

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const (
	howToWrite  = `write "minute hour day month weekday" (Sunday is 0), such as "30 9 * * mon-fri", or @hourly, @daily, @weekly, @monthly, @yearly or "@every 2h"`
	widestClock = 24 * time.Hour // no zone's clock was ever this far from UTC
)

// Next gives the first time strictly after after at which recurring work is
// due, in zone. spec is a cron spec of five fields (minute, hour, day of month,
// month, weekday) or one of @hourly, @daily, @midnight, @weekly, @monthly,
// @yearly, @annually and "@every 1h30m". As everywhere in cron, a spec that
// limits both day fields means either of them.
//
// Three rules say what happens in the nights when the clock is changed:
//
//   - Without a star in its hour field a spec is an appointment with the clock
//     on the wall, such as the handover at 02:30. It is due when that clock
//     first reaches the time: a time that is jumped over is due at the first
//     instant after the gap, one that comes twice is due the first time.
//     Appointments that fall together in this way are one.
//   - With a star (`*`, `*/2`, @hourly) it is an interval and keeps running.
//     It is due whenever the clock shows one of its times, in a repeated hour
//     too; times that are jumped over are due when the clock would have shown
//     them without the jump. So "30 * * * *" stays an hour apart in both
//     nights, and "0 */12 * * *" is not lost where midnight is jumped over.
//   - @every counts elapsed time from after, in whole seconds and at least a
//     minute. Give the last due time as after, and it does not drift.
//
// The cron library alone, reading its times off the zone's clock, skips a time
// in the gap and doubles one that comes twice; here it reads a clock without
// changes, and the zone is applied to what it finds.
//
// An error says what is wrong with the spec and what to write. The spec names
// no zone itself, and one that no date ever matches is an error as well.
func Next(spec string, zone *time.Location, after time.Time) (time.Time, error) {
	if zone == nil {
		return time.Time{}, fmt.Errorf("schedule %q has no time zone: name one, such as Europe/Berlin", spec)
	}
	after = after.In(zone)
	s, err := parse(strings.TrimSpace(spec))
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %q: %w", spec, err)
	}
	times, ok := s.(*cron.SpecSchedule)
	switch {
	case !ok: // @every
		return s.Next(after), nil
	case upcoming(times, after.UTC()).IsZero():
		return time.Time{}, fmt.Errorf("schedule %q: no month has such a day: write a day of the month that comes, such as 28", spec)
	case isInterval(spec):
		return nextInterval(times, after), nil
	default:
		return nextAppointment(times, after), nil
	}
}

// parse reads a spec, more strictly than the library does.
func parse(spec string) (cron.Schedule, error) {
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		// The library would ask the machine for the zone, and panics if nothing follows it.
		return nil, errors.New("a zone cannot stand in the schedule: leave out TZ= and set the zone beside it")
	}
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, howToWrite)
	}
	if times, ok := s.(*cron.SpecSchedule); ok {
		if times.Minute == 0 || times.Hour == 0 || times.Dom == 0 || times.Month == 0 || times.Dow == 0 {
			return nil, fmt.Errorf("a field is only a comma: %s", howToWrite)
		}
		return s, nil
	}
	// The library raises what is too short to a second in silence.
	if every, ok := s.(cron.ConstantDelaySchedule); ok && every.Delay < time.Minute {
		return nil, errors.New(`it comes more than once a minute: write "@every 1m" or longer`)
	}
	return s, nil
}

func isInterval(spec string) bool {
	fields := strings.Fields(spec)
	if len(fields) == 1 {
		return fields[0] == "@hourly"
	}
	return strings.ContainsAny(fields[1], "*?") // the library reads ? as *
}

// nextAppointment tries one reading of the clock after the other. Those up to
// what it shows now have been reached; of the later ones, those of a repeated
// hour have been too.
func nextAppointment(s *cron.SpecSchedule, after time.Time) time.Time {
	for reading := upcoming(s, after.UTC().Add(offset(after))); ; reading = upcoming(s, reading) {
		if t := reached(reading, after.Location()); t.After(after) {
			return t
		}
	}
}

// reached gives the first instant at which the clock of zone shows reading or
// more. It walks over the spells between two changes of that clock.
func reached(reading time.Time, zone *time.Location) time.Time {
	for t := reading.Add(-widestClock).In(zone); ; {
		start, end := spell(t)
		at := reading.Add(-offset(t)).In(zone)
		switch {
		case !start.IsZero() && at.Before(start):
			return start // the change jumped over it
		case end.IsZero() || at.Before(end):
			return at
		}
		t = end
	}
}

// nextInterval looks for a match in each spell between two changes of the
// clock. For as long as a jump was wide, the clock as it was counts too.
func nextInterval(s *cron.SpecSchedule, after time.Time) time.Time {
	for t := after; ; {
		now := t.Add(1)
		start, end := spell(now)
		next := shown(s, t, offset(now))
		if !start.IsZero() {
			before := offset(start.Add(-1))
			jumped := shown(s, t, before)
			if jumped.Before(start.Add(offset(now)-before)) && jumped.Before(next) {
				next = jumped
			}
		}
		if end.IsZero() || next.Before(end) {
			return next
		}
		t = end.Add(-1)
	}
}

// shown gives the first instant after t at which a clock so far ahead of UTC shows one of the times.
func shown(s *cron.SpecSchedule, t time.Time, ahead time.Duration) time.Time {
	return upcoming(s, t.UTC().Add(ahead)).Add(-ahead).In(t.Location())
}

// upcoming gives the first match after reading, both on a clock without
// changes, written as UTC; zero if there is none. The library looks five years
// ahead, but from 2096 the next 29 February is eight years away.
func upcoming(s *cron.SpecSchedule, reading time.Time) time.Time {
	if next := s.Next(reading); !next.IsZero() {
		return next
	}
	return s.Next(reading.AddDate(4, 0, 0))
}

// spell gives the bounds of a time around t without a change of its zone's
// clock; zero if there is none. Beyond a zone's table the time package cuts
// spells at the year's end and takes every year for 365 days, so that on 31
// December of a leap year the end that it gives is past.
func spell(t time.Time) (start, end time.Time) {
	start, end = t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		end = end.Add(24 * time.Hour)
	}
	return start, end
}

// offset says how far the clock of t's zone is ahead of UTC at t.
func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
