package conformance_test

import "testing"

func TestValidationIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "validation") }

func TestValidationFindsItsBugs(t *testing.T) { requireKilled(t, "validation") }
