package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// retrieve answers with one item: bytes that were proven when they were stored.
func (s *Server) retrieve(e *exchange) error {
	record, err := e.endpoint.collection.get(e.r.Context(), s, e)
	if err != nil {
		return err
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	e.sendJSON(e.endpoint.status, record)
	return nil
}

// remove deletes one item.
func (s *Server) remove(e *exchange) error {
	c := e.endpoint.collection
	record, err := c.get(e.r.Context(), s, e)
	if err != nil {
		return err
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	err = s.store.Delete(e.r.Context(), c.partition(&e.match.Params), e.match.Params.Get(c.IDParam))
	if errors.Is(err, store.ErrNotFound) {
		return notFound(e.match.Operation, &e.match.Params) // another request was faster
	}
	if err != nil {
		return err
	}
	return s.sendItem(e, record)
}

// create makes an item of the body.
func (s *Server) create(e *exchange) error {
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	sent, err := s.readBody(e)
	if err != nil {
		return err
	}
	record, err := s.insert(e, sent)
	if err != nil {
		return err
	}
	return s.sendItem(e, record)
}

// insert stores a new item. Creations take turns, so that the order of the
// store is the order of the times that they carry.
func (s *Server) insert(e *exchange, sent map[string]any) ([]byte, error) {
	c := e.endpoint.collection
	c.creating.Lock()
	defer c.creating.Unlock()
	p := c.partition(&e.match.Params)
	now := s.now()
	for range maxTaken {
		item, err := s.newItem(c, p, c.nextOrdinal(p), origin{key: e.key, now: now, updated: now, sent: sent})
		if err != nil {
			return nil, err
		}
		record, err := c.prove(item)
		if err != nil {
			return nil, err
		}
		id := text(item[c.IDField])
		if id == "" && c.ItemPath != "" {
			return nil, e.invalid([]contract.Violation{{In: "body", Field: c.IDField, Pointer: "/" + c.IDField, Keyword: "minLength", Message: "an empty id names nothing", Limit: "1"}})
		}
		switch err := s.store.Insert(e.r.Context(), p, id, record); {
		case errors.Is(err, store.ErrExists) && !c.ClientID:
			continue // loaded data holds the id of this ordinal already
		case errors.Is(err, store.ErrExists):
			return nil, &failure{status: http.StatusConflict, cause: "conflict", reason: "there is such an item already", values: values{"field": c.IDField, "value": id}}
		case err != nil:
			return nil, err
		}
		c.inserted(now)
		if c.lifecycle != nil {
			c.lifecycle.enter(p, id, text(item[c.Lifecycle.Field]), now)
		}
		return record, nil
	}
	return nil, fmt.Errorf("%s: no free id was found", c.Path)
}

// maxTaken bounds how many ids in a row may be taken by loaded data.
const maxTaken = 100_000

// update changes the members that are sent.
func (s *Server) update(e *exchange) error {
	return s.change(e, func(c *collection, item, sent map[string]any) {
		for _, f := range c.Fields {
			if value, ok := sent[f.Name]; ok && f.Source == resource.FromClient {
				item[f.Name] = value
			}
		}
	})
}

// replace puts the body in place of the writable members.
func (s *Server) replace(e *exchange) error {
	return s.change(e, func(c *collection, item, sent map[string]any) {
		for _, f := range c.Fields {
			if f.Source != resource.FromClient {
				continue
			}
			switch value, ok := sent[f.Name]; {
			case ok:
				item[f.Name] = value
			case f.HasDefault:
				item[f.Name] = f.Default
			default:
				delete(item, f.Name)
			}
		}
	})
}

// change stores what apply makes of the item that the path names.
func (s *Server) change(e *exchange, apply func(c *collection, item, sent map[string]any)) error {
	c := e.endpoint.collection
	if _, err := c.get(e.r.Context(), s, e); err != nil {
		return err // an item that is not there matters more than a wrong body
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	sent, err := s.readBody(e)
	if err != nil {
		return err
	}
	now := s.now()
	record, err := s.store.Update(e.r.Context(), c.partition(&e.match.Params), e.match.Params.Get(c.IDParam), func(old []byte) ([]byte, error) {
		item, err := decodeItem(old)
		if err != nil {
			return nil, err
		}
		apply(c, item, sent)
		c.touch(item, now)
		return c.prove(item)
	})
	if errors.Is(err, store.ErrNotFound) {
		return notFound(e.match.Operation, &e.match.Params)
	}
	if err != nil {
		return err
	}
	return s.sendItem(e, record)
}

// sendItem answers with an item, if the operation answers with anything.
func (s *Server) sendItem(e *exchange, record []byte) error {
	if !e.endpoint.answers {
		e.send(e.endpoint.status, nil)
		return nil
	}
	if e.endpoint.shows(record) {
		e.sendJSON(e.endpoint.status, record)
		return nil
	}
	return s.sendCanned(e, e.endpoint.status, preferences{})
}

// now is the time in the precision of records.
func (s *Server) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }
