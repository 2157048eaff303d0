package simulation_test

import (
	"testing"

	"drumbeat/bot/simulation"
	"drumbeat/store"
	"drumbeat/store/storetest"
)

func TestMemoryIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Backend{Open: func(*testing.T) store.Store { return simulation.NewMemory() }})
}
