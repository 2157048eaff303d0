package store

// Finding is one thing about how a backend keeps what it is given. Both backends
// tell such things of an open store (Store.Probe), and of one that this process
// has not opened (Config.Probe).
type Finding struct {
	// Text says what is; Remedy what to do about it, and is empty where all is
	// well. Neither holds a secret.
	Text, Remedy string
	// Fails: nothing can be kept. Without it, a Finding with a Remedy is a
	// warning.
	Fails bool
}
