package conformance_test

import (
	"fmt"
	"os"
	"testing"
)

// Ledgers of runs that are broken off stay where they are, so the tests have a folder for
// temporary files of their own.
func TestMain(m *testing.M) { os.Exit(runApart(m)) }

func runApart(m *testing.M) int {
	folder, err := os.MkdirTemp("", "conformance-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Setenv("TMPDIR", folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
