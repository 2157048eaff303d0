package blockkit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox/slack/blockkit"
)

func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("id%d", n) }
}

func plain(n int) string {
	return `{"type":"plain_text","text":"` + strings.Repeat("ä", n) + `"}`
}

func times(n int, one string) string {
	return strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}

// button gives one with a text of n characters.
func button(n int, more string) string { return `{"type":"button","text":` + plain(n) + more + `}` }

func TestCheck(t *testing.T) {
	t.Parallel()
	actions := func(elements string) string { return `[{"type":"actions","elements":[` + elements + `]}]` }
	selecting := func(options string) string {
		return actions(`{"type":"static_select","action_id":"s","options":[` + options + `]}`)
	}
	for _, c := range []struct{ name, raw, want string }{
		{"50 blocks", `[` + times(50, `{"type":"divider"}`) + `]`, ""},
		{"51 blocks", `[` + times(51, `{"type":"divider"}`) + `]`, "no more than 50 items allowed [json-pointer:/blocks]"},
		{"section of 3000", `[{"type":"section","text":` + plain(3000) + `}]`, ""},
		{"section of 3001", `[{"type":"section","text":` + plain(3001) + `}]`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty text", `[{"type":"section","text":` + plain(0) + `}]`, "must be more than 0 characters"},
		{"section of nothing", `[{"type":"section"}]`, "missing required field: text or fields"},
		{"11 fields", `[{"type":"section","fields":[` + times(11, plain(1)) + `]}]`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"field of 2001", `[{"type":"section","fields":[` + plain(2001) + `]}]`, "less than 2001"},
		{"header of 150", `[{"type":"header","text":` + plain(150) + `}]`, ""},
		{"header of 151", `[{"type":"header","text":` + plain(151) + `}]`, "less than 151"},
		{"header of mrkdwn", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "must be plain_text"},
		{"button of 75", actions(button(75, "")), ""},
		{"button of 76", actions(button(76, "")), "less than 76"},
		{"value of 2001", actions(button(1, `,"value":"`+strings.Repeat("x", 2001)+`"`)), "less than 2001"},
		{"action_id of 256", actions(button(1, `,"action_id":"`+strings.Repeat("x", 256)+`"`)), "less than 256"},
		{"style", actions(button(1, `,"style":"green"`)), "must be primary or danger"},
		{"one action_id twice in a block", actions(times(2, button(1, `,"action_id":"a"`))), `action_id "a" already exists`},
		{"one action_id in two blocks", `[` + times(2, `{"type":"actions","elements":[`+button(1, `,"action_id":"a"`)+`]}`) + `]`, ""},
		{"one block_id twice", `[` + times(2, `{"type":"divider","block_id":"b"}`) + `]`, `block_id "b" already exists`},
		{"26 elements", actions(times(26, button(1, ""))), "no more than 25"},
		{"no elements", actions(""), "no less than 1"},
		{"100 options", selecting(options(100)), ""},
		{"101 options", selecting(options(101)), "no more than 100"},
		{"an option twice", selecting(times(2, options(1))), `value "0" already exists`},
		{"context of 11", `[{"type":"context","elements":[` + times(11, plain(1)) + `]}]`, "no more than 10"},
		{"image without alt_text", `[{"type":"image","image_url":"https://x"}]`, "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"},
		{"unknown block", `[{"type":"banner"}]`, "unsupported type: banner"},
		{"unknown element", actions(`{"type":"lever"}`), "unsupported type: lever"},
		{"null", `[null]`, "must be an object"},
		{"input without element", `[{"type":"input","label":` + plain(1) + `}]`, "unsupported type"},
	} {
		_, problems, ok := blockkit.Check(c.raw, "/blocks", blockkit.MaxMessage, ids())
		got := strings.Join(problems, "\n")
		if !ok || (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", c.name, got, ok, c.want)
		}
	}
}

func options(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"text":%s,"value":"%d"}`, plain(75), i))
	}
	return strings.Join(all, ",")
}

func TestCheckFillsInIDs(t *testing.T) {
	t.Parallel()
	filled, problems, ok := blockkit.Check(`[{"type":"actions","elements":[`+button(1, "")+`]}]`, "", 50, ids())
	want := `[{"block_id":"id1","elements":[{"action_id":"id2","text":` + `{"text":"ä","type":"plain_text"}` + `,"type":"button"}],"type":"actions"}]`
	if !ok || len(problems) > 0 || string(filled) != want {
		t.Errorf("got  %s %v\nwant %s", filled, problems, want)
	}
}

func TestCheckView(t *testing.T) {
	t.Parallel()
	title := `"title":` + plain(24)
	input := `{"type":"input","label":` + plain(1) + `,"element":{"type":"plain_text_input"}}`
	for _, c := range []struct{ name, raw, want string }{
		{"modal", `{"type":"modal",` + title + `,"blocks":[` + times(100, `{"type":"divider"}`) + `]}`, ""},
		{"home", `{"type":"home","blocks":[]}`, "must be modal"},
		{"title of 25", `{"type":"modal","title":` + plain(25) + `,"blocks":[]}`, "must be less than 25 characters [json-pointer:/view/title/text]"},
		{"no title", `{"type":"modal","blocks":[]}`, "missing required field: title"},
		{"101 blocks", `{"type":"modal",` + title + `,"blocks":[` + times(101, `{"type":"divider"}`) + `]}`, "no more than 100"},
		{"input without submit", `{"type":"modal",` + title + `,"blocks":[` + input + `]}`, "submit is required"},
		{"input with submit", `{"type":"modal",` + title + `,"submit":` + plain(1) + `,"blocks":[` + input + `]}`, ""},
		{"private_metadata of 3001", `{"type":"modal",` + title + `,"blocks":[],"private_metadata":"` + strings.Repeat("x", 3001) + `"}`, "less than 3001"},
		{"no blocks", `{"type":"modal",` + title + `}`, "must be an array"},
		{"no JSON", `{`, "must be a valid view"},
	} {
		_, problems := blockkit.CheckView(c.raw, "modal", ids())
		got := strings.Join(problems, "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

const questions = `[
	{"type":"input","block_id":"title","element":{"type":"plain_text_input","action_id":"t","max_length":5},"optional":false},
	{"type":"input","block_id":"sev","optional":true,"element":{"type":"static_select","action_id":"s","initial_option":{"value":"1"},
		"options":[{"text":{"text":"SEV1"},"value":"1"},{"text":{"text":"SEV2"},"value":"2"}]}},
	{"type":"input","block_id":"who","optional":true,"element":{"type":"multi_users_select","action_id":"w","initial_users":["U1","U2"]}},
	{"type":"input","block_id":"flags","optional":true,"element":{"type":"checkboxes","action_id":"f","options":[{"value":"private"}]}}]`

func TestFill(t *testing.T) {
	t.Parallel()
	state, err := blockkit.Fill(json.RawMessage(questions), map[string]string{"title": "db", "s": "SEV2", "flags": "private"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"flags":{"f":{"selected_options":[{"value":"private"}],"type":"checkboxes"}},` +
		`"sev":{"s":{"selected_option":{"text":{"text":"SEV2"},"value":"2"},"type":"static_select"}},` +
		`"title":{"t":{"type":"plain_text_input","value":"db"}},` +
		`"who":{"w":{"selected_users":["U1","U2"],"type":"multi_users_select"}}}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("state (-want +got)\n%s", diff)
	}
	for name, values := range map[string]map[string]string{
		"required":      {},
		"too long":      {"title": "database"},
		"no choice":     {"title": "db", "sev": "SEV9"},
		"not asked for": {"title": "db", "colour": "red"},
	} {
		if got, err := blockkit.Fill(json.RawMessage(questions), values); err == nil {
			t.Errorf("%s: filled in %v", name, got)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(questions, "t", "x")
	f.Add(`[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"}}]}]`, "", "x")
	f.Add(`[{"type":"section","accessory":{"type":"overflow","option_groups":[1,{"options":[null]}]}}]`, "", "1")
	f.Fuzz(func(t *testing.T, raw, action, value string) {
		filled, problems, ok := blockkit.Check(raw, "", blockkit.MaxMessage, ids())
		if !ok || len(problems) > 0 {
			return
		}
		again, problems, ok := blockkit.Check(string(filled), "", blockkit.MaxMessage, ids())
		if !ok || len(problems) > 0 || string(again) != string(filled) {
			t.Errorf("filled in, %s is no longer right: %v", filled, problems)
		}
		_, _ = blockkit.Find(filled, blockkit.Press{Action: action, Text: value, Value: value})
		_, _ = blockkit.Fill(filled, map[string]string{action: value})
		_, _ = blockkit.CheckView(`{"type":"modal","blocks":`+raw+`}`, "modal", ids())
	})
}
