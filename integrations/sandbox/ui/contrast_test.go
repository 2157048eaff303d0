package ui_test

import (
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

// TestContrast: whatever is read stands out at least 4.5 to 1, by day and by night.
func TestContrast(t *testing.T) {
	t.Parallel()
	r := httptest.NewRecorder()
	newWorld(t).page.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/ui/static/ui.css", nil))
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(r.Body.String(), -1)
	if len(themes) != 2 {
		t.Fatalf("%d themes, want 2", len(themes))
	}
	pairs := map[string]string{ // text: what it stands on
		"text":    "page sheet rail soft code me well-wash warn-wash bad-wash",
		"quiet":   "page sheet rail soft code warn-wash bad-wash",
		"link":    "sheet soft warn-wash",
		"accent":  "sheet",
		"well":    "sheet well-wash",
		"warn":    "sheet warn-wash",
		"bad":     "sheet bad-wash soft warn-wash",
		"on-fill": "fill h0 h1 h2 h3 h4 h5 h6 mine",
		"sheet":   "bad",  // the count of what is new
		"page":    "text", // a notice
	}
	for i, theme := range themes {
		colours := map[string]string{}
		for _, v := range regexp.MustCompile(`--([\w-]+): (#\w+);`).FindAllStringSubmatch(theme[1], -1) {
			colours[v[1]] = v[2]
		}
		for text, grounds := range pairs {
			for ground := range strings.FieldsSeq(grounds) {
				a, b := luminance(t, colours[text]), luminance(t, colours[ground])
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < 4.5 {
					t.Errorf("theme %d: %s on %s is %.2f to 1, want 4.5", i, text, ground, got)
				}
			}
		}
	}
}
