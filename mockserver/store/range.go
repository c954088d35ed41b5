package store

// All is the Limit of a Range that has no end.
const All = -1

// Range selects records of a partition by their position. The zero Range selects
// none, which makes a Page with it a count.
type Range struct {
	// Offset is the position of the first record to select, counted from 0 in the
	// direction of reading. One past the end selects nothing, a negative one is
	// taken as 0.
	Offset int
	// Limit is how many records to select at most. A negative one, such as All,
	// sets no bound.
	Limit int
	// Newest turns the direction of reading: from the record inserted last to the
	// one inserted first.
	Newest bool
}

// Clip returns the part of r that a partition of total records has: the position
// of the first record selected, in the direction of reading, and the number of
// records from there, with 0 <= offset, 0 <= count and offset+count <= total.
func (r Range) Clip(total int) (offset, count int) {
	offset = min(max(r.Offset, 0), total)
	count = total - offset
	if r.Limit >= 0 {
		count = min(count, r.Limit)
	}
	return offset, count
}
