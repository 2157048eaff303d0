package alert_test

import (
	_ "embed"
	"testing"

	"drumbeat/incident/alert"
	"drumbeat/incident/rulestest"
)

//go:embed testdata/wire.txt
var golden string

func TestWire(t *testing.T) {
	t.Parallel()
	rulestest.Wire(t, golden, alert.Events)
}
