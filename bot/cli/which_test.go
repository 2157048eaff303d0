package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhich(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"outage.yaml":   "extends: default\nwhen: severity == \"SEV1\" && (\"api\" in services || \"checkout\" in components)\n",
		"night.yaml":    "extends: default\nwhen: weekend && hour < 7\n",
		"secret.yaml":   "extends: default\nwhen: private && true\n",
		"payments.yaml": "extends: default\nwhen: labels.team == \"payments\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ args, want string }{
		{"--at=2026-10-05T14:00", "takes  default               no other fits"},
		{"--sev=1 --service=api --at=2026-10-05T14:00", "takes  outage                severity is SEV1 and the service is api"},
		{"--sev=sev1 --component=checkout --component=mail --at=2026-10-05T14:00", "takes  outage                severity is SEV1 and the components are checkout, mail"},
		{"--private --at=2026-10-05T14:00", "takes  secret                it is private"},
		{"--at=sat_02:00", "takes  night                 it is the weekend and it is 02:00"},
		{"--label=team=payments --at=2026-10-05T14:00", `takes  payments              label team is "payments"`},
		{"--drill --at=2026-10-05T14:00", "takes  drill                 no other fits"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			args := []string{"playbook", "which", "--dir", dir}
			for _, a := range strings.Fields(c.args) {
				args = append(args, strings.ReplaceAll(a, "_", " "))
			}
			r := run(t, nil, args...)
			lines := strings.Split(strings.TrimRight(r.Stdout, "\n"), "\n")
			if r.Code != 0 || lines[0] != c.want || len(lines) < 6 {
				t.Errorf("got %d, and\n%s\nwant first of all lines\n%s", r.Code, r.Stdout, c.want)
			}
		})
	}
}

func TestWhichPrintsEveryReason(t *testing.T) {
	t.Parallel()
	r := run(t, nil, "playbook", "which", "--dir", t.TempDir(), "--sev", "3")
	for _, want := range []string{"takes  default               no other fits\n", "       drill                 it has no `when`: it is taken by its name alone\n", "       security              it is not private\n"} {
		if r.Code != 0 || !strings.Contains(r.Stdout, want) || r.Stderr != "" {
			t.Errorf("got %+v, want\n%s", r, want)
		}
	}
	r = run(t, nil, "playbook", "which", "--dir", t.TempDir(), "--json")
	var got []struct {
		Playbook, Why string
		Chosen, Fits  bool
	}
	if err := json.Unmarshal([]byte(r.Stdout), &got); err != nil || len(got) < 2 || got[0].Playbook != "default" || !got[0].Chosen || got[0].Why == "" || got[1].Chosen {
		t.Errorf("got %v, %s, want default chosen, and the others", err, r.Stdout)
	}
}

func TestWhichRefuses(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--at=soon":              "is no time: write “02:00”",
		"--dir=/nowhere/at/all":  "no such file",
		"--dir=. --at=Caturday1": "is no time",
	} {
		r := run(t, nil, append([]string{"playbook", "which"}, strings.Fields(args)...)...)
		if r.Code != 2 || !strings.Contains(r.Stderr, want) {
			t.Errorf("%s: got %+v, want 2 and %q", args, r, want)
		}
	}
}
