package ui_test

import (
	"flag"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"drumbeat/integrations/sandbox/ui"
	"drumbeat/integrations/sandbox/uitest"
)

var shots = flag.String("shots", "", "a folder for pictures of all that the browser tests see")

// looks are those that every page is tried in.
var looks = []uitest.Look{uitest.Wide, uitest.Wide.Night(), uitest.Narrow, uitest.Narrow.Night()}

// TestInABrowser plays with the pages as people do.
func TestInABrowser(t *testing.T) {
	b := uitest.Open(t)
	for _, look := range looks {
		t.Run(look.String(), func(t *testing.T) {
			t.Parallel()
			seeAll(t, b, look)
		})
	}
}

// seen takes a picture and looks for what shuts people out.
func seen(tab *uitest.Tab, look uitest.Look, name string) {
	tab.Helper()
	if *shots != "" {
		tab.Shot(filepath.Join(*shots, name+"-"+look.String()+".png"))
	}
	tab.Accessible()
}

func seeAll(t *testing.T, b *uitest.Browser, look uitest.Look) {
	w, show := newShow(t)
	srv := httptest.NewServer(w.page)
	t.Cleanup(srv.Close) // after the tab, which holds a stream
	tab := b.Tab(t, look)
	tab.Go(srv.URL + "/")
	tab.WaitText(".rings .answer", "I'm on it")
	seen(tab, look, "1-dawn")
	show.turn(func(s *ui.Stage) {
		s.Dawn.Phones = append(s.Dawn.Phones, ui.Ringing{Who: omar, Since: halfPastFive.Add(5 * 60e9), Text: "Harbor INC-1: API errors 14 % since 05:30. Maya has not answered. 1 = I'm on it, 2 = can't."})
		s.Dawn.Next, s.Clock.At = "", halfPastFive.Add(6*60e9)
	})
	tab.WaitText(".missed", "Maya: no answer")
	seen(tab, look, "2-dawn")
	tab.Click(".answer")
	tab.WaitFor(`location.search.includes("as=omar")`)
	tab.Wait(".guide")
	for n := range 5 {
		show.act(n)
		tab.WaitText(".act h2", show.Look(omar).Acts[n].Title)
		seen(tab, look, "3-act-"+string(rune('1'+n)))
	}
	if look.Width < 600 {
		for _, name := range []string{"chat", "phone", "public"} {
			tab.Click("#tab-" + name + " + span")
			seen(tab, look, "4-"+name)
		}
	}
	tab.Go(srv.URL + "/score")
	seen(tab, look, "5-score")
	uitest.Eval[any](tab, `scrollTo(0, 1e6)`)
	seen(tab, look, "6-score")
}
