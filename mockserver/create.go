package mockserver

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"understudy/internal/contract"
	"understudy/mockserver/store"
)

// create makes an item of the body.
func (s *Server) create(e *exchange) error {
	decoded, err := e.checkParameters()
	if err != nil {
		return err
	}
	from, err := s.readOrigin(e)
	if err != nil {
		return err
	}
	c := e.endpoint.collection
	if c.IDQuery != nil && text(decoded[c.IDQuery.Name]) != "" {
		from.id, _ = c.idFrom(text(decoded[c.IDQuery.Name]))
	}
	record, at, err := s.insert(e, c, e.partition(), from)
	if err != nil {
		return err
	}
	if e.endpoint.usual.location {
		e.locate(s, at.id)
	}
	return s.sendItem(e, &e.endpoint.usual, record)
}

// insert stores a new item. Creations take turns, so that the order of the
// store is the order of the times that they carry.
func (s *Server) insert(e *exchange, c *collection, p store.Partition, from origin) ([]byte, place, error) {
	c.expire(e.r.Context(), e.started)
	c.creating.Lock()
	defer c.creating.Unlock()
	if err := s.checkQuota(e, c, p); err != nil {
		return nil, place{}, err
	}
	from.key, from.now = e.key, s.now()
	from.updated = from.now
	for range c.tries() {
		record, at, err := s.tryInsert(e, c, p, &from)
		if errors.Is(err, errTaken) {
			continue
		}
		if err != nil {
			return nil, at, err
		}
		return record, at, s.checkStillParents(e, c, at)
	}
	return nil, place{}, e.refuse("conflict", "there is no id left", values{"field": c.idMember()}, http.StatusConflict, http.StatusUnprocessableEntity)
}

// Bounds of how many ids in a row may be taken: by loaded data where each number
// makes another id, and where ids are drawn from those that a schema admits.
const (
	maxTaken = 100_000
	maxDrawn = 100
)

// tries is how many ids may be tried.
func (c *collection) tries() int {
	if c.uuids || c.spelling == unpadded || !c.identified() {
		return maxTaken
	}
	return maxDrawn
}

// errUncertain says that an item cannot be made as text.
var errUncertain = errors.New("the item must be made as a tree")

// errTaken says that loaded data holds the id of an ordinal already.
var errTaken = errors.New("the id is taken")

// tryInsert stores a new item under the next ordinal.
func (s *Server) tryInsert(e *exchange, c *collection, p store.Partition, from *origin) ([]byte, place, error) {
	ctx := e.r.Context()
	n := c.nextOrdinal(p)
	item, ok := s.writeItem(e, c, p, n, from)
	if !ok {
		var err error
		if item, err = s.compose(e, c, p, n, from); err != nil {
			return nil, place{}, err
		}
	}
	record, at := item.record, place{p, item.id}
	if at.id == "" && c.ItemPath != "" && !c.Singleton {
		return nil, at, e.invalid([]contract.Violation{{In: "body", Field: c.idMember(), Pointer: "/" + c.idMember(), Keyword: "minLength", Message: "an empty id names nothing", Limit: "1"}})
	}
	_, chosen := from.sent[c.idMember()]
	c.turning.Lock()
	defer c.turning.Unlock()
	switch err := s.put(ctx, c, at, record); {
	case errors.Is(err, store.ErrExists) && !c.Singleton && from.id == nil && (!chosen || !c.ClientID && len(c.IDPath) == 0):
		return nil, at, errTaken
	case errors.Is(err, store.ErrExists):
		return nil, at, c.taken(at.id)
	case err != nil:
		return nil, at, err
	}
	c.inserted(from.now)
	c.enterState(at, item.state, from.now)
	return record, at, nil
}

// taken is the failure of an item whose id another one has.
func (c *collection) taken(id string) *failure {
	return &failure{status: http.StatusConflict, cause: "conflict", reason: "there is such an item already", values: values{"field": c.idMember(), "value": id}}
}

// compose makes the n-th item of a partition as a tree, and proves it.
func (s *Server) compose(e *exchange, c *collection, p store.Partition, n int, from *origin) (made, error) {
	if from.asText {
		from.sent, _ = decodeItem(e.body) // it is known to be an object
		from.asText = false
	}
	item, err := s.newItem(c, p, n, *from)
	if err != nil {
		return made{}, err
	}
	item, record, err := s.settle(c, s.kindOf(e, c, item, from.sent, seedKey(p, n)), seedKey(p, n))
	if err != nil {
		return made{}, err
	}
	composed := made{record: record, id: c.storedUnder(item, n)}
	if c.lifecycle != nil {
		composed.state = text(item[c.Lifecycle.Field])
	}
	return composed, nil
}

// put stores a record at the end of its partition.
func (s *Server) put(ctx context.Context, c *collection, at place, record []byte) error {
	if c.places != nil {
		switch there, err := s.has(ctx, at.partition, at.id); {
		case err != nil:
			return err
		case there:
			return store.ErrExists
		}
	}
	if c.homes != nil && !c.homes.enter(at) {
		return store.ErrExists
	}
	c.places.enter(at) // before anybody can see the item
	err := s.store.Insert(ctx, at.partition, at.id, record)
	if err != nil {
		c.homes.leave(at)
	}
	return err
}

// enter plans the next move of an item in its lifecycle.
func (c *collection) enter(at place, item map[string]any, now time.Time) {
	if c.lifecycle != nil {
		c.enterState(at, text(item[c.Lifecycle.Field]), now)
	}
}

func (c *collection) enterState(at place, state string, now time.Time) {
	if c.lifecycle != nil {
		c.lifecycle.enter(at.partition, at.id, state, now)
	}
}

// checkQuota refuses an item that would be one too many.
func (s *Server) checkQuota(e *exchange, c *collection, p store.Partition) error {
	if c.Quota == 0 {
		return nil
	}
	_, total, err := s.store.Page(e.r.Context(), p, store.Range{}, nil)
	if err != nil || total < c.Quota {
		return err
	}
	limit := strconv.Itoa(c.Quota)
	return e.refuse("quota", "there are "+limit+" already, and no more may be", values{"limit": limit},
		http.StatusConflict, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusForbidden)
}

// checkStillParents takes a new item back when a parent was deleted meanwhile.
func (s *Server) checkStillParents(e *exchange, c *collection, at place) error {
	for i := range e.endpoint.scope.parents {
		if e.endpoint.scope.parents[i].collection == nil {
			continue
		}
		there, err := s.parentExists(e, i, e.endpoint.scope.value(&e.match.Params, i))
		if err != nil {
			return err
		}
		if !there {
			if err := s.drop(e.r.Context(), c, at); err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			return parentNotFound(e.match.Operation, &e.match.Params, e.endpoint.scope.parents[i].name)
		}
	}
	return nil
}
