package main_test

import (
	"testing"
	"time"

	"drumbeat/integrations/sandbox"
)

// PagerDuty does not ring: the next way is tried within a minute, and it is
// said aloud.
func TestPagerDutyIsDown(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"Answers503": {Match: "/v2/enqueue", Status: 503},
		"Hangs":      {Match: "/v2/enqueue", Delay: sandbox.Duration(time.Minute), Status: 503},
		"Refuses":    {Match: "/v2/enqueue", Status: 400, Body: `{"status": "invalid event"}`},
	} {
		t.Run(name, func(t *testing.T) {
			onBothStores(t, func(t *testing.T, store string) {
				r := live(t, store)
				r.town.PagerDuty.Add(fault)
				r.says(r.command("omar", "declare sev1 people cannot save Mail view"), "Maya", "paged")
				r.await(time.Minute, "Maya's phone rings", func() bool {
					for _, m := range r.town.Twilio.Messages() {
						if m.To == "+14155550101" {
							r.says(m.Body, "INC-1", "SEV1", "people cannot save Mail view")
							return true
						}
					}
					return false
				})
				r.await(soon, "it is said in Slack", func() bool {
					n := r.saw("incidents", "Paging Maya by PagerDuty failed") // before there was a channel
					for _, room := range r.rooms() {
						n += r.saw(room.ID, "Paging Maya by PagerDuty failed")
					}
					return n == 1
				})
				r.says(r.command("maya", "ack #1"), "INC-1")
			})
		})
	}
}

// Slack answers nothing at all: people are woken, whoever types is answered,
// and what was to be done there is done when Slack is back. It can still call the
// bot: a connection would not come about.
func TestSlackIsDownFromTheStart(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := settleHearing(t, false, store)
		r.breakSlack(sandbox.Fault{Match: "/api/", Status: 503})
		r.start() // needs no far end
		if status, text := r.fetch("/readyz"); status != 200 {
			t.Errorf("readyz: got %d %s, want 200", status, text)
		}
		r.says(r.command("omar", "declare sev1 people cannot save Mail view"), "INC-1 SEV1", "Maya", "The channel opens by itself")
		r.await(soon, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
		r.says(r.command("maya", "ack #1"), "INC-1 is yours")
		r.says(r.command("omar", "update public Saving mail fails for some people. #1"), "Saving mail fails")
		r.says(r.command("priya", "approve #1"), "Published INC-1")
		r.await(soon, "customers are told", func() bool { return r.told("Saving mail fails") == everywhere })
		if got := len(r.rooms()); got != 0 {
			t.Fatalf("channels while Slack is down: got %d", got)
		}
		r.mendSlack()
		r.await(time.Minute, "the channel opens by itself", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
		r.await(time.Minute, "the announcement", func() bool { return r.saw("incidents", "people cannot save Mail view") == 1 })
		r.says(full(r.brief()), "Maya", "Saving mail fails")
	})
}

// brief is the pinned message of the only channel of an incident.
func (r *rig) brief() message {
	r.Helper()
	rooms := r.rooms()
	if len(rooms) != 1 || len(rooms[0].Pins) != 1 {
		r.Fatalf("channels: got %+v, want one with a pinned brief", rooms)
	}
	for _, m := range rooms[0].Messages {
		if m.TS == rooms[0].Pins[0] {
			return m
		}
	}
	r.Fatalf("the pinned message is gone")
	return message{}
}
