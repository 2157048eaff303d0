package lint

// rule is a Rule and how it looks.
type rule struct {
	Rule
	look func(*book)
}

// loading are the mistakes that stop a playbook from being loaded at all.
var loading = Rule{ID: "load", Level: Error, About: "The playbook cannot be loaded: it is not YAML of our form, or fails on a sample incident."}

func rules() []rule {
	return []rule{
		{Rule{ID: "unreachable-step", Level: Warning, About: "Nothing that can happen makes the step do anything."}, unreachable},
		{Rule{ID: "shadowed-step", Level: Warning, About: "Another step takes its place in the slot each time, before anything leaves."}, shadowed},
		{Rule{ID: "loop", Level: Error, About: "The step answers what it does itself, without an end."}, loops},
		{Rule{ID: "unapproved-words", Level: Error, About: "Customers could read words that nobody approved."}, unapproved},
		{Rule{ID: "careless-words", Level: Warning, About: "The guard finds something in words that are written beforehand."}, careless},
		{Rule{ID: "missed-promise", Level: Error, About: "A promise is missed although everybody does his duty."}, missed},
		{Rule{ID: "over-budget", Level: Error, About: "An incident in which nothing breaks costs more messages than the budget allows."}, over},
		{Rule{ID: "hasty-reminder", Level: Warning, About: "A reminder comes as soon as the words before have left."}, hasty},
		{Rule{ID: "vacant-role", Level: Error, About: "The playbook counts on a role, group or person that nobody can be."}, vacant},
		{Rule{ID: "mute-approval", Level: Error, About: "Too few people can say yes to words for customers, or too few beside their author."}, mute},
		{Rule{ID: "odd-approval", Level: Warning, About: "The approval says something that has no effect."}, odd},
		{Rule{ID: "uncovered-hours", Level: Warning, About: "There are hours at which nobody can be woken, or says yes in time."}, uncovered},
		{Rule{ID: "unknown-far-end", Level: Error, Configured: true, About: "A step asks a far end that is not configured, or for what it cannot do."}, absent},
		{Rule{ID: "too-long", Level: Warning, Configured: true, About: "Words are longer than a far end takes, in some phase and with the longest names."}, long},
		{Rule{ID: "unknown-person", Level: Warning, Configured: true, About: "The playbook names somebody who is not among the people of the configuration."}, stranger},
		{Rule{ID: "idle-schedule", Level: Error, Configured: true, About: "What recurs never comes: its zone or its reader is unknown."}, idle},
	}
}
