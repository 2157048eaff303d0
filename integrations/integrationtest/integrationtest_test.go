package integrationtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
)

// board is a far end: it keeps posts by their ID.
type board struct {
	mu    sync.Mutex
	posts []post
}

type post struct{ ID, Title, Text string }

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var p post
	switch {
	case r.Header.Get("Authorization") != "Bearer s3c/ret":
		sandbox.JSON(w, http.StatusUnauthorized, map[string]string{"error": "who are you"})
	case r.Method == http.MethodGet:
		sandbox.JSON(w, http.StatusOK, map[string][]post{"posts": append([]post{}, b.posts...)})
	case json.NewDecoder(r.Body).Decode(&p) != nil || len(p.Text) > 1000 || strings.TrimSpace(p.Text) == "":
		sandbox.JSON(w, http.StatusUnprocessableEntity, map[string]string{"error": "bad post"})
	case slices.ContainsFunc(b.posts, func(q post) bool { return q.ID == p.ID }):
		sandbox.JSON(w, http.StatusOK, map[string]string{"id": p.ID})
	default:
		b.posts = append(b.posts, p)
		sandbox.JSON(w, http.StatusCreated, map[string]string{"id": p.ID})
	}
}

func (b *board) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.posts)
}

// poster is a far end's package, with one defect or none.
type poster struct {
	client *http.Client
	defect string
}

func (p poster) has(defect string) bool { return p.defect == defect }

func (p poster) Check(action string, args map[string]string) error {
	if action != "publish" && !p.has("takes any action") {
		return fmt.Errorf("no action %q", action)
	}
	if args["title"] == "bad" && !p.has("checks no args") {
		return errors.New("bad title")
	}
	return nil
}

func (p poster) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	if p.has("ignores its context") {
		ctx = context.WithoutCancel(ctx)
	}
	if err := p.Check(d.Action, d.Args); err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	if d.Args["title"] == "" && !p.has("needs nothing") {
		return integrations.Receipt{}, integrations.Permanent(errors.New("no title"))
	}
	if p.has("panics on no words") {
		_ = d.Words.Title
	}
	if p.has("changes the delivery") {
		d.Args["title"] += "!"
	}
	id := d.ID
	if p.has("forgets the key") {
		id = fmt.Sprint(time.Now().UnixNano())
	}
	body, _ := json.Marshal(post{id, d.Args["title"], d.Words.Plain()})
	text, status, header, err := p.call(ctx, http.MethodPost, body)
	if err != nil {
		return integrations.Receipt{}, err
	}
	return p.sort(text, status, header)
}

// sort reads the answer to a post.
func (p poster) sort(text []byte, status int, header http.Header) (integrations.Receipt, error) {
	err := fmt.Errorf("board answered %d", status)
	var answer struct{ ID string }
	bad := json.Unmarshal(text, &answer)
	switch {
	case p.has("quotes the answer"):
		err = fmt.Errorf("board answered %d: %s", status, text)
	case p.has("tries nothing again"):
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	switch {
	case status == 429 && p.has("deaf to limits"):
		return integrations.Receipt{}, integrations.RetryAfter(err, 0)
	case status == 429:
		s, _ := strconv.Atoi(header.Get("Retry-After"))
		return integrations.Receipt{}, integrations.RetryAfter(err, min(max(0, time.Duration(s)), 3600)*time.Second)
	case status >= 500 && p.has("retries failures"):
		return integrations.Receipt{}, integrations.RetryAfter(err, 0)
	case status >= 400 && status < 500 && status != 408 && !p.has("gives up nothing"):
		return integrations.Receipt{}, integrations.Permanent(err)
	case status >= 300:
		return integrations.Receipt{}, err
	case (bad != nil || answer.ID == "") && !p.has("believes any answer"):
		return integrations.Receipt{}, errors.New("board answered nonsense")
	}
	return integrations.Receipt{Ref: answer.ID}, nil
}

func (p poster) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	text, status, _, err := p.call(ctx, http.MethodGet, nil)
	var answer struct{ Posts []post }
	bad := json.Unmarshal(text, &answer) != nil || answer.Posts == nil
	if (err != nil || status != 200 || bad) && !p.has("finds nothing when it cannot ask") {
		return integrations.Receipt{}, false, errors.New("the board cannot be asked")
	}
	for _, q := range answer.Posts {
		if q.ID == d.ID || p.has("finds anything") {
			return integrations.Receipt{Ref: q.ID}, true, nil
		}
	}
	return integrations.Receipt{}, false, nil
}

func (p poster) call(ctx context.Context, method string, body []byte) ([]byte, int, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, "https://board.example/posts?key=s3c%2Fret", bytes.NewReader(body))
	if err != nil {
		return nil, 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer s3c/ret")
	resp, err := p.client.Do(r)
	if err != nil && p.has("prints the address") {
		return nil, 0, nil, err
	}
	if err != nil {
		return nil, 0, nil, errors.New("calling the board failed")
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return text, resp.StatusCode, resp.Header, err
}

func run(t *testing.T, defect string) {
	integrationtest.Run(t, integrationtest.End{
		Start: func(*testing.T) integrationtest.Far {
			b := &board{}
			wire := sandbox.Transport(new(sandbox.Faults).Wrap(b))
			client := &http.Client{Transport: wire, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			if defect == "follows redirects" {
				client.CheckRedirect = nil
			}
			return integrationtest.Far{Sender: poster{client, defect}, Wire: wire, Effects: b.count}
		},
		Samples: []integrationtest.Sample{{
			Delivery: stream.Delivery{
				ID: "main/incident/42/7/board", To: "board", Action: "publish",
				Args: map[string]string{"title": "Saving fails"}, Words: stream.Say("Some people cannot save."),
			},
			Match: "POST /posts", Needs: []string{"title"}, Wrong: map[string]string{"title": "bad"}, Dedupes: true,
		}},
		Secrets: []string{"s3c/ret"},
	})
}

func TestASoundEndPasses(t *testing.T) {
	t.Parallel()
	run(t, os.Getenv("INTEGRATIONTEST_DEFECT"))
}

// TestEachDefectIsFound runs the test above in a process of its own, with a
// defect, and wants the part to fail that is there for it.
func TestEachDefectIsFound(t *testing.T) {
	t.Parallel()
	if os.Getenv("INTEGRATIONTEST_DEFECT") != "" {
		return
	}
	for defect, part := range map[string]string{
		"takes any action":                 "check",
		"checks no args":                   "refuses_what_it_cannot_send",
		"needs nothing":                    "refuses_what_it_cannot_send",
		"changes the delivery":             "arrives",
		"forgets the key":                  "sent_twice",
		"quotes the answer":                "status_codes",
		"prints the address":               "broken_connections",
		"tries nothing again":              "status_codes/429",
		"deaf to limits":                   "rate_limit",
		"retries failures":                 "status_codes/500",
		"gives up nothing":                 "status_codes/403",
		"believes any answer":              "garbage",
		"ignores its context":              "gives_up_with_its_context",
		"follows redirects":                "redirect",
		"finds nothing when it cannot ask": "find_cannot_tell",
		"finds anything":                   "find",
		"panics on no words":               "strange_words",
	} {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestASoundEndPasses$/^publish$/^"+strings.Split(part, "/")[0]+"$")
			cmd.Env = append(os.Environ(), "INTEGRATIONTEST_DEFECT="+defect)
			out, err := cmd.CombinedOutput()
			want := "--- FAIL: TestASoundEndPasses/publish/" + part
			if err == nil || !bytes.Contains(out, []byte(want)) {
				t.Errorf("the suite does not find it (%v); output:\n%.2000s", err, out)
			}
		})
	}
}
