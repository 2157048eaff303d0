package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

// tells looks for findings that begin so: "ok text", "warn text → remedy", "FAIL
// text → remedy". The others may be anything: where a test's folder lies is the
// machine's.
func tells(t *testing.T, found []store.Finding, want ...string) {
	t.Helper()
	var all []string
	for _, f := range found {
		line := "ok " + f.Text
		switch {
		case f.Fails:
			line = "FAIL " + f.Text + " → " + f.Remedy
		case f.Remedy != "":
			line = "warn " + f.Text + " → " + f.Remedy
		}
		if f.Fails && f.Remedy == "" {
			t.Errorf("no remedy: %s", line)
		}
		all = append(all, line)
	}
	for _, w := range want {
		there := false
		for _, l := range all {
			there = there || strings.HasPrefix(l, w)
		}
		if !there {
			t.Errorf("no finding %q in\n%s", w, strings.Join(all, "\n"))
		}
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "drumbeat.db")
	c := sqlite.Config{Path: path}
	tells(t, c.Probe(t.Context()), "ok "+path+" will be made when the bot starts.")
	if left, err := os.ReadDir(dir); len(left) != 0 || err != nil {
		t.Errorf("the probe left %v, %v", left, err)
	}

	s := open(t, path)
	tells(t, s.Probe(t.Context()), "ok every commit is on the disk before its answer (WAL, synchronous=FULL).")
	tells(t, c.Probe(t.Context()), "ok "+path+" is whole.", "ok "+path+" is in use by the running bot, as it should be.")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Probe(t.Context()) {
		if strings.Contains(f.Text, "in use") {
			t.Errorf("nobody has it, and %s", f.Text)
		}
	}
	again := open(t, path) // the probe holds nothing
	tells(t, again.Probe(t.Context()), "ok every commit")
}

func TestProbeOfABadPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 400)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	s := open(t, newer)
	if err := s.Exec(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none", "drumbeat.db"): "FAIL the folder " + filepath.Join(dir, "none") + " does not exist. → Create it",
		filepath.Join(text, "drumbeat.db"):        "FAIL the folder cannot be written to: ",
		text:                                      "FAIL " + text + " cannot be read: ",
		newer:                                     "FAIL " + newer + " was written by a newer drumbeat (version 99; this one knows ",
	} {
		tells(t, sqlite.Config{Path: path}.Probe(t.Context()), want)
	}
}

// A file whose pages were overwritten opens, and is told all the same.
func TestProbeOfADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	s := open(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for page := int64(2); page < 8; page++ {
		if _, err := f.WriteAt([]byte("overwritten"), page*4096); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	tells(t, sqlite.Config{Path: path}.Probe(t.Context()), "FAIL "+path+" is damaged: ")
}

func TestRoom(t *testing.T) {
	t.Parallel()
	for free, want := range map[uint64]string{
		2 << 30:   "ok the disk has 2048 MB of room.",
		1 << 30:   "ok the disk has 1024 MB of room.",
		1<<30 - 1: "warn the disk has 1023 MB of room. → Make room",
		100 << 20: "warn the disk has 100 MB of room. → Make room",
		99 << 20:  "FAIL the disk has 99 MB of room. → Make room",
		0:         "FAIL the disk has 0 MB of room. → Make room",
	} {
		tells(t, []store.Finding{sqlite.Room(free)}, want)
	}
}

func TestLoadFromOutside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder?x=1#y", "drumbeat.db")
	c, id := sqlite.Config{Path: path}, stream.ID{Workspace: "main", Kind: "control", Name: "main"}
	if got, err := c.Load(t.Context(), id, 0); len(got) != 0 || err != nil {
		t.Errorf("no file: got %v, %v", got, err)
	}
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	record := stream.Record{Stream: id, Seq: 1, Kind: "held"}
	if err := s.Commit(t.Context(), store.Batch{Stream: id, Records: []stream.Record{record}, Summary: stream.Summary{Stream: id}}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Load(t.Context(), id, 0); len(got) != 1 || err != nil {
		t.Errorf("while another has it: got %v, %v, want one record", got, err)
	}
}
