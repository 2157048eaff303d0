package desk_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

var rewrite = flag.Bool("update", false, "rewrite the answers in the stories")

// A story is a file of what people typed, each line followed by what they read
// and by the records that it led to:
//
//	omar C42 17.5> note the cache is cold        who, channel, thread: any may be "-"
//	Noted in INC-1.
//	+ incident/1: note
//
// A line with ": " before it is for the stage: ": wait 10m", ": room 1 C42",
// ": thread 1 CINC 17.5", ": code" (the start offers one, and CODE in a line is
// it); ": nobody operates" leaves the operator out of the configuration. "+" before a line says that the face can open a form.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the story differs (-want +got)\n%s", diff)
			}
		})
	}
}

var typed = regexp.MustCompile(`^(\+?)([\w:+]+) ([-\w]+) ([-\w.]+)>(.*)$`)

func play(t *testing.T, story string) string {
	cfg := company()
	if strings.Contains(story, "\n: nobody operates\n") {
		cfg.Operator = ""
	}
	l := newLab(t, cfg)
	var out []string
	for _, block := range strings.Split(strings.TrimSpace(story), "\n\n") {
		var lines []string
		for _, line := range strings.Split(block, "\n") {
			switch m := typed.FindStringSubmatch(line); {
			case strings.HasPrefix(line, "#"):
				lines = append(lines, line)
			case strings.HasPrefix(line, ": "):
				lines = append(lines, line)
				l.stage(strings.Fields(line[2:]))
				l.news()
			case m != nil:
				blank := strings.NewReplacer("-", "")
				lines = append(lines, line)
				m[5] = strings.ReplaceAll(m[5], "CODE", l.code)
				reply := read(l.ask(integrations.Request{Face: "slack", By: stream.Actor{ID: m[2]}, CanOpen: m[1] == "+",
					Channel: blank.Replace(m[3]), Thread: blank.Replace(m[4]), Line: m[5]}))
				lines = append(lines, strings.ReplaceAll(reply, "\n\n", "\n"))
				lines = append(lines, l.news()...)
			}
		}
		out = append(out, strings.Join(lines, "\n"))
	}
	return strings.Join(out, "\n\n") + "\n"
}

func (l *lab) stage(words []string) {
	l.t.Helper()
	switch words[0] {
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			l.t.Fatal(err)
		}
		l.now = l.now.Add(d)
	case "room":
		l.room(words[1], words[2])
	case "nobody":
	case "code":
		l.Office.Offer(func(code string) { l.code = code })
	case "thread":
		l.thread(words[1], words[2], words[3])
	default:
		l.t.Fatalf("the stage knows no %q", words[0])
	}
}
