package playbooks

import (
	"strings"
	"text/template"
)

// form is a template and where it stands.
type form struct {
	*template.Template
	at     place
	render op // nil: the engine has to do it
}

// newForm compiles what it can, against the types of the facts; without them
// all is the engine's.
func newForm(t *template.Template, at place, known types) *form {
	f := &form{Template: t, at: at}
	if t.Tree != nil && known.env != nil {
		f.render = known.render(t.Root)
	}
	return f
}

// fill gives the text.
func (f *form) fill(env map[string]any) (string, error) {
	if f.render != nil {
		r := frame{env: env}
		if f.render(&r) {
			return strings.TrimSpace(r.out.String()), nil
		}
	}
	return f.execute(env)
}

func (f *form) execute(env map[string]any) (string, error) {
	var b strings.Builder
	if err := f.Execute(&b, env); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}
