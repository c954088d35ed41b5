package store_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

func TestRangeClip(t *testing.T) {
	for _, test := range []struct {
		name          string
		r             store.Range
		total         int
		offset, count int
	}{
		{"zero", store.Range{}, 5, 0, 0},
		{"all", store.Range{Limit: store.All}, 5, 0, 5},
		{"all of nothing", store.Range{Limit: store.All}, 0, 0, 0},
		{"within", store.Range{Offset: 1, Limit: 3}, 5, 1, 3},
		{"up to the end", store.Range{Offset: 2, Limit: 3}, 5, 2, 3},
		{"over the end", store.Range{Offset: 3, Limit: 3}, 5, 3, 2},
		{"at the end", store.Range{Offset: 5, Limit: 3}, 5, 5, 0},
		{"past the end", store.Range{Offset: 6, Limit: 3}, 5, 5, 0},
		{"all past the end", store.Range{Offset: 6, Limit: store.All}, 5, 5, 0},
		{"negative offset", store.Range{Offset: -3, Limit: 2}, 5, 0, 2},
		{"greatest", store.Range{Offset: math.MaxInt, Limit: math.MaxInt}, 5, 5, 0},
		{"greatest limit", store.Range{Offset: 1, Limit: math.MaxInt}, 5, 1, 4},
		{"least", store.Range{Offset: math.MinInt, Limit: math.MinInt}, 5, 0, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			offset, count := test.r.Clip(test.total)
			require.Equal(t, test.offset, offset)
			require.Equal(t, test.count, count)
		})
	}
}
