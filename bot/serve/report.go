package serve

import (
	"context"
	"fmt"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
)

// Report takes what a far end tells of a delivery that it had accepted before,
// for the stream that asked for it. The same result of the same Ref is recorded
// once. What this store never asked for (a bot that was set up anew at the same
// address) is left alone.
func (s *Server) Report(ctx context.Context, r stream.Settled) error {
	id, seq, _, err := stream.Origin(r.Delivery)
	if err != nil {
		return err
	}
	value, ok := settle(id.Kind, r)
	if id.Workspace != Workspace || !ok {
		return fmt.Errorf("delivery %s is none of ours", r.Delivery)
	}
	_, last, err := s.Bot.State(ctx, id)
	if err != nil {
		return err
	}
	if seq < 1 || seq > last {
		s.Log.Warn("a far end reports what was never asked of it", "delivery", r.Delivery, "far_end", r.To)
		return nil
	}
	_, err = s.Bot.Do(ctx, bot.Command{Stream: id, Value: value, Meta: stream.Meta{
		By: stream.Actor{ID: "drumbeat:" + r.To}, Key: r.To + " " + r.Result + " " + r.Ref}})
	return err
}

// settle is the command by which a kind of stream takes what became of a
// delivery.
func settle(kind string, r stream.Settled) (command any, ok bool) {
	switch kind {
	case incident.Kind:
		return incident.Settle{Settled: r}, true
	case alert.Kind:
		return alert.Settle{Settled: r}, true
	case change.Kind:
		return change.Settle{Settled: r}, true
	case control.Kind:
		return control.Settle{Settled: r}, true
	}
	return nil, false
}
