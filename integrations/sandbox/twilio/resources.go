package twilio

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/integrations/sandbox"
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// form reads the parameters of a POST; what is not known is refused, so that no
// misspelt one is lost.
func form(w http.ResponseWriter, r *http.Request, known ...string) (url.Values, bool) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		refuse(w, http.StatusUnsupportedMediaType, 20415, "Content-Type is not application/x-www-form-urlencoded")
		return nil, false
	}
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, 20001, "the form cannot be read")
		return nil, false
	}
	for name, list := range r.PostForm {
		if !slices.Contains(known, name) || !utf8.ValidString(strings.Join(list, "")) {
			refuse(w, http.StatusBadRequest, 20001, fmt.Sprintf("Parameter %q is not known or not UTF-8", name))
			return nil, false
		}
	}
	return r.PostForm, true
}

// mistake is one of Twilio's codes with its sentence; code 0 is none.
type mistake struct {
	code int
	text string
}

func first(w http.ResponseWriter, bad map[bool]mistake) bool {
	m, ok := bad[true]
	if ok {
		refuse(w, http.StatusBadRequest, m.code, m.text)
	}
	return ok
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r, "To", "From", "Body", "StatusCallback", "ValidityPeriod", "SmartEncoded", "Attempt", "ProvideFeedback")
	if !ok {
		return
	}
	to, from, body := f.Get("To"), f.Get("From"), f.Get("Body")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, bad := range []map[bool]mistake{
		{to == "": {21604, "A 'To' phone number is required."}},
		{from == "": {21603, "A 'From' phone number is required."}},
		{body == "": {21602, "Message body is required."}},
		{!e164.MatchString(to): {21211, "The 'To' number " + to + " is not a valid phone number."}},
		{!e164.MatchString(from): {21212, "The 'From' number " + from + " is not a valid phone number, shortcode, or alphanumeric sender ID."}},
		{!s.owns(from): {21606, "The 'From' phone number provided (" + from + ") is not a valid message-capable Twilio phone number for this destination/account"}},
		{to == from: {21266, "'To' and 'From' number cannot be the same"}},
		{utf8.RuneCountInString(body) > 1600: {21617, "The concatenated message body exceeds the 1600 character limit."}},
		{f.Get("StatusCallback") != "" && !address(f.Get("StatusCallback")): {21609, "The StatusCallback URL " + f.Get("StatusCallback") + " is not a valid URL."}},
		{s.stopped[to]: {21610, "Attempt to send to unsubscribed recipient"}},
	} {
		if first(w, bad) {
			return
		}
	}
	m := s.addMessage(Message{To: to, From: from, Body: body, Direction: "outbound-api", callback: f.Get("StatusCallback")})
	sandbox.JSON(w, http.StatusCreated, s.drawMessage(*m))
	s.deliver(m)
}

// addMessage keeps a queued message. The lock is held.
func (s *Server) addMessage(m Message) *Message {
	m.SID, m.At, m.Status = s.newID("SM"), s.config.Now().UTC(), "queued"
	s.messages = append(s.messages, &m)
	return &m
}

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r, "To", "From", "Url", "Method", "Twiml", "StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent", "Timeout", "MachineDetection")
	if !ok {
		return
	}
	to, from, twiml := f.Get("To"), f.Get("From"), f.Get("Twiml")
	s.mu.Lock()
	defer s.mu.Unlock()
	events := []string{"initiated", "ringing", "answered", "completed"}
	for _, bad := range []map[bool]mistake{
		{to == "": {21201, "No 'To' number is specified"}},
		{from == "": {21213, "No 'From' number is specified"}},
		{!e164.MatchString(to): {21211, "The phone number you are attempting to call, " + to + ", is not valid."}},
		{!s.owns(from): {21210, "The source phone number provided, " + from + ", is not yet verified for your account."}},
		{(twiml == "") == (f.Get("Url") == ""): {21205, "Url parameter is required, or Twiml, not both."}},
		{f.Get("Url") != "" && !address(f.Get("Url")): {21205, "Url is not a valid URL."}},
		{utf8.RuneCountInString(twiml) > 4000: {21218, "Twiml is longer than 4000 characters."}},
		{twiml != "" && !readable(twiml): {12100, "Document parse failure"}},
		{f.Get("StatusCallback") != "" && !address(f.Get("StatusCallback")): {21609, "StatusCallback is not a valid URL."}},
		{slices.ContainsFunc(f["StatusCallbackEvent"], func(e string) bool { return !slices.Contains(events, e) }): {21626, "StatusCallbackEvent is not known"}},
		{f.Get("Method") != "" && f.Get("Method") != "POST": {20001, "only POST is stood in for"}},
	} {
		if first(w, bad) {
			return
		}
	}
	c := &Call{
		SID: s.newID("CA"), To: to, From: from, TwiML: twiml, Status: "queued", Digits: []string{}, At: s.config.Now().UTC(),
		url: f.Get("Url"), callback: f.Get("StatusCallback"), events: f["StatusCallbackEvent"],
	}
	if len(c.events) == 0 {
		c.events = []string{"completed"}
	}
	s.calls = append(s.calls, c)
	sandbox.JSON(w, http.StatusCreated, s.drawCall(*c))
	s.ring(c)
}

func address(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// rfc2822 is how Twilio writes times.
func rfc2822(at time.Time) string { return at.Format(time.RFC1123Z) }

func (s *Server) drawMessage(m Message) map[string]any {
	out := map[string]any{
		"sid": m.SID, "account_sid": s.config.AccountSID, "to": m.To, "from": m.From, "body": m.Body,
		"status": m.Status, "direction": m.Direction, "num_segments": strconv.Itoa(segments(m.Body)), "num_media": "0",
		"date_created": rfc2822(m.At), "date_updated": rfc2822(m.At), "date_sent": nil,
		"error_code": nil, "error_message": nil, "price": nil, "api_version": "2010-04-01",
		"uri": "/2010-04-01/Accounts/" + s.config.AccountSID + "/Messages/" + m.SID + ".json",
	}
	if m.Status != "queued" {
		out["date_sent"] = rfc2822(m.At)
	}
	return out
}

func (s *Server) drawCall(c Call) map[string]any {
	return map[string]any{
		"sid": c.SID, "account_sid": s.config.AccountSID, "to": c.To, "from": c.From, "status": c.Status,
		"direction": "outbound-api", "date_created": rfc2822(c.At), "start_time": rfc2822(c.At), "api_version": "2010-04-01",
		"uri": "/2010-04-01/Accounts/" + s.config.AccountSID + "/Calls/" + c.SID + ".json",
	}
}

// segments counts the parts that a text is sent in: 160 (153) plain characters
// or 70 (67) of others.
func segments(body string) int {
	one, part := 160, 153
	n := 0
	for _, r := range body {
		n++
		if r > 0xFFFF {
			n++
		}
		if r > 127 {
			one, part = 70, 67
		}
	}
	if n <= one {
		return 1
	}
	return (n + part - 1) / part
}

func (s *Server) showMessage(w http.ResponseWriter, r *http.Request) {
	for _, m := range s.Messages() {
		if m.SID+".json" == r.PathValue("sid") {
			sandbox.JSON(w, http.StatusOK, s.drawMessage(m))
			return
		}
	}
	notFound(w, r)
}

func (s *Server) showCall(w http.ResponseWriter, r *http.Request) {
	for _, c := range s.Calls() {
		if c.SID+".json" == r.PathValue("sid") {
			sandbox.JSON(w, http.StatusOK, s.drawCall(c))
			return
		}
	}
	notFound(w, r)
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request) {
	all := []map[string]any{}
	for _, m := range slices.Backward(s.Messages()) {
		if fits(r.URL.Query(), m.To, m.From) && within(r.URL.Query(), "DateSent", m.At) {
			all = append(all, s.drawMessage(m))
		}
	}
	answer(w, r, "messages", all)
}

func (s *Server) listCalls(w http.ResponseWriter, r *http.Request) {
	all := []map[string]any{}
	for _, c := range slices.Backward(s.Calls()) {
		if fits(r.URL.Query(), c.To, c.From) && within(r.URL.Query(), "StartTime", c.At) {
			all = append(all, s.drawCall(c))
		}
	}
	answer(w, r, "calls", all)
}

func fits(q url.Values, to, from string) bool {
	return (q.Get("To") == "" || q.Get("To") == to) && (q.Get("From") == "" || q.Get("From") == from)
}

// within reads DateSent=, DateSent>= and DateSent<=: days of UTC, or times.
func within(q url.Values, name string, at time.Time) bool {
	for _, sign := range []string{"", ">", "<"} {
		text := q.Get(name + sign)
		if text == "" {
			continue
		}
		from, err := time.Parse(time.DateOnly, text)
		to := from.Add(24*time.Hour - 1)
		if err != nil {
			if from, err = time.Parse(time.RFC3339, text); err != nil {
				return false
			}
			to = from.Add(time.Second - 1)
		}
		if sign != "<" && at.Before(from) || sign != ">" && at.After(to) {
			return false
		}
	}
	return true
}

func answer(w http.ResponseWriter, r *http.Request, name string, all []map[string]any) {
	number := func(param string, otherwise, highest int) int {
		n, err := strconv.Atoi(r.URL.Query().Get(param))
		if err != nil || n < 0 {
			return otherwise
		}
		return min(n, highest)
	}
	size := max(1, number("PageSize", 50, 1000))
	page := number("Page", 0, 1_000_000)
	from := min(len(all), page*size)
	to := min(len(all), from+size)
	out := map[string]any{name: all[from:to], "page": page, "page_size": size, "uri": r.URL.RequestURI(), "next_page_uri": nil}
	if to < len(all) {
		q := r.URL.Query()
		q.Set("Page", strconv.Itoa(page+1))
		out["next_page_uri"] = r.URL.Path + "?" + q.Encode()
	}
	sandbox.JSON(w, http.StatusOK, out)
}
