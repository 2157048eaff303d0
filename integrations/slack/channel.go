package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/markup"
)

// Slack's limits. Source: the methods' pages at
// docs.slack.dev/reference/methods.
const (
	maxName     = 80
	maxTopic    = 250
	maxBookmark = 256
	invitesOnce = 100
	suffixes    = 10
	listPages   = 20
	listPage    = 200 // Slack's recommendation; it may give fewer
)

// skew is how far Slack's clock and ours may be apart.
const skew = 5 * time.Minute

// channelName makes what Slack takes as a name of it: lower case, digits, "-"
// and "_".
func channelName(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := b.String()
	return strings.TrimRight(name[:min(len(name), maxName)], "-")
}

// suffixed is the n-th name to try.
func suffixed(name string, n int) string {
	if n == 1 {
		return name
	}
	suffix := "-" + strconv.Itoa(n)
	return strings.TrimRight(name[:min(len(name), maxName-len(suffix))], "-") + suffix
}

func (s *Slack) createChannel(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	name := channelName(d.Args["name"])
	if name == "" {
		return integrations.Receipt{}, integrations.Permanent(fmt.Errorf("slack %s: %q leaves no channel name", d.Action, d.Args["name"]))
	}
	s.introduce(ctx) // the receipt's link needs it
	for n := 1; ; n++ {
		c, err := s.client.CreateConversationContext(ctx, api.CreateConversationParams{
			ChannelName: suffixed(name, n), IsPrivate: d.Args["private"] == "true"})
		if errName(err) == "name_taken" && n < suffixes {
			continue
		}
		if err != nil {
			return integrations.Receipt{}, err
		}
		if c.ID == "" {
			return integrations.Receipt{}, errUnclear
		}
		return s.channelReceipt(ctx, d, *c), nil
	}
}

func (s *Slack) channelReceipt(ctx context.Context, d stream.Delivery, c api.Channel) integrations.Receipt {
	s.made.add(c.ID, d.ID)
	r := integrations.Receipt{Ref: c.ID, Link: s.link(ctx, c.ID, "", ""), More: map[string]string{"channel": c.ID, "name": c.Name}}
	s.posts.add(d.ID, r)
	return r
}

// findChannel looks for the channel that a creation made: ours, of that name or
// a suffixed one, open, made since the first attempt as far as we know of one,
// and not another delivery's. The newest of several is it.
func (s *Slack) findChannel(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	if r, ok := s.posts.look(d.ID); ok {
		return r, true, nil
	}
	own, err := s.identify(ctx)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	all, err := s.memberships(ctx, "")
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	since, _ := s.attempts.look(d.ID)
	var names []string
	for n := range suffixes {
		names = append(names, suffixed(channelName(d.Args["name"]), n+1))
	}
	best := api.Channel{}
	for _, c := range all {
		maker, _ := s.made.look(c.ID)
		switch {
		case !slices.Contains(names, c.Name), c.Creator != own.user, c.IsPrivate != (d.Args["private"] == "true"):
		case maker != "" && maker != d.ID:
		case !since.IsZero() && c.Created.Time().Before(since.Add(-skew)):
		case best.ID == "" || !c.Created.Time().Before(best.Created.Time()):
			best = c
		}
	}
	if best.ID == "" {
		return integrations.Receipt{}, false, nil
	}
	return s.channelReceipt(ctx, d, best), true, nil
}

// memberships lists the open channels that the bot is in, private ones if it may
// see them; it stops early at one of that name.
func (s *Slack) memberships(ctx context.Context, until string) ([]api.Channel, error) {
	var all []api.Channel
	cursor, types := "", []string{"public_channel", "private_channel"}
	for range listPages {
		page, next, err := s.client.GetConversationsForUserContext(ctx, &api.GetConversationsForUserParameters{
			Types: types, ExcludeArchived: true, Limit: listPage, Cursor: cursor})
		if errName(err) == missingScope && len(types) == 2 {
			types = types[:1]
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" || until != "" && slices.ContainsFunc(page, func(c api.Channel) bool { return c.Name == until }) {
			return all, nil
		}
		cursor = next
	}
	return nil, fmt.Errorf("the bot is in more than %d channels", listPages*listPage)
}

// invite brings people in. With force one whom Slack refuses does not keep the
// others out; in some cases it refuses a whole call for one of them all the
// same, and they are then invited one by one.
func (s *Slack) invite(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	users := strings.FieldsFunc(d.Args["users"], func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(users)
	users = slices.Compact(users)
	var failed []string
	for chunk := range slices.Chunk(users, invitesOnce) {
		not, err := s.force(ctx, channel, chunk)
		if onePersons[errName(err)] {
			not, err = nil, nil
			for i := 0; i < len(chunk) && err == nil; i++ {
				var one []string
				one, err = s.force(ctx, channel, chunk[i:i+1])
				if onePersons[errName(err)] {
					one, err = []string{chunk[i] + ": " + errName(err)}, nil
				}
				not = append(not, one...)
			}
		}
		if err != nil {
			return integrations.Receipt{}, err
		}
		failed = append(failed, not...)
	}
	if len(failed) == len(users) {
		return integrations.Receipt{}, integrations.Permanent(fmt.Errorf("slack %s: nobody could be invited: %s", d.Action, strings.Join(failed, ", ")))
	}
	r := integrations.Receipt{Ref: channel}
	if failed != nil {
		r.More = map[string]string{"failed": strings.Join(failed, ", ")}
	}
	return r, nil
}

// force calls conversations.invite and gives whom Slack did not let in, with
// its reasons, which the client library keeps to itself. Who is in already, or
// is the bot, needs no invitation.
func (s *Slack) force(ctx context.Context, channel string, users []string) (failed []string, err error) {
	form := url.Values{"channel": {channel}, "users": {strings.Join(users, ",")}, "force": {"true"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.BaseURL+"conversations.invite", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+s.config.BotToken)
	resp, err := wire{s.http}.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	var answer api.SlackResponse
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Error == "already_in_channel" || answer.Error == "cant_invite_self" {
		answer.Ok = answer.Ok || len(users) == 1
	}
	for _, e := range answer.Errors {
		if p := e.ConversationsInviteResponseError; p != nil && answer.Ok && p.Error != "already_in_channel" && p.Error != "cant_invite_self" {
			failed = append(failed, s.redact(p.User+": "+p.Error))
		}
	}
	return failed, answer.Err()
}

// onePersons are the refusals of conversations.invite that are about one of
// the people, not about the call.
var onePersons = map[string]bool{
	"already_in_channel": true, "cant_invite": true, "cant_invite_self": true, "user_not_found": true,
	"user_is_restricted": true, "ura_max_channels": true, "no_permission": true, "no_external_invite_permission": true,
}

func (s *Slack) setTopic(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	_, err = s.client.SetTopicOfConversationContext(ctx, channel, markup.Clip(d.Args["topic"], maxTopic))
	return integrations.Receipt{Ref: channel}, err
}

// findTopic spares the line that Slack prints whenever a topic is set.
func (s *Slack) findTopic(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	c, err := s.client.GetConversationInfoContext(ctx, &api.GetConversationInfoInput{ChannelID: channel})
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	return integrations.Receipt{Ref: channel}, markup.Unescape(c.Topic.Value) == markup.Unescape(markup.Clip(d.Args["topic"], maxTopic)), nil
}

func (s *Slack) archive(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	err = s.client.ArchiveConversationContext(ctx, channel)
	if errName(err) == "already_archived" {
		err = nil
	}
	return integrations.Receipt{Ref: channel}, err
}

func (s *Slack) bookmark(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	b, err := s.client.AddBookmarkContext(ctx, channel, api.AddBookmarkParameters{
		Title: markup.ClipPlain(d.Args["title"], maxBookmark), Type: "link", Link: d.Args["url"]})
	return integrations.Receipt{Ref: b.ID}, err
}

func (s *Slack) findBookmark(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	all, err := s.client.ListBookmarksContext(ctx, channel)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	for _, b := range all {
		if b.Link == d.Args["url"] && markup.Unescape(b.Title) == markup.Unescape(markup.ClipPlain(d.Args["title"], maxBookmark)) {
			return integrations.Receipt{Ref: b.ID}, true, nil
		}
	}
	return integrations.Receipt{}, false, nil
}
