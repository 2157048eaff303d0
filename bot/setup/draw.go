package setup

import (
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

//go:embed templates
var files embed.FS

// width is that of a letter and of a narrow terminal.
const width = 76

// draw fills in a template.
func draw(name string, data any) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"fold": fold, "q": quote}).ParseFS(files, "templates/"+name)
	if err != nil {
		return "", fmt.Errorf("reading the template %s: %w", name, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("filling in %s: %w", name, err)
	}
	return b.String(), nil
}

var simple = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)

// quote writes a text so that YAML takes it for nothing else.
func quote(v string) string {
	switch strings.ToLower(v) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return strconv.Quote(v)
	}
	if !simple.MatchString(v) {
		return strconv.Quote(v)
	}
	return v
}

// fold breaks a text into lines that begin with indent.
func fold(indent, text string) string {
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case at == 0:
			b.WriteString(indent)
			at = len(indent)
		case at+1+n > width:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}
