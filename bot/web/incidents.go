package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/score"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Reader is what the paths that only look need of the store.
type Reader interface {
	Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error)
	List(ctx context.Context, q store.Query) ([]stream.Summary, error)
}

// Incident is a line of GET /v1/incidents. Of a private one only Number,
// Severity, Phase, Open and Private are told: the token says that the operator
// asks, not which person, and what it is about is for those who are part of it.
type Incident struct {
	Number    string         `json:"number"`
	Severity  string         `json:"severity"`
	Phase     incident.Phase `json:"phase"`
	Open      bool           `json:"open"`
	Private   bool           `json:"private"`
	Title     string         `json:"title,omitempty"`
	Service   string         `json:"service,omitempty"`
	Commander string         `json:"commander,omitempty"`
	Channel   string         `json:"channel,omitempty"` // a link into the chat
	Declared  time.Time      `json:"declared_at,omitzero"`
	Since     time.Time      `json:"first_sign_at,omitzero"`
	Ended     time.Time      `json:"ended_at,omitzero"`
	NextWords time.Time      `json:"next_words_at,omitzero"` // promised to customers
}

// The most incidents that are listed: open ones, and the newest of all.
const (
	mostOpen = 500
	mostNew  = 50
)

// incidents lists what is open and what was declared last, the newest first.
func (c Config) incidents(w http.ResponseWriter, r *http.Request) {
	open := true
	all, err := c.Store.List(r.Context(), store.Query{Workspace: c.Workspace, Kind: incident.Kind, Open: &open, Limit: mostOpen})
	if err == nil {
		var newest []stream.Summary
		newest, err = c.Store.List(r.Context(), store.Query{Workspace: c.Workspace, Kind: incident.Kind, Limit: mostNew})
		all = append(all, newest...)
	}
	if err != nil {
		c.unread(w, err)
		return
	}
	slices.SortFunc(all, func(a, b stream.Summary) int { return strings.Compare(store.Cursor(b), store.Cursor(a)) })
	all = slices.CompactFunc(all, func(a, b stream.Summary) bool { return a.Stream == b.Stream })
	out := make([]Incident, 0, len(all))
	for _, sum := range all {
		out = append(out, line(sum))
	}
	answer(w, http.StatusOK, map[string][]Incident{"incidents": out})
}

func line(sum stream.Summary) Incident {
	var card incident.Card
	if err := json.Unmarshal(sum.Data, &card); err != nil { // nothing is known of it, not even whether it is private
		return Incident{Number: "INC-" + sum.Stream.Name, Open: sum.Open, Private: true}
	}
	out := Incident{Number: card.Number, Severity: card.Severity, Phase: card.Phase, Open: sum.Open, Private: card.Private}
	if card.Private {
		return out
	}
	out.Title, out.Service, out.Commander, out.Channel = card.Title, card.Service, card.Commander, card.Link
	out.Declared, out.Since, out.Ended, out.NextWords = sum.At, card.Since, card.Ended, card.NextWords
	return out
}

// score measures one incident from its log.
func (c Config) score(w http.ResponseWriter, r *http.Request) {
	given := r.PathValue("number")
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(given), "INC-"), "DRILL-"))
	if err != nil || n < 1 {
		c.problem(w, http.StatusBadRequest, "no_number", "the path names no incident; write its number, as in /v1/incidents/42/score")
		return
	}
	log, err := c.Store.Load(r.Context(), stream.ID{Workspace: c.Workspace, Kind: incident.Kind, Name: strconv.Itoa(n)}, 0)
	switch {
	case err != nil:
		c.unread(w, err)
		return
	case len(log) == 0:
		c.problem(w, http.StatusNotFound, "no_incident", "there is no INC-"+strconv.Itoa(n)+"; GET /v1/incidents lists those that there are")
		return
	}
	s, err := score.Of(log, c.Bot.Now())
	switch {
	case err != nil:
		c.Log.Error("an incident's log cannot be read", "incident", n, "error", err)
		c.problem(w, http.StatusInternalServerError, "defect", "the incident's log is damaged; the bot's own log says where")
	case s.Private:
		c.problem(w, http.StatusForbidden, "private", s.Number+" is private: its score is not told here, since a token does not say which person asks")
	default:
		answer(w, http.StatusOK, s)
	}
}

// farEnds lists the public far ends with their modes.
func (c Config) farEnds(w http.ResponseWriter, r *http.Request) {
	modes, err := c.FarEnds(r.Context())
	if err != nil {
		c.unread(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]map[string]string{"far_ends": modes})
}

// unread answers when the store did not.
func (c Config) unread(w http.ResponseWriter, err error) {
	c.Log.Error("the store was not read", "error", err)
	c.problem(w, http.StatusServiceUnavailable, "unknown", "the store does not answer; ask again")
}
