package schedule_test

import (
	_ "embed"
	"testing"

	"drumbeat/incident/rulestest"
	"drumbeat/incident/schedule"
)

//go:embed testdata/wire.txt
var golden string

func TestWire(t *testing.T) {
	t.Parallel()
	rulestest.Wire(t, golden, schedule.Events)
}
