package email_test

import (
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/email"

	"github.com/google/go-cmp/cmp"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	config := email.Config{Host: "mail.example.com", From: "Harbor <status@harbor.example>", List: []string{"customers@lists.harbor.example"}}
	d := stream.Delivery{Action: "publish", Args: map[string]string{"title": "Problems with saving", "phase": "investigating", "link": "https://status.example.com/incidents/1"}, Words: stream.Say("Saving fails.")}
	for name, c := range map[string]struct {
		list  []string
		words *stream.Message
		want  words.Drawn
	}{
		"one list": {config.List, d.Words, words.Drawn{Parts: []string{"Subject: [Investigating] Problems with saving\n\nSaving fails.\n\nhttps://status.example.com/incidents/1"},
			Measure: "a subject of 36 of 150 characters", Readers: "1 address, and whoever is on it if that is a mailing list"}},
		"several": {[]string{"a@x.example", "b@x.example"}, stream.Say("Fixed."), words.Drawn{Parts: []string{"Subject: [Investigating] Problems with saving\n\nFixed.\n\nhttps://status.example.com/incidents/1"},
			Measure: "a subject of 36 of 150 characters", Readers: "2 addresses"}},
		"nobody": {nil, d.Words, words.Drawn{Parts: []string{"Subject: [Investigating] Problems with saving\n\nSaving fails.\n\nhttps://status.example.com/incidents/1"},
			Measure: "a subject of 36 of 150 characters", Readers: "nobody: the list is empty"}},
		"no words": {config.List, nil, words.Drawn{Parts: []string{"email: there are no words to send"}}},
	} {
		config, d := config, d
		config.List, d.Words = c.list, c.words
		e, err := email.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, e.Preview(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
