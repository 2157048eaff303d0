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
		{Rule{ID: "unapproved-words", Level: Error, About: "Customers could read words that nobody approved."}, unapproved},
		{Rule{ID: "missed-promise", Level: Error, About: "A promise is missed although everybody does his duty."}, missed},
		{Rule{ID: "over-budget", Level: Error, About: "An incident in which nothing breaks costs more messages than the budget allows."}, over},
	}
}
