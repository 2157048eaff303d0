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
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, zone); err == nil {
		return t, nil
	}
	name, clock, named := strings.Cut(text, " ")
	if !named {
		name, clock = "Tue", text
	}
	t, err := time.Parse("15:04", clock)
	for day := range 7 {
		if date := monday.AddDate(0, 0, day); err == nil && strings.EqualFold(name, date.Format("Mon")) {
			return time.Date(date.Year(), date.Month(), date.Day(), t.Hour(), t.Minute(), 0, 0, zone), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a moment such as “Sat 02:00” or “2026-03-07 02:00”", text)
}
