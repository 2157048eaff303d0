package playbooks

// CheckBuiltin checks and rehearses the playbooks that come with the binary.
func CheckBuiltin() (Set, error) { return load((*loader).check, builtin) }
