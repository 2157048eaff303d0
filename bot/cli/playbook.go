package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"drumbeat/playbooks"
)

// playbookCommand is `drumbeat playbook`: what playbooks do, before it matters.
// No running bot is needed, and nothing leaves.
type playbookCommand struct {
	Simulate simulateCommand `cmd:"" help:"Play an incident under a playbook: each act with its time, every promise, and what it costs everybody."`
	Lint     lintCommand     `cmd:"" help:"Look for what is wrong with the playbooks of a folder: each finding with its place and what to do."`
	Schema   schemaCommand   `cmd:"" help:"Print the JSON Schema of playbooks, for editors."`
	Which    whichCommand    `cmd:"" help:"Say which playbook an incident would have, and why."`
	Show     showCommand     `cmd:"" help:"Print a playbook as it holds, with the place that each line comes from."`
}

// bookshelf is where playbooks are.
type bookshelf struct {
	Dir string `type:"existingdir" placeholder:"DIR" help:"A folder with playbooks of your own, beside the built-in ones."`
}

// load reads the playbooks; what is wrong in them is the operator's to mend.
func (b bookshelf) load() (playbooks.Set, error) {
	if b.Dir == "" {
		return playbooks.Builtin()
	}
	set, err := playbooks.Load(os.DirFS(b.Dir))
	if err != nil {
		return nil, misuse(fmt.Sprintf("the playbooks in %s:\n%v", b.Dir, err))
	}
	return set, nil
}

// named finds a playbook.
func named(set playbooks.Set, name string) (playbooks.Source, error) {
	src, ok := set[name]
	if !ok {
		return src, misuse(fmt.Sprintf("there is no playbook %s, but %s", name, strings.Join(slices.Sorted(maps.Keys(set)), ", ")))
	}
	return src, nil
}
