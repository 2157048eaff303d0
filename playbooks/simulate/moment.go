package simulate

import (
	"fmt"
	"strings"
	"time"
)

// monday is the first day of the week in which courses play that name none.
var monday = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// Moment reads when an incident begins: "Sat 02:00", "02:00" (a Tuesday's), or
// "2026-03-07 02:00", by the clock of zone. What names no date is in one and the
// same week of March 2026.
func Moment(text string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation("2006-01-02 15:04", strings.Replace(text, "T", " ", 1), zone); err == nil {
		return t, nil
	}
	name, clock, named := strings.Cut(text, " ")
	if !named {
		name, clock = "Tue", text
	}
	t, err := time.Parse("15:04", clock)
	for day := range 7 {
		date := monday.AddDate(0, 0, day)
		if whole := date.Weekday().String(); err == nil && len(name) >= 3 && len(name) <= len(whole) && strings.EqualFold(name, whole[:len(name)]) {
			return time.Date(date.Year(), date.Month(), date.Day(), t.Hour(), t.Minute(), 0, 0, zone), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write “02:00”, “Sat 02:00” or “2026-03-07 02:00”", text)
}
