// Package store keeps the records of a stateful mock server.
//
// A record is the JSON text of one resource. It lives under an id in a
// [Partition], and the records of a partition have an order: the order in which
// they were inserted. Stores never look inside a record, an id or a partition.
//
// [Store] is the contract, [Memory] the store that lives in the process. Package
// storetest checks that a store keeps the contract.
package store

import (
	"cmp"
	"context"
	"errors"
)

var (
	// ErrNotFound reports that a partition holds no record under an id.
	ErrNotFound = errors.New("store: record not found")
	// ErrExists reports that a partition holds a record under an id already.
	ErrExists = errors.New("store: record exists already")
)

// Store keeps records in partitions. Its methods may be called by several
// goroutines at once, and each takes effect at one instant between its call and
// its return.
//
// Records are shared, not copied: the store keeps the slice it is handed and
// hands out the slice it keeps, so nobody may change the bytes of a record that
// has been in a store. A record changes by being replaced, see Update.
//
// A partition exists while it holds a record: there is no difference between one
// that was never written to and one whose records were all deleted.
//
// A method that is called with a context already done returns the error of the
// context and does nothing. Errors are to be compared with [errors.Is].
type Store interface {
	// Get returns the record under id, or ErrNotFound.
	Get(ctx context.Context, p Partition, id string) (record []byte, err error)

	// Page appends to dst the records of p that r selects, in the order r asks
	// for, and returns the extended slice and how many records p holds in all.
	// Both are of the same instant. If it fails it returns dst as it came.
	Page(ctx context.Context, p Partition, r Range, dst [][]byte) (records [][]byte, total int, err error)

	// Insert puts record under id at the end of p, or returns ErrExists.
	Insert(ctx context.Context, p Partition, id string, record []byte) error

	// Update replaces the record under id by what change makes of it, and returns
	// the new record. The record keeps its place in the order.
	//
	// Nothing is locked while change runs, so it may use the store itself. If by
	// then the record differs from the one change saw, change is called again with
	// the record there is, so it must do no harm when it is called more than once.
	// An error of change is returned as it is, and nothing is stored. Update
	// returns ErrNotFound if there is no record under id, be it before or after
	// change ran.
	Update(ctx context.Context, p Partition, id string, change func(old []byte) ([]byte, error)) (record []byte, err error)

	// Delete removes the record under id, or returns ErrNotFound.
	Delete(ctx context.Context, p Partition, id string) error

	// Dump returns every record of the store as of one instant: sorted by
	// partition as by Partition.Compare, and in insertion order within each.
	Dump(ctx context.Context) ([]Entry, error)

	// Replace makes entries the whole content of the store, in insertion order
	// within each partition. Readers see all of the old content or all of the new.
	// If two entries share a partition and an id it returns ErrExists and leaves
	// the store as it was.
	Replace(ctx context.Context, entries []Entry) error
}

// Partition names one collection under one set of parents: what one list
// operation sees. Both parts are opaque to a store and may be any string, the
// empty one included.
type Partition struct {
	Collection string
	Parent     string
}

// Compare orders partitions by collection, then by parent, both by their bytes.
func (p Partition) Compare(q Partition) int {
	return cmp.Or(
		cmp.Compare(p.Collection, q.Collection),
		cmp.Compare(p.Parent, q.Parent),
	)
}

// Entry is a record together with where it is kept.
type Entry struct {
	Partition Partition
	ID        string
	Record    []byte
}
