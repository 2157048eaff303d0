// Package simulate plays incidents without any far end: the rules, the steps of
// a playbook, its timers, people who answer or do not, and far ends that take
// everything.
//
// World is the stage: commands go in, and what would have left comes out. Run
// plays one Course in it, so that a playbook shows what it costs and which
// promises it keeps before it matters. Everything is a value, time too: the same
// course gives the same result.
package simulate
