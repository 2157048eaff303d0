package replay

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Widths of the table's columns, in characters.
const (
	left  = 44
	right = 66
)

// Table writes the result for a person: both lanes, the measures, what was
// assumed.
func (r *Result) Table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.Scenario, r.Title)
	for _, s := range r.Sources {
		fmt.Fprintf(&b, "  %s, %s\n", s.Name, s.URL)
	}
	if r.WithoutChanges {
		b.WriteString("  Played without recorded changes.\n")
	}
	fmt.Fprintf(&b, "\n%-6s  %s  What Drumbeat does (%s)\n", "", pad("What happened", left), r.Zone)
	day, rows := "", fold(r.Timeline)
	for i := 0; i < len(rows); {
		at := rows[i].At.Truncate(time.Minute)
		var lanes [2][]string
		for ; i < len(rows) && rows[i].At.Truncate(time.Minute).Equal(at); i++ {
			row := rows[i]
			if row.Drumbeat {
				lanes[1] = append(lanes[1], wrap(row.Text, right)...)
			} else {
				lanes[0] = append(lanes[0], wrap(row.Text, left)...)
			}
		}
		if d := at.Format("2 Jan 2006"); d != day {
			fmt.Fprintf(&b, "%s\n", d)
			day = d
		}
		for j := range max(len(lanes[0]), len(lanes[1])) {
			clock := ""
			if j == 0 {
				clock = at.Format("15:04")
			}
			fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-6s  %s  %s", clock, pad(line(lanes[0], j), left), line(lanes[1], j)), " "))
		}
	}
	r.measures(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Result) measures(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s  %-18s %s\n", pad("", 36), "With Drumbeat", "Really")
	compare := func(name, ours, theirs string) { fmt.Fprintf(b, "%s  %-18s %s\n", pad(name, 36), ours, theirs) }
	compare("First page", r.since(r.FirstPage), r.since(r.Really.FirstPage))
	compare("First “I'm on it”", r.since(r.FirstAck), r.since(r.Really.FirstAck))
	compare("First words to customers", r.since(r.FirstPublic), r.since(r.Really.FirstPublic))
	compare("Longest silence until it was over", silence(r.LongestSilence, ""), silence(r.Really.LongestSilence, "at least "))
	compare("Times at which customers got words", fmt.Sprint(len(r.Words)), "")
	compare("Promises kept / by holding / missed", fmt.Sprintf("%d / %d / %d", r.PromisesKept, r.PromisesKeptByHolding, r.PromisesMissed), "")
	compare("Deliveries that failed", fmt.Sprint(r.DeliveriesFailed), "")
	list := func(title string, items []string) {
		if len(items) == 0 {
			return
		}
		fmt.Fprintf(b, "\n%s\n", title)
		for _, item := range items {
			fmt.Fprintf(b, "  %s\n", strings.Join(wrap(item, left+right+6), "\n    "))
		}
	}
	list("Look here first", r.Suspects)
	list(fmt.Sprintf("Messages (most in an hour; the budget is %d)", r.Budget), r.messages())
	list("Asked for in vain", r.Refused)
	list("Assumed", r.Assumptions)
}

func (r *Result) messages() (out []string) {
	for _, all := range []map[string]int{r.MessagesPerPerson, r.MessagesPerChannel} {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			over := ""
			if slices.Contains(r.OverBudget, name) {
				over = ", over budget"
			}
			parts = append(parts, fmt.Sprintf("%s %d (%d%s)", name, all[name], r.MostInAnHour[name], over))
		}
		if len(parts) > 0 {
			out = append(out, strings.Join(parts, ", "))
		}
	}
	return out
}

// since is a moment and how long after the first sign it was.
func (r *Result) since(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return fmt.Sprintf("%s (%d min)", t.Format("15:04"), int(t.Sub(*r.FirstSign)/time.Minute))
}

func silence(minutes *int, prefix string) string {
	if minutes == nil {
		return "–"
	}
	return fmt.Sprintf("%s%d min", prefix, *minutes)
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}

// wrap breaks a text between words; what follows the first line is indented.
func wrap(s string, n int) (out []string) {
	current := ""
	for _, word := range strings.Fields(s) {
		switch {
		case current == "":
			current = word
		case utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > n:
			out, current = append(out, current), "  "+word
		default:
			current += " " + word
		}
	}
	return append(out, current)
}
