package proxy_test

import (
	"strings"
	"testing"
)

// BenchmarkSee is what judging costs, beside the traffic.
func BenchmarkSee(b *testing.B) {
	w := watching(b, nil)
	e := exchange(b, "/things?limit=3", 200, `{"results":[`+strings.Repeat(`{"id":1,"name":"thing","kind":"big"},`, 49)+`{"id":1,"name":"thing","kind":"big"}]}`)
	for b.Loop() {
		w.See(e)
	}
}
