package playbooks

import (
	"slices"

	"drumbeat/incident/stream"
	"drumbeat/playbooks/layer"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// By is a value for each severity, or one for all: `10m` or `{SEV1: 10m,
// SEV2: 20m}`.
type By[T any] map[string]T

// all stands for every severity, where one value is written for all.
const all = ""

// Of is the value at a severity, the zero value where there is none.
func (b By[T]) Of(severity string) T {
	if v, ok := b[severity]; ok {
		return v
	}
	return b[all]
}

// UnmarshalYAML reads either form.
func (b *By[T]) UnmarshalYAML(node ast.Node) error {
	if m, ok := node.(*ast.MappingNode); ok {
		return read(m, (*map[string]T)(b))
	}
	var one T
	if err := read(node, &one); err != nil {
		return err
	}
	*b = By[T]{all: one}
	return nil
}

// Rhythm is how often words are due: always, by severity, or by severity and
// phase.
type Rhythm map[string]map[string]stream.Duration

// spoken are the phases in which words are due again and again.
var spoken = []string{"investigating", "identified", "monitoring"}

// Of is the rhythm at a severity, by phase.
func (r Rhythm) Of(severity string) map[string]stream.Duration {
	if v, ok := r[severity]; ok {
		return v
	}
	return r[all]
}

// UnmarshalYAML reads `1h`, `{SEV1: 30m}`, `{monitoring: 1h, …}` for all, or
// `{SEV1: {monitoring: 1h, …}}`.
func (r *Rhythm) UnmarshalYAML(node ast.Node) error {
	*r = Rhythm{}
	m, ok := node.(*ast.MappingNode)
	if !ok {
		every, err := phases(node)
		(*r)[all] = every
		return err
	}
	for _, v := range m.Values {
		name := layer.Key(v)
		if slices.Contains(spoken, name) {
			var every stream.Duration
			if err := read(v.Value, &every); err != nil {
				return err
			}
			if (*r)[all] == nil {
				(*r)[all] = map[string]stream.Duration{}
			}
			(*r)[all][name] = every
			continue
		}
		every, err := phases(v.Value)
		if err != nil {
			return err
		}
		(*r)[name] = every
	}
	return nil
}

func phases(node ast.Node) (map[string]stream.Duration, error) {
	out := map[string]stream.Duration{}
	if node.Type() == ast.NullType { // taken out
		return nil, nil
	}
	if _, ok := node.(*ast.MappingNode); ok {
		return out, read(node, &out)
	}
	var every stream.Duration
	if err := read(node, &every); err != nil {
		return nil, err
	}
	for _, phase := range spoken {
		out[phase] = every
	}
	return out, nil
}

func read(node ast.Node, to any) error {
	return yaml.NodeToValue(node, to, yaml.Strict())
}
