package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"drumbeat/playbooks/lint"
)

// lintCommand is `drumbeat playbook lint`.
type lintCommand struct {
	Dir    string `arg:"" help:"The folder of playbooks." default:"./playbooks" type:"path"`
	Config string `help:"The configuration file that tells who and what there is; where it is absent, the rules that need one are left out." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
	JSON   bool   `name:"json" help:"Print the findings as JSON." xor:"form"`
	SARIF  bool   `name:"sarif" help:"Print the findings as SARIF 2.1.0, for code scanning." xor:"form"`
	Strict bool   `help:"Warnings too give an exit code: 1."`
}

// Help is what its --help says in full.
func (lintCommand) Help() string {
	return "It exits with 1 when there is an error (with --strict, a warning too), and with 2 when it cannot read the folder or the configuration. docs/lint.md shows each rule with an example and how to put it right."
}

// Run looks, prints one line for each finding, and exits with 1 where there is
// an error, or a warning and --strict was given; with 2 when the folder or the
// configuration cannot be read.
func (c lintCommand) Run(w World) error {
	config, err := c.config(w)
	if err != nil {
		return misuse(err.Error())
	}
	found, err := lint.Dir(os.DirFS(c.Dir), config)
	if err != nil {
		return misuse(fmt.Sprintf("the playbooks of %s cannot be read: %v", c.Dir, err))
	}
	for i := range found {
		found[i].File = shown(c.Dir, found[i].File)
	}
	if err := c.print(w.Stdout, found); err != nil {
		return err
	}
	if config == nil && len(unasked()) > 0 && !c.JSON && !c.SARIF {
		_, _ = fmt.Fprintf(w.Stderr, "Without a configuration (--config) these rules are left out: %s.\n", strings.Join(unasked(), ", "))
	}
	for _, f := range found {
		if f.Level == lint.Error || c.Strict {
			return exit(1)
		}
	}
	return nil
}

// config reads the configuration, if there is one.
func (c lintCommand) config(w World) (*lint.Config, error) {
	if _, err := os.Stat(c.Config); os.IsNotExist(err) {
		return nil, nil //nolint:nilnil // without one, fewer rules
	}
	return w.Playbooks(c.Config)
}

// shown is where a finding is, as seen from here: a file of the folder.
func shown(dir, file string) string {
	path := filepath.Join(dir, file)
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && !strings.HasPrefix(rel, "..") {
			return rel
		}
	}
	return path
}

func unasked() (out []string) {
	for _, r := range lint.Rules() {
		if r.Configured {
			out = append(out, r.ID)
		}
	}
	return out
}

func (c lintCommand) print(w io.Writer, found []lint.Finding) error {
	if c.SARIF {
		return printSARIF(w, found)
	}
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if found == nil {
			found = []lint.Finding{}
		}
		return e.Encode(found)
	}
	var b strings.Builder
	levels := map[lint.Level]int{}
	for _, f := range found {
		levels[f.Level]++
		b.WriteString(f.String() + "\n")
	}
	fmt.Fprintf(&b, "%s, %s\n", count(levels[lint.Error], "error"), count(levels[lint.Warning], "warning"))
	_, err := io.WriteString(w, b.String())
	return err
}
