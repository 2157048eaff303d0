package webapi_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox/slack/webapi"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	got, ok := webapi.Lookup("pins.add")
	want := webapi.Method{Tier: 2, JSON: true, Args: []string{"channel", "timestamp"}, Required: []string{"channel"}, Scopes: []string{"pins:write"}}
	errs := got.Errors
	got.Errors = nil
	if diff := cmp.Diff(want, got); !ok || diff != "" || !slices.Contains(errs, "already_pinned") {
		t.Errorf("pins.add (-want +got)\n%s errors %v", diff, errs)
	}
	if _, ok := webapi.Lookup("chat.bogus"); ok {
		t.Error("chat.bogus is known")
	}
}

func TestPagesCoverAllOnce(t *testing.T) {
	t.Parallel()
	all := []int{1, 2, 3, 4, 5, 6, 7}
	for _, limit := range []string{"", "0", "1", "3", "7", "999999"} {
		c := &webapi.Call{Values: map[string]string{"limit": limit}}
		var got []int
		for range all {
			part, next, err := webapi.Page(c, all, 2, 4)
			if err != nil || len(part) > 4 {
				t.Fatalf("limit %q: %d items, %v", limit, len(part), err)
			}
			got = append(got, part...)
			if c.Values["cursor"] = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("limit %q (-want +got)\n%s", limit, diff)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		oldest, latest, inclusive, ts string
		want                          bool
	}{
		{"", "", "", "5.000001", true},
		{"0", "", "", "5.000001", true},
		{"5.000001", "", "", "5.000001", false},
		{"5.000001", "", "true", "5.000001", true},
		{"5", "", "", "5.000001", true},
		{"", "5.000001", "", "5.000001", false},
		{"", "5.000001", "1", "5.000001", true},
		{"", "5.0001", "", "5.000099", true},
		{"9.5", "", "", "10.000000", true},
	} {
		call := &webapi.Call{Values: map[string]string{"oldest": c.oldest, "latest": c.latest, "inclusive": c.inclusive}}
		within, err := call.Within()
		if err != nil {
			t.Fatal(err)
		}
		if got := within(c.ts); got != c.want {
			t.Errorf("%s between %q and %q (inclusive %q): got %v", c.ts, c.oldest, c.latest, c.inclusive, got)
		}
	}
}

func TestTiers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for name, most := range map[string]int{"pins.add": 20, "conversations.invite": 50, "views.open": 100} {
		row, _ := webapi.Lookup(name)
		c := &webapi.Call{Name: name, Method: row}
		var l webapi.Limits
		n := 0
		var err error
		for ; n < 1000 && err == nil; n++ {
			err = l.Take(c, now)
		}
		var no webapi.Refusal
		if !errors.As(err, &no) || n != most+1 || no.Code != "ratelimited" {
			t.Errorf("%s: %d calls at once, then %v; want %d", name, n-1, err, most)
			continue
		}
		if err := l.Take(c, now.Add(time.Duration(no.Wait)*time.Second)); err != nil {
			t.Errorf("%s: after the %d s of Retry-After: %v", name, no.Wait, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("application/json", `{"channel":"C1","blocks":[{"type":"divider"}],"text":null}`)
	f.Add("application/x-www-form-urlencoded", "channel=C1&text=%zz&name=a;b")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--x--")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/api/chat.postMessage", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		row, _ := webapi.Lookup("chat.postMessage")
		c := &webapi.Call{Name: "chat.postMessage", Method: row}
		err := c.Read(r)
		if err == nil {
			err = c.CheckArguments()
		}
		if err == nil {
			_, err = c.Content(func() string { return "id" })
		}
		if err == nil {
			_, err = c.Within()
		}
		var no webapi.Refusal
		if err != nil && !errors.As(err, &no) {
			t.Fatalf("%q is no error of Slack's", err)
		}
		if err != nil && !c.Listed(no.Code) && !strings.HasPrefix(no.Code, "invalid_ts_") {
			t.Errorf("chat.postMessage does not know %s", no.Code)
		}
	})
}

func TestHears(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, channel, scope string
		want                 bool
	}{
		{"message", "channel", "channels:history", true},
		{"message", "channel", "groups:history", false},
		{"message", "im", "im:history", true},
		{"message", "im", "", false},
		{"app_mention", "", "app_mentions:read", true},
		{"app_mention", "channel", "channels:history", false},
		{"app_home_opened", "", "", true},
	} {
		if got := webapi.Hears([]string{c.scope}, map[string]any{"type": c.kind, "channel_type": c.channel}); got != c.want {
			t.Errorf("%s of a %q with %q: got %t, want %t", c.kind, c.channel, c.scope, got, c.want)
		}
	}
}
