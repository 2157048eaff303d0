package slack_test

import (
	"fmt"
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/slack/manifest"
)

func workspace(change func(*standin.Config)) *standin.Workspace {
	c := standin.Config{BotToken: botToken, SigningSecret: secret, URL: "http://slack.example",
		Scopes: manifest.Names(manifest.Full), // so that every test calls what the manifest asks for, and nothing else
		People: []standin.Person{{ID: "U0ANN", Name: "ann"}, {ID: "U0BOB", Name: "bob"}, {ID: "U0GONE", Name: "gone", Deleted: true}},
		Channels: []standin.Seed{{ID: "C0ROOM", Name: "room", Members: []string{"U0SANDBOX", "U0ANN"}},
			{ID: "C0TAKEN", Name: "inc-7-save", Members: []string{"U0ANN"}}},
	}
	for i := range 8 {
		c.People = append(c.People, standin.Person{ID: fmt.Sprint("U0P", i), Name: fmt.Sprint("p", i)})
	}
	if change != nil {
		change(&c)
	}
	return standin.New(c)
}

// effects counts what stands in the workspace because of us.
func effects(w *standin.Workspace) int {
	l := w.Snapshot()
	n := len(l.Invites)
	for _, c := range l.Channels {
		if c.Creator == "U0SANDBOX" && c.Kind != "im" {
			n++
		}
		for _, m := range c.Messages {
			if m.BotID != "" || strings.HasSuffix(m.Subtype, "_topic") {
				n++
			}
		}
		n += len(c.Bookmarks) + len(c.Pins)
	}
	for _, all := range l.Ephemerals {
		n += len(all)
	}
	return n
}

func TestContract(t *testing.T) {
	t.Parallel()
	words := &stream.Message{Title: "SEV1", Mentions: []string{"U0ANN"}, Paragraphs: []string{"People cannot save."},
		Fields: []stream.Field{{Name: "Commander", Value: "nobody yet"}}, Buttons: []stream.Button{{Text: "Acknowledge", Command: "ack #42"}},
		Link: "https://status.example/42", Footer: "drumbeat"}
	sample := func(action, method string, args map[string]string, m *stream.Message) integrationtest.Sample {
		s := integrationtest.Sample{Match: "POST /api/" + method, Wrong: map[string]string{"nonsense": "1"}}
		s.Delivery = stream.Delivery{ID: "main/incident/42/3/" + action, To: slack.To, Action: action, Args: args, Words: m}
		for name := range args {
			switch name {
			case "private", "thread", "broadcast", "topic", "incident":
			case "person":
				if args["address"] == "" {
					s.Needs = append(s.Needs, name)
				}
			default:
				s.Needs = append(s.Needs, name)
			}
			switch name {
			case "url", "address":
				s.Wrong[name] = "bob"
			}
		}
		return s
	}
	found := func(s integrationtest.Sample) integrationtest.Sample { s.Dedupes = true; return s }
	again := func(s integrationtest.Sample) integrationtest.Sample { s.NoFind = true; return s }
	integrationtest.Run(t, integrationtest.End{
		Start: func(t *testing.T) integrationtest.Far {
			w := workspace(nil)
			wire := sandbox.Transport(new(sandbox.Faults).Wrap(w))
			return integrationtest.Far{Sender: open(t, wire), Wire: wire, Effects: func() int { return effects(w) }}
		},
		Samples: []integrationtest.Sample{
			found(sample("channel.create", "conversations.create", map[string]string{"name": "inc-42-save", "private": "true"}, nil)),
			again(sample("channel.invite", "conversations.invite", map[string]string{"channel": "C0ROOM", "users": "U0BOB,U0GONE"}, nil)),
			sample("channel.bookmark", "bookmarks.add", map[string]string{"channel": "C0ROOM", "title": "Status & more", "url": "https://status.example/?a=1&b=2"}, nil),
			found(sample("post", "chat.postMessage", map[string]string{"channel": "C0ROOM"}, words)),
			found(sample("dm", "chat.postMessage", map[string]string{"person": "U0BOB"}, words)),
			found(sample("page", "chat.postMessage", map[string]string{"address": "U0BOB", "person": "bob", "incident": "INC-42"}, words)),
			found(sample("stand_down", "chat.postMessage", map[string]string{"address": "U0BOB", "person": "bob"}, words)),
			found(sample("send", "chat.postMessage", map[string]string{"address": "U0BOB", "person": "bob"}, words)),
			again(sample("ephemeral", "chat.postEphemeral", map[string]string{"channel": "C0ROOM", "person": "U0ANN"}, words)),
		},
		Vary: func(d stream.Delivery, n int) stream.Delivery {
			d.ID = fmt.Sprintf("%s-%d", d.ID, n)
			args := map[string]string{}
			for k, v := range d.Args {
				args[k] = v
			}
			switch d.Action {
			case "channel.create":
				args["name"] += fmt.Sprint("-other-", n)
			case "channel.bookmark":
				args["title"] += fmt.Sprint(n)
			case "channel.invite":
				args["users"] = fmt.Sprint("U0P", n)
			}
			d.Args = args
			return d
		},
		Secrets: []string{botToken, secret},
	})
}
