package serve

import (
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// What systemd is told (sd_notify(3)).
const (
	ready    = daemon.SdNotifyReady
	stopping = daemon.SdNotifyStopping
	alive    = daemon.SdNotifyWatchdog
)

// reloading carries the time that systemd asks for beside it.
func reloading() string { return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec() }

// notify tells systemd, where it listens.
func (h *host) notify(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		h.now().Log.Warn("systemd was not told", "state", state, "error", err)
	}
}

// watchdog is how often systemd wants to hear that we are alive: twice within
// its time, as sd_watchdog_enabled(3) recommends; 0 is never.
func (h *host) watchdog() time.Duration {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		h.now().Log.Warn("systemd's watchdog is not served", "error", err)
	}
	return interval / 2
}
