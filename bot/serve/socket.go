package serve

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// localSocket is the address of the local socket, among those of listeners.
const localSocket = "local socket"

// longest is the most that every kind of Unix takes as a socket's path, in
// bytes (sun_path: 104 with its end on the BSDs, 108 on Linux).
const longest = 103

// listenLocally opens the socket for the commands of this machine. It is its
// owner's alone. One that a killed process left behind is replaced.
func listenLocally(path string) (net.Listener, error) {
	if len(path) > longest {
		return nil, fmt.Errorf("its path has %d bytes, at most %d are possible: set `socket:` to a shorter one (%s)", len(path), longest, path)
	}
	if old, err := os.Lstat(path); err == nil {
		if old.Mode().Type() != os.ModeSocket {
			return nil, fmt.Errorf("%s is there already, and no socket", path)
		}
		if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
			_ = c.Close() // it was only to see whether anybody is there
			return nil, fmt.Errorf("another process listens at %s", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close() // the first error says more
		return nil, err
	}
	return peers{l}, nil
}

// peers lets in whoever runs as our own user, and root: until the socket has
// its mode, others could have come.
type peers struct{ net.Listener }

// Accept gives the next connection of ours.
func (p peers) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil || ours(c) {
			return c, err
		}
		_ = c.Close() // it is told nothing
	}
}
