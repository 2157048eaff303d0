package uitest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed axe/axe.min.js
var axe string

var none = cdp.Empty{}

// Tab is a window with one page in it. What goes wrong in it ends its test.
type Tab struct {
	testing.TB
	ctx context.Context

	mu         sync.Mutex
	host       string
	complaints []string
}

func call[P, R any](t *Tab, c cdp.Command[P, R], params P) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, c, params)
	t.must(c.Method, err)
}

// do runs one action, if it ends in time.
func do[R any](t *Tab, what string, action chromedp.Action[R]) R {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	t.must(what, err)
	return got
}

func (t *Tab) must(what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func (t *Tab) complain(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.complaints = append(t.complaints, text)
}

// asked complains of a request to another host than the page's own.
func (t *Tab) asked(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" { // data: and about:
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if u.Host != t.host {
		t.complaints = append(t.complaints, "another host was asked: "+address)
	}
}

// calm fails the test with what was complained of.
func (t *Tab) calm() {
	for _, c := range t.Complaints() {
		t.Error(c)
	}
}

// Complaints are what the page's console and its requests have shown so far; they
// are then forgotten.
func (t *Tab) Complaints() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.complaints
	t.complaints = nil
	return all
}

// Go opens an address and waits until all of the page is there.
func (t *Tab) Go(address string) {
	t.Helper()
	u, err := url.Parse(address)
	t.must(address, err)
	t.mu.Lock()
	t.host = u.Host
	t.mu.Unlock()
	do(t, "opening "+address, chromedp.Navigate(address))
}

// Address is where the page is: path and query.
func (t *Tab) Address() string {
	t.Helper()
	return Eval[string](t, "location.pathname + location.search")
}

// Eval gives what a script's expression comes to; a promise is awaited.
func Eval[T any](t *Tab, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	for {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
		if err != nil && ctx.Err() == nil && left(err) {
			continue // the page that was asked is no more: ask the next one
		}
		t.must(script[:min(len(script), 200)], err)
		return got
	}
}

// left tells that a page went away while it was asked.
func left(err error) bool {
	return slices.ContainsFunc([]string{"navigated or closed", "context was destroyed", "Cannot find context"},
		func(s string) bool { return strings.Contains(err.Error(), s) })
}

// find is a script that waits until the page and its scripts are there and an
// element can be seen, and may be clicked in its middle if it is asked to; it gives
// that middle.
const find = `new Promise((done) => {
  const look = () => {
    for (const e of document.readyState === "complete" ? document.querySelectorAll(%q) : []) {
      if (!e.checkVisibility({ visibilityProperty: true })) continue;
      if (%t) e.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
      const r = e.getClientRects()[0] || e.getBoundingClientRect();
      const x = r.left + r.width / 2, y = r.top + r.height / 2;
      const top = document.elementFromPoint(x, y);
      if (%t && !(top && (e.contains(top) || top.closest("label") === e.closest("label") && e.closest("label")))) continue;
      done([x, y]);
      return;
    }
    requestAnimationFrame(look);
  };
  look();
})`

// Wait waits until an element can be seen.
func (t *Tab) Wait(selector string) {
	t.Helper()
	Eval[[]float64](t, fmt.Sprintf(find, selector, false, false))
}

// WaitFor waits until a script's expression holds.
func (t *Tab) WaitFor(condition string) {
	t.Helper()
	Eval[bool](t, fmt.Sprintf(`new Promise((done) => { const look = () => { if (%s) done(true); else requestAnimationFrame(look); }; look(); })`, condition))
}

// WaitText waits until an element that can be seen holds the words.
func (t *Tab) WaitText(selector, words string) {
	t.Helper()
	t.WaitFor(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.innerText.includes(%q))`, selector, words))
}

// Click clicks the first such element that can be seen, in its middle, when
// nothing lies over it.
func (t *Tab) Click(selector string) {
	t.Helper()
	at := Eval[[]float64](t, fmt.Sprintf(find, selector, true, true))
	do(t, "clicking "+selector, chromedp.MouseClickXY(at[0], at[1]))
}

// Type writes into what has the focus.
func (t *Tab) Type(text string) {
	t.Helper()
	call(t, input.InsertText, input.InsertTextParams{Text: text})
}

// Press presses keys, as package kb of chromedp names them, with modifiers. As
// with a keyboard, a page that takes the key for itself leaves no character.
func (t *Tab) Press(keys string, options ...chromedp.KeyOption) {
	t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		down, up := events[0], events[len(events)-1]
		if len(events) == 3 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, e := range []*input.DispatchKeyEventParams{down, up} {
			for _, o := range options {
				o(e)
			}
			call(t, input.DispatchKeyEvent, *e)
		}
	}
}

// Text is what an element reads, or "" where there is none.
func (t *Tab) Text(selector string) string {
	t.Helper()
	return Eval[string](t, fmt.Sprintf(`(document.querySelector(%q) || {}).innerText || ""`, selector))
}

// Accessible fails the test with each thing that axe finds wrong.
func (t *Tab) Accessible() {
	t.Helper()
	for _, v := range t.Violations() {
		t.Errorf("%s: %s", t.Address(), v)
	}
}

// Violations are what axe finds wrong, each with where it is.
func (t *Tab) Violations() []string {
	t.Helper()
	if !Eval[bool](t, `"axe" in window`) {
		do(t, "loading axe", chromedp.Evaluate[chromedp.Void](axe+";0"))
	}
	return Eval[[]string](t, `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.flatMap((v) =>
		v.nodes.map((n) => v.id + " (" + v.impact + "): " + n.target.join(" ") + ": " + n.failureSummary)))`)
}

// Shot writes a picture of the window into a PNG file.
func (t *Tab) Shot(path string) {
	t.Helper()
	picture := do(t, "a picture", chromedp.CaptureScreenshot())
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, picture, 0o644)
	}
	t.must("a picture", err)
}
