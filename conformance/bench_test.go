package conformance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// BenchmarkSuite judges the stand-in over loopback, once a round, and reports how many
// requests that takes: by the embedded document, and by one of several trees, whose checks
// may run side by side.
func BenchmarkSuite(b *testing.B) {
	b.Run("embedded", func(b *testing.B) {
		measure(b, func() *report.Report {
			standIn := mockserver.Start(b)
			r, err := conformance.Execute(b.Context(), standIn.URL, standInOptions(standIn)...)
			require.NoError(b, err)
			return r
		})
	})
	for _, parallel := range []int{1, 4} {
		b.Run(fmt.Sprintf("trees/parallel=%d", parallel), func(b *testing.B) {
			measure(b, func() *report.Report {
				r, err := judgeTrees(b.Context(), b, serve, conformance.WithParallel(parallel))
				require.NoError(b, err)
				return r
			})
		})
	}
}

// measure reports what runs take.
func measure(b *testing.B, run func() *report.Report) {
	b.Helper()
	requests := 0
	for b.Loop() {
		requests += run().Requests
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
	b.ReportMetric(float64(b.Elapsed()/time.Microsecond)/float64(requests), "µs/request")
}
