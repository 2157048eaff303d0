package slack

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// reply is what a method answers beside "ok".
type reply = map[string]any

// call is one call of a method, on the workspace that it is made to.
type call struct {
	*Workspace
	*webapi.Call
}

func (w *Workspace) serveMethod(rw http.ResponseWriter, r *http.Request) {
	c := &call{w, &webapi.Call{Name: r.PathValue("method")}}
	w.mu.Lock()
	answer, err := c.do(r)
	var no webapi.Refusal
	if errors.As(err, &no) {
		answer = no.Answer()
		if !c.Listed(no.Code) {
			c.Warn("the stand-in answered " + no.Code + ", which the reference does not list")
		}
	} else {
		answer["ok"] = true
	}
	text, _ := json.Marshal(answer) // inside the lock: it points into the state; maps and strings always encode
	w.note(c, no.Code)
	w.mu.Unlock()
	w.drain()
	rw.Header().Set("X-OAuth-Scopes", c.Granted(w.config.BotToken, w.config.Scopes))
	status := http.StatusOK
	if no.Wait > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(no.Wait))
		status = http.StatusTooManyRequests
	}
	sandbox.JSON(rw, status, json.RawMessage(text))
}

func (c *call) do(r *http.Request) (reply, error) {
	row, known := webapi.Lookup(c.Name)
	act := acts[c.Name]
	if !known || act == nil {
		return nil, webapi.Refuse("unknown_method")
	}
	c.Method = row
	if err := c.check(r); err != nil {
		return nil, err
	}
	answer, err := act(c)
	if answer == nil {
		answer = reply{}
	}
	return answer, err
}

// check is what comes before the method, in Slack's order.
func (c *call) check(r *http.Request) error {
	if err := c.Read(r); err != nil {
		return err
	}
	token := c.config.BotToken
	if c.Name == "apps.connections.open" { // the one method of the app itself
		token = c.config.AppToken
	}
	if err := c.CheckToken(token); err != nil {
		return err
	}
	if err := c.CheckScopes(c.config.Scopes, ""); err != nil {
		return err
	}
	if c.config.RateLimits {
		if err := c.limits.Take(c.Call, c.now()); err != nil {
			return err
		}
	}
	return c.CheckArguments()
}

// checkKind wants a scope for this kind of conversation.
func (c *call) checkKind(kind string) error { return c.CheckScopes(c.config.Scopes, kind) }
