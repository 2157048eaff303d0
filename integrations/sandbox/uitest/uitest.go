// Package uitest looks at a page with a browser's eyes: it opens Debian's
// Chromium, plays with what is there, and says what a person could not read,
// reach or see. Only tests import it.
//
//	b := uitest.Open(t)                                   // once; t may have many tabs
//	tab := b.Tab(t, uitest.Look{Width: 390, Dark: true})  // one for each test
//	tab.Go(address)
//	tab.Click("button.primary")
//	tab.Wait("#done")
//	tab.Accessible()
//
// A tab fails its test by itself when the page has written an error to its
// console, when something could not be loaded, or when anything was asked of
// another host.
//
// axe/axe.min.js is axe-core 4.14.1 (https://github.com/dequelabs/axe-core,
// MPL-2.0), as it is published and unchanged.
package uitest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what a test waits for.
const patience = 20 * time.Second

// names are what Chromium is called.
var names = []string{"chromium", "chromium-browser", "google-chrome"}

// Browser is one that runs.
type Browser struct{ ctx context.Context }

// Open starts a browser that ends with the test. Without Chromium the test is
// skipped, or fails where CI=true.
func Open(t testing.TB) *Browser {
	t.Helper()
	path := ""
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	switch {
	case path != "":
	case os.Getenv("CI") == "true":
		t.Fatalf("none of %q is installed", names)
	default:
		t.Skipf("none of %q is installed", names)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until it has gone, and its folder with it
		end()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return &Browser{ctx}
}

// Look is how a page is looked at.
type Look struct {
	Width, Height int  // of the window; 0 is 1440 × 900
	Dark          bool // the person prefers it
	Still         bool // the person prefers no motion
	Forced        bool // the person has chosen the colours
	NoScript      bool
	Failed        string // a file for a picture of what was seen last when the test fails
}

// The two windows that pages are tried in.
var (
	Wide   = Look{Width: 1440, Height: 900}
	Narrow = Look{Width: 390, Height: 844}
)

// Night gives the same look by night.
func (l Look) Night() Look { l.Dark = true; return l }

// String names the look, for a test or a picture.
func (l Look) String() string {
	name := "wide"
	if l.Width > 0 && l.Width < 600 {
		name = "narrow"
	}
	if l.Dark {
		return name + "-dark"
	}
	return name + "-light"
}

// Tab opens an empty one that shares nothing with others and closes with the
// test.
func (b *Browser) Tab(t testing.TB, l Look) *Tab {
	t.Helper()
	if l.Width == 0 {
		l.Width, l.Height = Wide.Width, Wide.Height
	}
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tab := &Tab{TB: t, ctx: ctx}
	t.Cleanup(func() {
		tab.calm()
		if t.Failed() && l.Failed != "" {
			tab.Shot(l.Failed)
		}
		end()
	})
	tab.must("opening a tab", chromedp.Do(ctx, chromedp.EmulateViewport(int64(l.Width), int64(l.Height)))) // a deadline here would be the tab's own
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: l.features()})
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
	tab.listen()
	return tab
}

func (l Look) features() []*emulation.MediaFeature {
	value := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	return []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: value(l.Dark, "dark", "light")},
		{Name: "prefers-reduced-motion", Value: value(l.Still, "reduce", "no-preference")},
		{Name: "forced-colors", Value: value(l.Forced, "active", "none")},
	}
}

// listen collects what the page complains about and whom it asks.
func (t *Tab) listen() {
	t.Helper()
	t.must("listening", chromedp.Listen(t.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			text := e.ExceptionDetails.Text
			if e.ExceptionDetails.Exception != nil {
				text += " " + e.ExceptionDetails.Exception.Description
			}
			t.complain("a script failed: " + text)
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.EntryLevelError {
				t.complain("the console says: " + e.Entry.Text + " " + e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			t.asked(e.Request.URL)
		}
	}))
	call(t, cdplog.Enable, none)
	call(t, network.Enable, network.EnableParams{})
}
