package store

import "math/bits"

// fenwick is a list of counts that knows its running sums (a Fenwick tree, or
// binary indexed tree): changing a count and finding where the running sum
// reaches a value both take O(log n). The zero value is an empty list.
//
// Counted from 1, node i holds the sum of the counts in (i - lowBit(i), i], and
// is element i-1 of the slice.
type fenwick []uint32

// push appends a count of zero.
func (f *fenwick) push() {
	node := len(*f) + 1
	var sum uint32
	for child := node - 1; child > node-lowBit(node); child -= lowBit(child) {
		sum += (*f)[child-1]
	}
	*f = append(*f, sum)
}

// increment adds one to count i.
func (f fenwick) increment(i int) {
	for node := i + 1; node <= len(f); node += lowBit(node) {
		f[node-1]++
	}
}

// decrement takes one from count i, which must not be zero.
func (f fenwick) decrement(i int) {
	for node := i + 1; node <= len(f); node += lowBit(node) {
		f[node-1]--
	}
}

// find returns the i for which the counts before i sum up to at most sum, and
// with count i to more than it, and how much of sum the counts before i leave.
// The sum of all counts must be more than sum.
func (f fenwick) find(sum int) (i, rest int) {
	rest = sum
	for step := highBit(len(f)); step > 0; step /= 2 {
		node := i + step
		if node <= len(f) && int(f[node-1]) <= rest {
			i = node
			rest -= int(f[node-1])
		}
	}
	return i, rest
}

// lowBit returns the lowest bit set in n, which must be positive.
func lowBit(n int) int { return n & -n }

// highBit returns the highest bit set in n, or 0 for 0.
func highBit(n int) int { return 1 << bits.Len(uint(n)) >> 1 }
