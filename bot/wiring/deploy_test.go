package wiring_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drumbeat/bot/wiring"

	"github.com/goccy/go-yaml"
)

// TestTheConfigurationInKubernetesIsOne reads drumbeat.yaml out of the
// ConfigMap, with every secret that its comment names and no other.
func TestTheConfigurationInKubernetesIsOne(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/deploy/kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n---\n")
	var object struct{ Data map[string]string }
	if err := yaml.Unmarshal([]byte(first), &object); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "drumbeat.yaml")
	if err := os.WriteFile(file, []byte(object.Data["drumbeat.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := wiring.Read(file, func(name string) (string, bool) {
		secrets := map[string]string{"REDIS_URL": "redis://redis:6379/0"}
		_, named, _ := strings.Cut(first, "# with what the configuration below names:")
		named, _, _ = strings.Cut(named, "\n")
		if value, ok := secrets[name]; ok {
			return value, true
		}
		return "xoxb-secret", strings.Contains(named, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{s.Listen.Private, s.Listen.Public, s.Listen.Slack, s.Config.Store}; strings.Join(got, " ") != "0.0.0.0:8080 0.0.0.0:8081 0.0.0.0:8082 redis://redis:6379/0" {
		t.Errorf("got %q", got)
	}
}
