package cli

// showCommand is `drumbeat playbook show`.
type showCommand struct {
	bookshelf
	Name string `arg:"" help:"The playbook's name."`
}

// Run prints one playbook.
func (c showCommand) Run(w World) error {
	set, err := c.load()
	if err != nil {
		return err
	}
	src, err := named(set, c.Name)
	if err != nil {
		return err
	}
	return src.Show(w.Stdout)
}
