package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"drumbeat/bot/config"
	"drumbeat/incident/stream"
	"drumbeat/integrations"

	"github.com/google/go-cmp/cmp"
)

type end struct {
	Mode string `yaml:"mode"`
	Port int    `yaml:"port"`
	List []struct {
		Who  []string        `yaml:"who"`
		Wait stream.Duration `yaml:"wait"`
	} `yaml:"list"`
	More map[string]string `yaml:"more"`
}

type root struct {
	Name string `yaml:"name"`
	End  end    `yaml:"end"`
}

// A password or a phone number is a text, whatever it is made of.
func TestWhatIsFilledInIsAText(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"name: ${DIGITS}\n", "name: \"${DIGITS}\"\n"} {
		if got, err := load(line); err != nil || got.Name != "+0123" {
			t.Errorf("%s: got %q (%v)", line, got.Name, err)
		}
	}
}

func load(text string) (root, error) {
	var r root
	env := map[string]string{"NAME": "Harbor", "PORT": "2525", "TRICK": "a: b\nc: ${NAME}", "DIGITS": "+0123"}
	err := config.Load(config.Source{Name: "d.yaml", Data: []byte(text),
		Env: func(k string) (string, bool) { v, ok := env[k]; return v, ok },
		File: func(p string) ([]byte, error) {
			if p == "/run/secret" {
				return []byte("hush\n"), nil
			}
			return nil, os.ErrNotExist
		}}, &r, func() []integrations.Problem {
		if r.End.Mode == "loud" {
			return []integrations.Problem{{Path: "$.end.mode", Text: "take off, shadow or live"}, {Path: "$.end.absent", Text: "is missing"}}
		}
		return nil
	})
	return r, err
}

func TestLoad(t *testing.T) {
	t.Parallel()
	got, err := load("name: the ${NAME} of ${file:/run/secret}\nend:\n  port: ${PORT}\n  mode: ${TRICK}\n  list:\n    - {who: [maya, omar], wait: 5m}\n  more: {a: b}\n")
	if err != nil {
		t.Fatal(err)
	}
	var want root
	want.Name, want.End.Port, want.End.Mode, want.End.More = "the Harbor of hush", 2525, "a: b\nc: ${NAME}", map[string]string{"a": "b"}
	want.End.List = append(want.End.List, struct {
		Who  []string        `yaml:"who"`
		Wait stream.Duration `yaml:"wait"`
	}{[]string{"maya", "omar"}, stream.Duration(300e9)})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMistakeIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"several at once": {"nam: x\nend:\n  port: many\n  mod: live\n  list:\n    - wait: soon\n", `d.yaml:1:1: the configuration has no key "nam"; did you mean "name"?
d.yaml:3:9: end.port: must be a whole number
d.yaml:4:3: end has no key "mod"; did you mean "mode"?
d.yaml:6:13: end.list[0].wait: "soon" is not a duration such as 15m, 2h30m or 5d`},
		"owner's findings": {"name: x\nend:\n  mode: loud\n", "d.yaml:2:1: end.absent: is missing\nd.yaml:3:3: end.mode: take off, shadow or live"},
		"findings beside a wrong key": {"nam: x\nend:\n  mode: loud\n", `d.yaml:1:1: the configuration has no key "nam"; did you mean "name"?
d.yaml:2:1: end.absent: is missing
d.yaml:3:3: end.mode: take off, shadow or live`},
		"what could not be read, once": {"end:\n  port: many\n  mode: loud${NOPE}\n", `d.yaml:1:1: end.absent: is missing
d.yaml:2:9: end.port: must be a whole number
d.yaml:3:9: the environment variable NOPE is not set`},
		"unset variable":  {"name: ${NOPE}\n", "d.yaml:1:7: the environment variable NOPE is not set"},
		"unreadable file": {"name: ${file:/nope}\n", "d.yaml:1:7: the file /nope cannot be read"},
		"list expected":   {"end:\n  list: {a: b}\n", "d.yaml:2:10: end.list is a list: write its entries with a dash"},
		"keys expected":   {"end: live\n", "d.yaml:1:6: end has keys of its own: write them below it, indented"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(c.text)
			if err == nil {
				t.Fatal("got no error")
			}
			var m config.Mistake
			if !errors.As(err, &m) {
				t.Fatalf("got %T", err)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrokenYAML(t *testing.T) {
	t.Parallel()
	if _, err := load("name: [x\n"); err == nil || !strings.Contains(err.Error(), "[1:") {
		t.Errorf("got %v, want the place of the mistake", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("name: ${NAME}\nend: {mode: live}\n")
	f.Add("end:\n  list:\n    - who: [a]\n")
	f.Fuzz(func(t *testing.T, text string) { _, _ = load(text) })
}
