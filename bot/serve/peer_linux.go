package serve

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// ours asks the kernel who connected (SO_PEERCRED, unix(7)).
func ours(c net.Conn) bool {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return false
	}
	mine := false
	err = raw.Control(func(fd uintptr) {
		peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		mine = err == nil && (int(peer.Uid) == os.Getuid() || peer.Uid == 0)
	})
	return err == nil && mine
}
