// Package schema is the JSON Schema (draft 2020-12) of playbooks, for editors:
// they complete keys, show what each is, and underline what is wrong while it is
// written. It is made of the Go types of package playbooks and their comments
// (go test ./playbooks/schema -update), so that it knows what Load knows but for
// what expressions and templates name.
package schema

import _ "embed"

//go:embed playbook.schema.json
var text string

// Text is the schema, as JSON.
func Text() string { return text }
