package playbooks

import (
	"maps"
	"slices"

	"drumbeat/playbooks/recur"
)

// Schedules are those of every playbook of the set, in the order of the
// playbooks' names.
func (s Set) Schedules() []recur.Schedule {
	var out []recur.Schedule
	for _, name := range slices.Sorted(maps.Keys(s)) {
		out = append(out, s[name].Schedules...)
	}
	return out
}

// checkSchedules tells the mistakes of a playbook's schedules.
func (l *loader) checkSchedules(src Source) {
	for i, s := range src.Schedules {
		wrong := func(key, problem string) { l.wrong(src.tree, []any{"schedules", i, key}, "%s", problem) }
		named := func(x recur.Schedule) bool { return x.Name == s.Name }
		if slices.ContainsFunc(src.Schedules[:i], named) {
			wrong("name", "there is a schedule “"+s.Name+"” above already")
		}
		for _, book := range slices.Sorted(maps.Keys(l.raw)) {
			if book < src.Name && slices.ContainsFunc(l.raw[book].Schedules, named) {
				wrong("name", "there is a schedule “"+s.Name+"” already, in the playbook "+book)
			}
		}
		s.Problems(wrong)
	}
}
