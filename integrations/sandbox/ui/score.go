package ui

import (
	"bytes"
	"net/http"
)

// sheet is what the score is drawn from.
type sheet struct {
	*Stage
	Score         *Score
	Version, Back string
	Race          *race
	People        []heard
	Command       string
}

// heard is somebody with a bar.
type heard struct {
	Heard
	Face face
	Over bool // more than the budget within an hour
	Of   int  // the bar's length
}

// serveScore draws what it came to.
func (u *UI) serveScore(w http.ResponseWriter, _ *http.Request) {
	me := u.first()
	s := u.stage(me)
	if s == nil {
		s = &Stage{}
	}
	d := sheet{Stage: s, Score: s.Score, Version: version, Back: place{Me: me, In: u.config.Home}.URL(), Race: s.race(true), Command: u.config.Command}
	if in := u.incident(); in != "" {
		d.Back = place{Me: me, In: in}.URL()
	}
	if s.Score != nil {
		for _, p := range s.Score.People {
			h := heard{Heard: p, Face: face{Initial: p.Who[:min(1, len(p.Who))]}, Of: max(p.Max, s.Score.Budget), Over: p.Max > s.Score.Budget}
			for _, other := range u.config.People {
				if other.Name == p.Who {
					h.Face = u.face(other.ID)
				}
			}
			d.People = append(d.People, h)
		}
	} else {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
	}
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, "score.html", d)
	write(w, out.Bytes(), err)
}
