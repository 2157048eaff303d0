package redis

// Older and Facts read what a server says of itself.
var (
	Older = older
	Facts = facts
)
