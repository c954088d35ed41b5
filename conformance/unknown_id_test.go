package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// shortIDs is a document whose ids are numbers from 1 to a maximum.
const shortIDs = `
openapi: 3.1.0
info: {title: Seats, version: '1'}
paths:
  /seats:
    get: {operationId: listSeats, responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Seat'}}}}}}}
  /seats/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1, maximum: %d}}]
    get: {operationId: readSeat, responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Seat'}}}}, '404': {description: None}}}
components: {schemas: {Seat: {type: object, required: [id], properties: {id: {type: integer}}}}}
`

func TestAnIDThatNamesNothingIsNoneOfThoseThere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		most           int
		listed, hidden []string
		want           report.Status
	}{
		"the largest are listed":            {10, []string{"9", "10"}, nil, report.Pass},
		"some are there and not listed":     {10, []string{"9", "10"}, []string{"8", "7"}, report.Pass},
		"all are taken":                     {3, []string{"1", "3"}, []string{"2"}, report.NotApplicable},
		"all but the listed are hidden":     {10, []string{"10"}, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, report.NotApplicable},
		"large numbers need no such search": {4_000_000_000, []string{"1"}, nil, report.Pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				id := strings.TrimPrefix(r.URL.Path, "/seats/")
				w.Header().Set("Content-Type", "application/json")
				switch {
				case r.URL.Path == "/seats":
					fmt.Fprintf(w, `[{"id":%s}]`, strings.Join(test.listed, `},{"id":`))
				case slices.Contains(test.listed, id) || slices.Contains(test.hidden, id):
					fmt.Fprintf(w, `{"id":%s}`, id)
				default:
					w.WriteHeader(http.StatusNotFound)
				}
			}))
			t.Cleanup(server.Close)
			document := fmt.Sprintf(shortIDs, test.most)
			run, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("seats.yaml", []byte(document)), conformance.WithSeed(1), conformance.WithOnly("crud/unknown-id"))
			require.NoError(t, err)
			result := run.Results[indexOf(run, "crud/unknown-id", "")]
			require.Equal(t, test.want, result.Status, result.Reason)
		})
	}
}
