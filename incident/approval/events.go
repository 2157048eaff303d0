package approval

// Approved: somebody said yes. With the last that they need, the words are
// published.
type Approved struct {
	N int `json:"n"`
	// Given of Need people have said yes; left out where one is enough.
	Given int `json:"given,omitempty"`
	Need  int `json:"need,omitempty"`
	// Alone: it was enough, as nobody else answered in time, or was there.
	Alone bool `json:"alone,omitempty"`
	// Unattended: the words were approved beforehand, by the playbook.
	Unattended bool `json:"unattended,omitempty"`
}

// SentBack: the words do not go.
type SentBack struct {
	N   int    `json:"n"`
	Why string `json:"why,omitempty"`
}
