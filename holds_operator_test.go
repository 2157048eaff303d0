package main_test

import (
	"regexp"
	"strings"
	"testing"
)

// The log's code makes the operator, once; he is told how the bot is, once a
// day; and a channel where he typed it is the one for announcements.
func TestTheCodeInTheLogMakesTheOperator(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := settle(t, store, edit{"operator: maya\n", ""}, edit{"  announce_channel: C0ANNOUNCE\n", ""}, edit{"mode: live", "mode: shadow"})
		r.start()
		var code string
		r.await(soon, "a code in the log", func() bool {
			if found := regexp.MustCompile(`\n\s+/incident setup (\S+)\n`).FindStringSubmatch(r.bot.log()); found != nil {
				code = found[1]
			}
			return code != ""
		})
		r.says(r.command("leo", "live x"), "there is none yet")
		r.says(r.command("leo", "setup AAAA-BBBB"), "That is not the code")
		r.says(r.command("omar", "setup "+code), "You are the operator now", "announced in this channel")
		r.says(r.command("leo", "setup "+code), "Omar is the operator already")
		r.await(soon, "word of how the bot is", func() bool { return r.wrote("U0000OMAR", "Drumbeat is running") == 1 })
		r.says(r.command("leo", "live x"), "Only the operator", "Omar")
		r.says(r.command("omar", "live x"), "X live")
		r.await(soon, "the channel is told", func() bool { return r.saw("incidents", "Omar switched X from shadow to live") == 1 })
		r.says(r.command("leo", "hold all wait for legal"), "on hold")
		r.await(soon, "the operator hears of the hold", func() bool { return r.wrote("U0000OMAR", "Leo holds all words to customers: wait for legal") == 1 })
		r.says(r.command("omar", "release all"), "go again")
		r.command("leo", "declare sev3 exports are late")
		r.await(soon, "an announcement", func() bool { return r.saw("incidents", "exports are late") == 1 })

		for range 2 { // whoever restarts it every minute is not told every minute
			r.stop()
			r.start()
		}
		if strings.Contains(r.bot.log(), "/incident setup ") {
			t.Error("there is an operator, and a code is offered")
		}
		r.says(r.command("leo", "setup "+code), "Omar is the operator already")
		r.says(r.command("omar", "off x"), "X off")
		r.await(soon, "the channel is told again", func() bool { return r.saw("incidents", "Omar switched X from live to off") == 1 })
		if got := r.wrote("U0000OMAR", "Drumbeat is running"); got != 1 {
			t.Errorf("the operator was told %d times that it runs, want once", got)
		}
	})
}
