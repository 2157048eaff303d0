package twitter_test

import (
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/twitter"
)

// A preview is what Send would post, post by post.
func TestPreview(t *testing.T) {
	t.Parallel()
	x, err := twitter.New(twitter.Config{ConsumerKey: "k", ConsumerSecret: "s", AccessToken: "1-t", AccessSecret: "s"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var p integrations.Previewer = x
	d := stream.Delivery{Action: "publish", Args: map[string]string{"incident": "INC-1", "update": "1", "kind": "first", "phase": "investigating"}, Words: stream.Say("Saving fails.")}
	if got := p.Preview(d); len(got.Parts) != 1 || got.Parts[0] != "Saving fails." || got.Measure != "13 of 280 characters" || got.Readers == "" {
		t.Errorf("got %+v", got)
	}
	d.Words = stream.Say(strings.Repeat("Saving fails for some people. ", 12))
	got := p.Preview(d)
	if len(got.Parts) != 2 || !strings.HasSuffix(got.Parts[1], "(2/2)") || !strings.HasPrefix(got.Measure, "2 posts: 275 and ") {
		t.Errorf("long words: got %+v", got)
	}
	if posts := twitter.Fit(d.Words, ""); strings.Join(posts, "|") != strings.Join(got.Parts, "|") {
		t.Errorf("got %q, Send posts %q", got.Parts, posts)
	}
	d.Words = nil
	if got := p.Preview(d); len(got.Parts) != 1 || !strings.Contains(got.Parts[0], "no words") {
		t.Errorf("no words: got %+v", got)
	}
}
