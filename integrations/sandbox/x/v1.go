package x

import (
	"net/http"
	"strconv"
	"strings"

	"drumbeat/integrations/sandbox"
)

// v1 authenticates, counts and calls h, with the errors of v1.1.
func (s *Server) v1(method string, limit int, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		a, err := s.authenticate(r)
		switch {
		case err != nil && r.Header.Get("Authorization") == "":
			v1Error(w, http.StatusBadRequest, 215, "Bad Authentication data.")
		case err != nil:
			v1Error(w, http.StatusUnauthorized, 32, "Could not authenticate you.")
		case !s.config.V1:
			v1Error(w, http.StatusForbidden, 453, "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints only.")
		case !s.allow(w, a.ID+" "+method, limit):
			v1Error(w, http.StatusTooManyRequests, 88, "Rate limit exceeded")
		default:
			access(w, a)
			h(w, r, a)
		}
	}
}

func v1Error(w http.ResponseWriter, status, code int, text string) {
	sandbox.JSON(w, status, map[string]any{"errors": []map[string]any{{"code": code, "message": text}}})
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, a Account) {
	if err := r.ParseForm(); err != nil || strings.TrimSpace(r.Form.Get("status")) == "" {
		v1Error(w, http.StatusForbidden, 170, "Missing required parameter: status.")
		return
	}
	p, refused := s.post(a, r.Form.Get("status"), r.Form.Get("in_reply_to_status_id"), "1.1")
	if refused != nil {
		v1Error(w, http.StatusForbidden, refused.code, refused.text)
		return
	}
	sandbox.JSON(w, http.StatusOK, v1Post(*p, a))
}

func (s *Server) userTimeline(w http.ResponseWriter, r *http.Request, a Account) {
	q := r.URL.Query()
	count, err := strconv.Atoi(q.Get("count"))
	if err != nil || count < 1 || count > 200 {
		count = 20
	}
	who := a
	if name := q.Get("screen_name"); name != "" {
		who = s.account(name)
	}
	list := []map[string]any{}
	for _, p := range s.newest(who.Username, q.Get("since_id"), "", count) {
		list = append(list, v1Post(p, who))
	}
	sandbox.JSON(w, http.StatusOK, list)
}

func (s *Server) verifyCredentials(w http.ResponseWriter, _ *http.Request, a Account) {
	sandbox.JSON(w, http.StatusOK, v1User(a))
}

func v1User(a Account) map[string]any {
	id, _ := strconv.ParseInt(a.ID, 10, 64)
	return map[string]any{"id": id, "id_str": a.ID, "screen_name": a.Username, "name": a.Name}
}

func v1Post(p Post, a Account) map[string]any {
	id, _ := strconv.ParseInt(p.ID, 10, 64)
	text, urls := shown(p.Text)
	entities := []map[string]any{}
	for _, u := range urls {
		entities = append(entities, map[string]any{
			"url": u.URL, "expanded_url": u.Expanded, "display_url": u.Display, "indices": []int{u.Start, u.End},
		})
	}
	out := map[string]any{
		"created_at": p.At.Format("Mon Jan 02 15:04:05 -0700 2006"),
		"id":         id, "id_str": p.ID, "text": text, "full_text": text, "truncated": false,
		"entities":              map[string]any{"urls": entities, "hashtags": []any{}, "symbols": []any{}, "user_mentions": []any{}},
		"in_reply_to_status_id": nil, "in_reply_to_status_id_str": nil,
		"user": v1User(a),
	}
	if p.ReplyTo != "" {
		reply, _ := strconv.ParseInt(p.ReplyTo, 10, 64)
		out["in_reply_to_status_id"], out["in_reply_to_status_id_str"] = reply, p.ReplyTo
	}
	return out
}
