package policy_test

import (
	"testing"

	"drumbeat/incident/policy"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// In any of YAML's forms an entry is what it says; what names nobody is told.
func TestApproversAreRead(t *testing.T) {
	t.Parallel()
	want := policy.Approval{By: policy.Approvers{"priya", "role:legal", "group:comms"}, Need: 2}
	for _, data := range []string{
		"{by: [priya, role:legal, group:comms], need: 2}",
		"by: [priya, role:legal, group:comms]\nneed: 2",
		"by:\n  - priya\n  - role:legal\n  - \"group:comms\"\nneed: 2",
	} {
		var got policy.Approval
		if err := yaml.UnmarshalWithOptions([]byte(data), &got, yaml.Strict()); err != nil {
			t.Errorf("%s: %v", data, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", data, diff)
		}
	}
	for _, data := range []string{"by: priya", "by: [1]", "by: [[priya]]"} {
		if err := yaml.Unmarshal([]byte(data), new(policy.Approval)); err == nil {
			t.Errorf("%s is taken", data)
		}
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	night, lunch := policy.Hours{From: "22:00", To: "07:00"}, policy.Hours{From: "12:00", To: "13:30"}
	for _, c := range []struct {
		hours policy.Hours
		clock string
		want  bool
	}{
		{night, "22:00", true}, {night, "21:59", false}, {night, "02:15", true}, {night, "06:59", true}, {night, "07:00", false},
		{lunch, "12:00", true}, {lunch, "13:30", false}, {lunch, "23:00", false},
		{policy.Hours{}, "02:15", false}, {night, "", false}, {policy.Hours{From: "22:00", To: "22:00"}, "22:00", false}, {policy.Hours{From: "late", To: "07:00"}, "23:00", false},
	} {
		if got := c.hours.Has(c.clock); got != c.want {
			t.Errorf("%+v has %q: got %v, want %v", c.hours, c.clock, got, c.want)
		}
	}
}
