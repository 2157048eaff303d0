package sqlite_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"drumbeat/store/sqlite"
)

// childPath names the file that the test binary writes to when it is started
// as the process that will be killed.
const childPath = "DRUMBEAT_TEST_SQLITE_PATH"

// TestChild is no test of its own: it writes until it is killed, and tells each
// commit that returned.
func TestChild(t *testing.T) {
	t.Parallel()
	path := os.Getenv(childPath)
	if path == "" {
		return
	}
	s := open(t, path)
	for after := 0; ; after++ {
		if err := s.Commit(t.Context(), batch(1, after, 500)); err != nil {
			t.Fatal(err)
		}
		fmt.Println(after + 1)
	}
}

func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), childPath+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	told := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, err := fmt.Sscan(lines.Text(), &told); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
		switch told {
		case 50:
			if _, err := sqlite.Open(t.Context(), sqlite.Config{Path: path}); !errors.Is(err, sqlite.ErrInUse) {
				t.Errorf("while another process has the file: got %v, want ErrInUse", err)
			}
		case 100:
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || told < 100 {
		t.Fatalf("the child told %d commits and ended with %v", told, err)
	}
	got, err := open(t, path).Load(t.Context(), id(1), 0)
	if err != nil || len(got) < told || len(got) > told+1 {
		t.Errorf("got %d records, %v, want the %d that were acknowledged, or one more", len(got), err, told)
	}
}
