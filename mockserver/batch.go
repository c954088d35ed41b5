package mockserver

import (
	"errors"
	"fmt"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// many makes, changes or replaces several items.
func (s *Server) many(e *exchange) error {
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	list, err := s.readList(e)
	if err != nil {
		return err
	}
	done := map[resource.Role]func(*exchange, []map[string]any) ([][]byte, error){
		resource.Create: s.insertEach, resource.Update: s.changeEach, resource.Replace: s.replaceEach,
	}[e.endpoint.batch.Role]
	records, err := done(e, list)
	switch {
	case err != nil:
		return err
	case e.endpoint.lists() && e.endpoint.usual.body:
		return s.sendAll(e, records)
	case e.endpoint.usual.body:
		return s.sendCanned(e, e.endpoint.usual.status, preferences{})
	}
	e.sendHeaders(&e.endpoint.usual)
	e.send(e.endpoint.usual.status, nil)
	return nil
}

// readList reads the items in the body of a request.
func (s *Server) readList(e *exchange) ([]map[string]any, error) {
	value, err := s.readBody(e)
	if err != nil {
		return nil, err
	}
	if object, ok := value.(map[string]any); ok {
		value = object[e.endpoint.batch.Sent]
	}
	sent, _ := value.([]any)
	list := make([]map[string]any, len(sent))
	for i := range sent {
		item, ok := sent[i].(map[string]any)
		if !ok {
			return nil, e.invalid([]contract.Violation{{In: "body", Pointer: fmt.Sprintf("/%d", i), Keyword: "type", Message: "an item must be an object", Expected: "object"}})
		}
		list[i] = item
	}
	return list, nil
}

// insertEach makes an item of each that is sent.
func (s *Server) insertEach(e *exchange, list []map[string]any) ([][]byte, error) {
	records := make([][]byte, 0, len(list))
	for _, sent := range list {
		record, _, err := s.insert(e, e.endpoint.collection, e.partition(), origin{sent: sent})
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

// changeEach changes the items whose ids are sent. None is changed where one of them
// is not there.
func (s *Server) changeEach(e *exchange, list []map[string]any) ([][]byte, error) {
	c := e.endpoint.collection
	ids := make([]string, len(list))
	for i, sent := range list {
		ids[i] = c.spelling.key(text(sent[c.IDField]))
		if there, err := s.has(e.r.Context(), e.partition(), ids[i]); err != nil {
			return nil, err
		} else if !there {
			return nil, notFound(e.match.Operation, &e.match.Params)
		}
	}
	records := make([][]byte, 0, len(list))
	for i, sent := range list {
		record, err := s.alter(e, place{e.partition(), ids[i]}, func(item map[string]any) error { return c.replaceSent(item, sent) })
		if errors.Is(err, store.ErrNotFound) {
			return nil, notFound(e.match.Operation, &e.match.Params)
		}
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

// replaceEach puts what is sent in place of all items. One that is sent with the id of
// an item there was keeps it.
func (s *Server) replaceEach(e *exchange, list []map[string]any) ([][]byte, error) {
	c, p := e.endpoint.collection, e.partition()
	origins := make([]origin, len(list))
	for i, sent := range list {
		origins[i].sent = sent
		id, named := sent[c.IDField]
		if !named || c.IDField == "" {
			continue
		}
		if there, err := s.has(e.r.Context(), p, c.spelling.key(text(id))); err != nil {
			return nil, err
		} else if there {
			origins[i].id = id
		}
	}
	if err := s.empty(e.r.Context(), c, p); err != nil {
		return nil, err
	}
	records := make([][]byte, 0, len(list))
	for _, from := range origins {
		record, _, err := s.insert(e, c, p, from)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
