package cli

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"drumbeat/bot/desk"

	"github.com/alecthomas/kong"
)

// The scripts are a few lines each: what completes a line is asked of drumbeat
// itself, so that a newer one needs no newer script.
var (
	//go:embed completion/drumbeat.bash
	bashScript string
	//go:embed completion/drumbeat.zsh
	zshScript string
	//go:embed completion/drumbeat.fish
	fishScript string
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints the shell's script.
func (c completionCommand) Run(w World) error {
	_, err := io.WriteString(w.Stdout, map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell])
	return err
}

// completeCommand is what the scripts ask: the words so far, without
// "drumbeat", the last of them unfinished.
type completeCommand struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run prints what may stand in the last word's place, each with what it is
// behind a tab.
func (c completeCommand) Run(k *kong.Context, w World) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	var b strings.Builder
	for _, o := range offers(k.Model.Node, words) {
		fmt.Fprintf(&b, "%s\t%s\n", o[0], o[1])
	}
	_, err := io.WriteString(w.Stdout, b.String())
	return err
}

// offers are the words that may stand in the last one's place, with what they
// are.
func offers(node *kong.Node, words []string) (out [][2]string) {
	last := words[len(words)-1]
	offer := func(word, about string) {
		if strings.HasPrefix(word, last) {
			about, _, _ = strings.Cut(about, "\n")
			out = append(out, [2]string{word, about})
		}
	}
	node, said, value := follow(node, words[:len(words)-1])
	if value != nil {
		for _, v := range values(value) {
			offer(v, "")
		}
		return out
	}
	if strings.HasPrefix(last, "-") && (said == 0 || !free(node)) {
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				offer("--"+f.Name, f.Help)
			}
		}
		return out
	}
	for _, child := range node.Children {
		if !child.Hidden {
			offer(child.Name, child.Help)
		}
	}
	switch {
	case said > 0:
	case node.Name == "incident":
		for _, w := range desk.Words() {
			offer(w.Name, w.About)
		}
	case len(node.Positional) > 0:
		for _, v := range values(node.Positional[0]) {
			offer(v, "")
		}
	}
	return out
}

// follow goes to the command that the words name. said counts the arguments
// behind it; value is the flag whose value comes next, nil if none.
func follow(node *kong.Node, words []string) (at *kong.Node, said int, value *kong.Value) {
	for _, word := range words {
		name, _, whole := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		switch {
		case value != nil && word == "=": // bash takes --flag=value apart
			continue
		case value != nil:
			value = nil
		case said > 0 && free(node):
			said++
		case strings.HasPrefix(word, "-"):
			if f := flag(node, name); f != nil && !whole && !f.IsBool() {
				value = f.Value
			}
		default:
			if child := command(node, word); child != nil {
				node = child
			} else {
				said++
			}
		}
	}
	return node, said, value
}

// free: what follows the command is a person's sentence, flags of it included.
func free(node *kong.Node) bool {
	return len(node.Positional) > 0 && node.Positional[0].Passthrough
}

func command(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

func flag(node *kong.Node, name string) *kong.Flag {
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// values are those that an argument is limited to; none if it is not.
func values(v *kong.Value) []string {
	if v.Enum == "" {
		return nil
	}
	return v.EnumSlice()
}
