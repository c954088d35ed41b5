package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGateTellsWhoMet(t *testing.T) {
	var g gate
	first := g.pass()
	second := g.pass()
	require.True(t, second(), "the first was there")
	require.True(t, first(), "the second came")
	require.False(t, g.pass()(), "nobody is left")
}

func TestGateLetsOneInAlone(t *testing.T) {
	var g gate
	leave := g.passAlone()
	in := make(chan bool)
	go func() { in <- g.pass()() }()
	require.False(t, g.turn.TryRLock(), "it is shut")
	leave()
	require.False(t, <-in)

	require.True(t, g.close())
	require.False(t, g.close(), "it is closed once")
	out := g.pass()
	require.False(t, g.turn.TryRLock(), "one at a time from now on")
	require.False(t, out())
}
