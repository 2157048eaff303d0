package redis

import (
	_ "embed"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed scripts/outbox.lua
	outbox string
	//go:embed scripts/commit.lua
	commitText string
	//go:embed scripts/claim.lua
	claimText string
	//go:embed scripts/settle.lua
	settleText string
	//go:embed scripts/list.lua
	listText string
)

// The scripts run by their hash; redis.Script sends the text when the server
// does not know it.
var (
	commitScript = redis.NewScript(outbox + commitText)
	claimScript  = redis.NewScript(outbox + claimText)
	settleScript = redis.NewScript(outbox + settleText)
	listScript   = redis.NewScript(listText)
)
