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
