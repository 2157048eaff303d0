package main_test

import (
	"fmt"
	"os"
	"path/filepath"
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
		r.stop()
		file := filepath.Join(r.dir, "drumbeat.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		renamed := strings.NewReplacer("handle: omar,", "handle: okane,", "[omar]", "[okane]").Replace(string(text))
		if err := os.WriteFile(file, []byte(renamed), 0o600); err != nil {
			t.Fatal(err)
		}
		r.start() // he is the same person by another handle
		r.says(r.command("omar", "shadow x"), "X shadow")
	})
}

// A drill opens a channel and pages for real; no word of it reaches a customer,
// though every far end is live.
func TestADrillReachesNoCustomer(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		r.says(r.command("leo", "drill"), "for those on call and for the operator (Maya)")
		r.says(r.command("omar", "drill"), "DRILL-1 has begun", "Omar paged")
		r.await(soon, "a channel with what to try", func() bool {
			for _, c := range r.town.Slack.Snapshot().Channels {
				if strings.HasPrefix(c.Name, "drill-1-") && r.saw(c.ID, "This is a drill: nothing is wrong") == 1 {
					return true
				}
			}
			return false
		})
		r.await(soon, "a page by SMS", func() bool {
			return strings.Contains(fmt.Sprint(r.town.Twilio.Messages()), "Harbor drill: nothing is wrong. DRILL-1")
		})
		r.says(r.command("omar", "ack #1"), "DRILL-1 is yours")
		r.command("omar", "update public The "+canary+" fails. #1")
		r.says(r.command("priya", "approve #1"), "nobody: no far end takes public words here")
		r.says(r.command("omar", "cancel false alarm #1"), "nobody")
		r.says(r.command("priya", "approve #1"), "nobody")
		r.command("leo", "declare sev3 a real one")
		r.await(soon, "what was asked for later", func() bool { return r.saw("incidents", "a real one") == 1 })
		r.nothingPublic(canary)
		r.nothingPublic("We looked into reports")
		if got := r.page(); strings.Contains(got, "DRILL") || strings.Contains(got, "drill") {
			t.Error("the status page knows of the drill")
		}
	})
}
