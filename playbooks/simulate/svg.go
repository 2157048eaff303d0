package simulate

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/chart"
)

// The drawing's measures, in pixels.
const (
	wide    = 1280
	left    = 236 // of the axis
	right   = 1140
	margin  = 28
	top     = 160 // of the first lane, under one line of what is assumed
	lead    = 17  // between lines of text
	dot     = 12  // between marks that would cover each other
	padding = 9   // of a lane, above and below
	heading = 30  // of a group of lanes
)

// style has both faces of the drawing: the reader's system says which.
const style = `<style>
svg{--ground:#ffffff;--band:#f5f6f9;--line:#e2e6ed;--ink:#1c2330;--soft:#586375;--page:#b45309;--says:#2563a8;--asked:#9ab4d2;--typed:#6d3fc0;--told:#15803d;--miss:#c0271c;--held:#a16207;--quiet:#eceef3;font-family:system-ui,-apple-system,"Segoe UI",sans-serif;font-size:13px}
@media (prefers-color-scheme:dark){svg{--ground:#11151c;--band:#181d27;--line:#2b3240;--ink:#e7eaf0;--soft:#98a3b5;--page:#f0a04b;--says:#6aa5e8;--asked:#3f5f85;--typed:#b08df0;--told:#4cc27a;--miss:#f2736a;--held:#dcb04a;--quiet:#1e2430}}
text{fill:var(--ink)}.soft{fill:var(--soft)}.small{font-size:12px}.end{text-anchor:end}.mid{text-anchor:middle}.bold{font-weight:600}
.ground{fill:var(--ground)}.band{fill:var(--band)}.line{stroke:var(--line)}.silent{fill:var(--quiet)}.turn{stroke:var(--typed);stroke-dasharray:3 4}
.page{fill:var(--page)}.says{fill:var(--says)}.asked{fill:var(--ground);stroke:var(--says);stroke-width:1.6}.typed{fill:var(--typed)}.told{fill:var(--told)}
.missed{stroke:var(--miss);stroke-width:2.4;fill:none;stroke-linecap:round}.kept{fill:var(--told);fill-opacity:.5}.held{fill:var(--held);fill-opacity:.45}.late{fill:var(--miss);fill-opacity:.55}.open{fill:var(--soft);fill-opacity:.25}.due{stroke:var(--ink);stroke-width:1.6}.over{fill:var(--miss);font-weight:600}
</style>
`

// drawing is the swimlanes of a result.
type drawing struct {
	chart.Canvas
	chart.Scale
	r       Result
	assumed []string
	top, y  int // where the lanes begin, and the next one
}

// lane is what one reader, writer or far end sees.
type lane struct {
	name, count string
	over        bool
	acts        []Act
}

// SVG draws a lane for each person, channel and far end over the time since the
// beginning, in light and dark. It has no script; what a mark stands for is
// shown when somebody points at it.
func (r Result) SVG(w io.Writer) error {
	assumed := wrap("Assumed: "+strings.Join(r.Assumed, "; ")+".", 160)
	begin := top + lead*len(assumed)
	d := &drawing{r: r, assumed: assumed, top: begin, y: begin, Scale: chart.Scale{From: r.Begins, To: r.Begins.Add(time.Duration(r.For)), Left: left, Right: right}}
	d.group("Customers", d.farEnds())
	for _, audience := range []string{"customers", "stakeholders"} {
		d.promised(audience)
	}
	d.group("Channels", d.readers(false))
	d.group("People", d.readers(true))
	if failed := d.failed(); len(failed) > 0 {
		d.group("Did not work", failed)
	}
	body := d.Canvas
	d.Canvas = chart.Canvas{}
	d.head()
	d.WriteString(body.String())
	d.key()
	d.WriteString("</svg>\n")
	_, err := io.WriteString(w, d.String())
	return err
}

func (d *drawing) head() {
	height := d.y + 64
	title := fmt.Sprintf("%s under playbook %s: %s", d.r.Severity, d.r.Playbook, d.r.Title)
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="title desc">`+"\n", wide, height, wide, height)
	fmt.Fprintf(d, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", html.EscapeString(title), html.EscapeString(d.summary()+" Assumed: "+strings.Join(d.r.Assumed, "; ")+"."))
	d.WriteString(style)
	fmt.Fprintf(d, `<rect class="ground" width="%d" height="%d"/>`+"\n", wide, height)
	d.Text(margin, 46, `font-size="22" class="bold"`, title)
	d.Text(margin, 72, "", d.summary())
	for i, l := range d.assumed {
		d.Text(margin, 96+lead*i, `class="soft small"`, l)
	}
	d.axis()
}

func (d *drawing) summary() string {
	sum := 0
	for _, c := range d.r.Counts {
		sum += c.All
	}
	out := fmt.Sprintf("Promises: %d kept, %d by holding, %d missed. Customers get words %d times. %d messages that nobody asked for, ", d.r.Kept, d.r.Held, d.r.Missed, len(d.r.Public), sum)
	if len(d.r.Over) > 0 {
		return out + "over the budget: " + strings.Join(d.r.Over, "; ") + "."
	}
	return out + "within the budget."
}

// axis has a line for each round time, the silence, and the phases.
func (d *drawing) axis() {
	if !d.r.Silent.IsZero() && d.r.Silent.Before(d.To) {
		fmt.Fprintf(d, `<rect class="silent" x="%d" y="%d" width="%d" height="%d"/>`+"\n", d.X(d.r.Silent), d.top-26, right-d.X(d.r.Silent), d.y-d.top+26)
		d.Text(d.X(d.r.Silent)+6, d.y+14, `class="soft small"`, "from here on nobody types anything")
	}
	step := d.Step()
	for t := d.From; !t.After(d.To); t = t.Add(step) {
		fmt.Fprintf(d, `<line class="line" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", d.X(t), d.top-24, d.X(t), d.y)
		d.Text(d.X(t), d.top-30, `class="soft small mid"`, strings.TrimPrefix(stream.Duration(t.Sub(d.From)).String(), "0s"))
	}
	d.Text(left, d.top-30, `class="soft small mid"`, d.From.Format("Mon 15:04"))
	d.Text(wide-margin-10, d.top-48, `class="soft small end"`, "messages (most in an hour)")
	for _, a := range d.r.Acts {
		if a.Kind == Typed && slices.Contains([]string{string(incident.Identified), string(incident.Monitoring), string(incident.Resolved), "close"}, a.What) {
			fmt.Fprintf(d, `<line class="turn" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", d.X(a.At), d.top-12, d.X(a.At), d.y)
			d.Text(d.X(a.At)-4, d.top-14, `class="soft small end"`, strings.Replace(a.What, "close", "", 1))
		}
	}
}

// group draws lanes below a heading.
func (d *drawing) group(name string, lanes []lane) {
	d.y += heading
	d.Text(margin, d.y-9, `class="soft small bold"`, name)
	for _, l := range lanes {
		rows := d.rows(l.acts)
		height := dot*(slices.Max(append(rows, 0))+1) + 2*padding
		fmt.Fprintf(d, `<rect class="band" fill-opacity=".6" x="%d" y="%d" width="%d" height="%d" rx="3"/>`+"\n", margin, d.y, wide-2*margin, height-2)
		d.Text(margin+10, d.y+height/2+3, "", short(l.name, 27))
		class := `class="soft small end"`
		if l.over {
			class = `class="over small end"`
		}
		d.Text(wide-margin-10, d.y+height/2+3, class, l.count)
		for i, a := range l.acts {
			d.act(a, d.X(a.At), d.y+padding+dot*rows[i]+dot/2-1)
		}
		d.y += height
	}
}

// rows stacks marks that would cover each other: the row of each.
func (d *drawing) rows(acts []Act) (out []int) {
	var ends []int
	for _, a := range acts {
		x := d.X(a.At)
		row := slices.IndexFunc(ends, func(end int) bool { return x-end >= dot })
		if row < 0 {
			row, ends = len(ends), append(ends, 0)
		}
		ends[row] = x
		out = append(out, row)
	}
	return out
}

// act draws one mark: its form says what it is, not only its colour.
func (d *drawing) act(a Act, x, y int) {
	tip := fmt.Sprintf("%s %s", offset(a.After), a.says())
	if a.Step != "" {
		tip += " (" + a.Step + ")"
	}
	d.Mark(sign(a, x, y), tip)
}

func sign(a Act, x, y int) string {
	switch {
	case a.Kind == Typed:
		return fmt.Sprintf(`<path class="typed" d="M%d %dl5 5l-5 5l-5-5z"/>`, x, y-5)
	case a.Kind == Page:
		return fmt.Sprintf(`<rect class="page" x="%d" y="%d" width="5" height="11" rx="1.5"/>`, x-2, y-5)
	case a.Kind == Public:
		return fmt.Sprintf(`<rect class="told" x="%d" y="%d" width="10" height="10" rx="2.5"/>`, x-5, y-5)
	case a.Kind == Missed || a.Kind == Failed:
		return fmt.Sprintf(`<path class="missed" d="M%d %dl8 8m0-8l-8 8"/>`, x-4, y-4)
	case a.Asked:
		return fmt.Sprintf(`<circle class="asked" cx="%d" cy="%d" r="4"/>`, x, y)
	}
	return fmt.Sprintf(`<circle class="says" cx="%d" cy="%d" r="4.6"/>`, x, y)
}

// farEnds are those that carry words to customers.
func (d *drawing) farEnds() (out []lane) {
	for _, a := range d.r.Acts {
		for _, end := range a.Via {
			i := slices.IndexFunc(out, func(l lane) bool { return l.name == end })
			if a.Kind != Public {
				continue
			}
			if i < 0 {
				i, out = len(out), append(out, lane{name: end})
			}
			out[i].acts = append(out[i].acts, a)
			out[i].count = fmt.Sprint(len(out[i].acts))
		}
	}
	return out
}

// readers are the people, with what they type, or the channels.
func (d *drawing) readers(people bool) (out []lane) {
	find := func(name string) int {
		i := slices.IndexFunc(out, func(l lane) bool { return l.name == name })
		if i < 0 {
			i, out = len(out), append(out, lane{name: name})
		}
		return i
	}
	for _, a := range d.r.Acts {
		reads := a.Kind == Page || a.Kind == Message
		if (reads && strings.HasPrefix(a.Who, "#")) == people || !reads && (a.Kind != Typed || !people) {
			continue
		}
		i := find(a.Who)
		out[i].acts = append(out[i].acts, a)
	}
	for _, c := range d.r.Counts {
		if c.Person == people {
			i := find(c.Reader)
			out[i].count = fmt.Sprintf("%d (%d)", c.All, c.Hour)
			out[i].over = slices.ContainsFunc(d.r.Over, func(s string) bool { return strings.HasPrefix(s, c.Reader+" ") })
		}
	}
	return out
}

// failed are far ends that did not take something, and calls that nobody
// answered.
func (d *drawing) failed() (out []lane) {
	for _, a := range d.r.Acts {
		if a.Kind != Failed && (a.Kind != Missed || a.Who == "customers" || a.Who == string(incident.Stakeholders)) {
			continue
		}
		name := a.Who
		if a.Kind == Missed {
			name = "nobody answers a call"
		}
		i := slices.IndexFunc(out, func(l lane) bool { return l.name == name })
		if i < 0 {
			i, out = len(out), append(out, lane{name: name})
		}
		out[i].acts = append(out[i].acts, a)
		out[i].count = fmt.Sprint(len(out[i].acts))
	}
	return out
}

// promised draws the promises to an audience as bars from when they were made
// until they were kept, with a tick where they were due.
func (d *drawing) promised(audience string) {
	const height = 26
	if !slices.ContainsFunc(d.r.Promises, func(p Promise) bool { return p.Audience == audience }) {
		return
	}
	fmt.Fprintf(d, `<rect class="band" fill-opacity=".6" x="%d" y="%d" width="%d" height="%d" rx="3"/>`+"\n", margin, d.y, wide-2*margin, height-2)
	d.Text(margin+10, d.y+16, "", "promised to "+audience)
	for _, p := range d.r.Promises {
		if p.Audience != audience || p.Made.After(d.To) {
			continue
		}
		end := p.Kept
		if end.IsZero() || end.After(d.To) {
			end = d.To
		}
		if p.State == "dropped" && p.Due.Before(end) {
			end = p.Due
		}
		tip := fmt.Sprintf("due %s: %s", offset(stream.Duration(p.Due.Sub(d.From))), p.State)
		class := map[string]string{"kept": "kept", "held": "held", "missed": "open"}[p.State]
		if class == "" {
			class = "open"
		}
		d.bar(class, p.Made, earlier(end, p.Due, p.State == "missed"), tip)
		if p.State == "missed" {
			d.bar("late", p.Due, end, tip)
		}
		if !p.Due.After(d.To) {
			d.Mark(fmt.Sprintf(`<line class="due" x1="%d" y1="%d" x2="%d" y2="%d"/>`, d.X(p.Due), d.y+3, d.X(p.Due), d.y+20), tip)
		}
	}
	d.y += height
}

func earlier(end, due time.Time, missed bool) time.Time {
	if missed && due.Before(end) {
		return due
	}
	return end
}

func (d *drawing) bar(class string, from, to time.Time, tip string) {
	d.Mark(fmt.Sprintf(`<rect class="%s" x="%d" y="%d" width="%d" height="10" rx="2"/>`, class, d.X(from)+1, d.y+7, max(2, d.X(to)-d.X(from)-2)), tip)
}

// key tells the signs, in words beside each.
func (d *drawing) key() {
	x, y := margin+6, d.y+40
	for _, k := range []struct {
		act  Act
		text string
	}{{Act{Kind: Typed}, "somebody types"}, {Act{Kind: Page}, "a call"}, {Act{Kind: Message}, "a message"}, {Act{Kind: Message, Asked: true}, "one that was asked for"},
		{Act{Kind: Public}, "words to customers"}, {Act{Kind: Missed}, "not answered, not taken"}} {
		d.WriteString(sign(k.act, x, y) + "\n")
		d.Text(x+13, y+4, `class="soft small"`, k.text)
		x += 40 + 66*utf8.RuneCountInString(k.text)/10
	}
	for _, k := range [][2]string{{"kept", "promise kept"}, {"held", "by holding"}, {"late", "late"}} {
		fmt.Fprintf(d, `<rect class="%s" x="%d" y="%d" width="18" height="10" rx="2"/>`+"\n", k[0], x-4, y-5)
		d.Text(x+20, y+4, `class="soft small"`, k[1])
		x += 46 + 66*utf8.RuneCountInString(k[1])/10
	}
}

// wrap breaks a text between words.
func wrap(s string, n int) (out []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n {
			out, line = append(out, line), word
			continue
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}
