package conformance_test

import "testing"

func TestRacesAreRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "races") }

func TestRacesAreFound(t *testing.T) { requireKilled(t, "races") }
