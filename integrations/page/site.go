package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"slices"
	"time"

	"drumbeat/incident"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed style.css
var style []byte

// styleVersion changes with the style sheet, which may therefore be kept for
// ever under an address that names it.
var styleVersion = func() string {
	sum := sha256.Sum256(style)
	return hex.EncodeToString(sum[:6])
}()

func parse(name string) *template.Template {
	return template.Must(template.ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name))
}

var (
	homePage     = parse("home.html")
	incidentPage = parse("incident.html")
	historyPage  = parse("history.html")
	missingPage  = parse("missing.html")
)

// Site is the whole status page at one moment. Keys of Files are the paths of
// requests ("/", "/incidents/42", "/api/v2/summary.json"), and Missing.
type Site struct {
	Files map[string][]byte
	// Expires is when the words stop being true though nothing happens: a
	// promise falls due, a day begins.
	Expires time.Time
}

// Missing is the key of the answer to an unknown address.
const Missing = "404.html"

// Render draws the site from the incidents, newest first, as it is at now. It
// depends on nothing else.
func Render(c Config, incidents []incident.PublicIncident, now time.Time) (Site, error) {
	return render(c, incidents, now, nil)
}

// render takes the pages of ended incidents from drawn, where they are. Such a
// page depends on its incident alone, so a page with years of history is drawn
// as fast as a young one.
func render(c Config, incidents []incident.PublicIncident, now time.Time, drawn map[string][]byte) (Site, error) {
	r := renderer{config: c, incidents: incidents, now: now, states: componentStates(c, incidents),
		drawn: drawn, files: map[string][]byte{"/style.css": style}}
	r.status = overall(c, incidents, r.states)
	if err := r.pages(); err != nil {
		return Site{}, err
	}
	if err := r.documents(); err != nil {
		return Site{}, err
	}
	return Site{Files: r.files, Expires: expiry(incidents, now)}, nil
}

// renderer holds what all files of one rendering share.
type renderer struct {
	config    Config
	incidents []incident.PublicIncident
	now       time.Time
	states    map[string]condition
	status    status
	drawn     map[string][]byte
	files     map[string][]byte
}

func (r *renderer) pages() error {
	c := r.config
	home := r.view("/", c.Name+" status: "+r.status.Description)
	home.Home, home.Days = true, recentDays
	home.Description = "Current state of " + c.Name + ", open incidents and what we said about them."
	home.Groups = groups(c, r.states)
	var recent []incident.PublicIncident
	since := midnight(r.now).AddDate(0, 0, -recentDays)
	for _, i := range r.incidents {
		if open(i) {
			home.Active = append(home.Active, newIncidentView(c, i, r.now))
		} else if lastChange(i).After(since) {
			recent = append(recent, i)
		}
	}
	home.Past = periods(c, recent, aDay, r.now)
	if err := r.draw(homePage, "/", home); err != nil {
		return err
	}
	history := r.view("/history", "Past incidents · "+c.Name+" status")
	history.Past = periods(c, r.incidents, aMonth, r.now)
	if err := r.draw(historyPage, "/history", history); err != nil {
		return err
	}
	for _, i := range r.incidents {
		if body := r.drawn[pathOf(i.Number)]; body != nil {
			r.files[pathOf(i.Number)] = body
			continue
		}
		one := r.view(pathOf(i.Number), i.Title+" · "+c.Name+" status")
		one.Incident = newIncidentView(c, i, r.now)
		if err := r.draw(incidentPage, one.Path, one); err != nil {
			return err
		}
	}
	missing := r.view("", "No such page · "+c.Name+" status")
	missing.Missing = true
	if err := r.draw(missingPage, Missing, missing); err != nil {
		return err
	}
	r.files["/favicon.svg"] = favicon(r.status.look())
	return nil
}

func (r *renderer) view(path, title string) view {
	return view{Name: r.config.Name, Title: title, Origin: r.config.origin(), Path: path, Live: r.config.live(),
		Style: "/style.css?v=" + styleVersion, Status: r.status, Look: r.status.look()}
}

func (r *renderer) draw(t *template.Template, key string, v view) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", v); err != nil {
		return fmt.Errorf("draw %s: %w", key, err)
	}
	r.files[key] = slices.Clip(b.Bytes())
	return nil
}

// favicon shows the state in a browser's tab, by shape too.
func favicon(look condition) []byte {
	shape := map[condition]string{
		operational: `<circle cx="10" cy="10" r="9" fill="#2a9d5c"/>`,
		degraded:    `<rect x="1.5" y="1.5" width="17" height="17" rx="5" fill="#c98a00"/>`,
		partial:     `<path d="M10 1.6 19.2 18H.8z" fill="#dd6b20"/>`,
		major:       `<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z" fill="#d2362c"/>`,
	}[look]
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">` + shape + "</svg>\n")
}
