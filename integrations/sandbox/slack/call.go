package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"drumbeat/integrations/sandbox"
)

// method is a row of the table: what the reference says of one method.
type method struct {
	tier                           int // requests a minute: 1, 20, 50, 100; 5 is special
	json                           bool
	args, required, scopes, errors []string
}

func words(s string) []string { return strings.Fields(s) }

// reply is what a method answers beside "ok".
type reply map[string]any

// refusal is a method's error.
type refusal struct {
	code     string
	messages []string // response_metadata.messages
	more     reply
}

func (r refusal) Error() string { return r.code }

func refuse(code string) error { return refusal{code: code} }

// general are the errors that any method may answer, whatever its row says.
var general = words("not_authed invalid_auth missing_scope unknown_method invalid_arguments invalid_json " +
	"json_not_object invalid_post_type invalid_form_data ratelimited")

// beyond are errors that Slack was seen to answer and its reference does not list.
var beyond = map[string][]string{
	"conversations.unarchive": {"not_in_channel"}, // a bot left the channel when it archived it
}

// missing is the error of a missing argument where it has its own name.
var missing = map[string]string{
	"chat.postMessage channel":        "channel_not_found",
	"conversations.create name":       "invalid_name_required",
	"conversations.rename name":       "invalid_name_required",
	"conversations.invite users":      "no_user",
	"conversations.replies ts":        "thread_not_found",
	"usergroups.users.update users":   "no_users_provided",
	"reactions.add timestamp":         "no_item_specified",
	"usergroups.users.list usergroup": "no_such_subteam",
}

// call is one call of a method.
type call struct {
	*Workspace
	name string
	method
	values map[string]string // JSON values that are no strings as JSON
}

func (w *Workspace) serveMethod(rw http.ResponseWriter, r *http.Request) {
	c := &call{Workspace: w, name: r.PathValue("method")}
	w.mu.Lock()
	answer, err := c.do(r)
	wait := 0
	var no refusal
	if errors.As(err, &no) {
		answer, wait = c.refused(no)
	}
	if err == nil {
		answer["ok"] = true
	}
	text, _ := json.Marshal(answer) // inside the lock: it points into the state; maps and strings always encode
	w.note(c, no.code)
	w.mu.Unlock()
	w.drain()
	status := http.StatusOK
	if wait > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(wait))
		status = http.StatusTooManyRequests
	}
	sandbox.JSON(rw, status, json.RawMessage(text))
}

// refused draws an error, and says how long to wait when it is a rate limit.
func (c *call) refused(no refusal) (answer reply, wait int) {
	if !slices.Contains(general, no.code) && !slices.Contains(c.errors, no.code) && !slices.Contains(beyond[c.name], no.code) {
		c.warn(c.name, "the stand-in answered "+no.code+", which the reference does not list")
	}
	answer = reply{"ok": false, "error": no.code}
	for k, v := range no.more {
		answer[k] = v
	}
	if len(no.messages) > 0 {
		answer["response_metadata"] = reply{"messages": no.messages}
		answer["errors"] = no.messages
	}
	wait, _ = no.more["wait"].(int)
	delete(answer, "wait")
	return answer, wait
}

func (c *call) do(r *http.Request) (reply, error) {
	row, known := methods[c.name]
	act := acts[c.name]
	if !known || act == nil {
		return nil, refuse("unknown_method")
	}
	c.method = row
	token, err := c.read(r)
	switch {
	case err != nil:
		return nil, err
	case token == "":
		return nil, refuse("not_authed")
	case token != c.config.BotToken:
		return nil, refuse("invalid_auth")
	}
	if err := c.checkScopes(row.scopes); err != nil {
		return nil, err
	}
	if err := c.checkRate(); err != nil {
		return nil, err
	}
	if err := c.checkArguments(); err != nil {
		return nil, err
	}
	answer, err := act(c)
	if answer == nil {
		answer = reply{}
	}
	return answer, err
}

// read takes the arguments from the query and the body, and the token. A token
// inside a JSON body is not looked at, as Slack does.
func (c *call) read(r *http.Request) (token string, err error) {
	c.values = map[string]string{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if err := c.readJSON(r); err != nil {
			return "", err
		}
	case "", "application/x-www-form-urlencoded", "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return "", refuse("invalid_form_data")
		}
		for name := range r.Form {
			c.values[name] = r.Form.Get(name)
		}
		token = c.values["token"]
	default:
		return "", refuse("invalid_post_type")
	}
	delete(c.values, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	return token, nil
}

func (c *call) readJSON(r *http.Request) error {
	var body map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			return refuse("json_not_object")
		}
		return refuse("invalid_json")
	}
	if !c.json {
		c.warn(c.name, "takes no JSON: its arguments were not read")
		return nil
	}
	for name, value := range body {
		var text string
		switch {
		case string(value) == "null":
			continue
		case json.Unmarshal(value, &text) == nil:
			c.values[name] = text
		default:
			c.values[name] = string(value)
		}
	}
	return nil
}

// checkScopes wants one of the scopes; none means that none is needed.
func (c *call) checkScopes(oneOf []string) error {
	granted := func(scope string) bool { return slices.Contains(c.config.Scopes, scope) }
	if len(oneOf) == 0 || slices.ContainsFunc(oneOf, granted) {
		return nil
	}
	return refusal{code: "missing_scope", more: reply{
		"needed": strings.Join(oneOf, ","), "provided": strings.Join(c.config.Scopes, ",")}}
}

// checkKind wants a scope for this kind of conversation: channels:read does not
// open private channels.
func (c *call) checkKind(kind string) error {
	prefix := map[string]string{"public_channel": "channels:", "private_channel": "groups:"}[kind]
	if prefix == "" {
		prefix = kind + ":"
	}
	var oneOf []string
	for _, s := range c.scopes {
		if strings.HasPrefix(s, prefix) {
			oneOf = append(oneOf, s)
		}
	}
	return c.checkScopes(oneOf)
}

// checkArguments wants the required arguments. Slack answers invalid_arguments
// with the field's name, or an error of the method's own.
func (c *call) checkArguments() error {
	for name := range c.values {
		if !slices.Contains(c.args, name) {
			c.warn(c.name, "unknown argument "+name)
		}
	}
	for _, name := range c.required {
		if c.values[name] != "" || name == "topic" || name == "purpose" {
			continue // an empty topic removes it
		}
		if own := missing[c.name+" "+name]; own != "" {
			return refuse(own)
		}
		return invalid("missing required field: " + name)
	}
	return nil
}

func invalid(messages ...string) error {
	for i, m := range messages {
		messages[i] = "[ERROR] " + m
	}
	return refusal{code: "invalid_arguments", messages: messages}
}

// is reads a boolean argument.
func (c *call) is(name string) bool {
	v := c.values[name]
	return v == "true" || v == "1"
}

// list reads a comma-separated argument.
func (c *call) list(name string) []string {
	return slices.DeleteFunc(strings.Split(c.values[name], ","), func(s string) bool { return s == "" })
}

// oneListed gives the first of the errors that the method has in its row: what
// is not_in_channel for one is channel_not_found for the next.
func (c *call) oneListed(codes ...string) error {
	for _, code := range codes {
		if slices.Contains(c.errors, code) {
			return refuse(code)
		}
	}
	return refuse(codes[len(codes)-1])
}

// number reads an argument that is a count, between 1 and most; what is not
// given is usual.
func (c *call) number(name string, usual, most int) (int, error) {
	v := c.values[name]
	if v == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, invalid(fmt.Sprintf("must be a number [json-pointer:/%s]", name))
	}
	if n == 0 {
		return usual, nil
	}
	return min(n, most), nil
}
