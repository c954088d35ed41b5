package conformance_test

import "testing"

func TestIsolationIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "isolation") }

func TestIsolationFindsItsBugs(t *testing.T) { requireKilled(t, "isolation") }
