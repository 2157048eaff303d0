package guard

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Config is what the operator demands of words, beside what the bot does by
// itself.
type Config struct {
	// Builtin says what a built-in rule does, by its name: `block`, `warn` or
	// `off`, as in `{tone: "off", repair time: block}`. A `secret` always
	// blocks. Left out: `secret`, `customer`, `internal`, `address` and `ticket`
	// block, `repair time`, `cause`, `blame`, `next time`, `tone`, `minimizing`,
	// `absolute`, `jargon` and `length` warn.
	Builtin map[string]string `yaml:"builtin"`
	// Rules are the operator's own. One has a `pattern`, `words`, or a `when`
	// alone. Left out: there are none.
	Rules []Own `yaml:"rules"`
}

// Own is a rule of the operator's.
type Own struct {
	// Name is what the rule is called where its findings are kept: `code names`.
	Name string `yaml:"name"`
	// Why is one sentence for the author of the words: `Nobody outside knows
	// our code names.`
	Why string `yaml:"why"`
	// Does is `block` or `warn`. Left out: `warn`.
	Does string `yaml:"does"`
	// Pattern is a regular expression (RE2: `(?i)` for any case) of what nobody
	// should write. Left out:
	// `words`, or `when` alone, find.
	Pattern string `yaml:"pattern"`
	// Except is a regular expression of what is no case of the pattern, read in
	// all that it found. Left out: everything is one.
	Except string `yaml:"except"`
	// Words are words that nobody should write, in any case of their letters,
	// each with the clean one for its place, or `~` for none: `{tenant:
	// workspace, Falcon: ~}`. Left out: `pattern`, or `when` alone, find.
	Words map[string]string `yaml:"words"`
	// When is an expression that says where the rule counts: `audience ==
	// "public" && severity == "SEV1"`. It is read for the whole text, or for each
	// sentence if it names `sentence`; alone, all of that is what was found.
	// Left out: everywhere.
	When string `yaml:"when"`
	// Instead is the clean wording for the place of what was found; `$1` is the
	// pattern's first group. Left out: the sentence is left out of the clean words.
	Instead string `yaml:"instead"`
}

// Problem is what is wrong with a Config, and the key where it stands:
// "rules[2].pattern".
type Problem struct{ Path, Text string }

// Rules are a Config that was understood. Nil are none. They are safe for
// concurrent use.
type Rules struct {
	does map[Rule]string
	own  []own
}

// What a rule does.
const (
	blocks = "block"
	warns  = "warn"
	off    = "off"
)

// own is a rule of the operator's, ready to be asked.
type own struct {
	rule    Rule
	why     string
	block   bool
	re, but *regexp.Regexp
	words   map[string]string // each with its clean one
	instead string
	when    *vm.Program
	each    bool // when is asked of each sentence
}

var builtin = []Rule{Secret, Customer, Internal, Address, Ticket, RepairTime, Cause, Blame, Next, Tone, Minimizing, Absolute, Jargon, Length}

// New understands the operator's part. It gives every mistake that it finds;
// the rules hold what is right.
func New(c Config) (*Rules, []Problem) {
	n := &newcomer{rules: &Rules{does: map[Rule]string{}}}
	for _, name := range slices.Sorted(maps.Keys(c.Builtin)) {
		does := c.Builtin[name]
		switch {
		case !slices.Contains(builtin, Rule(name)):
			n.wrong("builtin."+name, "there is no such rule; there are %s", list(builtin))
		case does != blocks && does != warns && does != off:
			n.wrong("builtin."+name, "say block, warn or off, not %q", does)
		case Rule(name) == Secret && does != blocks:
			n.wrong("builtin."+name, "a secret always blocks")
		default:
			n.rules.does[Rule(name)] = does
		}
	}
	for i, o := range c.Rules {
		n.at = fmt.Sprintf("rules[%d]", i)
		n.own(o)
	}
	return n.rules, n.problems
}

func list(rules []Rule) string {
	var out []string
	for _, r := range rules {
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}

// newcomer reads one rule after the other.
type newcomer struct {
	rules    *Rules
	at       string // where the rule stands
	problems []Problem
}

func (n *newcomer) wrong(path, format string, args ...any) {
	n.problems = append(n.problems, Problem{path, fmt.Sprintf(format, args...)})
}

func (n *newcomer) own(c Own) {
	before := len(n.problems)
	n.named(c)
	o := own{rule: Rule(c.Name), why: strings.TrimSpace(c.Why), block: c.Does == blocks, instead: c.Instead, words: map[string]string{},
		re: n.regexp("pattern", c.Pattern), but: n.regexp("except", c.Except)}
	switch {
	case c.Does != "" && c.Does != blocks && c.Does != warns:
		n.wrong(n.at+".does", "say block or warn, not %q", c.Does)
	case c.Pattern == "" && len(c.Words) == 0 && c.When == "":
		n.wrong(n.at, "it finds nothing: give it a pattern, words or a when")
	case c.Pattern != "" && len(c.Words) > 0:
		n.wrong(n.at+".words", "it has a pattern already: make two rules of them")
	case c.Except != "" && c.Pattern == "":
		n.wrong(n.at+".except", "it has no pattern to be an exception of")
	case o.re != nil && o.re.MatchString(""):
		n.wrong(n.at+".pattern", "it finds the empty text, and so does everywhere")
	}
	for word, clean := range c.Words {
		if word = strings.TrimSpace(fold(word).text); word == "" {
			n.wrong(n.at+".words", "one of them is empty")
		}
		o.words[word] = clean
	}
	if c.When != "" {
		var err error
		if o.when, o.each, err = condition(c.When); err != nil {
			n.wrong(n.at+".when", "%s", err)
		}
	}
	if len(n.problems) == before {
		n.unclean(o)
		n.rules.own = append(n.rules.own, o)
	}
}

// named looks whether the rule has a name of its own, and a reason.
func (n *newcomer) named(c Own) {
	same := func(o own) bool { return o.rule == Rule(c.Name) }
	switch {
	case strings.TrimSpace(c.Name) == "":
		n.wrong(n.at+".name", "a rule needs a name")
	case slices.Contains(builtin, Rule(c.Name)):
		n.wrong(n.at+".name", "a built-in rule is called %s; `builtin` says what that does", c.Name)
	case slices.ContainsFunc(n.rules.own, same):
		n.wrong(n.at+".name", "%s stands here twice", c.Name)
	}
	if strings.TrimSpace(c.Why) == "" {
		n.wrong(n.at+".why", "say in one sentence why nobody should write this")
	}
}

// unclean finds clean wordings that the rule itself would find again.
func (n *newcomer) unclean(o own) {
	again := func(key, clean string) {
		if len(o.matches(fold(clean))) > 0 {
			n.wrong(n.at+"."+key, "its clean wording %q is found by the same rule", clean)
		}
	}
	again("instead", o.instead)
	for _, word := range slices.Sorted(maps.Keys(o.words)) {
		again("words."+word, o.words[word])
	}
}

func (n *newcomer) regexp(key, s string) *regexp.Regexp {
	if s == "" {
		return nil
	}
	re, err := regexp.Compile(s)
	if err != nil {
		n.wrong(n.at+"."+key, "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re
}

// condition reads a when; each says that it is asked of each sentence.
func condition(code string) (program *vm.Program, each bool, err error) {
	program, err = expr.Compile(code, expr.Env(scene{}), expr.AsBool(), expr.Patch(sees{"sentence", &each}))
	if err == nil {
		return program, each, nil
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	if strings.Contains(text, "unknown name ") {
		text += "; there are " + strings.Join(given(), ", ")
	}
	return nil, false, errors.New(text)
}
