// Package scenarios holds what happened in outages that became public, minute
// by minute, for `drumbeat replay`. docs/replay.md tells the format.
package scenarios

import "embed"

// Files are NAME.yaml.
//
//go:embed *.yaml
var Files embed.FS
