package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"drumbeat/integrations/sandbox"
)

// acted is the body of POST /_people/{user}/….
type acted struct {
	Click
	Command string         `json:"command"`
	Thread  string         `json:"thread_ts"`
	Values  map[string]any `json:"values"`
}

func (w *Workspace) servePerson(rw http.ResponseWriter, r *http.Request) {
	var in acted
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil && !errors.Is(err, io.EOF) {
		sandbox.JSON(rw, http.StatusBadRequest, reply{"error": "the body is no JSON: " + err.Error()})
		return
	}
	out, err := w.act(r, in)
	if err != nil {
		sandbox.JSON(rw, http.StatusUnprocessableEntity, reply{"error": err.Error()})
		return
	}
	sandbox.JSON(rw, http.StatusOK, out)
}

func (w *Workspace) act(r *http.Request, in acted) (any, error) {
	ctx, user := r.Context(), r.PathValue("user")
	switch act := r.PathValue("act"); act {
	case "command":
		return w.Command(ctx, user, in.Channel, in.Command, in.Text)
	case "click":
		return w.Click(ctx, user, in.Click)
	case "submit":
		values := map[string]string{}
		for name, v := range in.Values {
			values[name] = fmt.Sprint(v)
		}
		return w.Submit(ctx, user, in.View, values)
	case "close":
		return w.Dismiss(ctx, user, in.View)
	case "say":
		ts, err := w.Say(user, in.Channel, in.Thread, in.Text)
		return reply{"ts": ts}, err
	case "home":
		return reply{}, w.Home(user)
	case "archive", "unarchive", "leave":
		return reply{}, w.Arrange(user, in.Channel, act)
	default:
		return nil, fmt.Errorf("people cannot %q here", act)
	}
}
