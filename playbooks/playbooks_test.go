package playbooks_test

import (
	"testing"
	"time"

	"drumbeat/playbooks"
)

func TestBuiltinsCompile(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range set {
		pin, policy, err := src.Pin(playbooks.Settings{Company: "Harbor"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := playbooks.Compile(pin, time.UTC); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Log(name, len(pin.Text), policy.Names())
	}
}
