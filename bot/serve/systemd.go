package serve

import "time"

// What systemd is told (sd_notify(3)).
const (
	ready    = "READY=1"
	stopping = "STOPPING=1"
	alive    = "WATCHDOG=1"
)

func reloading() string { return "RELOADING=1" }

func (h *host) notify(string) {}

func (h *host) watchdog() time.Duration { return 0 }
