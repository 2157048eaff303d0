package cli

import (
	"io"

	"drumbeat/playbooks/schema"
)

// schemaCommand is `drumbeat playbook schema`.
type schemaCommand struct{}

// Run prints the schema.
func (schemaCommand) Run(w World) error {
	_, err := io.WriteString(w.Stdout, schema.Text())
	return err
}
