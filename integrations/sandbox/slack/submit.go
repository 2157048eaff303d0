package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"drumbeat/integrations/sandbox/slack/blockkit"
	"drumbeat/integrations/sandbox/slack/outbox"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// Submit fills in a view and submits it. values are by block_id or action_id: a
// text, an option's value or its text, an ID; a list is joined by commas. What
// is not given stays as the view opened it. The person's client refuses what is
// required and empty or too long: then nothing is sent.
func (w *Workspace) Submit(ctx context.Context, person, viewID string, values map[string]string) (outbox.Answer, error) {
	w.mu.Lock()
	v, payload, err := w.submitPayload(person, viewID, values)
	w.mu.Unlock()
	if err != nil {
		return outbox.Answer{}, err
	}
	a := w.out.Interaction(ctx, payload)
	w.mu.Lock()
	if a.Status == 200 && !w.submitted(v, a.Body) {
		a.Error = "invalid_response"
	}
	w.mu.Unlock()
	w.drain()
	return a, nil
}

func (w *Workspace) submitPayload(person, viewID string, values map[string]string) (*view, []byte, error) {
	p, err := w.who(person)
	if err != nil {
		return nil, nil, err
	}
	v := w.view(viewID)
	if v == nil || v.user != p.ID || v.Type != "modal" {
		return nil, nil, fmt.Errorf("%s has no modal %q open", p.Name, viewID)
	}
	state, err := blockkit.Fill(v.Blocks, values)
	if err != nil {
		return nil, nil, err
	}
	payload := w.payload("view_submission", p)
	payload["view"], payload["response_urls"] = w.drawView(v, state), []any{}
	payload["trigger_id"] = w.newTrigger(p.ID, v)
	text, err := json.Marshal(payload)
	return v, text, err
}

// submitted does what the app answered to a submit; false when it makes no sense.
func (w *Workspace) submitted(v *view, body string) bool {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if strings.TrimSpace(body) != "" && json.Unmarshal([]byte(body), &answer) != nil {
		return false
	}
	c := &call{w, &webapi.Call{Name: "views.open"}}
	switch answer.Action {
	case "":
		w.closeAll(func(o *view) bool { return o == v })
	case "clear":
		w.closeAll(func(o *view) bool { return o.root == v.root })
	case "errors":
		v.problems = answer.Errors
		for block := range answer.Errors {
			if !blockkit.IsInput(v.Blocks, block) {
				return false
			}
		}
		return len(answer.Errors) > 0
	case "update":
		s, err := c.shape(string(answer.View), v)
		if err != nil {
			return false
		}
		w.replace(v, s)
	case "push":
		s, err := c.shape(string(answer.View), nil)
		if err != nil {
			return false
		}
		w.show(s, v.user, v)
	default:
		return false
	}
	return true
}

// Dismiss closes a view without submitting it; the app hears of it only when
// the view asks for that.
func (w *Workspace) Dismiss(ctx context.Context, person, viewID string) (outbox.Answer, error) {
	w.mu.Lock()
	p, err := w.who(person)
	v := w.view(viewID)
	if err == nil && (v == nil || v.user != p.ID) {
		err = fmt.Errorf("%s has no view %q open", person, viewID)
	}
	if err != nil {
		w.mu.Unlock()
		return outbox.Answer{}, err
	}
	w.closeAll(func(o *view) bool { return o == v || v.ClearOnClose && o.root == v.root })
	payload := w.payload("view_closed", p)
	payload["view"], payload["is_cleared"] = w.drawView(v, blockkit.Initial(v.Blocks)), v.ClearOnClose
	text, err := json.Marshal(payload)
	told := v.NotifyOnClose
	w.mu.Unlock()
	if err != nil || !told {
		return outbox.Answer{}, err
	}
	return w.out.Interaction(ctx, text), nil
}
