package twilio

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's signature is HMAC-SHA1
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// maxHook is more than any hook of Twilio's holds.
const maxHook = 64 << 10

// signed passes on what Twilio signed and answers everything else: 401 when forged, 413 when too big. The signature is
// made over the address that Twilio was given, which behind a proxy is not the one that arrives here.
func (t *Twilio) signed(publicURL string, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "only POST", http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxHook)
		if err := r.ParseForm(); err != nil {
			var big *http.MaxBytesError
			if errors.As(err, &big) {
				http.Error(w, "the form is too big", http.StatusRequestEntityTooLarge)
				return
			}
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		address := publicURL
		if r.URL.RawQuery != "" && !strings.Contains(address, "?") {
			address += "?" + r.URL.RawQuery
		}
		got, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Twilio-Signature"))
		if err != nil || !hmac.Equal(got, t.signature(address, r.PostForm)) {
			http.Error(w, "the signature is not Twilio's", http.StatusUnauthorized)
			return
		}
		next(w, r)
	})
}

// signature is HMAC-SHA1, by the auth token, of the address and the sorted fields
// (https://www.twilio.com/docs/usage/security#validating-requests).
func (t *Twilio) signature(address string, form map[string][]string) []byte {
	mac := hmac.New(sha1.New, []byte(t.config.AuthToken))
	_, _ = io.WriteString(mac, address)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(form[name]))) {
			_, _ = io.WriteString(mac, name+value)
		}
	}
	return mac.Sum(nil)
}

// commands are the answers that digits stand for.
var commands = map[string]string{"1": "ack", "2": "decline", "3": "join"}

// Inbound takes answers: messages to the number, and keys pressed in a call. Each is handed to h as a Request of the
// face "sms" by "tel:" and the sender's number; the reply goes back the same way. publicURL is the handler's address as
// Twilio knows it.
func (t *Twilio) Inbound(h integrations.Handler, publicURL string) http.Handler {
	return t.signed(publicURL, func(w http.ResponseWriter, r *http.Request) {
		req := integrations.Request{Face: "sms", At: time.Now(), Key: r.PostForm.Get("MessageSid"), Channel: r.PostForm.Get("To")}
		who, typed := r.PostForm.Get("From"), r.PostForm.Get("Body")
		call := r.PostForm.Get("CallSid")
		if call != "" { // our own call: the person is at its far end
			who, typed = r.PostForm.Get("To"), r.PostForm.Get("Digits")
			req.Key, req.Channel = call+"/"+typed, r.PostForm.Get("From")
			if strings.HasPrefix(r.PostForm.Get("Direction"), "inbound") {
				who, req.Channel = req.Channel, who
			}
		}
		req.By = stream.Actor{ID: "tel:" + who}
		req.Line = line(typed)
		if !numberShape.MatchString(who) || req.Key == "" {
			http.Error(w, "the sender's number is missing", http.StatusBadRequest)
			return
		}
		if req.Line == "" {
			reply(w, "", call != "")
			return
		}
		answer, err := h(r.Context(), req)
		if err != nil {
			reply(w, err.Error(), call != "")
			return
		}
		reply(w, answer.Words.Plain(), call != "")
	})
}

// line reads what was typed: a digit, also with something around it ("1.", " 1 "), else the words as they are.
func line(typed string) string {
	typed = strings.TrimSpace(strings.ToValidUTF8(typed, ""))
	if command, ok := commands[strings.TrimRight(typed, ".!) ")]; ok {
		return command
	}
	return typed
}

func reply(w http.ResponseWriter, words string, spoken bool) {
	x := twiml{}
	if r := []rune(clean(words)); len(r) > 0 && spoken {
		x.Say = []string{string(r[:min(len(r), maxSpeech)])}
	} else if len(r) > 0 {
		x.Message = string(r[:min(len(r), maxText)])
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, x.String())
}

// Status is what became of a message or a call after Twilio had accepted it. State is Twilio's word: sent, delivered,
// undelivered, failed; for a call completed, busy, no-answer, canceled, failed.
type Status struct {
	Ref   string // the Receipt's
	To    string // the number
	State string
	// Problem is Twilio's error number, e.g. "30003"; empty when there is none.
	Problem string
}

// Callback takes Twilio's reports and hands them to heard; when that fails Twilio is told so (500). publicURL is the
// handler's address as Twilio knows it: Config.StatusCallback.
func (t *Twilio) Callback(publicURL string, heard func(context.Context, Status) error) http.Handler {
	return t.signed(publicURL, func(w http.ResponseWriter, r *http.Request) {
		s := Status{Ref: r.PostForm.Get("MessageSid"), To: r.PostForm.Get("To"), State: r.PostForm.Get("MessageStatus"),
			Problem: r.PostForm.Get("ErrorCode")}
		if s.Ref == "" {
			s.Ref, s.State = r.PostForm.Get("CallSid"), r.PostForm.Get("CallStatus")
		}
		if s.Ref == "" || s.State == "" {
			http.Error(w, "MessageSid or MessageStatus is missing", http.StatusBadRequest)
			return
		}
		if err := heard(r.Context(), s); err != nil {
			http.Error(w, "the report was not taken", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
