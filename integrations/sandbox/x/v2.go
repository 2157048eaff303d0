package x

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"drumbeat/integrations/sandbox"
)

// handler answers for an authenticated account; the lock is held.
type handler func(w http.ResponseWriter, r *http.Request, a Account)

// v2 authenticates, counts against the method's limit and calls h.
func (s *Server) v2(method string, limit int, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		a, err := s.authenticate(r)
		if err != nil {
			problem(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
			return
		}
		if !s.allow(w, a.ID+" "+method, limit) {
			problem(w, http.StatusTooManyRequests, "Too Many Requests", "Too Many Requests")
			return
		}
		access(w, a)
		h(w, r, a)
	}
}

func problem(w http.ResponseWriter, status int, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	sandbox.JSON(w, status, map[string]any{"type": "about:blank", "title": title, "detail": detail, "status": status})
}

// invalid is the answer to parameters that the schema does not allow.
func invalid(w http.ResponseWriter, format string, args ...any) {
	w.Header().Set("Content-Type", "application/problem+json")
	sandbox.JSON(w, http.StatusBadRequest, map[string]any{
		"type":   "https://api.x.com/2/problems/invalid-request",
		"title":  "Invalid Request",
		"detail": "One or more parameters to your request was invalid.",
		"status": http.StatusBadRequest,
		"errors": []map[string]string{{"message": fmt.Sprintf(format, args...)}},
	})
}

// newPost is the body of POST /2/tweets as far as it is understood here; the
// schema's other fields are refused by name, so that none is lost silently.
type newPost struct {
	Text  string `json:"text"`
	Reply *struct {
		InReplyTo string `json:"in_reply_to_tweet_id"`
	} `json:"reply"`
	MadeWithAI    bool   `json:"made_with_ai"`
	ReplySettings string `json:"reply_settings"`
}

var (
	postID        = regexp.MustCompile(`^[0-9]{1,19}$`)
	replySettings = []string{"", "following", "mentionedUsers", "subscribers", "verified"}
)

func (s *Server) create(w http.ResponseWriter, r *http.Request, a Account) {
	body, _ := io.ReadAll(r.Body)
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var p newPost
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	err := d.Decode(&p)
	replyTo := ""
	if p.Reply != nil {
		replyTo = p.Reply.InReplyTo
	}
	switch {
	case kind != "application/json":
		invalid(w, "Content-Type is not application/json")
	case err != nil || d.More() || !utf8.Valid(body):
		invalid(w, "the body is not the JSON that is expected: %v", err)
	case strings.TrimSpace(p.Text) == "":
		invalid(w, "text is missing")
	case strings.ContainsAny(p.Text, "\ufffe\uffff\ufeff\x00"):
		invalid(w, "text holds characters that are not allowed")
	case p.Reply != nil && !postID.MatchString(replyTo):
		invalid(w, "$.reply.in_reply_to_tweet_id: does not match the regex pattern ^[0-9]{1,19}$")
	case !slices.Contains(replySettings, p.ReplySettings):
		invalid(w, "$.reply_settings: is not one of the values allowed")
	default:
		made, refused := s.post(a, p.Text, replyTo, "2")
		if refused != nil {
			problem(w, http.StatusForbidden, "Forbidden", refused.detail)
			return
		}
		sandbox.JSON(w, http.StatusCreated, map[string]any{"data": v2Post(*made, nil)})
	}
}

// v2Post draws a post with the fields that are always there and those asked for.
func v2Post(p Post, fields []string) map[string]any {
	text, urls := shown(p.Text)
	out := map[string]any{"id": p.ID, "text": text, "edit_history_tweet_ids": []string{p.ID}}
	if slices.Contains(fields, "created_at") {
		out["created_at"] = p.At.Format("2006-01-02T15:04:05.000Z")
	}
	if slices.Contains(fields, "entities") && len(urls) > 0 {
		out["entities"] = map[string]any{"urls": urls}
	}
	if slices.Contains(fields, "referenced_tweets") && p.ReplyTo != "" {
		out["referenced_tweets"] = []map[string]string{{"type": "replied_to", "id": p.ReplyTo}}
	}
	return out
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, a Account) {
	id := r.PathValue("id")
	if !postID.MatchString(id) {
		invalid(w, "The `id` query parameter value [%s] is not valid", id)
		return
	}
	p := s.find(id)
	switch {
	case p == nil: // X says so too: there is nothing left to delete
		sandbox.JSON(w, http.StatusOK, map[string]any{"data": map[string]bool{"deleted": true}})
	case p.Author != a.Username:
		problem(w, http.StatusForbidden, "Forbidden", "You are not authorized to delete this Tweet.")
	default:
		p.Deleted = true
		sandbox.JSON(w, http.StatusOK, map[string]any{"data": map[string]bool{"deleted": true}})
	}
}

func (s *Server) me(w http.ResponseWriter, _ *http.Request, a Account) {
	sandbox.JSON(w, http.StatusOK, map[string]any{"data": map[string]string{"id": a.ID, "name": a.Name, "username": a.Username}})
}

func (s *Server) timeline(w http.ResponseWriter, r *http.Request, _ Account) {
	q := r.URL.Query()
	for name := range q {
		if !slices.Contains([]string{"max_results", "since_id", "until_id", "tweet.fields", "exclude"}, name) {
			invalid(w, "The query parameter [%s] is not one that this stand-in knows", name)
			return
		}
	}
	limit := 10
	if text := q.Get("max_results"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 5 || n > 100 {
			invalid(w, "The `max_results` query parameter value [%s] is not between 5 and 100", text)
			return
		}
		limit = n
	}
	i := slices.IndexFunc(s.config.Accounts, func(a Account) bool { return a.ID == r.PathValue("id") })
	if i < 0 {
		sandbox.JSON(w, http.StatusOK, map[string]any{"errors": []map[string]string{{
			"type": "https://api.x.com/2/problems/resource-not-found", "title": "Not Found Error", "resource_type": "user",
			"detail": "Could not find user with id: [" + r.PathValue("id") + "].", "parameter": "id", "value": r.PathValue("id"),
		}}})
		return
	}
	page := s.newest(s.config.Accounts[i].Username, q.Get("since_id"), q.Get("until_id"), limit)
	meta := map[string]any{"result_count": len(page)}
	out := map[string]any{"meta": meta}
	if len(page) > 0 {
		meta["newest_id"], meta["oldest_id"] = page[0].ID, page[len(page)-1].ID
		var data []map[string]any
		for _, p := range page {
			data = append(data, v2Post(p, strings.Split(q.Get("tweet.fields"), ",")))
		}
		out["data"] = data // absent when there is none
	}
	sandbox.JSON(w, http.StatusOK, out)
}

// newest lists an account's posts, newest first, between two ids.
func (s *Server) newest(username, since, until string, limit int) []Post {
	after, _ := strconv.ParseInt(since, 10, 64)
	before, _ := strconv.ParseInt(until, 10, 64)
	var page []Post
	for _, p := range slices.Backward(s.posts) {
		id, _ := strconv.ParseInt(p.ID, 10, 64)
		if p.Author == username && !p.Deleted && id > after && (before == 0 || id < before) && len(page) < limit {
			page = append(page, *p)
		}
	}
	return page
}
