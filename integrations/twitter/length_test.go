package twitter_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations/twitter"
)

type conformance struct {
	Tests struct {
		Links    []struct{ Description, Text string } `yaml:"urls_without_protocol"`
		Weighted []weighted                           `yaml:"WeightedTweetsWithDiscountedEmojiCounterTest"`
		Marks    []weighted                           `yaml:"UnicodeDirectionalMarkerCounterTest"`
	}
}

type weighted struct {
	Description, Text string
	Expected          struct {
		WeightedLength int `yaml:"weightedLength"`
	}
}

func TestLengthConforms(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/validate.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c conformance
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	cases := append(c.Tests.Weighted, c.Tests.Marks...)
	if len(cases) < 20 || len(c.Tests.Links) < 5 {
		t.Fatalf("read %d weighted cases and %d links, want at least 20 and 5", len(cases), len(c.Tests.Links))
	}
	for _, w := range cases {
		if got, want := twitter.Length(w.Text), w.Expected.WeightedLength; got != want {
			t.Errorf("%s: got %d, want %d", w.Description, got, want)
		}
	}
	for _, l := range c.Tests.Links {
		if got, want := twitter.Length(l.Text), 23; got != want {
			t.Errorf("%s (%s): got %d, want %d", l.Description, l.Text, got, want)
		}
	}
}

func TestLengthOfLinks(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 40)
	for text, want := range map[string]int{
		"":                                     0,
		"See https://status.example.com/i/42.": len("See ") + 23 + len("."),
		"(example.com/a_(b)_c)":                1 + 23 + 1,
		"mail ops@example.com":                 len("mail ops@example.com"),
		"build.internalthing" + long:           len("build.internalthing") + 40,
		"one.two":                              23,
		"http://" + long + ".example.com/a b":  23 + 2,
		"50 %. Next":                           len("50 %. Next"),
		"©":                                    1,
		"©\uFE0F":                              2,
		"🇪🇺":                                   2,
		"e\u0301":                              1,
	} {
		if got := twitter.Length(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	sentence := strings.Repeat("word ", 25) + "end. " // 130
	for _, c := range []struct {
		name  string
		words *stream.Message
		link  string
		want  []string
	}{
		{"nothing", nil, "", nil},
		{"paragraphs", stream.Say("We look into it.", "Next update by 14:30 UTC."), "",
			[]string{"We look into it.\n\nNext update by 14:30 UTC."}},
		{"title alone", &stream.Message{Title: "All is well."}, "", []string{"All is well."}},
		{"link", stream.Say("We look into it."), "https://s.example.com/42",
			[]string{"We look into it.\n\nhttps://s.example.com/42"}},
		{"link that is there", stream.Say("See https://s.example.com/42"), "https://s.example.com/42",
			[]string{"See https://s.example.com/42"}},
		{"sentences", stream.Say(sentence + sentence + "And this is the last sentence of them."), "", []string{
			strings.TrimSpace(sentence+sentence) + " (1/2)", "And this is the last sentence of them. (2/2)"}},
		{"a word without end", stream.Say(strings.Repeat("の", 150)), "", []string{
			strings.Repeat("の", 136) + " (1/2)", strings.Repeat("の", 14) + " (2/2)"}},
	} {
		if diff := cmp.Diff(c.want, twitter.Fit(c.words, c.link)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add("We look into it. "+strings.Repeat("Wörter und 故人. ", 40), "https://s.example.com/42")
	f.Add(strings.Repeat("👨‍👩‍👧‍👦", 200), "")
	f.Add(strings.Repeat("a.com/", 100), "")
	f.Fuzz(func(t *testing.T, text, link string) {
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) || unicode.IsControl(r) || r >= 0xFFFE && r <= 0xFFFF || r == 0xFEFF {
					return -1
				}
				return r
			}, strings.ToValidUTF8(s, "\uFFFD"))
		}
		posts := twitter.Fit(stream.Say(text), link)
		var all strings.Builder
		for i, p := range posts {
			if n := twitter.Length(p); n > twitter.Limit && len(posts) < 100 {
				t.Errorf("post %d weighs %d: %q", i+1, n, p)
			}
			if len(posts) > 1 {
				p = p[:strings.LastIndex(p, " (")]
			}
			all.WriteString(p)
		}
		want := letters(text)
		if got := letters(all.String()); !strings.HasPrefix(got, want) {
			t.Errorf("words are lost:\n got %q\nwant %q", got, want)
		}
	})
}
