package cli

// playbookCommand is `drumbeat playbook`: what one does with playbooks before
// they matter.
type playbookCommand struct {
	Lint   lintCommand   `cmd:"" help:"Look for what is wrong with the playbooks of a folder: each finding with its place and what to do."`
	Schema schemaCommand `cmd:"" help:"Print the JSON Schema of playbooks, for editors."`
}
