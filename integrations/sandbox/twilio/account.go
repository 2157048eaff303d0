package twilio

import (
	"cmp"
	"net/http"
	"strings"

	"drumbeat/integrations/sandbox"
)

// showAccount answers for the account that the path names; Go's patterns cannot
// end a name with .json.
func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) {
	sid, ok := strings.CutSuffix(r.PathValue("sid"), ".json")
	if !ok {
		notFound(w, r)
		return
	}
	r.SetPathValue("account", sid)
	s.guarded(func(w http.ResponseWriter, _ *http.Request) {
		sandbox.JSON(w, http.StatusOK, map[string]any{"sid": sid, "friendly_name": "Sandbox", "status": cmp.Or(s.config.Status, "active"),
			"type": cmp.Or(s.config.Type, "Full"), "owner_account_sid": sid, "uri": "/2010-04-01/Accounts/" + sid + ".json"})
	})(w, r)
}

// listNumbers gives the numbers that the account owns; PhoneNumber looks for one
// (in whole: the vendor's patterns are not stood in for).
func (s *Server) listNumbers(w http.ResponseWriter, r *http.Request) {
	all := []map[string]any{}
	for _, n := range s.config.Numbers {
		if wanted := r.URL.Query().Get("PhoneNumber"); wanted == "" || wanted == n {
			all = append(all, map[string]any{"sid": "PN" + strings.Repeat("0", 32), "account_sid": s.config.AccountSID, "phone_number": n,
				"capabilities": map[string]bool{"voice": true, "sms": true, "mms": false, "fax": false}})
		}
	}
	answer(w, r, "incoming_phone_numbers", all)
}
