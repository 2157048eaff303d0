package main_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"drumbeat/integrations/sandbox"
)

// typed runs a command beside the bot, as somebody does who is on its machine.
func (r *rig) typed(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	stdout, stderr, code := typedIn(t, r.dir, args...)
	return stdout + stderr, code
}

// TestIncidentOverTheLocalSocket works on an incident from the bot's machine,
// without an address and a token.
func TestIncidentOverTheLocalSocket(t *testing.T) {
	t.Parallel()
	r := settle(t, "sqlite:drumbeat.db")
	if out, code := r.typed(t, "incident", "--as=maya", "list"); code != 1 || !strings.Contains(out, "no bot runs here (drumbeat.sock)") {
		t.Errorf("without a bot: got %d %q", code, out)
	}
	r.start()
	for _, c := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{"incident", "--as=maya", "declare", "sev1", "people", "cannot", "save"}, 0, "INC-1 SEV1: people cannot save"},
		{[]string{"incident", "--as=omar", "--json", "list"}, 0, `{"text":`},
		{[]string{"incident", "--as=maya", "approve", "#7"}, 1, "INC-7"},
		{[]string{"incident", "list"}, 2, "say who asks, with --as HANDLE or DRUMBEAT_AS"},
		{[]string{"incident", "--as=maya", "--url=" + r.app, "list"}, 2, "--url needs --token"},
		{[]string{"incident", "--as=maya", "--config=elsewhere/none.yaml", "list"}, 0, "INC-1"},
	} {
		if out, code := r.typed(t, c.args...); code != c.code || !strings.Contains(out, c.out) {
			t.Errorf("%q: got %d %q, want %d %q", c.args, code, out, c.code, c.out)
		}
	}
	socket := filepath.Join(r.dir, "drumbeat.sock")
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: got %v and %v, want mode 0600", info, err)
	}
	r.kill() // it leaves its socket behind
	if out, code := r.typed(t, "incident", "--as=maya", "list"); code != 1 || !strings.Contains(out, "the bot does not answer") {
		t.Errorf("after it was killed: got %d %q", code, out)
	}
	r.start()
	if out, code := r.typed(t, "incident", "--as=maya", "list"); code != 0 || !strings.Contains(out, "INC-1") {
		t.Errorf("after a restart: got %d %q", code, out)
	}
	r.stop()
	if _, err := os.Stat(socket); err == nil {
		t.Error("a bot that was stopped leaves its socket behind")
	}
}

// wordsWait has words for customers that cannot reach X, and kills the bot.
func wordsWait(t *testing.T) *rig {
	t.Helper()
	t.Parallel()
	r := live(t, "sqlite:drumbeat.db")
	r.town.X.Add(sandbox.Fault{Match: "/2/tweets", Status: 429})
	r.command("omar", "declare sev1 people cannot save")
	r.await(soon, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
	r.command("maya", "ack #1")
	r.command("omar", "update public Saving mail fails for some people. #1")
	r.says(r.command("priya", "approve #1"), "Published INC-1")
	r.await(soon, "all but X have the words", func() bool { return r.told("Saving mail fails") == [4]int{1, 0, 1, 1} })
	r.await(soon, "X was tried", func() bool { return strings.Contains(r.command("omar", "sent #1"), "x answers 429") })
	r.kill()
	r.town.X.Clear()
	return r
}

// TestRestoredStore starts on a copy of the store: what it has not sent may have
// been sent, and nothing reaches customers until somebody says so.
func TestRestoredStore(t *testing.T) {
	r := wordsWait(t)
	for _, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(filepath.Join(r.dir, "drumbeat.db"+end))
		if err == nil {
			err = os.WriteFile(filepath.Join(r.dir, "restored.db"+end), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(filepath.Join(r.dir, "restored.db"+end), filepath.Join(r.dir, "drumbeat.db"+end)); err != nil && end != "-shm" {
			t.Fatal(err)
		}
	}
	pages := len(r.town.PagerDuty.Alerts())
	r.start()
	r.says(r.bot.log(), "restored or copied")
	r.await(soon, "the operator hears of it", func() bool { return r.wrote("U0000MAYA", "These data were restored or copied") == 1 })
	r.await(soon, "it is told what is not sent", func() bool {
		return strings.Contains(r.command("omar", "sent #1"), "given up – it was asked for before")
	})
	r.command("omar", "update public We have found the cause. #1")
	r.command("priya", "approve #1")
	r.await(soon, "new words are held", func() bool { return strings.Contains(r.command("omar", "sent #1"), "page: on hold") })
	if got := r.told("We have found the cause"); got != [4]int{} || len(r.tweets()) != 0 {
		t.Errorf("while on hold, customers read %v and %q", got, r.tweets())
	}
	r.kill() // the hold outlives a restart
	r.start()
	if strings.Contains(r.bot.log(), "restored or copied") {
		t.Error("an ordinary restart is taken for another copy")
	}
	r.says(r.command("maya", "release all"), "The operator lets words go: “resume”")
	for _, c := range []struct {
		as, out string
		code    int
	}{{"omar", "Only the operator", 1}, {"maya", "Words to customers go again", 0}, {"maya", "There is nothing to resume", 1}} {
		if out, code := r.typed(t, "resume", "--as="+c.as); code != c.code || !strings.Contains(out, c.out) {
			t.Errorf("resume by %s: got %d %q, want %d %q", c.as, code, out, c.code, c.out)
		}
	}
	r.await(soon, "what was held goes", func() bool { return r.told("We have found the cause") == [4]int{1, 0, 1} }) // X has no first words
	if got := count(r.tweets(), "Saving mail fails"); got != 0 {
		t.Errorf("words from before the copy: %d tweets, want none", got)
	}
	if got := len(r.town.PagerDuty.Alerts()); got != pages {
		t.Errorf("pages: got %d, want %d as before", got, pages)
	}
}

// stamp is a moment in stored JSON.
var stamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)

// ages makes all that the store holds older: the bot was away for so long.
func (r *rig) ages(d time.Duration) {
	r.Helper()
	db, err := sql.Open("sqlite", filepath.Join(r.dir, "drumbeat.db"))
	if err != nil {
		r.Fatal(err)
	}
	defer db.Close()
	exec := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			r.Fatalf("%s: %v", query, err)
		}
	}
	for table, columns := range map[string][]string{"streams": {"written", "at"}, "tags": {"at"}, "mark": {"at"},
		"deliveries": {"queued", "not_before", "not_after", "due"}} {
		for _, c := range columns {
			exec("UPDATE "+table+" SET "+c+" = "+c+" - ? WHERE "+c+" > 0", d.Nanoseconds())
		}
	}
	older := func(text string) string {
		return stamp.ReplaceAllStringFunc(text, func(s string) string {
			at, err := time.Parse(time.RFC3339Nano, s)
			if err != nil || at.Year() < 2000 {
				return s
			}
			return at.Add(-d).Format(time.RFC3339Nano)
		})
	}
	for _, c := range [][2]string{{"streams", "data"}, {"records", "meta"}, {"records", "data"}, {"deliveries", "body"}} {
		rows, err := db.Query("SELECT DISTINCT CAST(" + c[1] + " AS TEXT) FROM " + c[0])
		if err != nil {
			r.Fatal(err)
		}
		var texts []string
		for rows.Next() {
			var text sql.NullString
			if err := rows.Scan(&text); err != nil {
				r.Fatal(err)
			}
			texts = append(texts, text.String)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			r.Fatal(err)
		}
		for _, text := range texts {
			if older := older(text); older != text {
				exec("UPDATE "+c[0]+" SET "+c[1]+" = ? WHERE CAST("+c[1]+" AS TEXT) = ?", older, text)
			}
		}
	}
}

// TestBackAfterAnAbsence starts an hour and a half after it was killed.
func TestBackAfterAnAbsence(t *testing.T) {
	r := wordsWait(t)
	r.ages(90 * time.Minute)
	r.start()
	room := r.rooms()[0].ID
	r.await(soon, "it says that it was away", func() bool { return r.saw(room, "I was away") == 1 })
	r.await(soon, "the operator hears of it", func() bool { return r.wrote("U0000MAYA", "One incident was open: what fell due is told there.") == 1 })
	r.says(r.command("omar", "sent #1"), "not sent")
	r.stop()
	r.start()
	r.command("omar", "update public We have found the cause. #1")
	r.command("priya", "approve #1")
	r.await(soon, "new words go", func() bool { return r.told("We have found the cause") == [4]int{1, 1, 1} }) // news are not mailed
	if got := count(r.tweets(), "Saving mail fails"); got != 0 {
		t.Errorf("words of an hour and a half ago: %d tweets, want none", got)
	}
	if got := r.saw(room, "I was away"); got != 1 {
		t.Errorf("it says %d times that it was away, want once", got)
	}
}
