package page_test

import (
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/page"

	"github.com/google/go-cmp/cmp"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	c := page.Config{Name: "Harbor", URL: "https://status.example.com"}
	d := stream.Delivery{Action: "publish", Words: stream.Say("Saving fails. Next update by 14:00 UTC."), Args: map[string]string{"title": "Problems with saving", "phase": "investigating",
		"components": `{"Mail view":"partial","API":"degraded"}`}}
	want := words.Drawn{Parts: []string{"Problems with saving\n[investigating] Saving fails. Next update by 14:00 UTC.\nAPI: degraded\nMail view: partial"},
		Measure: "39 characters", Readers: "whoever opens https://status.example.com"}
	if diff := cmp.Diff(want, c.Preview(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
