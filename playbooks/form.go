package playbooks

import (
	"text/template"

	"drumbeat/playbooks/render"
)

// form is a template and where it stands.
type form struct {
	*render.Template
	at place
}

func newForm(t *template.Template, at place, facts map[string]any, funcs template.FuncMap) *form {
	return &form{render.New(t, facts, funcs), at}
}
