package playbooks

import (
	"strings"
	"text/template"
	"text/template/parse"
)

// form is a template and where it stands. Most are a few plain names between
// plain text: those are put together without the template engine.
type form struct {
	*template.Template
	at    place
	parts []part // nil: the engine has to do it
}

// part is a text, or the fact of that name.
type part struct {
	text, name string
}

func newForm(t *template.Template, at place) *form {
	f := &form{Template: t, at: at}
	if t.Tree == nil {
		return f
	}
	var parts []part
	for _, n := range t.Root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			parts = append(parts, part{text: string(n.Text)})
		case *parse.ActionNode:
			field, ok := plain(n.Pipe)
			if !ok {
				return f
			}
			parts = append(parts, part{name: field})
		default:
			return f
		}
	}
	f.parts = parts
	return f
}

// plain is the name of a pipe that is one fact and nothing else.
func plain(p *parse.PipeNode) (string, bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return "", false
	}
	field, ok := p.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok || len(field.Ident) != 1 {
		return "", false
	}
	return field.Ident[0], true
}

// fill gives the text. Without the engine only what is a string is printed.
func (f *form) fill(env map[string]any) (string, error) {
	var b strings.Builder
	for _, p := range f.parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		s, ok := env[p.name].(string)
		if !ok {
			return f.execute(env)
		}
		b.WriteString(s)
	}
	if f.parts == nil {
		return f.execute(env)
	}
	return strings.TrimSpace(b.String()), nil
}

func (f *form) execute(env map[string]any) (string, error) {
	var b strings.Builder
	if err := f.Execute(&b, env); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}
