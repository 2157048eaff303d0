package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/slack/blockkit"
	"drumbeat/integrations/sandbox/slack/outbox"
)

// act is something that a person does. Its error is a sentence for that person.
type act func(u *UI, ctx context.Context, at place, r *http.Request) error

var acts = map[string]act{
	"say": (*UI).say, "click": (*UI).click, "submit": (*UI).submit, "close": (*UI).closeForm, "hide": (*UI).hide,
	"text": (*UI).text, "press": (*UI).press, "fault": (*UI).fault, "alert": (*UI).alert,
	"show": (*UI).direct,
}

// maxForm is more than anybody types.
const maxForm = 256 << 10

// serve runs an act. A script gets what there is to complain about (nothing, when
// all went well); a browser without one comes back to its place.
func (u *UI) serve(do act) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		at := u.placeOf(r.PostForm)
		again := r.URL.Path == "/ui/do/show" && r.PostForm.Get("what") == "again"
		// What a person did is done, whether or not they wait for the answer.
		err := do(u, context.WithoutCancel(r.Context()), at, r)
		notice := ""
		if err != nil {
			notice = sentence(err.Error())
		}
		switch {
		case again && err == nil && r.Header.Get("HX-Request") == "true":
			w.Header().Set("HX-Redirect", "/")
		case again && err == nil:
			http.Redirect(w, r, "/", http.StatusSeeOther)
		case r.Header.Get("HX-Request") == "true":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = templates.ExecuteTemplate(w, "notice", notice) // nobody is left to hear of a failure
		case err != nil:
			u.writePage(w, at, notice, r.PostForm.Get("text"))
		default:
			http.Redirect(w, r, at.URL(), http.StatusSeeOther)
		}
	}
}

// sentence makes one of an error's text.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// say writes in a channel or a thread; what begins with a slash is a command.
func (u *UI) say(ctx context.Context, at place, r *http.Request) error {
	text := strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n"))
	if text == "" {
		return nil
	}
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case !strings.HasPrefix(text, "/"):
		_, err := u.config.Slack.Say(at.Me.ID, at.In, at.Thread, text)
		return err
	case word != u.config.Command:
		return fmt.Errorf("%s is not a command here. There is %s; begin with a space to say it as words", word, u.config.Command)
	case at.Thread != "":
		return fmt.Errorf("commands do not work in threads. Write “@drumbeat %s” instead", strings.TrimSpace(rest))
	}
	a, err := u.config.Slack.Command(ctx, at.Me.ID, at.In, word, strings.TrimSpace(rest))
	return u.answered(a, err)
}

// answered says when the bot did not do its part.
func (u *UI) answered(a outbox.Answer, err error) error {
	switch {
	case err != nil:
		return err
	case a.Error != "":
		return fmt.Errorf("the bot did not take it (%s). Does it run at %s?", a.Error, u.config.App)
	case a.Status != 0 && a.Status != http.StatusOK:
		return fmt.Errorf("the bot answered with %d", a.Status)
	}
	return nil
}

// click presses a button; press is its action_id, a space and its value.
func (u *UI) click(ctx context.Context, at place, r *http.Request) error {
	action, value, _ := strings.Cut(r.PostForm.Get("press"), " ")
	u.keep(r)
	return u.answered(u.config.Slack.Click(ctx, at.Me.ID, slack.Click{Channel: r.PostForm.Get("channel"), TS: r.PostForm.Get("ts"),
		View: r.PostForm.Get("view"), Press: blockkit.Press{Action: action, Value: value}}))
}

// submit sends a form, and keeps what stood in it for when it comes back.
func (u *UI) submit(ctx context.Context, at place, r *http.Request) error {
	id := r.PostForm.Get("view")
	for _, v := range u.config.Slack.Snapshot().Views {
		if v.ID != id || v.User != at.Me.ID {
			continue
		}
		err := u.answered(u.config.Slack.Submit(ctx, at.Me.ID, id, u.keep(r)))
		if !u.open(id) {
			u.forget(id)
		}
		return err
	}
	return errors.New("this form is closed already")
}

// keep remembers what was filled in, for when the bot finds it wrong or a button
// in the form changes it.
func (u *UI) keep(r *http.Request) map[string]string {
	id := r.PostForm.Get("view")
	for _, v := range u.config.Slack.Snapshot().Views {
		if v.ID == id && v.Type == "modal" {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.typed[id] = fields(v.Blocks, r.PostForm)
			return u.typed[id]
		}
	}
	return nil
}

func (u *UI) open(view string) bool {
	return slices.ContainsFunc(u.config.Slack.Snapshot().Views, func(v slack.View) bool { return v.ID == view })
}

func (u *UI) forget(view string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.typed, view)
}

func (u *UI) closeForm(ctx context.Context, at place, r *http.Request) error {
	id := r.PostForm.Get("view")
	u.forget(id)
	return u.answered(u.config.Slack.Dismiss(ctx, at.Me.ID, id))
}

// hide puts an answer away that only this person saw.
func (u *UI) hide(_ context.Context, at place, r *http.Request) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.hidden[at.Me.ID+r.PostForm.Get("ts")] = true
	return nil
}

// text answers by SMS from the person's phone.
func (u *UI) text(ctx context.Context, at place, r *http.Request) error {
	body := strings.TrimSpace(r.PostForm.Get("text"))
	switch {
	case at.Me.Phone == "":
		return fmt.Errorf("%s has no number", at.Me.Name)
	case body == "":
		return nil
	}
	return u.ring(ctx, "/_reply", map[string]string{"from": at.Me.Phone, "body": body})
}

// press presses keys in a call.
func (u *UI) press(ctx context.Context, _ place, r *http.Request) error {
	return u.ring(ctx, "/_press", map[string]string{"call": r.PostForm.Get("call"), "digits": r.PostForm.Get("digits")})
}

// ring asks the telephone's stand-in to do what a person does.
func (u *UI) ring(ctx context.Context, path string, body map[string]string) error {
	var out struct {
		Error  string `json:"error"`
		Status int    `json:"status"`
	}
	client := &http.Client{Transport: sandbox.Transport(u.config.Twilio)}
	text, err := post(ctx, client, "http://phone"+path, body)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	switch {
	case err != nil:
		return err
	case out.Error != "":
		return errors.New(out.Error)
	case out.Status == 0:
		return fmt.Errorf("the bot did not hear it. Does it run at %s?", u.config.App)
	case out.Status != http.StatusOK:
		return fmt.Errorf("the bot answered with %d", out.Status)
	}
	return nil
}

func post(ctx context.Context, client *http.Client, to string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err == nil && resp.StatusCode >= 300 && len(answer) == 0 {
		err = fmt.Errorf("answered with %d", resp.StatusCode)
	}
	return answer, err
}

func (u *UI) fault(_ context.Context, _ place, r *http.Request) error {
	if !u.flip(r.PostForm.Get("name")) {
		return errors.New("there is no such switch")
	}
	return nil
}

// alert has a monitoring system raise an alert, in the form of an Alertmanager's
// webhook (version 4).
func (u *UI) alert(ctx context.Context, _ place, _ *http.Request) error {
	now := u.config.Now().UTC()
	labels := map[string]string{"alertname": "MailSavesFail", "service": "mail", "severity": "critical"}
	notes := map[string]string{"summary": "One save in five fails on the mail service"}
	key := now.Format("20060102T150405.000")
	_, err := post(ctx, u.config.Client, u.config.App+u.config.Alerts, map[string]any{
		"version": "4", "groupKey": `{}:{alertname="MailSavesFail"}`, "status": "firing", "receiver": "drumbeat",
		"groupLabels": labels, "commonLabels": labels, "commonAnnotations": notes, "externalURL": "http://monitoring.harbor.example",
		"alerts": []any{map[string]any{"status": "firing", "labels": labels, "annotations": notes, "fingerprint": key,
			"startsAt": now.Add(-time.Minute), "endsAt": time.Time{}, "generatorURL": "http://monitoring.harbor.example/graph"}}})
	if err != nil {
		return fmt.Errorf("the alert did not reach the bot. Does it run at %s?", u.config.App)
	}
	return nil
}
