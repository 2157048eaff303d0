// Package webapi is what Slack's Web API checks before a method does anything:
// how arguments arrive (form or JSON), the token, the scopes, the arguments
// that a method wants, its rate, and the errors that it may answer. It is driven
// by the table in methods_gen.go and holds no state but that of Limits.
package webapi

//go:generate sh -c "go run ./table -from \"$SLACK_API_REF\""

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Method is a row of the table: what the reference says of one method.
type Method struct {
	Tier                           int // 1 to 4; 5 is "special"
	JSON                           bool
	Args, Required, Scopes, Errors []string // of Scopes, one is enough
}

func words(s string) []string { return strings.Fields(s) }

// Lookup gives a method's row.
func Lookup(name string) (Method, bool) {
	m, ok := methods[name]
	return m, ok
}

// AllScopes are the scopes that any method asks for.
func AllScopes() []string {
	var all []string
	for _, m := range methods {
		all = append(all, m.Scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Refusal is a method's error: its name, sentences for response_metadata, and
// what else the answer holds. Wait is set, in seconds, when the answer is 429.
type Refusal struct {
	Code     string
	Messages []string
	More     map[string]any
	Wait     int
}

func (r Refusal) Error() string { return r.Code }

// Answer draws the refusal as Slack does.
func (r Refusal) Answer() map[string]any {
	answer := map[string]any{"ok": false, "error": r.Code}
	for name, v := range r.More {
		answer[name] = v
	}
	if len(r.Messages) > 0 {
		answer["response_metadata"] = map[string]any{"messages": r.Messages}
		answer["errors"] = r.Messages
	}
	return answer
}

// Refuse gives the error of that name.
func Refuse(code string) error { return Refusal{Code: code} }

// Invalid gives invalid_arguments with its sentences.
func Invalid(messages ...string) error {
	for i, m := range messages {
		messages[i] = "[ERROR] " + m
	}
	return Refusal{Code: "invalid_arguments", Messages: messages}
}

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

// Call is one call of a method.
type Call struct {
	Name string
	Method
	Token string
	// Values are the arguments; a JSON value that is no string is kept as JSON.
	Values map[string]string
	// Warnings are what Slack lets pass and a caller should not do.
	Warnings []string
}

// Read takes the arguments from the query and the body. A token inside a JSON
// body is not looked at, as Slack does.
func (c *Call) Read(r *http.Request) error {
	c.Values = map[string]string{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if err := c.readJSON(r); err != nil {
			return err
		}
	case "", "application/x-www-form-urlencoded", "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return Refuse("invalid_form_data")
		}
		for name := range r.Form {
			c.Values[name] = r.Form.Get(name)
		}
		c.Token = c.Values["token"]
	default:
		return Refuse("invalid_post_type")
	}
	delete(c.Values, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		c.Token = bearer
	}
	return nil
}

func (c *Call) readJSON(r *http.Request) error {
	var body map[string]json.RawMessage
	// Nothing at all is taken for no arguments: so the library asks for a connection.
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			return Refuse("json_not_object")
		}
		return Refuse("invalid_json")
	}
	if !c.JSON {
		c.Warn("takes no JSON: its arguments were not read")
		return nil
	}
	c.Values = Texts(body)
	return nil
}

// Texts turns JSON values into arguments; null is none.
func Texts(body map[string]json.RawMessage) map[string]string {
	values := map[string]string{}
	for name, value := range body {
		var text string
		switch {
		case string(value) == "null":
			continue
		case json.Unmarshal(value, &text) == nil:
			values[name] = text
		default:
			values[name] = string(value)
		}
	}
	return values
}

// Warn notes what Slack lets pass.
func (c *Call) Warn(text string) { c.Warnings = append(c.Warnings, text) }

// CheckToken wants the token.
func (c *Call) CheckToken(token string) error {
	switch c.Token {
	case token:
		return nil
	case "":
		return Refuse("not_authed")
	default:
		return Refuse("invalid_auth")
	}
}

// Granted is what an answer to the token tells of its scopes, in the header
// X-OAuth-Scopes; to another token it tells nothing.
func (c *Call) Granted(token string, scopes []string) string {
	if c.Token != token {
		return ""
	}
	return strings.Join(scopes, ",")
}

// histories are the scopes that messages need, by the channel_type of an event.
var histories = map[any]string{"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}

// Hears reports whether Slack tells an app with these scopes of an event, which
// must say its channel_type if it is a message. Source:
// docs.slack.dev/reference/events.
func Hears(granted []string, event map[string]any) bool {
	scope := ""
	switch event["type"] {
	case "message":
		scope = histories[event["channel_type"]]
	case "app_mention":
		scope = "app_mentions:read"
	}
	return scope == "" || slices.Contains(granted, scope)
}

// CheckScopes wants one of the method's scopes among those granted. With a kind
// of conversation ("public_channel", "private_channel", "im", "mpim") it wants
// one for that kind: channels:read does not open private channels.
func (c *Call) CheckScopes(granted []string, kind string) error {
	oneOf := c.Scopes
	if kind != "" {
		prefix := map[string]string{"public_channel": "channels:", "private_channel": "groups:"}[kind]
		if prefix == "" {
			prefix = kind + ":"
		}
		oneOf = slices.DeleteFunc(slices.Clone(oneOf), func(s string) bool { return !strings.HasPrefix(s, prefix) })
	}
	has := func(scope string) bool { return slices.Contains(granted, scope) }
	if len(oneOf) == 0 || slices.ContainsFunc(oneOf, has) {
		return nil
	}
	return Refusal{Code: "missing_scope", More: map[string]any{
		"needed": strings.Join(oneOf, ","), "provided": strings.Join(granted, ",")}}
}

// CheckArguments wants the required arguments. Slack answers invalid_arguments
// with the field's name, or an error of the method's own.
func (c *Call) CheckArguments() error {
	for name := range c.Values {
		if !slices.Contains(c.Args, name) {
			c.Warn("unknown argument " + name)
		}
	}
	for _, name := range c.Required {
		if c.Values[name] != "" || name == "topic" || name == "purpose" {
			continue // an empty topic removes it
		}
		if own := missing[c.Name+" "+name]; own != "" {
			return Refuse(own)
		}
		return Invalid("missing required field: " + name)
	}
	return nil
}

// Listed reports whether the method may answer that error.
func (c *Call) Listed(code string) bool {
	return slices.Contains(general, code) || slices.Contains(c.Errors, code) || slices.Contains(beyond[c.Name], code)
}

// OneListed gives the first of the errors that the method has in its row: what
// is not_in_channel for one is channel_not_found for the next.
func (c *Call) OneListed(codes ...string) error {
	for _, code := range codes {
		if slices.Contains(c.Errors, code) {
			return Refuse(code)
		}
	}
	return Refuse(codes[len(codes)-1])
}

// Is reads a boolean argument.
func (c *Call) Is(name string) bool { return c.Values[name] == "true" || c.Values[name] == "1" }

// List reads a comma-separated argument.
func (c *Call) List(name string) []string {
	return slices.DeleteFunc(strings.Split(c.Values[name], ","), func(s string) bool { return s == "" })
}

// limit reads how many items a page has: usual when not given, at most most.
func (c *Call) limit(usual, most int) (int, error) {
	v := c.Values["limit"]
	if v == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, c.OneListed("invalid_limit", "invalid_arguments")
	}
	if n == 0 {
		return usual, nil
	}
	return min(n, most), nil
}

// Page cuts one page out of all, by the arguments limit and cursor; next is the
// cursor of what follows, or empty.
func Page[T any](c *Call, all []T, usual, most int) (part []T, next string, err error) {
	limit, err := c.limit(usual, most)
	if err != nil {
		return nil, "", err
	}
	from := 0
	if cursor := c.Values["cursor"]; cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		if _, scan := fmt.Sscanf(string(text), "next:%d", &from); err != nil || scan != nil || from < 0 || from > len(all) {
			return nil, "", c.OneListed("invalid_cursor", "invalid_arguments")
		}
	}
	to := min(len(all), from+limit)
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to)))
	}
	return all[from:to:to], next, nil
}
