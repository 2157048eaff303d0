package choose_test

import (
	"strings"
	"testing"
	"time"

	"drumbeat/playbooks/choose"

	"github.com/google/go-cmp/cmp"
)

// night is a Saturday, 02:00.
var night = time.Date(2026, 10, 3, 2, 0, 0, 0, time.UTC)

func TestConditions(t *testing.T) {
	t.Parallel()
	q := choose.Question{Severity: "SEV1", Phase: "triage", Services: []string{"api"}, Components: []string{"checkout", "mail"},
		Labels: map[string]string{"team": "payments"}, Title: "People cannot PAY", At: night, Since: 90 * time.Minute}
	for _, c := range []struct {
		when  string
		holds bool
		why   string
		facts string
	}{
		{`severity == "SEV1"`, true, "severity is SEV1", "severity"},
		{`severity == "SEV2"`, false, "severity is SEV1", "severity"},
		{`severity in ["SEV1", "SEV2"] && "checkout" in components`, true, "severity is SEV1 and the components are checkout, mail", "components severity"},
		{`severity == "SEV1" and private`, false, "it is not private", "private severity"},
		{`private || severity == "SEV1"`, true, "severity is SEV1", "private"},
		{`private || severity == "SEV3"`, false, "it is not private and severity is SEV1", "private"},
		{`private && drill || "api" in services`, true, "the service is api", "services"},
		{`!(private || drill)`, true, "it is not private and it is not a drill", "drill private"},
		{`not (severity == "SEV1" && weekend)`, false, "severity is SEV1 and it is the weekend", "severity"},
		{`severity != "SEV2" && severity != "SEV3"`, true, "severity is SEV1", "severity"},
		{`labels.team == "payments"`, true, `label team is "payments"`, "labels.team"},
		{`labels.env == "prod"`, false, "there is no label env", "labels.env"},
		{`labels["team"] == "payments" && labels.env != "test"`, true, `label team is "payments" and there is no label env`, "labels.env labels.team"},
		{`len(labels) > 3`, false, "the label is team", "labels"},
		{`title contains "pay"`, true, `the title is "people cannot pay"`, "title"},
		{`any(components, # startsWith "check")`, true, "the components are checkout, mail", "components"},
		{`hour < 7 && weekend`, true, "it is 02:00 and it is the weekend", "hour weekend"},
		{`day == "sat"`, true, "it is Saturday", "day"},
		{`day in ["mon", "tue"]`, false, "it is Saturday", "day"},
		{`since > duration("1h")`, true, "it began 1 h 30 min ago", "since"},
		{`commander_silent > duration("10m")`, false, "the last of the commander was just now", "commander_silent"},
		{`phase == "triage"`, true, "phase is triage", "phase"},
		{`true`, true, "it says so of every incident", ""},
		{`int(labels.team) > 1`, false, "it cannot be told: invalid operation: int(payments) (1:1)", "labels.team"},
	} {
		t.Run(c.when, func(t *testing.T) {
			t.Parallel()
			cond, err := choose.Parse(c.when)
			if err != nil {
				t.Fatal(err)
			}
			holds, why := cond.Holds(q)
			if holds != c.holds || why != c.why {
				t.Errorf("got %v, %q, want %v, %q", holds, why, c.holds, c.why)
			}
			if got := strings.Join(cond.Facts(), " "); got != c.facts {
				t.Errorf("facts: got %q, want %q", got, c.facts)
			}
		})
	}
}

// Nothing is known: every name has a value all the same.
func TestNothingIsKnown(t *testing.T) {
	t.Parallel()
	for _, name := range choose.Names() {
		cond, err := choose.Parse(name + " == " + name)
		if name == "labels" || strings.HasSuffix(name, "s") && name != "services" && name != "components" {
			cond, err = choose.Parse("len(" + name + ") == 0")
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if ok, why := cond.Holds(choose.Question{}); !ok || why == "" {
			t.Errorf("%s: got %v, %q, want that it equals itself, and a phrase", name, ok, why)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]string{
		`colour == "red"`:  "unknown name colour",
		`severity`:         "expected bool, but got string",
		`severity > 3`:     "mismatched types string and int",
		`severity == `:     "unexpected token",
		`hour == "2"`:      "mismatched types int and string",
		`labels.team + 1`:  "mismatched types string and int",
		`title.upper == 1`: "type string has no field upper",
	} {
		if _, err := choose.Parse(when); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q in one line", when, err, want)
		}
	}
	_, err := choose.Parse(`colour == "red"`)
	if diff := cmp.Diff("commander_silent, components, day, drill, hour, labels, phase, private, services, severity, since, title, weekend",
		strings.Join(choose.Names(), ", ")); diff != "" || !strings.HasSuffix(err.Error(), strings.Join(choose.Names(), ", ")) {
		t.Errorf("the names (-want +got):\n%s\nand the mistake %q, want them at its end", diff, err)
	}
}

// Whatever stands in a condition, it is understood or refused, and answers.
func FuzzParse(f *testing.F) {
	for _, when := range []string{`severity == "SEV1" && private`, `!(drill or weekend)`, `any(components, # == "x")`, `labels["a"] in ["b"]`, `1 / 0 == hour`,
		`let x = hour; x > 2 && private`, `hour > 2 ? private : drill`, `map(services, {#})[7] == ""`} {
		f.Add(when)
	}
	f.Fuzz(func(t *testing.T, when string) {
		if len(when) > 200 || strings.Contains(when, "..") || strings.Contains(when, "repeat") { // what is slow by intention
			return
		}
		cond, err := choose.Parse(when)
		if err != nil {
			return
		}
		q := choose.Question{Severity: "SEV1", Services: []string{"api"}, At: night}
		ok, why := cond.Holds(q)
		again, same := cond.Holds(q)
		if why == "" || ok != again || why != same {
			t.Errorf("%s: got %v, %q, then %v, %q, want the same twice, with a phrase", when, ok, why, again, same)
		}
	})
}
