package slack_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack"
)

// TestManyAtOnce posts from many goroutines while the app, hearing of each
// post, pins it: no event is lost, no ts comes twice, nobody waits for nobody.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tw := newTown(t, func(c *slack.Config) { c.Queue = false })
		tw.app.answer = func(_ http.ResponseWriter, path string, _ received) {
			if path == "/events" {
				tw.Snapshot()
				if _, err := tw.client.AuthTest(); err != nil {
					t.Error(err)
				}
			}
		}
		room := tw.room(t)
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				_, ts, err := tw.client.PostMessage(room, api.MsgOptionText(fmt.Sprint("post ", i), false))
				if err == nil {
					err = tw.client.AddReaction("eyes", api.NewRefToMessage(room, ts))
				}
				if err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				_, _ = tw.client.GetConversationHistory(&api.GetConversationHistoryParameters{ChannelID: room})
			})
		}
		all.Wait()
		synctest.Wait()
		heard := map[string]int{}
		for _, e := range tw.app.events(t) {
			if text, _ := e["text"].(string); e["type"] == "message" && e["subtype"] == nil {
				heard[text]++
			}
		}
		ch, _ := tw.Snapshot().Channel(room)
		seen := map[string]bool{}
		for _, m := range ch.Messages {
			seen[m.TS] = true
		}
		if len(heard) != 40 || len(seen) != len(ch.Messages) || len(ch.Messages) != 41 {
			t.Errorf("heard of %d posts; %d messages with %d ts", len(heard), len(ch.Messages), len(seen))
		}
	})
}

// TestLostAnswer: what the sandbox calls effect applied and answer lost.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	tw := newTown(t, nil)
	room := tw.room(t)
	faults := new(sandbox.Faults)
	faults.Add(sandbox.Fault{Match: "/api/chat.postMessage", LoseAnswer: true, Count: 1})
	client := api.New("xoxb-sandbox", api.OptionAPIURL("http://slack.test/api/"),
		api.OptionHTTPClient(&http.Client{Transport: sandbox.Transport(faults.Wrap(tw.Workspace))}))
	if _, _, err := client.PostMessage(room, api.MsgOptionText("lost", false)); err == nil {
		t.Error("the answer was not lost")
	}
	history, err := client.GetConversationHistory(&api.GetConversationHistoryParameters{ChannelID: room})
	if err != nil || history.Messages[0].Text != "lost" {
		t.Errorf("the newest message: %+v %v", history, err)
	}
}
