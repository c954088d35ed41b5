package mockserver

import (
	"fmt"
	"net/http"
	"slices"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// act does something else to an item: it gives members their values, if the item is
// in a state in which that may be done.
func (s *Server) act(e *exchange) error {
	_, at, err := s.get(e)
	if err != nil {
		return err
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	sent, err := s.readItem(e)
	if err != nil {
		return err
	}
	record, err := s.perform(e, at, e.endpoint.action, sent)
	if err == nil && e.endpoint.made != nil {
		record, err = s.copy(e, at, record, sent)
	}
	return s.finish(e, &e.endpoint.usual, record, err)
}

// perform changes an item as an action says.
func (s *Server) perform(e *exchange, at place, action *resource.Action, sent map[string]any) ([]byte, error) {
	c, now := e.endpoint.collection, s.now()
	if action == nil {
		return s.store.Get(e.r.Context(), at.partition, at.id)
	}
	if action.Edits != "" {
		return s.alter(e, at, func(item map[string]any) error {
			c.edit(item, sent[action.Edits])
			return nil
		})
	}
	var changed map[string]any
	c.turning.Lock()
	defer c.turning.Unlock()
	record, err := s.store.Update(e.r.Context(), at.partition, at.id, func(old []byte) ([]byte, error) {
		item, err := decodeItem(old)
		if err != nil {
			return nil, err
		}
		if err := e.checkState(c, item, action); err != nil {
			return nil, err
		}
		if len(action.Set) == 0 {
			return old, nil
		}
		for name, value := range action.Set {
			item[name] = value
		}
		c.touch(item, now)
		changed = item
		return c.prove(item)
	})
	if err == nil && c.Lifecycle != nil {
		if _, moved := action.Set[c.Lifecycle.Field]; moved {
			c.reenter(at, changed, now)
		}
	}
	return record, err
}

// checkState refuses an action that may not be done in the state of the item.
func (e *exchange) checkState(c *collection, item map[string]any, action *resource.Action) error {
	if len(action.From) == 0 || c.Lifecycle == nil {
		return nil
	}
	state := text(item[c.Lifecycle.Field])
	if slices.Contains(action.From, state) {
		return nil
	}
	return e.refuse("wrong_state", fmt.Sprintf("the %s is %s, in which this cannot be done", c.Lifecycle.Field, state), values{"field": c.Lifecycle.Field, "value": state},
		http.StatusConflict, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusForbidden)
}

// copy makes the item that an action creates: what requests set of the item that is
// acted upon, and what this one sets. It stands beside that item, or under the
// parents of which the path has the values.
func (s *Server) copy(e *exchange, at place, record []byte, sent map[string]any) ([]byte, error) {
	c, made := e.endpoint.collection, e.endpoint.made
	item, err := decodeItem(record)
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	for _, f := range made.Fields {
		if value, ok := item[f.Name]; ok && f.Source == resource.FromClient {
			members[f.Name] = value
		}
		if value, ok := sent[f.Name]; ok {
			members[f.Name] = value
		}
	}
	p := at.partition
	if made != c {
		values := c.parentValues(at.partition)
		p = made.partitionOf(func(param string) string {
			if value := values[param]; value != "" {
				return value
			}
			return e.match.Params.Get(param)
		})
	}
	created, at, err := s.insert(e, made, p, origin{sent: members})
	if err == nil && made == c && e.endpoint.usual.location {
		e.locate(s, at.id)
	}
	return created, err
}

// actionOf finds the action that an operation is, or nil.
func actionOf(c *resource.Collection, op *contract.Operation) *resource.Action {
	for i := range c.Actions {
		if c.Actions[i].Operation == op {
			return &c.Actions[i]
		}
	}
	return nil
}
