package desk

import (
	"context"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// quietly is how often a sign of life is written down at most.
const quietly = time.Minute

// Heard says that a person wrote something where an incident is worked on, to
// others than the bot. It is a sign of life: whoever commands or holds a page
// and talks is not asked whether he is still there. What was said is not read.
func (d *Desk) Heard(ctx context.Context, by stream.Actor, at time.Time, channel, thread string) error {
	a := &ask{person: d.Directory.Identify(by)}
	if a.At, a.Channel, a.Thread = at, channel, thread; at.IsZero() {
		a.At = d.Bot.Now()
	}
	a.By = stream.Actor{ID: a.person.Handle, Name: a.person.String()}
	a.chief = d.IsOperator(ctx, a.By.ID)
	found, err := d.at(ctx, a)
	s := a.state
	if err != nil || !found || s.Phase.Ended() || a.At.Sub(s.Seen[a.person.Handle]) < quietly {
		return err
	}
	if s.Commander().Handle == a.person.Handle {
		_, err = d.Bot.Do(ctx, bot.Command{Stream: s.ID, Value: incident.Alive{}, Meta: a.meta()})
		return err
	}
	for _, p := range s.Pages {
		if p.Acked.Handle == a.person.Handle {
			_, err = d.Bot.Do(ctx, bot.Command{Stream: s.ID, Value: incident.Ack{By: a.person}, Meta: a.meta()})
			return err
		}
	}
	return nil
}
