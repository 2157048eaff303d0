// Package slack is Slack as a far end (Sender, Finder) and as a face: slash
// commands, clicks, forms, mentions and direct messages become Requests, and
// the Reply goes back to the person alone.
//
// # Actions
//
// Deliveries have To "slack". A channel is an ID ("C024BE91L") or the name of a
// channel that the bot is in. "Found" says how an unknown outcome is cleared;
// where nothing needs to be found, doing it again changes nothing.
//
//	action            args                         receipt                     once-only
//	channel.create    name, private                Ref and More channel, Link  found: users.conversations, made by us
//	channel.invite    channel, users (IDs, comma)  Ref, More failed            who is in stays in
//	channel.topic     channel, topic               Ref                         found: conversations.info
//	channel.archive   channel                      Ref                         archived stays archived
//	channel.bookmark  channel, title, url          Ref the bookmark            found: bookmarks.list
//	post              channel, thread, broadcast   Ref ts, More channel, Link  found by metadata
//	edit              channel, ts                  Ref ts, More channel, Link  the same words again
//	delete            channel, ts                  Ref ts, More channel        gone stays gone
//	pin               channel, ts                  Ref ts, More channel        pinned stays pinned
//	dm                person (user ID)             as post                     found by metadata
//	page, stand_down  address (user ID), person,   as post                     found by metadata
//	                  incident, severity, page
//	send              address (user ID), person    as post                     found by metadata
//	ephemeral         channel, person, thread      More channel                may be shown twice
//
// private and broadcast are "true" or left out. A name that is taken gets the
// next suffix (-2, -3, …): a channel that somebody else made is never adopted.
// Two creations of one name at the same time can make two channels, so they
// belong into one lane.
//
// # Once only
//
// Slack has no idempotency key. A post carries its delivery's ID as message
// metadata (event_type "drumbeat_delivery"). Send does not post an ID again
// that this process has seen arrive, and Find looks first into what was seen
// arriving (our own posts come back as message events), then into the newest
// 1,000 messages of the channel or thread. If there are more and the post is
// not among them, Find says that it cannot tell. An app that is distributed
// but not listed in Slack's Marketplace may read 15 messages a minute, so such
// an installation depends on the events.
//
// What remains: an ephemeral message, or one that a person deleted between the
// attempt and the look, can be sent twice; and so can everything that Find may
// not look for, because a scope was not granted.
//
// # Scopes
//
// Package manifest has the one table of them. Without one, what only adorns (a
// pin, a bookmark) is left out and settled with More skipped; what cannot be done
// at all is given up with the sentence that Probe told before.
//
// # Failures
//
// See refusals in errors.go: a refusal by name was surely not applied and is
// permanent, but for the few that pass by themselves; 429 and a connection that
// was never made are tried again; a timeout, a reset, HTTP 5xx, internal_error
// and fatal_error say nothing about the outcome.
//
// # The face
//
// What people do comes over Socket Mode (app_token: package socket holds the
// connections, nothing has to be reached from outside) or over HTTP (signing_secret:
// Slack calls Routes), and means the same. Either way the handler commits before
// Slack gets its answer; what is said afterwards is only an answer. What the bot
// could not accept is said to the person, who says it again; Slack is not asked to
// repeat it.
//
// Every request over HTTP is verified (v0 signature, five minutes, 1 MB) before it
// is read.
//
// Slack may bring the same thing more than once. Keys of requests tell what is one:
// a form's view, a message's channel and ts, so that Slack's retries are done once,
// whoever sees them. Commands and clicks have none, since the bot takes the same
// words said again within a minute as one. Over HTTP Slack does not repeat those,
// and the same signed request is turned away. Over Socket Mode it may, in the same
// envelope or in another, on either connection and at the same time: the last 5,000
// acts are remembered by what they are (trigger_id, event_id) once the bot has
// accepted them, and a repetition is acknowledged with the first answer. One that
// failed is not remembered, so that its repetition is carried out. A process that
// ends between commit and acknowledgement remembers nothing: what Slack then gives
// to the next one falls under the same words within a minute.
//
// An acknowledgement of 20 KB or more is lost at Slack, so a long answer goes to the
// response_url, or into the view, after a short one.
//
// The App Home is the answer to the line "home", drawn when a person opens it and
// after each of its buttons; its buttons are lines as any other.
//
// Text comes in as a person reads it: entities are undone, links are their
// address or label, a channel is "#name". People and groups stay what a
// far end can address: "<@U024BE7LH>", "<!subteam^S0614TZR7>".
package slack
