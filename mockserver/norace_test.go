//go:build !race

package mockserver_test

// raceDetector says that the tests run under the race detector, which drops
// items of a sync.Pool at random.
const raceDetector = false
