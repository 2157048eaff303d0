package page

import (
	"fmt"
	"net/url"
	"strings"

	"drumbeat/incident"
	"drumbeat/integrations"
)

// Config is the status page, status_page in drumbeat.yaml.
type Config struct {
	// Name is whose page it is, as customers say it: "Harbor".
	Name string `yaml:"name"`
	// URL is where customers find it: scheme and host, no path, such as
	// `https://status.example.com`. Permalinks are made of it.
	URL string `yaml:"url"`
	// Mode is the one to begin with: `off`, every answer is 404; `shadow`, the
	// page says that it is not in use yet and is hidden from search engines;
	// `live`. Left out: `shadow`.
	Mode string `yaml:"mode"`
	// Unattended lets two sentences that were approved beforehand go to this
	// page when a promise is about to be missed and nobody taps. Left out: not.
	Unattended bool `yaml:"unattended"`
	// Components are the parts of the product, shown in this order. Left out:
	// the page has no list of parts.
	Components []ComponentConfig `yaml:"components"`
}

// ComponentConfig is a part of the product as customers know it.
type ComponentConfig struct {
	// Name is what the page shows, and how incidents name it: `API`.
	Name string `yaml:"name"`
	// Description is a short line below the name. Left out: none.
	Description string `yaml:"description"`
	// Group is the heading that it stands under. Left out: none.
	Group string `yaml:"group"`
	// Words are how customers say it in a sentence: `opening and saving`, for
	// drafts. Left out: the name.
	Words string `yaml:"words"`
}

// Speaks gives the page's name among the far ends when it may say words that
// were approved beforehand, and nothing when it may not.
func (c Config) Speaks(name string) []string {
	if !c.Unattended {
		return nil
	}
	return []string{name}
}

// Parts are the components as incidents name them, in the order of the page.
func (c Config) Parts() []incident.Component {
	var out []incident.Component
	for _, x := range c.Components {
		out = append(out, incident.Component{Name: x.Name, Words: x.Words})
	}
	return out
}

// The modes of the page.
const (
	modeOff    = "off"
	modeShadow = "shadow"
	modeLive   = "live"
)

func (c Config) live() bool { return c.Mode == modeLive }

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, format string, args ...any) {
		all = append(all, integrations.Problem{Path: "$.status_page." + key, Text: fmt.Sprintf(format, args...)})
	}
	switch c.Mode {
	case "", modeShadow, modeLive:
	case modeOff:
		return nil
	default:
		add("mode", "write off, shadow or live")
	}
	if strings.TrimSpace(c.Name) == "" {
		add("name", "is missing: write the product's name as customers say it")
	}
	if !isOrigin(c.URL) {
		add("url", "write the address of the page without a path, such as https://status.example.com")
	}
	seen := map[string]bool{}
	for i, component := range c.Components {
		key := fmt.Sprintf("components[%d].name", i)
		switch name := component.Name; {
		case strings.TrimSpace(name) == "":
			add(key, "is missing: write what customers call this part of the product")
		case seen[name]:
			add(key, "stands twice: %s", name)
		}
		seen[component.Name] = true
	}
	return all
}

// isOrigin reports whether s is scheme and host alone.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

// origin is URL without the slash at its end.
func (c Config) origin() string { return strings.TrimSuffix(c.URL, "/") }
