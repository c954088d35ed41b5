package drift

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/internal/resource"
)

// An id that comes back when its record is gone is that of a new one.
func TestAnIDThatComesBack(t *testing.T) {
	document, model, err := conformance.Read()
	require.NoError(t, err)
	collection := model.Collections[0]
	created := collection.FieldFrom(resource.FromCreated).Name
	step := func(day string) *conformance.Step {
		return &conformance.Step{Collection: collection, ID: "7", Name: day, Header: http.Header{"Date": {day + " Nov 2026 10:00:00 GMT"}}}
	}
	first, second := step("Tue, 24"), step("Wed, 25")
	s := newSide(&conformance.Transcript{Run: &report.Report{}, Contract: document, Model: model, Steps: []*conformance.Step{first, second}})
	require.Equal(t, "the time of the request", s.since(first, map[string]any{collection.IDField: "7", created: "2026-11-24T10:00:00.5Z"})[resource.FromCreated])
	require.Equal(t, "the time of the request", s.since(second, map[string]any{collection.IDField: "7", created: "2026-11-25T10:00:00.5Z"})[resource.FromCreated])
	_, known := s.before(first, map[string]any{collection.IDField: "7"})
	require.False(t, known)
	_, known = s.before(second, map[string]any{collection.IDField: "7"})
	require.False(t, known)
}

// A time that moves with one change and not with the next, which came within one tick of
// its clock, is no difference; one that never moves is.
func TestATimeThatStandsStillForATick(t *testing.T) {
	document, model, err := conformance.Read()
	require.NoError(t, err)
	collection := model.Collections[0]
	updated := collection.FieldFrom(resource.FromUpdated)
	if updated == nil {
		updated = collection.FieldFrom(resource.FromCreated)
	}
	steps := func(times ...string) []*conformance.Step {
		made := []*conformance.Step{{Collection: collection, ID: "7", Name: "made", Exchange: report.Exchange{Method: http.MethodPost}}}
		for range times[1:] {
			made = append(made, &conformance.Step{Collection: collection, Name: "changed", Exchange: report.Exchange{Method: http.MethodPatch}})
		}
		return made
	}
	for _, test := range []struct {
		there []string
		found int
	}{
		{[]string{"00.001", "00.002", "00.002"}, 0},
		{[]string{"00.001", "00.001", "00.002"}, 0},
		{[]string{"00.001", "00.001", "00.001"}, 1},
	} {
		here := []string{"00.001", "00.002", "00.003"}
		one, other := steps(here...), steps(test.there...)
		c := newComparison(
			&conformance.Transcript{Run: &report.Report{}, Contract: document, Model: model, Steps: one},
			&conformance.Transcript{Run: &report.Report{}, Contract: document, Model: model, Steps: other}, model)
		item := func(seconds string) map[string]any {
			return map[string]any{collection.IDField: "7", updated.Name: "2026-11-25T10:00:" + seconds + "Z"}
		}
		for i := range here {
			c.compareTimes(pair{one[i], other[i]}, item(here[i]), item(test.there[i]))
		}
		c.compareStood()
		require.Len(t, c.findings, test.found, test.there)
	}
}
