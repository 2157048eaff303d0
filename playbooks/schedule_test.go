package playbooks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"drumbeat/playbooks"
	"drumbeat/playbooks/recur"

	"github.com/google/go-cmp/cmp"
)

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestSchedulesAreTheirPlaybooksOwn(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Load(folder(map[string]string{
		"team.yaml":  "extends: default\nschedules:\n- {name: digest, cron: '0 10 * * MON', zone: Europe/Berlin, do: digest, to: '#eng'}\n- {name: drill, cron: '@monthly', do: drill}\n",
		"child.yaml": "extends: team\nschedules:\n- {name: handover, cron: '0 9 * * *', do: handover, to: omar}\n",
		"heir.yaml":  "extends: team\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []recur.Schedule{
		{Name: "handover", Cron: "0 9 * * *", Do: "handover", To: "omar"},
		{Name: "digest", Cron: "0 10 * * MON", Zone: "Europe/Berlin", Do: "digest", To: "#eng"},
		{Name: "drill", Cron: "@monthly", Do: "drill"},
	}
	if diff := cmp.Diff(want, set.Schedules()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	builtin, err := playbooks.Builtin()
	if got := builtin.Schedules(); err != nil || len(got) > 0 {
		t.Errorf("without a word of the team's, %v recurs (%v)", got, err)
	}
}

func TestMistakesInSchedules(t *testing.T) {
	t.Parallel()
	_, err := playbooks.Load(folder(map[string]string{
		"other.yaml": "extends: default\nschedules:\n- {name: taken, cron: '@daily', do: drill}\n",
		"acme.yaml": `extends: default
schedules:
- {cron: '@daily', do: noise, to: '#eng'}
- {name: a, cron: '61 * * * *', do: noise, to: '#eng'}
- {name: b, cron: '0 0 31 2 *', do: noise, to: '#eng'}
- {name: c, cron: '@daily', do: dance, to: '#eng'}
- {name: d, cron: '@daily', do: digest}
- {name: e, cron: '@daily', do: digest, to: '#'}
- {name: f, cron: '@daily', do: drill, to: '#eng'}
- {name: taken, cron: '@daily', do: drill}
- {name: taken, cron: '@daily', do: drill}
`}))
	if err == nil {
		t.Fatal("it was loaded")
	}
	want := []string{
		"acme.yaml:3:4: a schedule needs a name",
		`acme.yaml:4:19: schedule "61 * * * *": end of range (61)`,
		`acme.yaml:5:19: schedule "0 0 31 2 *": no month has such a day`,
		`acme.yaml:6:33: what recurs is one of digest, handover, noise, drill, not "dance"`,
		"acme.yaml:7:4: who reads it?",
		`acme.yaml:8:45: "#" is not a channel`,
		"acme.yaml:9:44: a drill pages a person",
		"acme.yaml:11:10: there is a schedule “taken” above already",
		"other.yaml:3:10: there is a schedule “taken” already, in the playbook acme",
	}
	got := strings.Split(err.Error(), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("got\n%s\nwant\n%s", err, strings.Join(want, "\n"))
		}
	}
}
