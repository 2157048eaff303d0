package twilio_test

import (
	"strings"
	"testing"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	own := strings.TrimSuffix(account, "/")
	for path, want := range map[string]struct {
		status int
		part   string
	}{
		own + ".json": {200, `"status":"active"`},
		own:           {404, ""},
		strings.Replace(own, sid, "AC"+strings.Repeat("f", 32), 1) + ".json": {404, ""},
		own + "/IncomingPhoneNumbers.json":                                   {200, `"phone_number":"` + ours + `"`},
		own + "/IncomingPhoneNumbers.json?PhoneNumber=%2B15550000000":        {200, `"incoming_phone_numbers":[]`},
	} {
		if status, body := do(t, s, "GET", path, "", ""); status != want.status || !strings.Contains(body, want.part) {
			t.Errorf("%s: got %d %s, want %d %s", path, status, body, want.status, want.part)
		}
	}
	if status, _ := do(t, s, "GET", strings.Replace(own, "://", "://"+sid+":guessed@", 1)+".json", "", ""); status != 401 {
		t.Errorf("a guessed token: got %d, want 401", status)
	}
}
