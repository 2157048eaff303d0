package slack

import "sync"

// memory keeps the newest entries: the oldest goes when a new one does not
// fit. What it forgets must be possible to look up or to do without.
type memory[V any] struct {
	mu    sync.Mutex
	held  map[string]V
	order []string // a ring once it is full
	next  int
	max   int
}

func newMemory[V any](max int) *memory[V] {
	return &memory[V]{held: map[string]V{}, max: max}
}

// add keeps a new entry; it reports false, and keeps the old value, when there
// is one of that key.
func (m *memory[V]) add(key string, v V) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.held[key]; ok {
		return false
	}
	if len(m.order) < m.max {
		m.order = append(m.order, key)
	} else {
		delete(m.held, m.order[m.next])
		m.order[m.next] = key
		m.next = (m.next + 1) % m.max
	}
	m.held[key] = v
	return true
}

func (m *memory[V]) look(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.held[key]
	return v, ok
}
