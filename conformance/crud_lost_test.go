package conformance_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// A change that is answered and not stored is found whatever the member and whatever values
// the seed draws: each is changed to something that is there, and that it was not before.
func TestALostChangeIsFoundWithEverySeed(t *testing.T) {
	t.Parallel()
	for _, lost := range []string{"", "urgency", "due", "owner", "outcome"} {
		t.Run("lost "+lost, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(10) {
				server := httptest.NewServer(&taskServer{lost: lost})
				r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("tasks.yaml", fmt.Appendf(nil, tasks, "{$ref: '#/components/schemas/Urgency'}")),
					conformance.WithOnly("crud"), conformance.WithSeed(seed+1))
				server.Close()
				require.NoError(t, err)
				if lost == "" {
					require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked)+r.Count(report.Warn), "%+v", failures(r))
					continue
				}
				require.Equal(t, 1, r.Count(report.Fail), "with the seed %d: %+v", seed+1, failures(r))
			}
		})
	}
}

// So is a member that a create drops: each is sent once with a value that is there.
func TestADroppedMemberIsFoundWithEverySeed(t *testing.T) {
	t.Parallel()
	for _, dropped := range []string{"due", "owner"} {
		t.Run("dropped "+dropped, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(20) {
				server := httptest.NewServer(&taskServer{dropped: dropped})
				r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("tasks.yaml", fmt.Appendf(nil, tasks, "{$ref: '#/components/schemas/Urgency'}")),
					conformance.WithOnly("crud/create-echo"), conformance.WithSeed(seed+1))
				server.Close()
				require.NoError(t, err)
				require.Equal(t, report.Fail, resultOf(t, r, "crud/create-echo").Status, "with the seed %d", seed+1)
			}
		})
	}
}
