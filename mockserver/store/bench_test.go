package store_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// recordSize is the size of the records benchmarks store, a small resource.
const recordSize = 260

// million is how many records make a large partition.
const million = 1_000_000

var benchPartition = store.Partition{Collection: "users"}

func BenchmarkGet(b *testing.B) {
	s := filled(b, benchPartition, million)
	ids := numbers(1024)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Get(b.Context(), benchPartition, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGetBesideWriters reads while nobody writes, and while others write to the
// same partition as fast as they can.
func BenchmarkGetBesideWriters(b *testing.B) {
	for _, writers := range []int{0, 1, 2} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			s := filled(b, benchPartition, million)
			ids := numbers(1024)
			ctx, stop := context.WithCancel(b.Context())
			var done sync.WaitGroup
			written := make([]int, writers)
			for w := range writers {
				done.Go(func() {
					record := make([]byte, recordSize)
					change := func([]byte) ([]byte, error) { return record, nil }
					for ; ctx.Err() == nil; written[w]++ {
						_, _ = s.Update(ctx, benchPartition, ids[(7*written[w]+w)%len(ids)], change)
					}
				})
			}
			reads := 0
			for ; b.Loop(); reads++ {
				if _, err := s.Get(b.Context(), benchPartition, ids[reads%len(ids)]); err != nil {
					b.Fatal(err)
				}
			}
			stop()
			done.Wait()
			total := 0
			for _, n := range written {
				total += n
			}
			b.ReportMetric(float64(total)/float64(reads), "writes/read")
		})
	}
}

func BenchmarkPage(b *testing.B) {
	const size = 100
	s := filled(b, benchPartition, million)
	dst := make([][]byte, 0, size)
	for _, bench := range []struct {
		name string
		r    store.Range
	}{
		{"start", store.Range{Offset: 0, Limit: size}},
		{"middle", store.Range{Offset: million / 2, Limit: size}},
		{"end", store.Range{Offset: million - size, Limit: size}},
		{"newest", store.Range{Offset: 0, Limit: size, Newest: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := s.Page(b.Context(), benchPartition, bench.r, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkInsert fills an empty store and reports the cost of one insert, the
// growth of the store included.
func BenchmarkInsert(b *testing.B) {
	for _, n := range []int{10_000, million} {
		b.Run(fmt.Sprintf("up to %d", n), func(b *testing.B) {
			ids := numbers(n)
			record := make([]byte, recordSize)
			for b.Loop() {
				s := store.NewMemory()
				for _, id := range ids {
					if err := s.Insert(b.Context(), benchPartition, id, record); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/insert")
		})
	}
}

func BenchmarkUpdate(b *testing.B) {
	s := filled(b, benchPartition, million)
	ids := numbers(1024)
	record := make([]byte, recordSize)
	change := func([]byte) ([]byte, error) { return record, nil }
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Update(b.Context(), benchPartition, ids[i%len(ids)], change); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDeleteMiddle deletes from the middle of a million records on, and puts
// each record back at the end, so that there stay as many. Compacting is included.
func BenchmarkDeleteMiddle(b *testing.B) {
	s := filled(b, benchPartition, million)
	ids := numbers(million)
	record := make([]byte, recordSize)
	b.ReportAllocs()
	for i := million / 2; b.Loop(); i++ {
		id := ids[i%million]
		if err := s.Delete(b.Context(), benchPartition, id); err != nil {
			b.Fatal(err)
		}
		if err := s.Insert(b.Context(), benchPartition, id, record); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMemory reports the memory a record takes in all, the record itself
// included, for ids as long as a UUID.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{10_000, 100_000, million} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var perRecord float64
			for b.Loop() {
				before := heapInUse()
				s := store.NewMemory()
				for i := range n {
					id := fmt.Sprintf("%036d", i)
					require.NoError(b, s.Insert(b.Context(), benchPartition, id, make([]byte, recordSize)))
				}
				perRecord = float64(heapInUse()-before) / float64(n)
				runtime.KeepAlive(s)
			}
			b.ReportMetric(perRecord, "B/record")
			b.ReportMetric(0, "ns/op") // says nothing here
		})
	}
}

// heapInUse returns the bytes of live objects on the heap.
func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// numbers returns the ids that filled gives to n records.
func numbers(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	return ids
}
