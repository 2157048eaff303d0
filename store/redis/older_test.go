package redis_test

import (
	"testing"

	"drumbeat/store/redis"
)

func TestOlder(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"6.0.16": true, "5.0": true, "6": true, "6.2.0": false, "6.10": false, "7.2.4": false, "10.0": false,
		"": false, "unstable": false, "6.x": false,
	} {
		if got := redis.Older(version, "6.2"); got != want {
			t.Errorf("%q is older than 6.2: got %t, want %t", version, got, want)
		}
	}
}

// FuzzFacts: whatever a server answers, reading it ends.
func FuzzFacts(f *testing.F) {
	f.Add("# Server\r\nredis_version:7.2.4\r\nrole:master\r\n", "redis_version")
	f.Add(":\n:x\nrole", "role")
	f.Fuzz(func(t *testing.T, info, key string) {
		redis.Older(redis.Facts(info)[key], "6.2")
	})
}
