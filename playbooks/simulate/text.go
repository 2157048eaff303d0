package simulate

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/incident/stream"
)

// Widths of the table's columns, in characters.
const (
	wideWho      = 34
	wideWhat     = 84
	longestBlock = 24 // of rows that repeat themselves
)

// Text writes the result for a person: each act with its time, what customers
// read, the promises, and what it costs everybody. Edits, topics and invitations
// notify nobody: all says them too.
func (r Result) Text(w io.Writer, all bool) error {
	var b strings.Builder
	private := ""
	if r.Private {
		private = ", private"
	}
	fmt.Fprintf(&b, "%s under playbook %s: %s%s, “%s”, watched from %s for %s\n", r.Number, r.Playbook, r.Severity, private, r.Title, r.Begins.Format("Mon 15:04"), r.For)
	fmt.Fprintf(&b, "Assumed: %s.\n\n", strings.Join(r.Assumed, "; "))
	row := func(at, who, what, step string) {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%9s  %s  %s  %s", at, pad(who, wideWho), pad(what, wideWhat), step), " "))
	}
	row("time", "who", "what", "step")
	for _, a := range r.rows(all) {
		row(offset(a.After), a.reader(), short(a.says(), wideWhat), a.Step)
	}
	r.public(&b)
	r.promises(&b)
	r.messages(&b)
	list(&b, "Asked for in vain", r.Refused)
	list(&b, "Steps that failed", r.Faults)
	_, err := io.WriteString(w, b.String())
	return err
}

var numbers = regexp.MustCompile(`[0-9]+`)

// rows are the acts for a reader: what repeats itself in other numbers is told
// once.
func (r Result) rows(all bool) []Act {
	acts := slices.DeleteFunc(slices.Clone(r.Acts), func(a Act) bool { return a.Kind == Quiet && !all })
	text := func(a Act) string { return numbers.ReplaceAllString(a.reader()+a.says(), "0") }
	alike := func(a, b Act) bool { return a.Kind == b.Kind && a.Step == b.Step && text(a) == text(b) }
	return Fold(acts, longestBlock, alike, func(block, rest []Act, times int) Act {
		what := fmt.Sprintf("the same %d× more, until %s", times, offset(rest[len(rest)-1].After))
		if len(block) > 1 {
			what = fmt.Sprintf("the %d lines above %d× more, until %s", len(block), times, offset(rest[len(rest)-1].After))
		}
		return Act{After: rest[0].After, Who: "…", What: what}
	})
}

// offset is a time since the beginning: "+07:30", "+1:07:30".
func offset(d stream.Duration) string {
	t := time.Duration(d).Round(time.Second)
	h, m, s := t/time.Hour, t/time.Minute%60, t/time.Second%60
	if h == 0 {
		return fmt.Sprintf("+%02d:%02d", m, s)
	}
	return fmt.Sprintf("+%d:%02d:%02d", h, m, s)
}

// reader is who an act is by or for, and how it gets there: "Maya (PagerDuty,
// SMS)".
func (a Act) reader() string {
	via := slices.DeleteFunc(slices.Clone(a.Via), func(v string) bool { return v == a.Who || v == "Slack" && len(a.Via) == 1 })
	if len(via) == 0 {
		return short(a.Who, wideWho)
	}
	carried := " (" + strings.Join(via, ", ") + ")"
	return short(a.Who, wideWho-utf8.RuneCountInString(carried)) + carried
}

// says is an act in one line.
func (a Act) says() string {
	words := strings.Join(strings.Fields(strings.ReplaceAll(a.What, "\n", " · ")), " ")
	for _, b := range a.Buttons {
		words += " [" + b + "]"
	}
	switch a.Kind {
	case Typed:
		return "› " + words
	case Page:
		return "rings: " + words
	case Public:
		return "“" + words + "”"
	case Missed:
		return "✗ " + words
	case Failed:
		return "✗ does not take " + a.Do + ": " + words
	case Quiet:
		return strings.TrimSuffix("("+a.Do+") "+words, " ")
	}
	return words
}

func (r Result) public(b *strings.Builder) {
	b.WriteString("\nWhat customers read\n")
	if len(r.Public) == 0 {
		b.WriteString("  nothing\n")
	}
	for _, w := range r.Public {
		fmt.Fprintf(b, "%9s  %-10s  %s: “%s” (%s)\n", offset(w.After), w.Kind, strings.Join(w.To, ", "), w.Text, w.By)
	}
}

func (r Result) promises(b *strings.Builder) {
	fmt.Fprintf(b, "\nPromises: %d kept, %d kept by holding, %d missed\n", r.Kept, r.Held, r.Missed)
	for _, p := range r.Promises {
		due := offset(stream.Duration(p.Due.Sub(r.Begins)))
		state := p.State
		if !p.Kept.IsZero() {
			state += ", words at " + offset(stream.Duration(p.Kept.Sub(r.Begins)))
		}
		if p.Why != "" {
			state += ": " + p.Why
		}
		fmt.Fprintf(b, "%9s  %-12s  %s\n", due, p.Audience, state)
	}
}

// messages is the table of counts, with a column for each hour.
func (r Result) messages(b *strings.Builder) {
	var limits []string
	for _, l := range []struct {
		n    int
		what string
	}{{r.Budget.Channel, "an hour to a channel"}, {r.Budget.Person, "an hour to a person"}, {r.Budget.All, "in all"}} {
		if l.n > 0 {
			limits = append(limits, fmt.Sprintf("%d %s", l.n, l.what))
		}
	}
	budget := "no budget"
	if len(limits) > 0 {
		budget = "the budget is " + strings.Join(limits, ", ")
	}
	hours, reader, sum := 0, len("who"), 0
	for _, c := range r.Counts {
		hours, reader, sum = max(hours, len(c.Hours)), max(reader, utf8.RuneCountInString(c.Reader)), sum+c.All
	}
	fmt.Fprintf(b, "\nMessages that nobody asked for: %d (%s)\n  %s  in all  most in an hour  asked for", sum, budget, pad("who", reader))
	for i := range hours {
		fmt.Fprintf(b, "  h%d", i+1)
	}
	b.WriteString("\n")
	for _, c := range r.Counts {
		fmt.Fprintf(b, "  %s  %6d  %15d  %9d", pad(c.Reader, reader), c.All, c.Hour, c.Asked)
		for i, n := range append(c.Hours, make([]int, hours-len(c.Hours))...) {
			fmt.Fprintf(b, "%*s", 3+len(fmt.Sprint(i+1)), mark(n))
		}
		b.WriteString("\n")
	}
	list(b, "Over the budget", r.Over)
}

// mark is a number in a table that is mostly empty.
func mark(n int) string {
	if n == 0 {
		return "·"
	}
	return fmt.Sprint(n)
}

func list(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, item := range items {
		fmt.Fprintf(b, "  %s\n", item)
	}
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}

// short cuts a text to n characters.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:max(0, n-1)]), " ,.;:") + "…"
}
