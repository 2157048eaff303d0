package twitter_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/x"
	"drumbeat/integrations/twitter"
)

func account(t *testing.T, s *x.Server) *twitter.Twitter {
	t.Helper()
	sender, err := twitter.New(keys, &http.Client{Transport: sandbox.Transport(s)})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func send(t *testing.T, sender *twitter.Twitter, d stream.Delivery) integrations.Receipt {
	t.Helper()
	r, err := sender.Send(t.Context(), d)
	if err != nil {
		t.Fatalf("%s: %v", d.ID, err)
	}
	return r
}

// texts gives what stands at X, and what each post answers.
func texts(s *x.Server) (texts, answers []string) {
	for _, p := range s.Posts() {
		texts, answers = append(texts, p.Text), append(answers, p.ReplyTo)
	}
	return texts, answers
}

func TestAnIncidentIsOneThread(t *testing.T) {
	t.Parallel()
	s := standin(x.Config{})
	sender := account(t, s)
	first := send(t, sender, update("1", nil, "We look into it."))
	second := send(t, sender, update("2", map[string]string{"kind": "phase", "ref": first.Ref, "last": first.Ref}, "We know why."))
	third := send(t, sender, update("3", map[string]string{"kind": "resolved", "ref": first.Ref, "last": second.Ref}, "All is well."))
	gotTexts, gotAnswers := texts(s)
	wantTexts := []string{
		"We look into it.\n\nhttps://status.acme.example/i/42", "We know why.", "All is well.\n\nhttps://status.acme.example/i/42",
	}
	if diff := cmp.Diff(wantTexts, gotTexts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", first.Ref, second.Ref}, gotAnswers); diff != "" {
		t.Errorf("what each answers (-want +got):\n%s", diff)
	}
	if want := "https://x.com/i/web/status/" + third.Ref; third.Link != want {
		t.Errorf("link: got %q, want %q", third.Link, want)
	}
}

func TestForbiddenAnswerStandsAlone(t *testing.T) {
	t.Parallel()
	s := standin(x.Config{})
	sender := account(t, s)
	other := s.Publish("somebody", "Is it down?") // X allows no answer to others
	d := update("2", map[string]string{"kind": "phase", "last": other.ID}, "We know why.")
	r := send(t, sender, d)
	if got := r.More["standalone"]; got != "true" {
		t.Errorf("standalone: got %q, want true", got)
	}
	d = update("3", map[string]string{"kind": "phase", "last": r.Ref, "standalone": "true"}, "It is repaired.")
	before, _ := s.Requests(0)
	r = send(t, sender, d)
	if after, _ := s.Requests(0); after != before+1 {
		t.Errorf("once it is known, an answer is tried again: %d requests, want 1", after-before)
	}
	if got := r.More["standalone"]; got != "true" {
		t.Errorf("standalone is forgotten: got %q, want true", got)
	}
	if _, answers := texts(s); answers[1] != "" || answers[2] != "" {
		t.Errorf("answers: got %q, want none", answers)
	}
}

// long makes words for three posts.
func long() []string {
	return []string{strings.Repeat("People cannot save their work. ", 9), strings.Repeat("Reading works as before. ", 11), "Next update by 13:00 UTC."}
}

func TestAThreadGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"refused":     {Match: "POST /2/tweets", Status: 500, Count: 1},
		"answer lost": {Match: "POST /2/tweets", LoseAnswer: true, Count: 1},
		"limited":     {Match: "POST /2/tweets", Status: 429, Count: 1},
	} {
		for _, done := range []int{0, 1, 2} {
			s := standin(x.Config{})
			sender := account(t, s)
			d := update("1", nil, long()...)
			for range done { // let the first posts pass
				s.Add(sandbox.Fault{Match: "POST /2/tweets", Header: map[string]string{"X-Passed": "1"}, Count: 1})
			}
			s.Add(fault)
			if _, err := sender.Send(t.Context(), d); err == nil || integrations.IsPermanent(err) {
				t.Fatalf("%s after %d: got %v, want an error that is tried again", name, done, err)
			}
			r, found, err := sender.Find(t.Context(), d)
			all := name == "answer lost" && done == 2
			if err != nil || found != all {
				t.Errorf("%s after %d: got %v, %v, want %v", name, done, found, err, all)
			}
			if !found {
				r = send(t, sender, d)
			}
			got, answers := texts(s)
			if diff := cmp.Diff(twitter.Fit(d.Words, d.Args["link"]), got); diff != "" {
				t.Errorf("%s after %d (-want +got):\n%s", name, done, diff)
			}
			posts := s.Posts()
			if diff := cmp.Diff([]string{"", posts[0].ID, posts[1].ID}, answers); diff != "" {
				t.Errorf("%s after %d: the thread (-want +got):\n%s", name, done, diff)
			}
			want := integrations.Receipt{Ref: posts[2].ID, Link: "https://x.com/i/web/status/" + posts[0].ID,
				More: map[string]string{"posts": posts[0].ID + " " + posts[1].ID + " " + posts[2].ID}}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Errorf("%s after %d: receipt (-want +got):\n%s", name, done, diff)
			}
		}
	}
}

func TestDuplicateIsDelivered(t *testing.T) {
	t.Parallel()
	s := standin(x.Config{})
	sender := account(t, s)
	d := update("1", nil, "We look into <it> & more.")
	first := send(t, sender, d)
	if diff := cmp.Diff(first, send(t, sender, d)); diff != "" {
		t.Errorf("sent again (-first +second):\n%s", diff)
	}
	again := update("2", map[string]string{"last": first.Ref}, "We look into <it> & more.")
	if _, err := sender.Send(t.Context(), again); !integrations.IsPermanent(err) || !strings.Contains(err.Error(), "same words") {
		t.Errorf("another update with the same words: got %v, want a refusal that says so", err)
	}
	if _, found, err := sender.Find(t.Context(), again); found || err != nil {
		t.Errorf("the earlier update is taken for the later: got %v, %v", found, err)
	}
	s.Add(sandbox.Fault{Match: "GET /2/users", Status: 403})
	if r, err := sender.Send(t.Context(), d); err != nil || r.Ref == "" && r.Link != "" {
		t.Errorf("an account that may not read: got %+v, %v, want delivered on X's word", r, err)
	}
}

func TestTooManyWordsAreRefused(t *testing.T) {
	t.Parallel()
	s := standin(x.Config{})
	_, err := account(t, s).Send(t.Context(), update("1", nil, strings.Repeat("word ", 1000)))
	if !integrations.IsPermanent(err) || len(s.Posts()) != 0 {
		t.Errorf("got %v and %d posts, want a refusal and none", err, len(s.Posts()))
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config twitter.Config
		want   []string
	}{
		"nothing":  {twitter.Config{}, nil},
		"all":      {keys, nil},
		"off":      {twitter.Config{Mode: "off", API: "v3"}, nil},
		"mode":     {twitter.Config{Mode: "loud"}, []string{"$.twitter.mode"}},
		"api":      {twitter.Config{API: "v3"}, []string{"$.twitter.api"}},
		"base_url": {twitter.Config{BaseURL: "x.com"}, []string{"$.twitter.base_url"}},
		"keys": {twitter.Config{Mode: "live"}, []string{"$.twitter.access_secret", "$.twitter.access_token",
			"$.twitter.consumer_key", "$.twitter.consumer_secret"}},
	} {
		got := map[string]bool{}
		for _, p := range c.config.Problems() {
			got[p.Path] = true
		}
		want := map[string]bool{}
		for _, p := range c.want {
			want[p] = true
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
		if _, err := twitter.New(c.config, nil); (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: New: got %v", name, err)
		}
	}
}
