package conformance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/mockserver"
)

// BenchmarkSuite judges the stand-in over loopback, once a round, and reports how
// many requests that takes.
func BenchmarkSuite(b *testing.B) {
	requests := 0
	for b.Loop() {
		standIn := mockserver.Start(b)
		writer := standIn.Key("write")
		r, err := conformance.Execute(b.Context(), standIn.URL,
			conformance.WithToken(writer.Token), conformance.WithReadOnlyToken(standIn.Key("read").Token),
			conformance.WithUnscopedToken(standIn.Key("unscoped").Token), conformance.WithForeignToken(standIn.Key("foreign").Token),
			conformance.WithParam("organization_id", writer.Params["organization_id"]))
		require.NoError(b, err)
		requests += r.Requests
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
	b.ReportMetric(float64(b.Elapsed()/time.Microsecond)/float64(requests), "µs/request")
}
