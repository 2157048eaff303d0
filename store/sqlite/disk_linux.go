package sqlite

import (
	"fmt"

	"golang.org/x/sys/unix"

	"drumbeat/store"
)

// kinds are file systems that are no place for a database, by the number that
// statfs(2) gives, with why.
var kinds = map[int64][2]string{
	unix.TMPFS_MAGIC:           {"memory (tmpfs)", "a restart of the machine or the container loses everything"},
	unix.RAMFS_MAGIC:           {"memory (ramfs)", "a restart of the machine or the container loses everything"},
	unix.OVERLAYFS_SUPER_MAGIC: {"a container's own layer (overlay)", "everything is lost with the container"},
	unix.NFS_SUPER_MAGIC:       {"a network file system (NFS)", "locks and shared memory cannot be relied on there"},
	unix.SMB_SUPER_MAGIC:       {"a network file system (SMB)", "locks and shared memory cannot be relied on there"},
	unix.SMB2_SUPER_MAGIC:      {"a network file system (SMB)", "locks and shared memory cannot be relied on there"},
	unix.CIFS_SUPER_MAGIC:      {"a network file system (CIFS)", "locks and shared memory cannot be relied on there"},
	unix.V9FS_MAGIC:            {"a file system shared by a host (9p)", "locks and shared memory cannot be relied on there"},
}

// disk tells of the file system that the folder lies on.
func disk(folder string) []store.Finding {
	var is unix.Statfs_t
	if err := unix.Statfs(folder, &is); err != nil {
		return []store.Finding{{Text: fmt.Sprintf("the room on the disk cannot be told: %v.", err)}}
	}
	found := []store.Finding{room(is.Bavail * uint64(is.Bsize))} //nolint:gosec // a block has a size
	if kind, ok := kinds[int64(is.Type)]; ok {                   //nolint:unconvert // 32 bits on some machines
		found = append(found, store.Finding{Text: fmt.Sprintf("%s lies on %s: %s.", folder, kind[0], kind[1]), Remedy: "Put the store on a local disk, or on a volume that outlives the container."})
	}
	return found
}
