package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"drumbeat/store"
	"drumbeat/store/sqlite"

	"github.com/google/go-cmp/cmp"
)

// duplicate writes over the file to if it is there, as cp does.
func duplicate(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// use opens the file, marks it so many times, and gives what it found before.
func use(t *testing.T, path string, marks int) store.Mark {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Marked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range marks {
		if err := s.Mark(t.Context(), noon().Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatIsForeign(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happens func(t *testing.T, folder string) (now string) // to drumbeat.db, which has five marks
		want    bool
	}{
		"nothing": {func(_ *testing.T, folder string) string { return folder }, false},
		"the file is renamed": {func(t *testing.T, folder string) string {
			to := t.TempDir() // of the same file system
			if err := os.Rename(filepath.Join(folder, "drumbeat.db"), filepath.Join(to, "drumbeat.db")); err != nil {
				t.Fatal(err)
			}
			return to
		}, false},
		"the folder is renamed": {func(t *testing.T, folder string) string {
			if err := os.Rename(folder, folder+"-2"); err != nil {
				t.Fatal(err)
			}
			return folder + "-2"
		}, false},
		"the folder is copied": {func(t *testing.T, folder string) string {
			to := filepath.Join(t.TempDir(), "all")
			if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			return to
		}, true},
		"a copy takes its place": {func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "drumbeat.db")
			duplicate(t, path, path+".new")
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			return folder
		}, true},
		"an older backup is written over it": {func(t *testing.T, folder string) string {
			path, backup := filepath.Join(folder, "drumbeat.db"), filepath.Join(t.TempDir(), "backup.db")
			duplicate(t, path, backup)
			use(t, path, 1)
			duplicate(t, backup, path)
			return folder
		}, true},
		"the witness is gone": {func(t *testing.T, folder string) string {
			if err := os.Remove(filepath.Join(folder, ".drumbeat.db.seen")); err != nil {
				t.Fatal(err)
			}
			return folder
		}, false},
		"the witness is noise": {func(t *testing.T, folder string) string {
			if err := os.WriteFile(filepath.Join(folder, ".drumbeat.db.seen"), []byte("\x00\x00"), 0o600); err != nil {
				t.Fatal(err)
			}
			return folder
		}, false},
		"it was killed between the mark and the witness": {func(t *testing.T, folder string) string {
			seen, old := filepath.Join(folder, ".drumbeat.db.seen"), filepath.Join(folder, "old")
			duplicate(t, seen, old)
			use(t, filepath.Join(folder, "drumbeat.db"), 1)
			duplicate(t, old, seen)
			return folder
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			use(t, filepath.Join(folder, "drumbeat.db"), 5)
			now := filepath.Join(c.happens(t, folder), "drumbeat.db")
			if got := use(t, now, 1).Foreign; got != c.want {
				t.Errorf("foreign: got %t, want %t", got, c.want)
			}
			if use(t, now, 0).Foreign {
				t.Error("it is foreign after it was marked")
			}
		})
	}
}

func TestANewFileInThePlaceOfAnOldOneIsNew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	use(t, path, 5)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	use(t, path, 1)
	if got := use(t, path, 0); !cmp.Equal(got, store.Mark{At: noon()}) {
		t.Errorf("got %+v, want the first mark of a file of its own", got)
	}
}

func TestMarksDoNotPileUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "drumbeat.db")
	use(t, path, 1)
	before, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	use(t, path, 500)
	after, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != len(before) {
		t.Errorf("files: got %v, want %v", after, before)
	}
}
