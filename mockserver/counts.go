package mockserver

import "maps"

// counts says how many items a collection ever held. The zero value is none.
type counts struct {
	under map[string]int // by the values of the parents
	all   int
}

func (n *counts) add(parents string, more int) {
	if n.under == nil {
		n.under = map[string]int{}
	}
	n.under[parents] += more
	n.all += more
}

// forget counts no item under parents: there the count begins anew, or nothing ever will.
func (n *counts) forget(parents string) {
	n.all -= n.under[parents]
	delete(n.under, parents)
}

// last is the number of the item that was added last under parents. Items that are
// apart from their collection are numbered all together, since their ids must differ.
func (n *counts) last(apart bool, parents string) int {
	if apart {
		return n.all
	}
	return n.under[parents]
}

func (n *counts) clone() counts { return counts{maps.Clone(n.under), n.all} }
