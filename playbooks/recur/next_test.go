package recur_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"drumbeat/playbooks/recur"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// zones differ in how wide the change is, at what hour it comes and whether it still does.
var zones = []string{
	"Africa/Casablanca", "America/Los_Angeles", "America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu",
	"Asia/Tehran", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Berlin", "Pacific/Apia",
}

const stamp = "2006-01-02T15:04:05Z07:00"

func load(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func next(t interface{ Fatal(...any) }, spec string, after time.Time) time.Time {
	got, err := recur.Next(spec, after.Location(), after)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// runs gives what is due in (from, to], and fails unless each is later than the one before.
func runs(t interface{ Fatal(...any) }, spec string, from, to time.Time) []time.Time {
	var all []time.Time
	for at := from; ; {
		n := next(t, spec, at)
		if !n.After(at) {
			t.Fatal(spec, "after", at, "gives", n)
		}
		if n.After(to) {
			return all
		}
		all, at = append(all, n), n
	}
}

// reading is what the clock of t's zone shows, written as UTC.
func reading(t time.Time) time.Time {
	_, seconds := t.Zone()
	return t.UTC().Add(time.Duration(seconds) * time.Second)
}

func TestNextInNamedNights(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ night, zone, spec, after, want string }{
		{"spring", "Europe/Berlin", "30 2 * * *", "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00 2026-03-30T02:30:00+02:00"},
		{"autumn", "Europe/Berlin", "30 2 * * *", "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00 2026-10-26T02:30:00+01:00"},
		{"between the two", "Europe/Berlin", "30 2 * * *", "2026-10-25T02:10:00+01:00", "2026-10-26T02:30:00+01:00"},
		{"the edges of the gap", "Europe/Berlin", "0 2,3 * * *", "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00 2026-03-30T02:00:00+02:00"},
		{"two in one gap", "Europe/Berlin", "15,45 2 * * *", "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00 2026-03-30T02:15:00+02:00"},
		{"a weekday in the gap", "Europe/Berlin", "30 2 * * sun", "2026-03-23T00:00:00+01:00", "2026-03-29T03:00:00+02:00 2026-04-05T02:30:00+02:00"},
		{"another weekday", "Europe/Berlin", "30 2 * * mon", "2026-03-28T00:00:00+01:00", "2026-03-30T02:30:00+02:00"},
		{"fixed hour, every minute", "Europe/Berlin", "*/30 2 * * *", "2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00 2026-10-25T02:30:00+02:00 2026-10-26T02:00:00+01:00"},
		{"spring in the west", "America/Los_Angeles", "30 2 * * *", "2026-03-08T00:00:00-08:00", "2026-03-08T03:00:00-07:00 2026-03-09T02:30:00-07:00"},
		{"autumn in the west", "America/Los_Angeles", "30 1 * * *", "2026-11-01T00:00:00-07:00", "2026-11-01T01:30:00-07:00 2026-11-02T01:30:00-08:00"},
		{"a minute past midnight", "America/St_Johns", "30 0 * * *", "2010-03-13T12:00:00-03:30", "2010-03-14T01:01:00-02:30 2010-03-15T00:30:00-02:30"},
		{"half an hour forward", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00+10:30", "2026-10-04T02:30:00+11:00 2026-10-05T02:15:00+11:00"},
		{"half an hour back", "Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00:00+11:00", "2026-04-05T01:45:00+11:00 2026-04-06T01:45:00+10:30"},
		{"southern spring", "Australia/Sydney", "0 2 * * *", "2026-10-03T12:00:00+10:00", "2026-10-04T03:00:00+11:00 2026-10-05T02:00:00+11:00"},
		{"no midnight", "America/Sao_Paulo", "@daily", "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00 2018-11-05T00:00:00-02:00"},
		{"eleven o'clock twice", "America/Sao_Paulo", "30 23 * * *", "2018-02-17T12:00:00-02:00", "2018-02-17T23:30:00-02:00 2018-02-18T23:30:00-03:00"},
		{"midnight put off", "America/Sao_Paulo", "@daily", "2018-02-17T12:00:00-02:00", "2018-02-18T00:00:00-03:00 2018-02-19T00:00:00-03:00"},
		{"new year", "Asia/Tehran", "@midnight", "2022-03-21T12:00:00+03:30", "2022-03-22T01:00:00+04:30 2022-03-23T00:00:00+04:30"},
		{"Ramadan begins", "Africa/Casablanca", "30 2 * * *", "2026-02-14T12:00:00+01:00", "2026-02-15T02:30:00+01:00 2026-02-16T02:30:00Z"},
		{"Ramadan ends", "Africa/Casablanca", "30 2 * * *", "2026-03-21T12:00:00Z", "2026-03-22T03:00:00+01:00 2026-03-23T02:30:00+01:00"},
		{"a quarter of an hour, once", "Asia/Kathmandu", "@daily", "1985-12-31T12:00:00+05:30", "1986-01-01T00:15:00+05:45 1986-01-02T00:00:00+05:45"},
		{"a day that never was", "Pacific/Apia", "0 9 * * *", "2011-12-29T09:00:00-10:00", "2011-12-31T00:00:00+14:00 2011-12-31T09:00:00+14:00"},

		{"hourly in spring", "Europe/Berlin", "30 * * * *", "2026-03-29T01:00:00+01:00", "2026-03-29T01:30:00+01:00 2026-03-29T03:30:00+02:00 2026-03-29T04:30:00+02:00"},
		{"hourly in autumn", "Europe/Berlin", "@hourly", "2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00 2026-10-25T02:00:00+01:00 2026-10-25T03:00:00+01:00"},
		{"two hours in spring", "Europe/Berlin", "30 */2 * * *", "2026-03-29T00:30:00+01:00", "2026-03-29T03:30:00+02:00 2026-03-29T04:30:00+02:00"},
		{"two hours in autumn", "Europe/Berlin", "0 */2 * * *", "2026-10-25T00:00:00+02:00", "2026-10-25T02:00:00+02:00 2026-10-25T02:00:00+01:00 2026-10-25T04:00:00+01:00"},
		{"half days without midnight", "America/Sao_Paulo", "0 */12 * * *", "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00 2018-11-04T12:00:00-02:00"},
		{"hourly, half an hour forward", "Australia/Lord_Howe", "0 * * * *", "2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00 2026-10-04T03:00:00+11:00 2026-10-04T04:00:00+11:00"},
		{"two clocks at once", "Australia/Lord_Howe", "20,40 * * * *", "2026-10-04T01:40:00+10:30", "2026-10-04T02:40:00+11:00 2026-10-04T02:50:00+11:00 2026-10-04T03:20:00+11:00"},
		{"elapsed hours", "Europe/Berlin", "@every 1h", "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00 2026-03-29T04:30:00+02:00"},
		{"an interval far ahead", "Europe/Berlin", "0 */12 29 2 *", "2025-01-01T00:00:00+01:00", "2028-02-29T00:00:00+01:00 2028-02-29T12:00:00+01:00 2032-02-29T00:00:00+01:00"},
		{"a century without a leap year", "Europe/Berlin", "0 9 29 2 *", "2096-03-01T00:00:00+01:00", "2104-02-29T09:00:00+01:00"},
		{"the last day of a leap year", "America/Los_Angeles", "0 18 * * *", "2028-12-30T18:00:00-08:00", "2028-12-31T18:00:00-08:00 2029-01-01T18:00:00-08:00"},
		{"every other hour of it", "America/Los_Angeles", "0 */2 * * *", "2028-12-31T14:00:00-08:00", "2028-12-31T16:00:00-08:00 2028-12-31T18:00:00-08:00"},
		{"over it", "Europe/Berlin", "3 */7 2 1-5 sun", "2052-09-02T10:00:00+02:00", "2053-01-02T00:03:00+01:00 2053-01-02T07:03:00+01:00"},
		{"within the second", "Europe/Berlin", "30 9 * * mon-fri", "2026-01-02T09:30:00.5+01:00", "2026-01-05T09:30:00+01:00"},
	} {
		t.Run(c.zone+"/"+c.night, func(t *testing.T) {
			t.Parallel()
			zone := load(t, c.zone)
			at, err := time.ParseInLocation(stamp, c.after, zone)
			if err != nil {
				t.Fatal(err)
			}
			at = at.In(zone)
			var got []string
			for range strings.Fields(c.want) {
				at = next(t, c.spec, at)
				got = append(got, at.Format(stamp))
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Errorf("%s after %s (-want +got):\n%s", c.spec, c.after, diff)
			}
		})
	}
}

// change is one night in which the clock of a zone was or will be changed, and by how much.
type change struct {
	at time.Time // the first minute with the new clock
	by time.Duration
}

// changes looks at the clock itself, by half days and then minute by minute.
func changes(zone *time.Location, from, to time.Time) []change {
	const step = 12 * time.Hour
	var all []change
	for half := from.In(zone); half.Before(to); half = half.Add(step) {
		if shift(half, half.Add(step)) == 0 {
			continue
		}
		for at := half; at.Before(half.Add(step)); at = at.Add(time.Minute) {
			if by := shift(at, at.Add(time.Minute)); by != 0 {
				all = append(all, change{at.Add(time.Minute), by})
			}
		}
	}
	return all
}

func shift(a, b time.Time) time.Duration { return reading(b).Sub(reading(a)) - b.Sub(a) }

// nights draws one of the changes of one of the zones, or the end of a leap
// year, where nothing is changed but the time package's own reckoning ends.
func nights(t *testing.T) *rapid.Generator[change] {
	t.Helper()
	byZone := make([]*rapid.Generator[change], 0, len(zones))
	for _, name := range zones {
		all := changes(load(t, name), time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC))
		if len(all) == 0 {
			t.Fatal(name, "never changes its clock")
		}
		for year := 2008; year < 2060; year += 4 {
			all = append(all, change{at: time.Date(year, 12, 31, 12, 0, 0, 0, load(t, name))})
		}
		byZone = append(byZone, rapid.SampledFrom(all))
	}
	return rapid.OneOf(byZone...)
}

// list writes numbers as a cron field.
func list(numbers []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ",")
}

func TestNextKeepsEachAppointmentOnce(t *testing.T) {
	t.Parallel()
	night := nights(t)
	rapid.Check(t, func(t *rapid.T) {
		c := night.Draw(t, "night")
		// Most appointments are near the change, where it matters.
		asked := reading(c.at).Add(time.Duration(rapid.IntRange(-150, 150).Draw(t, "minutes from the change")) * time.Minute)
		if rapid.Bool().Draw(t, "any time of day") {
			asked = asked.Add(time.Duration(rapid.IntRange(0, 1439).Draw(t, "minutes later")) * time.Minute)
		}
		days := rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 7, rapid.ID[int]).Draw(t, "weekdays")
		spec := fmt.Sprintf("%d %d * * %s", asked.Minute(), asked.Hour(), list(days))
		from, to := c.at.Add(-4*24*time.Hour), c.at.Add(4*24*time.Hour)
		got := runs(t, spec, from, to)

		var want []time.Time
		for d := asked.AddDate(0, 0, -8); !d.After(reading(to)); d = d.AddDate(0, 0, 1) {
			if !slices.Contains(days, int(d.Weekday())) || !d.After(reading(from)) {
				continue
			}
			at := from.Truncate(time.Minute)
			for reading(at).Before(d) {
				at = at.Add(time.Minute)
			}
			if late := reading(at).Sub(d); late < 0 || late > max(c.by, 0) {
				t.Fatal(d, "is kept", late, "after its time, the change is", c.by)
			}
			want = append(want, at)
		}
		want = slices.CompactFunc(want, time.Time.Equal) // the same hour of a day that never was and of the next
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s around %s (-want +got):\n%s", spec, c.at, diff)
		}
	})
}

func TestNextOfAnyTimeIsTheNextOfTheRuns(t *testing.T) {
	t.Parallel()
	night := nights(t)
	specs := rapid.SampledFrom([]string{"*/7 * * * *", "30 */2 * * *", "10 2 * * *", "5-55/25 0-4 * * *", "@daily", "@hourly", "59 23 * * *"})
	rapid.Check(t, func(t *rapid.T) {
		c, spec := night.Draw(t, "night"), specs.Draw(t, "spec")
		from, to := c.at.Add(-30*time.Hour), c.at.Add(80*time.Hour)
		all := runs(t, spec, from, to)
		after := c.at.Add(time.Duration(rapid.IntRange(-5*3600, 5*3600).Draw(t, "seconds")) * time.Second)
		i := slices.IndexFunc(all, func(r time.Time) bool { return r.After(after) })
		if got := next(t, spec, after); i < 0 || !got.Equal(all[i]) {
			t.Fatalf("%s after %s: got %s, the runs are %s", spec, after, got, all)
		}
	})
}

func TestNextKeepsIntervalsRunning(t *testing.T) {
	t.Parallel()
	night := nights(t)
	rapid.Check(t, func(t *rapid.T) {
		c := night.Draw(t, "night")
		minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 59), 1, 4, rapid.ID[int]).Draw(t, "minutes")
		hours := rapid.SampledFrom([]int{1, 2, 3, 4, 6, 12}).Draw(t, "hours")
		spec := fmt.Sprintf("%s */%d * * *", list(minutes), hours)
		from, to := c.at.Add(-30*time.Hour), c.at.Add(54*time.Hour)
		got := runs(t, spec, from, to)

		var want []time.Time
		due := func(shown time.Time) bool { return slices.Contains(minutes, shown.Minute()) && shown.Hour()%hours == 0 }
		for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			jumped := !at.Before(c.at) && at.Before(c.at.Add(c.by)) && due(reading(at).Add(-c.by))
			if due(reading(at)) || jumped {
				want = append(want, at)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s around %s (-want +got):\n%s", spec, c.at, diff)
		}
	})
}

func TestNextKeepsMinutesEven(t *testing.T) {
	t.Parallel()
	night := nights(t)
	rapid.Check(t, func(t *rapid.T) {
		c := night.Draw(t, "night")
		every := rapid.SampledFrom([]time.Duration{1, 3, 5, 15}).Draw(t, "minutes") * time.Minute // each divides every change
		spec := fmt.Sprintf("*/%d * * * *", every/time.Minute)
		all := runs(t, spec, c.at.Add(-3*time.Hour), c.at.Add(3*time.Hour))
		if want := int(6 * time.Hour / every); len(all) != want {
			t.Fatalf("%s around %s: got %d runs, want %d", spec, c.at, len(all), want)
		}
	})
}

func TestNextSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ spec, want, write string }{
		{"", "empty", "minute hour day month weekday"},
		{"30 9 * *", "expected exactly 5 fields, found 4", "minute hour day month weekday"},
		{"0 30 9 * * *", "expected exactly 5 fields, found 6", "minute hour day month weekday"},
		{"30 25 * * *", "above maximum (23)", "minute hour day month weekday"},
		{"30 9 * * 7", "above maximum (6)", "Sunday is 0"},
		{"30 , * * *", "only a comma", "minute hour day month weekday"},
		{"0 9 30 2 *", "no month has such a day", "28"},
		{"@fortnightly", "unrecognized descriptor", "@weekly"},
		{"@every day", "failed to parse duration", "@every 2h"},
		{"@every 10s", "more than once a minute", "@every 1m"},
		{"@every -1h", "more than once a minute", "@every 1m"},
		{"TZ=Europe/Berlin 30 9 * * *", "a zone cannot stand in the schedule", "set the zone beside it"},
		{" CRON_TZ=UTC", "a zone cannot stand in the schedule", "set the zone beside it"},
	} {
		at, err := recur.Next(c.spec, time.UTC, time.Unix(0, 0))
		if err == nil {
			t.Errorf("%q: got %s, want an error", c.spec, at)
			continue
		}
		for _, want := range []string{fmt.Sprintf("schedule %q", c.spec), c.want, c.write} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: got %q, want it to say %q", c.spec, err, want)
			}
		}
	}
	if _, err := recur.Next("@daily", nil, time.Unix(0, 0)); err == nil || !strings.Contains(err.Error(), "time zone") {
		t.Errorf("without a zone: got %v, want an error that asks for one", err)
	}
}

func FuzzNext(f *testing.F) {
	for _, spec := range []string{"30 2 * * *", "*/15 * 1-7,? feb sun", "@every 1h30m", "@monthly", "TZ=", "CRON_TZ=x", ", , , , ,", "0 0 31 4 *", "1-2-3 4/5/6 * * *"} {
		f.Add(spec, int64(1774746000))
	}
	zone := load(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, spec string, seconds int64) {
		after := time.Unix(seconds%(1<<33), 0)
		got, err := recur.Next(spec, zone, after)
		if err == nil && !got.After(after) {
			t.Errorf("%q after %s: got %s", spec, after, got)
		}
	})
}
