package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"drumbeat/bot/cli"
	"drumbeat/bot/desk"
)

// pages are what people read, by their paths.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, text := range files(t) {
		if path.Ext(name) == ".md" {
			out[name] = string(text)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d pages were found", len(out))
	}
	return out
}

func TestLinks(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for name, text := range all {
		report(t, lostLinks(name, text, func(file string) (string, bool) {
			if text, ok := all[file]; ok {
				return text, true
			}
			_, err := os.Stat(filepath.FromSlash(file))
			return "", err == nil
		}))
	}
}

var (
	fenced   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	quoted   = regexp.MustCompile("`[^`\n]+`")
	markdown = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	html     = regexp.MustCompile(`(?:href|src|srcset)="([^"]+)"`)
	heading  = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

// lostLinks gives the links of a page that lead nowhere in this repository; open
// gives a file's text, and whether it is there.
func lostLinks(name, text string, open func(string) (string, bool)) []string {
	var findings []string
	prose := quoted.ReplaceAllString(fenced.ReplaceAllString(text, ""), "")
	for _, m := range append(markdown.FindAllStringSubmatch(prose, -1), html.FindAllStringSubmatch(prose, -1)...) {
		u, err := url.Parse(m[1])
		if err != nil {
			findings = append(findings, fmt.Sprintf("%s: %s is no link: %v", name, m[1], err))
			continue
		}
		if u.Scheme != "" {
			continue
		}
		file, target := name, text
		if u.Path != "" {
			var ok bool
			file = path.Join(path.Dir(name), u.Path)
			if target, ok = open(file); !ok {
				findings = append(findings, fmt.Sprintf("%s: links to %s, which is not there", name, file))
				continue
			}
		}
		if u.Fragment != "" && !slices.Contains(anchors(target), u.Fragment) {
			findings = append(findings, fmt.Sprintf("%s: links to #%s, and %s has no such heading", name, u.Fragment, file))
		}
	}
	return findings
}

// anchors are the names that GitHub gives to a page's headings.
func anchors(text string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsNumber(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(m[1]))
		n := 0
		for slices.Contains(out, name) {
			n++
			name = fmt.Sprintf("%s-%d", strings.TrimSuffix(name, fmt.Sprintf("-%d", n-1)), n)
		}
		out = append(out, name)
	}
	return out
}

var (
	codeLine = regexp.MustCompile("`[^`\n]+`|(?m)^ {4,}.*$")
	slashed  = regexp.MustCompile("(?m)^[` ]*(?:[a-z]+ in Slack: )?/incident ([a-z]+)")
	invoked  = regexp.MustCompile("(?m)^[` ]*(?:\\$ )?(?:[A-Z_]+=\\S+ +)*(?:go run \\.|(?:\\S*/)?drumbeat) ([a-z][a-z-]*)")
)

// code gives what stands in a page as code: blocks, lines and words.
func code(text string) string {
	blocks := fenced.FindAllString(text, -1)
	return strings.Join(append(blocks, codeLine.FindAllString(fenced.ReplaceAllString(text, ""), -1)...), "\n")
}

// TestPagesNameWhatThereIs looks up each command that a page tells people to
// type.
func TestPagesNameWhatThereIs(t *testing.T) {
	t.Parallel()
	var help bytes.Buffer
	if code := cli.Run(t.Context(), []string{"--help"}, cli.World{Stdout: &help, Stderr: io.Discard}); code != 0 {
		t.Fatalf("help: exit code %d", code)
	}
	commands := []string{"demo-bot"} // hidden
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+)\b`).FindAllStringSubmatch(help.String(), -1) {
		commands = append(commands, m[1])
	}
	var words []string
	for _, w := range desk.Words() {
		words = append(append(words, w.Name), w.Aliases...)
	}
	found := 0
	for name, text := range pages(t) {
		for _, m := range slashed.FindAllStringSubmatch(code(text), -1) {
			if found++; !slices.Contains(words, m[1]) {
				t.Errorf("%s: /incident %s is no command", name, m[1])
			}
		}
		for _, m := range invoked.FindAllStringSubmatch(code(text), -1) {
			if found++; !slices.Contains(commands, m[1]) {
				t.Errorf("%s: drumbeat %s is no command", name, m[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d commands were found in the pages", found)
	}
}

func TestLostLinksFindsEachLoss(t *testing.T) {
	t.Parallel()
	open := func(file string) (string, bool) {
		return "# Here, *and* there\n\n## Twice\n\n## Twice\n", file == "docs/there.md"
	}
	for _, c := range []struct{ text, want string }{
		{"[x](there.md)", ""},
		{"[x](there.md#here-and-there) [x](there.md#twice-1)", ""},
		{"[x](https://example.com/none)", ""},
		{"`[x](gone.md)`", ""},
		{"```\n[x](gone.md)\n```", ""},
		{"# Mine\n[x](#mine)", ""},
		{"# Mine\n[x](#yours)", "no such heading"},
		{"[x](gone.md)", "docs/gone.md, which is not there"},
		{"[x](../there.md)", "there.md, which is not there"},
		{"[x](there.md#nowhere)", "no such heading"},
		{`<img src="gone.svg">`, "docs/gone.svg, which is not there"},
	} {
		got := strings.Join(lostLinks("docs/x.md", c.text, open), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

// TestTroubleshootingQuotesTheCode looks up each quote of what Drumbeat says.
func TestTroubleshootingQuotesTheCode(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for name, text := range files(t) {
		ours := path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && !strings.Contains(name, "/sandbox/")
		if ours || strings.HasPrefix(name, "playbooks/") && path.Ext(name) == ".yaml" {
			all.WriteString(strings.NewReplacer(`\"`, `"`, "\\n", "\n").Replace(string(text)))
		}
	}
	code, found := all.String(), 0
	for _, m := range quote.FindAllStringSubmatch(pages(t)["docs/troubleshooting.md"], -1) {
		found++
		long := 0
		for part := range strings.SplitSeq(m[1], "…") {
			part = strings.Trim(strings.TrimSpace(part), "`")
			if !composed(code, part) {
				t.Errorf("nothing in the code says %q", part)
			}
			long = max(long, len(part))
		}
		if long < 7 {
			t.Errorf("%q says too little to be looked up", m[1])
		}
	}
	if found < 30 {
		t.Errorf("only %d quotes were found", found)
	}
}

// composed reports whether a text is made of at most three pieces of the code.
func composed(code, text string) bool {
	for range 3 {
		n := len(text)
		for n > 0 && !strings.Contains(code, text[:n]) {
			n--
		}
		if text = text[n:]; text == "" {
			return true
		}
		if n < 5 {
			return false
		}
	}
	return false
}

var quote = regexp.MustCompile(`(?m)^ *> (.+)$`)
