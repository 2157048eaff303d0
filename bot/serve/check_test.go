package serve_test

import (
	"os"
	"path/filepath"
	"testing"

	"drumbeat/bot/desk"
	"drumbeat/bot/serve"

	"github.com/google/go-cmp/cmp"
)

// What playbooks count on and the configuration does not have is looked at before
// an incident finds out.
func TestCheckKnowsWhomPlaybooksCountOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := `extends: default
page: {wakes: {SEV1: [oncall, comms, lawyers]}}
audiences: {public: {approval: {by: ["group:press", maya], fallback: ["group:board"], fallback_after: 5m}}}
schedules: [{name: weekly, cron: "0 9 * * MON", do: digest, to: mya}, {name: monthly, cron: "0 9 1 * *", zone: Europe/Berln, do: digest, to: maya}]
`
	if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serve.Parts{Config: serve.Config{Playbooks: dir, People: []desk.Person{{Handle: "maya"}}, Groups: map[string][]string{"comms": {"maya"}, "legal": nil}}}
	in := p.CheckInput()
	if diff := cmp.Diff(map[string][]string{"lawyers": {"acme"}, "legal": {"security"}, "security": {"security"}}, in.Woken); diff != "" {
		t.Errorf("woken (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string][]string{"board": {"acme"}, "press": {"acme"}}, in.Asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	const wrong = "schedule “weekly”: mya is not among `people`\nschedule “monthly”: \"Europe/Berln\" is not a time zone such as Europe/Berlin"
	if in.Schedules == nil || in.Schedules.Error() != wrong || in.Playbooks != nil {
		t.Errorf("got %v, %v, want %s", in.Schedules, in.Playbooks, wrong)
	}
	p.Approvers = []string{"maya"} // in the place of `by`
	if in = p.CheckInput(); cmp.Diff(map[string][]string{"board": {"acme"}}, in.Asked) != "" {
		t.Errorf("with approvers: got %v", in.Asked)
	}
}
