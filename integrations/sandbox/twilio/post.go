package twilio

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"drumbeat/integrations/sandbox"
)

// twiml is what of a document is understood here.
type twiml struct {
	XMLName  xml.Name `xml:"Response"`
	Messages []struct {
		Text string `xml:",chardata"`
		Body string `xml:"Body"`
	} `xml:"Message"`
	Gather *struct {
		Action string `xml:"action,attr"`
	} `xml:"Gather"`
}

func readable(document string) bool { return xml.Unmarshal([]byte(document), new(twiml)) == nil }

// Sign gives the X-Twilio-Signature of a form posted to an address: HMAC-SHA1 over
// the address and every name and value, sorted by name.
func Sign(token, address string, form map[string]string) string {
	mac := hmac.New(sha1.New, []byte(token))
	io.WriteString(mac, address)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		io.WriteString(mac, name+form[name])
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// post tells the other side and keeps the attempt; status 0 is no answer.
func (s *Server) post(ctx context.Context, address string, form map[string]string) (status int, body string) {
	form["AccountSid"], form["ApiVersion"] = s.config.AccountSID, "2010-04-01"
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.posts = append(s.posts, Post{URL: address, Form: form, Status: status})
	}()
	values := url.Values{}
	for name, value := range form {
		values.Set(name, value)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(values.Encode()))
	if err != nil {
		return 0, ""
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", Sign(s.config.AuthToken, address, form))
	resp, err := s.config.Client.Do(r)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, string(text)
}

// unreachable is Twilio's error for a phone that is off (https://www.twilio.com/docs/api/errors/30003).
const unreachable = "30003"

// deliver brings a message to its end. The lock is held; nobody to tell means at once.
func (s *Server) deliver(m *Message) {
	last, problem := "delivered", ""
	if s.off[m.To] {
		last, problem = "undelivered", unreachable
	}
	if m.callback == "" {
		m.Status = last
		return
	}
	s.after.Go(func() {
		for _, status := range []string{"sent", last} {
			s.mu.Lock()
			m.Status = status
			s.mu.Unlock()
			fields := map[string]string{"MessageSid": m.SID, "SmsSid": m.SID, "MessageStatus": status, "SmsStatus": status, "To": m.To, "From": m.From}
			if status == last && problem != "" {
				fields["ErrorCode"] = problem
			}
			s.post(context.Background(), m.callback, fields)
		}
	})
}

// ring brings a call to its end: the person hears the TwiML and hangs up, or the
// phone is off. Keys can still be pressed afterwards (press), as if they had been
// during the call. The lock is held.
func (s *Server) ring(c *Call) {
	events := []struct{ event, status string }{{"initiated", "initiated"}, {"ringing", "ringing"}, {"answered", "in-progress"}, {"completed", "completed"}}
	if s.off[c.To] {
		events[3].status = "no-answer"
		events = slices.Delete(events, 2, 3)
	}
	if c.callback == "" && c.url == "" {
		c.Status = events[len(events)-1].status
		return
	}
	s.after.Go(func() {
		for _, e := range events {
			s.mu.Lock()
			c.Status = e.status
			s.mu.Unlock()
			fields := map[string]string{"CallSid": c.SID, "CallStatus": e.status, "To": c.To, "From": c.From, "Direction": "outbound-api"}
			if e.event == "answered" && c.url != "" {
				_, document := s.post(context.Background(), c.url, maps.Clone(fields))
				s.mu.Lock()
				c.TwiML = document
				s.mu.Unlock()
			}
			if c.callback != "" && slices.Contains(c.events, e.event) {
				s.post(context.Background(), c.callback, fields)
			}
		}
	})
}

// phone switches a person's phone off or on.
func (s *Server) phone(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Number string
		Off    bool
	}
	text, _ := io.ReadAll(r.Body)
	if err := decode(text, &in); err != nil || !e164.MatchString(in.Number) {
		sandbox.JSON(w, http.StatusBadRequest, map[string]string{"error": `send {"number": "+…", "off": true}`})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off[in.Number] = in.Off
	sandbox.JSON(w, http.StatusOK, map[string]bool{"off": in.Off})
}

// reply is a person's answer by SMS.
func (s *Server) reply(w http.ResponseWriter, r *http.Request) {
	var in struct{ From, To, Body string }
	text, _ := io.ReadAll(r.Body)
	if err := decode(text, &in); err != nil || !e164.MatchString(in.From) || in.To == "" && len(s.config.Numbers) == 0 {
		sandbox.JSON(w, http.StatusBadRequest, map[string]string{"error": `send {"from": "+…", "body": "…"}`})
		return
	}
	if in.To == "" {
		in.To = s.config.Numbers[0]
	}
	s.mu.Lock()
	m := s.addMessage(Message{To: in.To, From: in.From, Body: in.Body, Direction: "inbound"})
	m.Status = "received"
	sid := m.SID
	switch strings.ToUpper(strings.TrimSpace(in.Body)) {
	case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT":
		s.stopped[in.From] = true
	case "START", "YES", "UNSTOP":
		delete(s.stopped, in.From)
	}
	s.mu.Unlock()
	status, body := s.post(r.Context(), s.config.Webhook, map[string]string{
		"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "SmsStatus": "received",
		"From": in.From, "To": in.To, "Body": in.Body, "NumMedia": "0", "NumSegments": "1",
	})
	s.answerBack(in.To, in.From, body)
	sandbox.JSON(w, http.StatusOK, map[string]any{"status": status, "body": body})
}

// answerBack sends what a webhook's TwiML says.
func (s *Server) answerBack(from, to, document string) {
	var t twiml
	if xml.Unmarshal([]byte(document), &t) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range t.Messages {
		if s.stopped[to] {
			return
		}
		s.deliver(s.addMessage(Message{To: to, From: from, Body: strings.TrimSpace(m.Body + m.Text), Direction: "outbound-reply"}))
	}
}

// press is a person's keys in a call.
func (s *Server) press(w http.ResponseWriter, r *http.Request) {
	var in struct{ Call, Digits string }
	text, _ := io.ReadAll(r.Body)
	refusal := func(why string) {
		sandbox.JSON(w, http.StatusBadRequest, map[string]string{"error": why})
	}
	if err := decode(text, &in); err != nil || in.Digits == "" {
		refusal(`send {"call": "CA…", "digits": "1"}`)
		return
	}
	s.mu.Lock()
	i := slices.IndexFunc(s.calls, func(c *Call) bool { return c.SID == in.Call })
	var c Call
	if i >= 0 {
		s.calls[i].Digits = append(s.calls[i].Digits, in.Digits)
		c = *s.calls[i]
	}
	s.mu.Unlock()
	var t twiml
	if i < 0 || xml.Unmarshal([]byte(c.TwiML), &t) != nil || t.Gather == nil {
		refusal("there is no such call, or it gathers no keys")
		return
	}
	target := t.Gather.Action
	if base, err := url.Parse(c.url); err == nil && c.url != "" {
		if u, err := base.Parse(target); err == nil {
			target = u.String()
		}
	}
	status, body := s.post(r.Context(), target, map[string]string{
		"CallSid": c.SID, "CallStatus": "in-progress", "To": c.To, "From": c.From, "Direction": "outbound-api", "Digits": in.Digits,
	})
	sandbox.JSON(w, http.StatusOK, map[string]any{"status": status, "body": body})
}

func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
