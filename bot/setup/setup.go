// Package setup is `drumbeat init` and `drumbeat manifest`: the way from nothing
// to a configuration, a file for its secrets, a Slack app and the letter that
// asks an admin for it. It calls nobody and overwrites nothing by itself.
package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"drumbeat/integrations/slack/manifest"
)

// The files that it writes.
const (
	settingsFile = "drumbeat.yaml"
	secretsFile  = ".env"
)

// Command is `drumbeat init`. What is given by a flag is not asked.
type Command struct {
	Workspace  string `placeholder:"NAME" help:"The Slack workspace: harbor, as in harbor.slack.com."`
	Operator   string `placeholder:"ID" help:"Who looks after the bot: a Slack member ID such as U024BE7LH; with a name before it: maya=U024BE7LH."`
	Announce   string `placeholder:"CHANNEL" help:"Where incidents are announced: a channel's name or ID."`
	StatusPage string `placeholder:"yes|no" help:"Whether Drumbeat serves a status page."`
	Wake       string `placeholder:"WAY" help:"What wakes people: pagerduty, twilio, email or slack."`
	Reach      string `placeholder:"ADDRESS" help:"The operator's phone number for twilio, mail address for email."`
	Profile    string `enum:"core,full" default:"full" help:"How much the app asks of the workspace: ${enum}."`
	Dir        string `type:"path" default:"." help:"Where the files are written."`
	Letter     string `placeholder:"FILE" help:"Write the letter for the admin into a file of its own."`
	Force      bool   `help:"Replace drumbeat.yaml and .env; the old ones are kept as .old."`
}

// World is what the command touches.
type World struct {
	Stdin  io.Reader
	Stdout io.Writer
	// User is who types, and Zone where: an IANA name.
	User, Zone string
}

// Run asks, writes and tells what to do next.
func (c Command) Run(ctx context.Context, w World) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := newDialogue(ctx, w)
	old, err := c.existing()
	if err != nil {
		return err
	}
	if len(old) > 0 && !c.Force {
		if err := d.permission(old, c.Dir); err != nil {
			return err
		}
	}
	a, err := d.ask(c)
	if err != nil {
		return err
	}
	app := manifest.New(manifest.App{Profile: manifest.Profile(c.Profile), Command: "/incident"})
	link, err := app.Link()
	if err != nil {
		return err
	}
	letter, err := draw("letter.txt", a)
	if err != nil {
		return err
	}
	if err := c.write(a, old); err != nil {
		return err
	}
	r := result{Answers: a, Link: link, Dir: c.Dir, Here: c.here(), Old: old, Letter: letter}
	if c.Letter != "" {
		if err := create(c.Letter, letter, 0o644); err != nil {
			return err
		}
		r.Letter, r.File = "", c.Letter
	}
	text, err := draw("result.txt", r)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.Stdout, text)
	return err
}

// result is what stands on the screen at the end.
type result struct {
	Answers
	Link, Dir string
	Here      bool     // the files are where the bot will look for them
	Old       []string // what was there before
	Letter    string   // to be printed
	File      string   // where the letter is instead
}

// here reports whether the files lie in the current folder.
func (c Command) here() bool {
	at, err := filepath.Abs(".")
	return err == nil && filepath.Clean(c.Dir) == at
}

// existing names the files that are there already.
func (c Command) existing() (names []string, err error) {
	for _, name := range []string{settingsFile, secretsFile} {
		switch _, err := os.Lstat(filepath.Join(c.Dir, name)); {
		case err == nil:
			names = append(names, name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("looking for %s: %w", name, err)
		}
	}
	return names, nil
}

// write makes both files, and keeps what was there.
func (c Command) write(a Answers, old []string) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	for _, name := range old {
		at := filepath.Join(c.Dir, name)
		if err := os.Rename(at, at+".old"); err != nil {
			return fmt.Errorf("keeping the old %s: %w", name, err)
		}
	}
	for _, f := range []struct {
		name, template string
		mode           os.FileMode
	}{{settingsFile, "drumbeat.yaml", 0o644}, {secretsFile, "env.txt", 0o600}} {
		text, err := draw(f.template, a)
		if err != nil {
			return err
		}
		if err := create(filepath.Join(c.Dir, f.name), text, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// create writes a file that is not there yet, whole or with an error.
func create(name, text string, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists, and is not overwritten: name another file", name)
	}
	if err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	_, err = f.WriteString(text)
	if err = cmp.Or(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// list says names as a person does.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
