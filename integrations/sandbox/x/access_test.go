package x_test

import (
	"net/url"
	"strings"
	"testing"
)

// A token that was made without the right to write reads, says so, and does not
// post.
func TestAccess(t *testing.T) {
	t.Parallel()
	for readOnly, want := range map[bool]string{false: "read-write", true: "read"} {
		c := config()
		c.Accounts[0].ReadOnly = readOnly
		s := start(t, c)
		for _, path := range []string{"/2/users/me", "/1.1/account/verify_credentials.json"} {
			if status, header, _ := s.do("GET", api+path, "", ""); status != 200 || header.Get("X-Access-Level") != want {
				t.Errorf("%s: got %d and access %q, want %q", path, status, header.Get("X-Access-Level"), want)
			}
		}
		status, _, body := s.do("POST", api+"/2/tweets", "application/json", `{"text":"We look into it."}`)
		if (status == 403 && strings.Contains(body, "oauth1 app permissions")) != readOnly {
			t.Errorf("posting by v2, read only %t: got %d %s", readOnly, status, body)
		}
		status, _, body = s.do("POST", api+"/1.1/statuses/update.json", form, url.Values{"status": {"It is repaired."}}.Encode())
		if (status == 403 && strings.Contains(body, `"code":261`)) != readOnly {
			t.Errorf("posting by v1.1, read only %t: got %d %s", readOnly, status, body)
		}
	}
}
