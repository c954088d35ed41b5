package cli

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersionTellsWhatIsKnown(t *testing.T) {
	t.Parallel()
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "62a8c0d"}
	for want, built := range map[string]*debug.BuildInfo{
		"understudy v1.2.3, built with go1.26.1":                               {GoVersion: "go1.26.1", Main: debug.Module{Version: "v1.2.3"}},
		"understudy v1.2.3, commit 62a8c0d, built with go1.26.1":               {GoVersion: "go1.26.1", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "false"}}},
		"understudy (devel), commit 62a8c0d with changes, built with go1.26.1": {GoVersion: "go1.26.1", Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "true"}}},
		"understudy (devel), built with an unknown Go":                         {},
	} {
		require.Equal(t, want, versionOf(built))
	}
}
