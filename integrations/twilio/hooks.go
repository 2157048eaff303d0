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
	"net/url"
	"slices"
	"strings"

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
				t.refused("too large")
				http.Error(w, "the form is too big", http.StatusRequestEntityTooLarge)
				return
			}
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		address, _, _ := strings.Cut(publicURL, "?")
		if r.URL.RawQuery != "" {
			address += "?" + r.URL.RawQuery
		}
		got, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Twilio-Signature"))
		if err != nil || !hmac.Equal(got, t.signature(address, r.PostForm)) {
			t.refused("forged")
			http.Error(w, "the signature is not Twilio's", http.StatusUnauthorized)
			return
		}
		next(w, r)
	})
}

func (t *Twilio) refused(reason string) {
	if t.Refused != nil {
		t.Refused(reason)
	}
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
		req := integrations.Request{Face: "sms", Key: r.PostForm.Get("MessageSid"), Channel: r.PostForm.Get("To")}
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

// lost are the states in which a message or a call certainly did not reach the person, and how they read. The others are
// on the way there, or there (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values,
// https://www.twilio.com/docs/voice/api/call-resource#call-status-values).
var lost = map[string]string{
	"undelivered": "the phone did not get the message",
	"failed":      "it could not be sent",
	"busy":        "the phone was busy",
	"no-answer":   "nobody answered the call",
	"canceled":    "the call was canceled before anybody answered",
}

// problems are Twilio's error numbers that a person can do something about (https://www.twilio.com/docs/api/errors).
var problems = map[string]string{
	"30003": "it is switched off or out of reach",
	"30004": "it blocks messages",
	"30005": "the number does not exist",
	"30006": "it is a landline, or its carrier takes no messages",
	"30007": "the carrier filtered the message as spam",
	"30034": "the sending number is not registered with the carriers",
}

// askedFor names the delivery in the address that Twilio reports to. Twilio signs the whole address, so it comes back as
// it left.
func askedFor(d stream.Delivery) url.Values {
	return url.Values{"delivery": {d.ID}, "action": {d.Action}, "about": {d.About}}
}

// Callback takes Twilio's reports and hands those to report that say that a person was not reached, as what became of
// the delivery: a page that Twilio had accepted gave up after all. When report fails Twilio is told so (500); it does not
// report again. publicURL is the handler's address as Twilio knows it: Config.StatusCallback.
func (t *Twilio) Callback(publicURL string, report func(context.Context, stream.Settled) error) http.Handler {
	return t.signed(publicURL, func(w http.ResponseWriter, r *http.Request) {
		ref, state := r.PostForm.Get("MessageSid"), r.PostForm.Get("MessageStatus")
		if ref == "" {
			ref, state = r.PostForm.Get("CallSid"), r.PostForm.Get("CallStatus")
		}
		query := r.URL.Query()
		if ref == "" || state == "" || query.Get("delivery") == "" {
			http.Error(w, "the SID, the status or the delivery is missing", http.StatusBadRequest)
			return
		}
		problem, gaveUp := lost[state]
		if !gaveUp {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if code := r.PostForm.Get("ErrorCode"); problems[code] != "" {
			problem += ": " + problems[code] + " (Twilio's error " + code + ")"
		} else if code != "" {
			problem += " (Twilio's error " + clean(code[:min(len(code), 10)]) + ")"
		}
		err := report(r.Context(), stream.Settled{Result: stream.GaveUp, Delivery: query.Get("delivery"), To: "twilio",
			Action: query.Get("action"), About: query.Get("about"), Ref: ref, Problem: problem})
		if err != nil {
			http.Error(w, "the report was not taken", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// Routes are the hooks by pattern of http.ServeMux, those whose public address is known: without it no signature can be
// checked.
func (t *Twilio) Routes(h integrations.Handler, report func(context.Context, stream.Settled) error) map[string]http.Handler {
	routes := map[string]http.Handler{}
	if t.config.Answers != "" {
		routes["POST "+answersPath] = t.Inbound(h, t.config.Answers)
	}
	if t.config.StatusCallback != "" {
		routes["POST "+statusPath] = t.Callback(t.config.StatusCallback, report)
	}
	return routes
}
