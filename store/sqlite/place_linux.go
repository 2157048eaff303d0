package sqlite

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// fleeting are the file systems that may number a file anew when they are
// mounted again (statfs(2), linux/magic.h).
var fleeting = []int64{unix.FUSE_SUPER_MAGIC, unix.V9FS_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC}

// placeOf is what tells a file from its copies, for as long as it lives: its
// inode and, where the file system keeps it, when that was born (statx(2)). A
// rename changes neither. It is empty where nothing does.
func placeOf(path string) string {
	var fs unix.Statfs_t
	if err := unix.Statfs(path, &fs); err != nil || slices.Contains(fleeting, int64(fs.Type)) {
		return ""
	}
	var x unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_INO|unix.STATX_BTIME, &x); err != nil || x.Mask&unix.STATX_INO == 0 {
		return ""
	}
	if x.Mask&unix.STATX_BTIME == 0 {
		return fmt.Sprint(x.Ino)
	}
	return fmt.Sprintf("%d %d.%09d", x.Ino, x.Btime.Sec, x.Btime.Nsec)
}
