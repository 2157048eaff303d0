package statuspage_test

import (
	"net/http"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/statuspage"

	"github.com/google/go-cmp/cmp"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	p, err := statuspage.New(statuspage.Config{PageID: "kctbh9vrtdwd", APIKey: "k", Components: map[string]string{"API": "8kbf7d35c070"}}, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	d := stream.Delivery{Action: "publish", Words: stream.Say("Saving fails."), Args: map[string]string{"incident": "INC-1", "update": "1", "kind": "first",
		"phase": "investigating", "impact": "major", "title": "Problems with saving", "components": `{"API":"partial"}`}}
	want := words.Drawn{Parts: []string{"Problems with saving\n[investigating] Saving fails.\n8kbf7d35c070: partial_outage"},
		Measure: "13 of 25000 characters", Readers: "whoever looks at the page, and its subscribers"}
	if diff := cmp.Diff(want, p.Preview(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.Words = nil
	if got := p.Preview(d); len(got.Parts) != 1 || got.Parts[0] != "statuspage: there are no words to publish" {
		t.Errorf("no words: got %+v", got)
	}
}
