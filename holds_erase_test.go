package main_test

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"drumbeat/integrations/sandbox"
)

var erasing = regexp.MustCompile("(?s)```sql\n(.*?)```")

// TestErasing does what docs/security.md says about a secret that somebody
// typed: it is gone from the store, and all else stands.
func TestErasing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	text, err := os.ReadFile(filepath.Join("docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := erasing.FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/security.md does not say how to erase")
	}
	const secret = "swordfish-and-chips"
	r := live(t, "sqlite:drumbeat.db")
	r.breakSlack(sandbox.Fault{Status: http.StatusServiceUnavailable}) // so that the outbox holds it as well
	r.says(r.command("maya", "declare sev1 the key "+secret+" is refused"), secret)
	r.command("maya", "note we use "+secret+" #1")
	r.stop()
	if !r.holds(t, secret) {
		t.Fatal("the store never held it")
	}
	db, err := sql.Open("sqlite", filepath.Join(r.dir, "drumbeat.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // as one who types
	if _, err := db.ExecContext(t.Context(), strings.ReplaceAll(string(m[1]), "hunter2", secret)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if r.holds(t, secret) {
		t.Error("the store still holds it")
	}
	r.start()
	r.says(r.command("omar", "show #1"), "the key erased is refused")
	r.says(r.command("omar", "ack #1"), "INC-1 is yours")
	if log := r.bot.log(); strings.Contains(log, "restored") || strings.Contains(log, secret) {
		t.Errorf("the log after it:\n%s", log)
	}
}

// holds reports whether a file of the store has the text.
func (r *rig) holds(t *testing.T, text string) bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(r.dir, "*drumbeat.db*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no store in %s: %v", r.dir, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), text) {
			return true
		}
	}
	return false
}
