// Package telemetry is how a bot is watched: metrics for Prometheus, and traces
// for OpenTelemetry.
//
// # Metrics
//
// What the process does is counted as it happens. What stands in the store is
// followed (Standing), so that a scrape waits for nobody. Private incidents are
// in none of what stands.
//
// # Traces
//
// A trace is one commit and what came of it: the request that led to it, its
// records, each attempt at a delivery that they ask for, and the receipt's
// record. Nothing about it is stored, and yet every process that sends a
// delivery, after a restart or beside the one that committed, finds the place of
// its span: the trace's ID is a hash of the stream and the time of the commit,
// which the store gives with the delivery (store.Lease.Queued), and the parent's
// is a hash of the record that is named in the delivery's ID. So spans are made
// when they are over, and an attempt that a death cut off leaves none: the next
// one tells.
//
// What a receipt's record asks for in turn is a trace of its own, linked to the
// attempt; so traces stay short, and those of one incident have its number.
// Clocks that differ between replicas can give two commits of one stream the
// same time: these share a trace, and nothing worse.
//
// Spans tell numbers, IDs, far ends and outcomes: no title, no words, no names.
// A private incident has no spans at all, neither of its requests nor of what
// they cause; where it cannot be read whether one is private, it counts as
// private.
package telemetry
