package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

func TestStandInConforms(t *testing.T) {
	server := mockserver.Start(t)
	var plan report.Plan
	r, err := conformance.Execute(t.Context(), server.URL, append(standInOptions(server), conformance.WithPlan(func(told report.Plan) { plan = told }))...)
	require.NoError(t, err)
	for _, result := range r.Results {
		if result.Status != report.Pass && result.Status != report.NotApplicable {
			t.Errorf("%s: %s: %s (%s / %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual)
		}
	}
	require.Equal(t, report.Conforms, r.Verdict)
	require.Zero(t, r.Left)
	require.Less(t, r.Requests, 500, "what a run may ask of a target")
	require.InEpsilon(t, plan.Requests, r.Requests, 0.1, "the plan tells how many requests there are")
	require.LessOrEqual(t, r.AtOnce, plan.Records, "the plan tells how many records there are at once")
	require.NotEmpty(t, plan.Seen())
	t.Logf("%d checks, %d requests, created %d, deleted %d, notes %q", len(r.Results), r.Requests, r.Created, r.Deleted, r.Notes)
}

// standInOptions gives a run the keys of a stand-in.
func standInOptions(server *mockserver.Running) []conformance.Option {
	opts := []conformance.Option{
		conformance.WithToken(server.Key("write").Token), conformance.WithReadOnlyToken(server.Key("read").Token),
		conformance.WithUnscopedToken(server.Key("unscoped").Token), conformance.WithForeignToken(server.Key("foreign").Token),
	}
	for name, value := range server.Key("write").Params {
		opts = append(opts, conformance.WithParam(name, value))
	}
	for name, value := range server.Key("foreign").Params {
		opts = append(opts, conformance.WithForeignParam(name, value))
	}
	return opts
}
