// Package telemetry is how a bot is watched: metrics for Prometheus. They say
// nothing of any one incident, and nothing at all of private ones.
package telemetry
