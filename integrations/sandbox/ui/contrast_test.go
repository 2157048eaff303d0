package ui_test

import (
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// luminance is WCAG's relative luminance of a colour such as #1b2023 or #fff.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 4 {
		hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	part := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
}

// colours gives the variables of a style sheet by day and by night.
func colours(t *testing.T, sheet string) [2]map[string]string {
	t.Helper()
	r := httptest.NewRecorder()
	newWorld(t).page.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/ui/static/"+sheet, nil))
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(r.Body.String(), -1)
	if len(themes) != 2 {
		t.Fatalf("%s: %d themes, want 2", sheet, len(themes))
	}
	var both [2]map[string]string
	for i, theme := range themes {
		both[i] = map[string]string{}
		for _, v := range regexp.MustCompile(`--([\w-]+): (#\w+);`).FindAllStringSubmatch(theme[1], -1) {
			both[i][v[1]] = v[2]
		}
	}
	return both
}

// TestContrast: whatever is read stands out at least 4.5 to 1, by day and by night.
func TestContrast(t *testing.T) {
	t.Parallel()
	pairs := map[string]string{ // text: what it stands on
		"text":        "page sheet rail soft code me well-wash warn-wash bad-wash guide",
		"quiet":       "page sheet rail soft code warn-wash bad-wash guide",
		"link":        "sheet soft warn-wash",
		"accent":      "sheet",
		"well":        "sheet well-wash guide",
		"warn":        "page sheet warn-wash",
		"bad":         "sheet bad-wash soft warn-wash page",
		"on-fill":     "fill h0 h1 h2 h3 h4 h5 h6 mine",
		"sheet":       "bad",  // the count of what is new
		"page":        "text", // a notice
		"now":         "guide sheet",
		"night-text":  "sky-1 sky-2 sky-3 sun glass glass-line",
		"night-quiet": "sky-1 sky-2 sky-3 sun glass",
		"on-call":     "call",
	}
	base, show := colours(t, "ui.css"), colours(t, "show.css")
	for i, theme := range []string{"day", "night"} {
		maps.Copy(base[i], show[i])
		for text, grounds := range pairs {
			for ground := range strings.FieldsSeq(grounds) {
				a, b := luminance(t, base[i][text]), luminance(t, base[i][ground])
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < 4.5 {
					t.Errorf("by %s: %s on %s is %.2f to 1, want 4.5", theme, text, ground, got)
				}
			}
		}
	}
}
