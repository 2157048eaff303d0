package playbooks_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
)

// Kinds of records upon which the line in the channel is what the person who
// typed asked for, seen by all.
var answers = []string{"phase", "severity", "role", "hold", "release", "merged", "published"}

// message tells whether a delivery is one that somebody reads, who, and whether
// it is an answer: it goes to the very person who typed, says in the channel
// what he did, or carries his words. Edits notify nobody.
func (w *world) message(a act) (reader string, answer, ok bool) {
	typed := !strings.HasPrefix(a.from.By.ID, "drumbeat:") && !strings.HasPrefix(a.from.By.ID, "alert:")
	carries := a.from.Kind == "proposed" && strings.Contains(string(a.from.Data), `"author_name"`)
	switch a.Action {
	case "post":
		own := a.About != "announce" && slices.Contains(answers, a.from.Kind)
		return w.place(a.Args["channel"]), typed && (own || carries), true
	case "dm", "page", "stand_down", "ephemeral":
		reader = nameOf(cmp.Or(a.Args["person"], a.Args["address"]))
		return reader, typed && (a.from.By.Name == reader || carries), true
	}
	return "", false, false
}

// count is how many messages a reader got: at most in any 60 minutes, and in
// all, of one incident; and how many more he had asked for.
type count struct{ hour, all, asked int }

// counts are the messages by incident and reader. What rings over several ways
// at once is one message, and so is a page: it rings until somebody is on it.
func (w *world) counts() map[string]map[string]count {
	times := map[string]map[string][]time.Time{}
	out := map[string]map[string]count{}
	rings := map[string]bool{}
	for _, a := range w.acts {
		reader, asked, ok := w.message(a)
		ring := fmt.Sprint(a.Stream, reader, a.Action, a.Args["page"])
		if !ok || a.Action == "page" && a.Args["page"] != "0" && rings[ring] || a.Action != "post" && a.Action != "dm" && rings[ring+a.at.String()] {
			continue
		}
		rings[ring], rings[ring+a.at.String()] = true, true
		n := "INC-" + a.Stream.Name
		if times[n] == nil {
			times[n], out[n] = map[string][]time.Time{}, map[string]count{}
		}
		c := out[n][reader]
		if asked {
			c.asked++
		} else {
			times[n][reader] = append(times[n][reader], a.at)
			c.all++
		}
		for i, from := range times[n][reader] {
			c.hour = max(c.hour, len(slices.DeleteFunc(slices.Clone(times[n][reader][i:]), func(t time.Time) bool { return t.Sub(from) >= time.Hour })))
		}
		out[n][reader] = c
	}
	return out
}

// counted draws the counts as the end of a story.
func counted(w *world) string {
	var b strings.Builder
	all := w.counts()
	for _, number := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "= %s, messages unasked for (most in an hour) and asked for:", number)
		for i, reader := range slices.Sorted(maps.Keys(all[number])) {
			c := all[number][reader]
			fmt.Fprintf(&b, "%s %s %d (%d) + %d", map[bool]string{true: ","}[i > 0], reader, c.all, c.hour, c.asked)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// over says which reader of an incident gets more than its severity allows:
// per hour at a SEV1, and in a drill, 5 and at a SEV2 3, in a channel and to a person; 5 in all,
// to everybody together, below.
func over(s incident.State, counts map[string]count) (wrong []string) {
	most := map[string]int{"SEV1": 5, "SEV2": 3, "DRILL": 5}[s.Severity]
	sum := 0
	for _, reader := range slices.Sorted(maps.Keys(counts)) {
		c := counts[reader]
		sum += c.all
		if most > 0 && c.hour > most {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s got %d messages in an hour, at most %d", s.Number, s.Severity, reader, c.hour, most))
		}
	}
	if most == 0 && sum > 5 {
		wrong = append(wrong, fmt.Sprintf("%s %s: %d messages, at most 5 in all", s.Number, s.Severity, sum))
	}
	return wrong
}

func TestStoriesKeepTheBudget(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	books := loadBooks(t)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, w := play(t, books(file), string(data))
		for number, counts := range w.counts() {
			for _, wrong := range over(w.state[strings.TrimPrefix(number, "INC-")], counts) {
				t.Errorf("%s: %s", file, wrong)
			}
		}
	}
}

func TestBudgetFindsNoise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		severity string
		counts   map[string]count
		want     int
	}{
		{"SEV1", map[string]count{"Omar": {hour: 5, all: 9}, "#inc": {hour: 5, all: 12, asked: 9}}, 0},
		{"SEV1", map[string]count{"Omar": {hour: 6}, "#inc": {hour: 6}}, 2},
		{"SEV2", map[string]count{"Omar": {hour: 4}}, 1},
		{"SEV3", map[string]count{"#incidents": {hour: 3, all: 3}, "Ana": {all: 2}}, 0},
		{"SEV3", map[string]count{"#incidents": {hour: 3, all: 3}, "Ana": {all: 3}}, 1},
	} {
		if got := over(incident.State{Number: "INC-1", Severity: c.severity}, c.counts); len(got) != c.want {
			t.Errorf("%s %v: got %q, want %d", c.severity, c.counts, got, c.want)
		}
	}
}
