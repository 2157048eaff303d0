//go:build !linux

package serve

import "net"

// ours trusts the socket's mode.
func ours(net.Conn) bool { return true }
