package mockserver

import (
	"net/http"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// scope says which parameters of an operation's path name what. Paths of one
// collection may name the same parameter differently, so they go by position.
type scope struct {
	parents []parent
	id      string // the parameter of the item; "" when the path names none
	// apart says that the path of an item does not say under which parents of its
	// collection it stands.
	apart bool
}

// parent is one path parameter before a collection, as requests need it.
type parent struct {
	resource.Parent
	name     string // of the parameter in this path
	spelling spelling
	// known holds the values that keys and data name, when nothing in the
	// document creates the parent; nil when any value will do.
	known map[string]bool
	// collection holds the parents otherwise.
	collection *collection
}

// newScope reads the path of an operation.
func (s *Server) newScope(op *contract.Operation, c *collection, onItem bool, runtimes map[*resource.Collection]*collection) scope {
	described := c.Parents
	sc := scope{apart: onItem && c.Apart}
	if sc.apart {
		described = c.ItemParents
	}
	var names []string
	for _, p := range op.Parameters {
		if p.In == "path" {
			names = append(names, p.Name)
		}
	}
	for i, p := range described {
		prepared := parent{Parent: p, name: p.Param, collection: runtimes[p.Collection], spelling: parentSpelling(c.Collection, p)}
		if i < len(names) {
			prepared.name = names[i]
		}
		if p.Collection == nil {
			prepared.known = s.knownParents(p.Param, prepared.spelling)
		}
		sc.parents = append(sc.parents, prepared)
	}
	switch {
	case !onItem || c.Singleton:
	case len(names) > len(described):
		sc.id = names[len(described)]
	default:
		sc.id = c.IDParam
	}
	return sc
}

// value is what a request has in its path for the i-th parent.
func (sc *scope) value(params *contract.Params, i int) string {
	return sc.parents[i].spelling.key(params.Get(sc.parents[i].name))
}

// partition is what a request sees of its collection: the items under the
// parents in its path.
func (e *exchange) partition() store.Partition {
	sc := &e.endpoint.scope
	path := e.endpoint.collection.Path
	switch len(sc.parents) {
	case 0:
		return store.Partition{Collection: path}
	case 1:
		return store.Partition{Collection: path, Parent: sc.value(&e.match.Params, 0)}
	}
	values := make([]string, len(sc.parents))
	for i := range values {
		values[i] = sc.value(&e.match.Params, i)
	}
	return store.Partition{Collection: path, Parent: strings.Join(values, separator)}
}

// place is where an item is stored.
type place struct {
	partition store.Partition
	id        string
}

// place finds the item that the request's path names.
func (s *Server) place(e *exchange) (place, error) {
	c, sc := e.endpoint.collection, &e.endpoint.scope
	if e.endpoint.view != nil {
		return s.placeViewed(e)
	}
	id := c.spelling.key(e.match.Params.Get(sc.id))
	switch {
	case c.Singleton:
		at := place{partition: e.partition()}
		return at, s.makeSingleton(e.r.Context(), c, at.partition)
	case sc.apart:
		return e.placeApart(c, id), nil
	}
	return place{e.partition(), id}, nil
}

// placeApart is where the item of an id stands, if its parents fit those in the path.
func (e *exchange) placeApart(c *collection, id string) place {
	if p, ok := c.homes.find(id); ok && e.fitsParents(c, p) {
		return place{p, id}
	}
	return place{store.Partition{Collection: c.Path}, id} // where nothing is
}

// fitsParents reports whether a partition stands under the parents in the path of
// an item that is apart from its collection.
func (e *exchange) fitsParents(c *collection, p store.Partition) bool {
	values := c.parentValues(p)
	for i := range e.endpoint.scope.parents {
		named := e.endpoint.scope.parents[i].Parent
		for _, parent := range c.Parents {
			same := parent.Param == named.Param || parent.Collection != nil && parent.Collection == named.Collection
			if same && values[parent.Param] != e.endpoint.scope.value(&e.match.Params, i) {
				return false
			}
		}
	}
	return true
}

// checkParents proves that the parents in the path are there and that the key
// may enter them.
func (s *Server) checkParents(e *exchange) error {
	sc := &e.endpoint.scope
	for i := range sc.parents {
		parent := &sc.parents[i]
		value := sc.value(&e.match.Params, i)
		there, err := s.parentExists(e, i, value)
		if err != nil {
			return err
		}
		if !there {
			return parentNotFound(e.match.Operation, &e.match.Params, parent.name)
		}
		if e.key != nil && parent.collection == nil && !e.key.may(parent.Param, value, parent.spelling) {
			return forbiddenParent(parent.name, value)
		}
	}
	return nil
}

// forbiddenParent is the failure of a key that may not enter a parent in the path.
func forbiddenParent(name, value string) *failure {
	return &failure{
		status: http.StatusForbidden, cause: "forbidden_parent", reason: "the key may not enter " + name + " " + value,
		values: values{"field": name, "value": value},
	}
}

// parentExists reports whether the i-th parent in the path is there. Where its own
// parents stand before it in the path, it must be under these.
func (s *Server) parentExists(e *exchange, i int, value string) (bool, error) {
	sc := &e.endpoint.scope
	p := &sc.parents[i]
	if p.collection == nil {
		return p.known == nil || p.known[value], nil
	}
	p.collection.advance(e.r.Context(), e.started)
	above := make([]string, 0, i)
	for j := range i {
		above = append(above, sc.value(&e.match.Params, j))
	}
	return p.collection.hasUnder(e.r.Context(), s, above, value)
}

// knownParents collects the values of a path parameter that keys and data name.
// It is nil when none does.
func (s *Server) knownParents(param string, written spelling) map[string]bool {
	var known map[string]bool
	add := func(value string) {
		if known == nil {
			known = map[string]bool{}
		}
		known[written.key(value)] = true
	}
	for _, k := range s.keys.list {
		for _, value := range k.Params[param] {
			add(value)
		}
	}
	for _, group := range s.data.Records {
		if value, ok := group.Parents[param]; ok {
			add(value)
		}
	}
	return known
}
