package replay

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/playbooks/chart"
)

// The drawing's measures, in pixels.
const (
	wide     = 1200
	margin   = 40
	laneTop  = 150 // of the upper lane
	lane     = 64
	between  = 96 // from the top of one lane to that of the other
	listTop  = laneTop + between + lane + 110
	textLine = 17
	letters  = 74 // of a list's line
	mostRows = 34 // of a list
)

// shown is the longest silence that is short; a longer one is shaded, unless
// customers had been told that it would be so long.
const shown = 30 * time.Minute

// drawing is an SVG that is being written.
type drawing struct {
	chart.Canvas
	chart.Scale
	*Result
}

// SVG draws two lanes over one time: what happened, and what Drumbeat does.
// Silences are shaded, words to customers are dots, promises are ticks at the
// time at which they were due.
func (r *Result) SVG(w io.Writer) error {
	d := &drawing{Result: r, Scale: chart.Scale{From: r.FirstSign.Add(-5 * time.Minute), To: r.Over.Add(5 * time.Minute), Left: margin, Right: wide - margin}}
	for _, x := range append(r.Words, r.Really.Words...) {
		if x.After(d.To) {
			d.To = x.Add(5 * time.Minute)
		}
	}
	lists := [2][]string{d.list(false), d.list(true)}
	height := listTop + textLine*max(len(lists[0]), len(lists[1])) + margin
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="#1d2430">`+"\n", wide, height, wide, height)
	fmt.Fprintf(d, `<title>%s</title>`+"\n"+`<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n", html.EscapeString(r.Title))
	d.Text(margin, 44, `font-size="22" font-weight="600"`, r.Title)
	note := ""
	if r.WithoutChanges {
		note = ", without recorded changes"
	}
	d.Text(margin, 68, `fill="#566174"`, fmt.Sprintf("%s, times in %s%s", r.FirstSign.Format("2 January 2006"), r.Zone, note))
	d.Text(margin, 94, "", d.summary())
	d.axis()
	d.lane(laneTop, "What happened", r.Really, false)
	d.lane(laneTop+between, "With Drumbeat", r.Measures, true)
	d.facts()
	d.promises()
	d.key()
	for i, title := range []string{"What happened", "What Drumbeat does"} {
		x := margin + i*(wide/2-10)
		d.Text(x, listTop-24, `font-weight="600"`, title)
		for j, l := range lists[i] {
			d.Text(x, listTop+j*textLine, `font-size="12" xml:space="preserve" font-family="ui-monospace, monospace"`, l)
		}
	}
	d.WriteString("</svg>\n")
	_, err := io.WriteString(w, d.String())
	return err
}

func (d *drawing) summary() string {
	words := func(m Measures) string {
		if m.FirstPublic == nil {
			return "first words not known"
		}
		return fmt.Sprintf("first words after %d min", int(m.FirstPublic.Sub(*m.FirstSign)/time.Minute))
	}
	return fmt.Sprintf("Really: %s. With Drumbeat: %s, longest silence %s; promises kept %d, by holding %d, missed %d.",
		words(d.Really), words(d.Measures), silence(d.LongestSilence, ""), d.PromisesKept, d.PromisesKeptByHolding, d.PromisesMissed)
}

// axis has a line for each round time; at most a dozen.
func (d *drawing) axis() {
	step := d.Step()
	_, offset := d.From.Zone()
	shift := time.Duration(offset) * time.Second
	for t := d.From.Add(shift).Truncate(step).Add(step - shift); t.Before(d.To); t = t.Add(step) {
		fmt.Fprintf(d, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#e3e7ee"/>`+"\n", d.X(t), laneTop-22, d.X(t), laneTop+between+lane+26)
		d.Text(d.X(t), laneTop-28, `text-anchor="middle" font-size="12" fill="#566174"`, t.In(d.zone).Format("15:04"))
	}
}

// lane shades the silences between the first sign and the end; all says that
// all words are known.
func (d *drawing) lane(y int, name string, m Measures, all bool) {
	fmt.Fprintf(d, `<rect x="%d" y="%d" width="%d" height="%d" fill="#f4f6f9"/>`+"\n", margin, y, wide-2*margin, lane)
	last, ends := *m.FirstSign, append(slices.Clone(m.Words), *m.Over)
	if !all { // between later words there were more that are not known
		ends = ends[:min(1, len(m.Words))]
	}
	for _, w := range ends {
		if w.After(*m.Over) {
			w = *m.Over
		}
		if silence := w.Sub(last); silence > 0 {
			fill, ink := "#dcefe4", "#3d6b51"
			if silence > shown && (!all || !d.promised(last, w)) {
				fill, ink = "#f6d3d0", "#8f2d26"
			}
			fmt.Fprintf(d, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", d.X(last), y, d.X(w)-d.X(last), lane, fill)
			if label := fmt.Sprintf("%d min", int(silence.Round(time.Minute)/time.Minute)); d.X(w)-d.X(last) > 8*len(label) {
				d.Text((d.X(last)+d.X(w))/2, y+lane-10, fmt.Sprintf(`text-anchor="middle" font-size="12" fill="%s"`, ink), label)
			}
			last = w
		}
	}
	d.Text(margin+6, y+16, `font-weight="600" font-size="12"`, name)
	if !all && len(m.Words) == 0 {
		d.Text(margin+6, y+lane-10, `font-size="12" fill="#566174"`, "When customers were told is not known.")
	}
	d.mark(m.FirstPage, y, "#8a5a00", "page")
	d.mark(m.FirstAck, y, "#5b3fa0", "on it")
	for _, w := range m.Words {
		fmt.Fprintf(d, `<circle cx="%d" cy="%d" r="5" fill="#1f5fbf" stroke="#ffffff"/>`+"\n", d.X(w), y+lane/2)
	}
}

// promised reports whether the silence between two words was no longer than
// customers had been told.
func (d *drawing) promised(from, to time.Time) bool {
	for _, p := range d.Promises {
		if p.Audience == "public" && p.State == "missed" && p.Due.After(from) && p.Due.Before(to) {
			return false
		}
	}
	return slices.ContainsFunc(d.Promises, func(p Promise) bool {
		return p.Audience == "public" && p.Reached != nil && !p.Reached.Before(to) && !p.Due.Before(to)
	})
}

// facts are ticks in the lane of what happened.
func (d *drawing) facts() {
	for _, row := range d.Timeline {
		if row.Kind == "fact" && !row.At.Before(d.From) && !row.At.After(d.To) {
			d.Mark(fmt.Sprintf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#7a869a" stroke-width="2"/>`,
				d.X(row.At), laneTop+lane+2, d.X(row.At), laneTop+lane+12), row.At.Format("15:04 ")+row.Text)
		}
	}
}

// mark is a flag in a lane.
func (d *drawing) mark(t *time.Time, y int, ink, name string) {
	if t == nil || t.Before(d.From) || t.After(d.To) {
		return
	}
	shape := `<rect x="%d" y="%d" width="3" height="%d" fill="%s"/>`
	d.Mark(fmt.Sprintf(shape, d.X(*t)-1, y+lane/2-11, 22, ink), name)
}

var promiseInk = map[string]string{"kept": "#2e7d4f", "held": "#b26a00", "missed": "#c0271c"}

func (d *drawing) promises() {
	y := laneTop + between + lane
	for _, p := range d.Promises {
		ink := promiseInk[p.State]
		if ink == "" || p.Audience != "public" || p.Due.After(d.To) {
			continue
		}
		d.Mark(fmt.Sprintf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"/>`, d.X(p.Due), y+2, d.X(p.Due), y+18, ink),
			fmt.Sprintf("due %s: %s", p.Due.Format("15:04"), p.State))
	}
}

// key tells the signs, in words beside each.
func (d *drawing) key() {
	y, x := laneTop+between+lane+50, margin
	put := func(shape, text string) {
		fmt.Fprintf(d, "<g transform=\"translate(%d %d)\">%s</g>\n", x, y, shape)
		d.Text(x+18, y+4, `font-size="12" fill="#566174"`, text)
		x += 32 + 66*utf8.RuneCountInString(text)/10
	}
	rect := func(ink string, w, h int) string {
		return fmt.Sprintf(`<rect x="0" y="%d" width="%d" height="%d" fill="%s"/>`, -h/2, w, h, ink)
	}
	put(`<circle cx="6" cy="0" r="5" fill="#1f5fbf"/>`, "words to customers")
	put(rect("#dcefe4", 13, 13), "short or promised silence")
	put(rect("#f6d3d0", 13, 13), "longer silence")
	put(rect("#8a5a00", 3, 16), "first page")
	put(rect("#5b3fa0", 3, 16), "first “I'm on it”")
	put(rect("#2e7d4f", 2, 16), "promise kept")
	put(rect("#b26a00", 2, 16), "kept by holding")
	put(rect("#c0271c", 2, 16), "missed")
	put(rect("#7a869a", 2, 10), "an event")
}

// list are the rows of a lane in lines: those that a reader of the drawing asks
// for.
func (d *drawing) list(drumbeat bool) (out []string) {
	main := map[string]bool{"fact": true, "outage": true, "public": true, "page": true, "incident": true, "failure": true}
	var rows []Row
	for _, row := range d.Timeline {
		if row.Drumbeat == drumbeat && main[row.Kind] && !(drumbeat && row.At.Before(d.From)) {
			rows = append(rows, row)
		}
	}
	rows = fold(rows)
	for _, row := range rows[:min(mostRows, len(rows))] {
		out = append(out, d.item(row)...)
	}
	if len(rows) > mostRows {
		out = append(out, fmt.Sprintf("and %d more", len(rows)-mostRows))
	}
	return out
}

// item is a row with its time, in lines.
func (d *drawing) item(row Row) []string {
	lines := wrap(shorten(row.Text, 2*letters), letters-9)
	for i := range lines {
		lines[i] = strings.Repeat(" ", 7) + lines[i]
	}
	clock := "15:04  "
	if row.At.Before(d.From) {
		clock = "2 Jan 15:04  "
	}
	lines[0] = row.At.Format(clock) + strings.TrimSpace(lines[0])
	return lines
}
