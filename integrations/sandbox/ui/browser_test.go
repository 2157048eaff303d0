package ui_test

import (
	"flag"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"drumbeat/integrations/sandbox/ui"
	"drumbeat/integrations/sandbox/uitest"
)

var shots = flag.String("shots", "", "a folder for pictures of all that the browser tests see")

// looks are those that every page is tried in.
var looks = []uitest.Look{uitest.Wide, uitest.Wide.Night(), uitest.Narrow, uitest.Narrow.Night()}

// TestInABrowser plays with the pages as people do.
func TestInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	b := uitest.Open(t)
	for _, look := range looks {
		t.Run(look.String(), func(t *testing.T) {
			t.Parallel()
			v := visit(t, b, look)
			v.dawn()
			v.acts()
			v.score()
			v.answers()
			v.home()
		})
	}
	t.Run("keys", func(t *testing.T) { t.Parallel(); keys(visit(t, b, uitest.Wide)) })
	t.Run("touch", func(t *testing.T) { t.Parallel(); touch(visit(t, b, uitest.Narrow)) })
	t.Run("still", func(t *testing.T) { t.Parallel(); still(t, b) })
	t.Run("forced colours", func(t *testing.T) { t.Parallel(); forced(visit(t, b, uitest.Look{Forced: true})) })
	t.Run("nothing jumps", func(t *testing.T) { t.Parallel(); steady(visit(t, b, uitest.Wide)) })
}

// visitor is somebody with a town of their own.
type visitor struct {
	*uitest.Tab
	look uitest.Look
	town *world
	show *fake
	url  string
}

func visit(t *testing.T, b *uitest.Browser, look uitest.Look) *visitor {
	t.Helper()
	w, show := newShow(t)
	srv := httptest.NewServer(w.page)
	t.Cleanup(srv.Close) // after the tab, which holds a stream
	if *shots != "" {
		look.Failed = filepath.Join(*shots, "failed-"+filepath.Base(t.Name())+".png")
	}
	return &visitor{b.Tab(t, look), look, w, show, srv.URL}
}

func (v *visitor) narrow() bool { return v.look.Width == uitest.Narrow.Width }

// see takes a picture and looks for what shuts people out.
func (v *visitor) see(name string) {
	v.Helper()
	if *shots != "" {
		v.Shot(filepath.Join(*shots, name+"-"+v.look.String()+".png"))
	}
	v.Accessible()
}

// tab goes to a tab of a narrow screen.
func (v *visitor) tab(name string) {
	v.Helper()
	if v.narrow() {
		v.Click("#tab-" + name + " + span")
	}
}

func (v *visitor) dawn() {
	v.Go(v.url + "/")
	v.WaitText(".rings .answer", "I'm on it")
	v.WaitText(".next", "If nobody answers: Omar, in ")
	v.see("1-dawn")
	v.show.turn(func(s *ui.Stage) {
		s.Dawn.Phones = append(s.Dawn.Phones, ui.Ringing{Who: omar, Since: halfPastFive.Add(5 * time.Minute), Text: "Harbor INC-1: API errors 14 % since 05:30. Maya has not answered. 1 = I'm on it, 2 = can't."})
		s.Dawn.Next, s.Clock.At = "", halfPastFive.Add(6*time.Minute)
	})
	v.WaitText(".missed", "Maya: no answer")
	v.WaitText(".waits", "0:06:")
	v.see("2-dawn")
	v.Click(".answer")
	v.WaitFor(`location.search.includes("as=omar")`)
	v.Wait(".guide")
}

func (v *visitor) acts() {
	for n := range 5 {
		v.show.act(n)
		v.WaitText(".act h2", v.show.Look(omar).Acts[n].Title)
		v.see("3-act-" + string(rune('1'+n)))
	}
	v.Click("#act-3")
	v.WaitText(".act h2", "Try to embarrass us")
	v.Click("#step-0")
	v.WaitFor(`document.activeElement?.id === "box" && document.activeElement?.value.startsWith("/incident update public db-7")`)
	v.Wait("#box")
	if v.narrow() {
		for _, name := range []string{"chat", "phone", "public"} {
			v.tab(name)
			v.see("4-" + name)
		}
		v.tab("chat")
	}
	v.Click("details.break summary")
	v.Click("#kill")
	v.WaitText(".process", "killed")
	v.see("4-break")
	v.Click("#start")
	v.WaitText(".process", "alive")
	v.Click("#fault-x")
	v.Wait("#fault-x[aria-checked=true]")
}

func (v *visitor) score() {
	v.Go(v.url + "/score")
	v.WaitText("h1", "2 October 2019")
	v.see("5-score")
	uitest.Eval[any](v.Tab, `scrollTo(0, 1e6)`)
	v.see("6-score")
	v.Click(".head .button")
	v.Wait("main .town, main .guide")
}

const marked = `[{"type":"section","text":{"type":"mrkdwn","text":"*INC-1: nothing was sent, and this cannot go out*"}},
	{"type":"section","text":{"type":"mrkdwn","text":"> *db-7* is down because of *Leo*,\n> fixed *in 10 minutes*."}},
	{"type":"section","fields":[{"type":"mrkdwn","text":"*“db-7”*\nAn internal name."},{"type":"mrkdwn","text":"*“Leo”*\nNames a person."}]},
	{"type":"actions","elements":[{"type":"button","action_id":"use","value":"1","style":"primary","text":{"type":"plain_text","text":"Use: “Some people still have problems with opening and saving…”"}},
	{"type":"button","action_id":"no","value":"1","style":"danger","text":{"type":"plain_text","text":"Withdraw"}}]}]`

// answers reads an answer that marks findings, and a form that was found wrong.
func (v *visitor) answers() {
	v.town.bot.says("/commands", `{"response_type":"ephemeral","text":"x","blocks":`+marked+`}`)
	v.tab("chat")
	v.Click("#box")
	v.Type("/incident update public db-7 is down")
	v.Press(kb.Enter)
	v.WaitText(".only", "An internal name.")
	v.WaitFor(`document.querySelector("#box").value === ""`)
	v.see("7-answer")
	v.town.bot.says("/interactions", "")
	v.Click(".only .acts .primary")
	v.WaitFor(`!document.querySelector(".htmx-request")`)
	v.town.open(v.town.bot.last("/interactions"))
	v.Wait("dialog:modal")
	v.Click("#field-words")
	v.Type("db-7 is down because of Leo, fixed in 10 minutes")
	v.town.bot.says("/interactions", `{"response_action":"errors","errors":{"words":"“db-7” is an internal name.\n“Leo” names a person.\nOr: “Some people have problems.”"}}`)
	v.Click("dialog footer .primary")
	v.WaitText("dialog .error", "names a person")
	v.see("8-form")
	v.Press(kb.Escape)
	v.WaitFor(`!document.querySelector("dialog")`)
}

// home opens the bot's App Home, and presses what stands in it.
func (v *visitor) home() {

	v.Go(v.url + "/?as=omar&in=%40drumbeat%2Fhome")
	v.WaitText(".apphome", "Nothing is shown here yet")
	v.town.Slack.Flush(v.town.Context())
	if got := v.town.bot.last("/events"); !strings.Contains(got, `"app_home_opened"`) || !strings.Contains(got, `"user":"U2"`) {
		v.Errorf("the bot heard %q, want that Omar opened its home", got)
	}
	v.tab("chat")
	v.town.publishHome("U2")
	v.WaitText(".apphome", "Nothing of yours is due.")
	v.see("9-home")
	v.town.bot.says("/interactions", "")
	v.Click(".apphome button")
	v.WaitFor(`!document.querySelector(".htmx-request")`)
	if got := v.town.bot.last("/interactions"); !strings.Contains(got, `"value":"list"`) || !strings.Contains(got, `"type":"home"`) {
		v.Errorf("the bot got %q, want the press", got)
	}
	v.Click(".views a:last-child")
	v.WaitFor(`location.search.endsWith("in=%40drumbeat")`)
}

// keys does without a mouse.
func keys(v *visitor) {
	v.show.act(1)
	v.Go(v.url + "/?as=maya&in=incidents")
	v.Press(kb.Tab)
	v.WaitText(":focus", "To the message box")
	v.Press(kb.Tab)
	if got := uitest.Eval[string](v.Tab, `getComputedStyle(document.activeElement).outlineStyle`); got == "none" {
		v.Error("one cannot see where the focus is")
	}
	v.Press("/")
	v.WaitFor(`document.activeElement?.id === "box" && document.activeElement?.value === ""`)
	v.Type("/incident up")
	v.WaitText("#offers [aria-selected=true]", "update")
	v.Press(kb.ArrowDown)
	v.WaitText("#offers [aria-selected=true]", "update public")
	v.Press(kb.Enter)
	v.WaitFor(`document.querySelector("#box").value === "/incident update public "`)
	v.Press(kb.Escape)
	v.WaitFor(`document.querySelector("#offers").hidden`)
	v.Press("\b")
	v.WaitFor(`!document.querySelector("#offers").hidden`)
	v.Press(kb.Escape)
	v.WaitFor(`document.querySelector("#offers").hidden`)
	uitest.Eval[any](v.Tab, `document.querySelector("#step-1").focus()`)
	v.show.turn(func(s *ui.Stage) { s.Acts[1].Steps[0].Done = true })
	v.Wait(".steps li.done #step-0")
	if got := uitest.Eval[string](v.Tab, `document.activeElement?.id`); got != "step-1" {
		v.Errorf("when the guide is drawn anew the focus is on %q, want step-1", got)
	}
	v.Press(kb.Enter)
	v.WaitFor(`document.activeElement?.id === "box" && document.activeElement?.value.includes("Opening and saving")`)
}

// touch: what one taps is at least 44 pixels high on a narrow screen.
func touch(v *visitor) {
	small := func(place string) {
		v.Helper()
		for _, found := range uitest.Eval[[]string](v.Tab, `[...document.querySelectorAll("button, summary, select, input:not([type=hidden], [type=radio]), textarea, nav a, a.button, a.step, .tabs label")].filter((e) => e.checkVisibility() && !e.closest(".unseen"))
			.map((e) => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.height < 43.5).map(([e, r]) => e.outerHTML.slice(0, 90) + " " + r.height)`) {
			v.Errorf("%s: too small for a finger: %s", place, found)
		}
	}
	v.Go(v.url + "/")
	small("dawn")
	v.show.act(3)
	v.Go(v.url + "/?as=maya&in=incidents")
	v.Wait(".guide")
	small("guide")
	if got := uitest.Eval[float64](v.Tab, `document.querySelector("#clock").getBoundingClientRect().height`); got > 30 {
		v.Errorf("the clock is %v pixels high: it does not stand in a line", got)
	}
	for _, name := range []string{"chat", "phone", "public"} {
		v.tab(name)
		small(name)
		if got := uitest.Eval[int](v.Tab, `document.documentElement.scrollWidth`); got > uitest.Narrow.Width {
			v.Errorf("%s is %d pixels wide", name, got)
		}
	}
}

// still: who wants no motion gets none.
func still(t *testing.T, b *uitest.Browser) {
	for _, calm := range []bool{false, true} {
		v := visit(t, b, uitest.Look{Still: calm})
		v.Go(v.url + "/")
		v.Wait(".answer")
		if got := uitest.Eval[int](v.Tab, `document.getAnimations().length`); (got == 0) != calm {
			t.Errorf("with reduced motion %t: %d animations", calm, got)
		}
	}
}

func forced(v *visitor) {
	v.Go(v.url + "/")
	v.see("forced-dawn")
	v.show.act(3)
	v.Go(v.url + "/?as=maya&in=incidents")
	v.Wait(".guide")
	v.see("forced-guide")
}

// steady: what comes new moves nothing of the rest.
func steady(v *visitor) {
	v.show.act(1)
	v.show.turn(func(s *ui.Stage) { s.Measured = nil })
	v.Go(v.url + "/?as=maya&in=incidents")
	v.Wait(".act")
	top := func() float64 {
		return uitest.Eval[float64](v.Tab, `document.querySelector(".town").getBoundingClientRect().top`)
	}
	before := top()
	v.show.turn(func(s *ui.Stage) { s.Measured = morning().Measured })
	v.WaitText(".measured", "channel 48 ms")
	if after := top(); after != before {
		t := v.Tab
		t.Errorf("the town moved from %v to %v", before, after)
	}
}

// open opens a form for whoever pressed last.
func (w *world) open(interaction string) {
	w.Helper()
	_, rest, _ := strings.Cut(interaction, `"trigger_id":"`)
	trigger, _, _ := strings.Cut(rest, `"`)
	got := w.api(w.Slack, "/api/views.open", url.Values{"trigger_id": {trigger}, "view": {`{"type":"modal","title":{"type":"plain_text","text":"Words for customers"},
		"submit":{"type":"plain_text","text":"Go"},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"They read this next. The last was at *05:40*."}},
		{"type":"input","block_id":"words","label":{"type":"plain_text","text":"Words"},"hint":{"type":"plain_text","text":"The time of the next words is added."},"element":{"type":"plain_text_input","action_id":"value","multiline":true}},
		{"type":"actions","elements":[{"type":"button","action_id":"clean","value":"1","text":{"type":"plain_text","text":"Use clean words"}}]}]}`}},
		"Authorization", "Bearer xoxb-sandbox")
	if got["ok"] != true {
		w.Fatalf("views.open answers %v", got)
	}
}

// publishHome publishes an App Home, as the bot does.
func (w *world) publishHome(user string) {
	w.Helper()
	got := w.api(w.Slack, "/api/views.publish", url.Values{"user_id": {user}, "view": {`{"type":"home","blocks":[
		{"type":"header","text":{"type":"plain_text","text":"Nothing of yours is due."}},
		{"type":"section","text":{"type":"mrkdwn","text":"*INC-1* people cannot save · SEV1 · <@U2> leads"}},
		{"type":"actions","elements":[{"type":"button","action_id":"go","value":"list","style":"primary","text":{"type":"plain_text","text":"What is open"}}]},
		{"type":"divider"},{"type":"context","elements":[{"type":"mrkdwn","text":"You are on call until Monday"}]}]}`}},
		"Authorization", "Bearer xoxb-sandbox")
	if got["ok"] != true {
		w.Fatalf("views.publish answers %v", got)
	}
}
