package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/control"
	"drumbeat/integrations"
)

// customers tells what they would read, and by whose doing.
func (in Input) customers(switches control.State) (found []integrations.Finding) {
	if !in.Production {
		return nil
	}
	if switches.Held {
		why, remedy := strings.TrimSuffix(": "+switches.Why, ": "), "“release all” lets them go."
		if !switches.Restored.IsZero() {
			remedy = "See what was sent elsewhere; drumbeat resume, or “release all”, lets them go."
		}
		found = append(found, warns("hold", fmt.Sprintf("every word for customers is held by %s since %s%s.", switches.HeldBy, switches.HeldAt.UTC().Format(time.RFC3339), why), remedy))
	}
	if len(in.Modes) == 0 {
		found = append(found, well("customers", "no public far end is configured: customers read nothing."))
	}
	shadow := false
	for _, name := range slices.Sorted(maps.Keys(in.Modes)) {
		mode, how := in.Modes[name], ""
		if set := switches.Modes[name]; set != "" {
			mode, how = set, " (set by command)"
		}
		text := map[string]string{
			control.Live: "live: customers read it",
			control.Off:  "off: nothing goes there",
		}[mode]
		if text == "" {
			shadow, text = true, "shadow: customers read nothing of this yet"
		}
		found = append(found, well(name, text+how+"."))
	}
	if shadow && in.ShadowChannel == "" {
		found = append(found, warns("slack.shadow_channel", "is missing: nobody sees the words that a far end in shadow would have got.", "Make a channel and write its name there."))
	}
	if len(in.Unattended) > 0 {
		found = append(found, well("unattended", "words that were approved beforehand go to "+strings.Join(in.Unattended, " and ")+" without anybody's tap."))
	}
	return found
}
