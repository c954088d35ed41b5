package mockserver

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// remove deletes one item, or moves it on where its lifecycle says that a removal
// takes its time.
func (s *Server) remove(e *exchange) error {
	record, at, err := s.get(e)
	if err != nil {
		return err
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	if _, err := s.readBody(e); err != nil {
		return err
	}
	if r := e.endpoint.collection.Removal; r != nil {
		moved, err := s.moveOn(e, at, r)
		if !errors.Is(err, errMoved) {
			return s.finish(e, &e.endpoint.accepted, moved, err)
		}
	}
	return s.finish(e, &e.endpoint.usual, record, s.removeAt(e, at))
}

// finish answers with an item after a change; one that is gone by now was
// removed by another request.
func (s *Server) finish(e *exchange, a *answer, record []byte, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notFound(e.match.Operation, &e.match.Params)
	case err != nil:
		return err
	}
	return s.sendItem(e, a, record)
}

// moveOn gives an item the members that a removal sets. The error is errMoved when
// its state is not one in which a removal takes its time.
func (s *Server) moveOn(e *exchange, at place, r *resource.Removal) ([]byte, error) {
	c, now := e.endpoint.collection, s.now()
	var moved map[string]any
	c.turning.Lock()
	defer c.turning.Unlock()
	record, err := s.store.Update(e.r.Context(), at.partition, at.id, func(old []byte) ([]byte, error) {
		item, err := decodeItem(old)
		if err != nil {
			return nil, err
		}
		if c.Lifecycle == nil || !slices.Contains(r.When, text(item[c.Lifecycle.Field])) {
			return nil, errMoved
		}
		for name, value := range r.Set {
			item[name] = value
		}
		c.touch(item, now)
		moved = item
		return c.prove(item)
	})
	if err == nil {
		c.reenter(at, moved, now)
	}
	return record, err
}

// removeAt deletes an item with what stands under it, or refuses to while there is
// any.
func (s *Server) removeAt(e *exchange, at place) error {
	c, ctx := e.endpoint.collection, e.r.Context()
	if refusing := s.refusing(c); len(refusing) > 0 {
		for _, child := range refusing {
			child.expire(ctx, e.started)
		}
		defer hold(refusing)()
		for _, child := range refusing {
			if there, err := s.anyUnder(ctx, child, c, at); err != nil {
				return err
			} else if there {
				return e.refuse("conflict", "there are "+child.Name+" under it", values{"field": child.Name, "value": at.id},
					http.StatusConflict, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusForbidden)
			}
		}
	}
	return s.drop(ctx, c, at)
}

// drop deletes an item and everything that stands under it.
func (s *Server) drop(ctx context.Context, c *collection, at place) error {
	if err := s.dropOnly(ctx, c, at); err != nil {
		return err
	}
	return s.cascade(context.WithoutCancel(ctx), c, at)
}

// dropOnly deletes an item without what stands under it.
func (s *Server) dropOnly(ctx context.Context, c *collection, at place) error {
	c.turning.Lock()
	defer c.turning.Unlock()
	return s.dropTurning(ctx, c, at)
}

// dropTurning is dropOnly for who holds turning.
func (s *Server) dropTurning(ctx context.Context, c *collection, at place) error {
	record, err := s.store.Get(ctx, at.partition, at.id)
	if err != nil {
		return err
	}
	if err := s.store.Delete(ctx, at.partition, at.id); err != nil {
		return err
	}
	c.places.leave(at, record)
	c.homes.leave(at)
	if c.lifecycle != nil {
		c.lifecycle.forget(at)
	}
	if c.Singleton && !c.putable() {
		c.forget(at.partition) // it starts again
	}
	return nil
}
