// Package deploy_test holds the files beside it to what those who read them
// ask: Prometheus, systemd, Docker Compose and Kubernetes.
package deploy_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// tool runs a program that a test asks, and gives what it printed.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skipf("needs %s: make deps", name)
	}
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPrometheusTakesTheRules(t *testing.T) {
	t.Parallel()
	tool(t, "promtool", "check", "config", "--lint-fatal", "prometheus.yaml")
	tool(t, "promtool", "check", "rules", "--lint-fatal", "alerts.yaml")
}

func TestAlertsFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	tool(t, "promtool", "test", "rules", "alerts_test.yaml")
	stories := read(t, "alerts_test.yaml")
	for _, rule := range rules(t) {
		if !strings.Contains(stories, `alertname="`+rule.Alert+`"`) {
			t.Errorf("no story has %s fire", rule.Alert)
		}
	}
}

type rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	var file struct{ Groups []struct{ Rules []rule } }
	if err := yaml.Unmarshal([]byte(read(t, "alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Groups) != 1 || len(file.Groups[0].Rules) < 8 {
		t.Fatalf("got %+v, want one group of rules", file)
	}
	return file.Groups[0].Rules
}

func TestEveryAlertSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, r := range rules(t) {
		if s := r.Labels["severity"]; s != "critical" && s != "warning" {
			t.Errorf("%s: severity is %q", r.Alert, s)
		}
		if r.Annotations["summary"] == "" || len(r.Annotations["description"]) < 150 {
			t.Errorf("%s: its summary or description does not help: %q", r.Alert, r.Annotations)
		}
	}
}

// TestSystemdTakesTheUnit puts a program that is there in place of the bot.
func TestSystemdTakesTheUnit(t *testing.T) {
	t.Parallel()
	unit := strings.ReplaceAll(read(t, "drumbeat.service"), "/usr/local/bin/drumbeat", "/bin/true")
	file := filepath.Join(t.TempDir(), "drumbeat.service")
	if err := os.WriteFile(file, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := tool(t, "systemd-analyze", "verify", file); said != "" {
		t.Errorf("systemd says:\n%s", said)
	}
	said := tool(t, "systemd-analyze", "security", "--offline=true", "--no-pager", file)
	level := regexp.MustCompile(`exposure level for drumbeat.service: (\d+\.\d)`).FindStringSubmatch(said)
	if level == nil {
		t.Fatalf("no exposure level in:\n%s", said)
	}
	if n, err := strconv.ParseFloat(level[1], 64); err != nil || n > 1.1 {
		t.Errorf("the unit is exposed at %s, want at most 1.1:\n%s", level[1], said)
	}
}

func TestComposeTakesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"compose.yaml": read(t, "compose.yaml"), ".env": "SLACK_BOT_TOKEN=x\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	options, err := cli.NewProjectOptions([]string{filepath.Join(dir, "compose.yaml")}, cli.WithWorkingDirectory(dir))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if names := project.ServiceNames(); !slices.Equal(names, []string{"drumbeat", "redis"}) {
		t.Fatalf("got services %q", names)
	}
	for name, s := range project.Services {
		if !s.ReadOnly || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || !slices.Contains(s.CapDrop, "ALL") || s.Privileged {
			t.Errorf("%s may do more than it needs", name)
		}
		if s.HealthCheck == nil || s.Restart != types.RestartPolicyAlways {
			t.Errorf("%s is not looked after: healthcheck %v, restart %q", name, s.HealthCheck, s.Restart)
		}
	}
	for _, p := range project.Services["drumbeat"].Ports {
		if p.HostIP != "127.0.0.1" {
			t.Errorf("port %s is published at %q: there is no TLS on it", p.Published, p.HostIP)
		}
	}
	at := project.Services["drumbeat"].Environment["DRUMBEAT_CONFIG"]
	if !slices.ContainsFunc(project.Services["drumbeat"].Volumes, func(v types.ServiceVolumeConfig) bool { return at != nil && v.Target == *at && v.ReadOnly }) {
		t.Errorf("no configuration is where the bot looks for it")
	}
	redis := project.Services["redis"]
	if len(redis.Ports) > 0 || !project.Networks["inside"].Internal {
		t.Error("Redis can be reached from outside")
	}
	said := strings.Join(redis.Command, " ")
	for _, want := range []string{"--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"} {
		if !strings.Contains(said, want) {
			t.Errorf("Redis runs without %s: %s", want, said)
		}
	}
}

// cluster are the objects of kubernetes.yaml, decoded strictly: a field that
// Kubernetes does not know, or that is of another type, is an error.
type cluster struct {
	config     core.ConfigMap
	deployment apps.Deployment
	budget     policy.PodDisruptionBudget
	service    core.Service
	network    networking.NetworkPolicy
}

func manifests(t *testing.T) (c cluster) {
	t.Helper()
	kinds := map[string]any{"ConfigMap": &c.config, "Deployment": &c.deployment, "PodDisruptionBudget": &c.budget,
		"Service": &c.service, "NetworkPolicy": &c.network}
	versions := map[string]string{"ConfigMap": "v1", "Deployment": "apps/v1", "PodDisruptionBudget": "policy/v1",
		"Service": "v1", "NetworkPolicy": "networking.k8s.io/v1"}
	for _, doc := range bytes.Split([]byte(read(t, "kubernetes.yaml")), []byte("\n---\n")) {
		var head struct{ Kind, APIVersion string }
		if err := yaml.Unmarshal(doc, &head); err != nil {
			t.Fatal(err)
		}
		into, ok := kinds[head.Kind]
		if !ok || versions[head.Kind] != head.APIVersion {
			t.Fatalf("%s of %s is unknown, or comes twice", head.Kind, head.APIVersion)
		}
		delete(kinds, head.Kind)
		if err := yaml.UnmarshalStrict(doc, into); err != nil {
			t.Errorf("%s: %v", head.Kind, err)
		}
	}
	if len(kinds) > 0 {
		t.Fatalf("these are missing: %v", kinds)
	}
	return c
}

func TestKubernetesTakesTheManifests(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	pod := c.deployment.Spec.Template
	for what, selector := range map[string]map[string]string{
		"the deployment": c.deployment.Spec.Selector.MatchLabels, "the budget": c.budget.Spec.Selector.MatchLabels,
		"the service": c.service.Spec.Selector, "the network policy": c.network.Spec.PodSelector.MatchLabels,
		"the spread": pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
	} {
		for k, v := range selector {
			if len(selector) == 0 || pod.Labels[k] != v {
				t.Errorf("%s selects %v, the pods have %v", what, selector, pod.Labels)
			}
		}
	}
	bot := pod.Spec.Containers[0]
	ports := map[string]bool{}
	for _, p := range bot.Ports {
		ports[p.Name] = true
	}
	var used []string
	for _, p := range c.service.Spec.Ports {
		used = append(used, p.TargetPort.StrVal)
	}
	for _, rule := range c.network.Spec.Ingress {
		for _, p := range rule.Ports {
			used = append(used, p.Port.StrVal)
		}
	}
	for _, p := range []*core.Probe{bot.StartupProbe, bot.LivenessProbe, bot.ReadinessProbe} {
		used = append(used, p.HTTPGet.Port.StrVal)
	}
	for _, name := range used {
		if !ports[name] {
			t.Errorf("port %q is used and not opened", name)
		}
	}
	for _, p := range c.service.Spec.Ports {
		if p.TargetPort.StrVal == "private" {
			t.Error("the service leads to the private listener")
		}
	}
	mounted := map[string]string{}
	for _, m := range bot.VolumeMounts {
		mounted[m.Name] = m.MountPath
	}
	if e := bot.Env[0]; e.Name != "DRUMBEAT_CONFIG" || e.Value != mounted["config"]+"/drumbeat.yaml" || c.config.Data["drumbeat.yaml"] == "" {
		t.Errorf("no configuration is where the bot looks for it, at %s", e.Value)
	}
	if live, ready := bot.LivenessProbe.HTTPGet.Path, bot.ReadinessProbe.HTTPGet.Path; live != "/healthz" || ready != "/readyz" {
		t.Errorf("probes: live %q, ready %q", live, ready)
	}
}

// TestPodsAreRestricted holds the pods to what Kubernetes' Pod Security
// Standards call restricted.
func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	pod := manifests(t).deployment.Spec.Template.Spec
	if s := pod.SecurityContext; s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		t.Errorf("the pod's security context is %v", s)
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC || pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Error("the pod is nearer to its host or its cluster than it needs to be")
	}
	for _, c := range pod.Containers {
		s := c.SecurityContext
		if s == nil || *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) {
			t.Errorf("%s: the security context is %v", c.Name, s)
		}
	}
	for _, v := range pod.Volumes {
		if v.HostPath != nil {
			t.Errorf("volume %s is the host's", v.Name)
		}
	}
	// A drain takes 25 s: 20 for what is being sent, 5 for requests; and nothing before the pause is over.
	if pause := pod.Containers[0].Lifecycle.PreStop.Sleep.Seconds; *pod.TerminationGracePeriodSeconds < pause+25 {
		t.Errorf("it is killed %d s after it is told to stop, of which it waits %d", *pod.TerminationGracePeriodSeconds, pause)
	}
}
