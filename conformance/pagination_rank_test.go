package conformance_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

func judgeRanked(t *testing.T, seed uint64, schema string, up, down []string) report.Result {
	t.Helper()
	server := httptest.NewServer(&taskServer{up: up, down: down})
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("tasks.yaml", fmt.Appendf(nil, tasks, schema)), conformance.WithOnly("pagination/sort"), conformance.WithSeed(seed))
	require.NoError(t, err)
	return resultOf(t, r, "pagination/sort")
}

// Values that a document lists are in its order or in that of the alphabet, as a server
// likes, and in the opposite one when it is asked for that.
func TestListedValuesAreSortedByRankOrByTheAlphabet(t *testing.T) {
	t.Parallel()
	rank, alphabet := []string{"low", "normal", "high", "urgent"}, []string{"high", "low", "normal", "urgent"}
	for name, test := range map[string]struct {
		up, down    []string
		isPermitted bool
	}{
		"by rank":                        {rank, reversed(rank), true},
		"by rank, from the last":         {reversed(rank), rank, true},
		"by the alphabet":                {alphabet, reversed(alphabet), true},
		"by the alphabet, from the last": {reversed(alphabet), alphabet, false},
		"in either order":                {rank, reversed(alphabet), false},
		"in one direction":               {rank, rank, false},
		"in no order":                    {[]string{"urgent", "low", "high", "normal"}, []string{"normal", "high", "low", "urgent"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, schema := range []string{"{$ref: '#/components/schemas/Urgency'}", "{anyOf: [{$ref: '#/components/schemas/Urgency'}, {type: 'null'}]}"} {
				for seed := range uint64(8) {
					result := judgeRanked(t, seed+1, schema, test.up, test.down)
					if test.isPermitted {
						require.Equal(t, report.Pass, result.Status, "%s: expected %s, got %s", result.Reason, result.Expected, result.Actual)
						continue
					}
					require.Equal(t, report.Fail, result.Status, "%s with the seed %d", schema, seed+1)
				}
			}
		})
	}
}

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestAListInNoOrderTellsWhichNeighboursAre(t *testing.T) {
	t.Parallel()
	result := judgeRanked(t, 1, "{$ref: '#/components/schemas/Urgency'}", []string{"urgent", "low", "high", "normal"}, nil)
	require.Equal(t, report.Fail, result.Status)
	require.Equal(t, "sort=urgency: the records are not in order of urgency", result.Reason)
	require.Equal(t, `"high" (4) before "low" (1): ascending by the alphabet or by its rank in the document or by that rank from the last`, result.Expected)
	require.Equal(t, `"low" (1) before "high" (4)`, result.Actual)
}

// A record that changes before an order is looked at may be one that cannot be read alone.
func TestAnOrderIsJudgedWhereRecordsCannotBeRead(t *testing.T) {
	t.Parallel()
	file, document := smallDocument(t, "limit-offset")
	text := string(document)
	begin := strings.Index(text, "    get:\n      operationId: books_retrieve")
	end := strings.Index(text, "    put:\n      operationId: books_update")
	require.Less(t, begin, end)
	text = text[:begin] + text[end:]
	for old, with := range map[string]string{
		"[title, -title, pages, -pages]":                "[pages, -pages], default: -pages",
		"      required: [id, title, genre, created]\n": "",
	} {
		require.Contains(t, text, old)
		text = strings.Replace(text, old, with, 1)
	}
	r := judgePages(t, file, []byte(text), 1, nil)
	require.Equal(t, report.Pass, resultOf(t, r, "pagination/order").Status, resultOf(t, r, "pagination/order").Reason)
}
