package conformance_test

import "testing"

func TestTimeIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "time") }

func TestTimeFindsItsBugs(t *testing.T) { requireKilled(t, "time") }
