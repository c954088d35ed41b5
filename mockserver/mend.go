package mockserver

import (
	"maps"
	"slices"
	"strconv"
)

// settle proves an item, mended where it breaks its schema although each request is
// valid: a member shows more than requests send, or members do not go together.
func (s *Server) settle(c *collection, item map[string]any, key string) (settled map[string]any, record []byte, err error) {
	if broken := c.check(item); len(broken) > 0 {
		mended, ok := s.mend(c, item, key)
		if !ok {
			return nil, nil, &unprovenError{c.Path, broken}
		}
		item = mended
	}
	record, err = c.encode(item)
	return item, record, err
}

// maxMends is how many made-up items are tried to mend one.
const maxMends = 24

// mend makes an item valid: first by giving single members the shape that they have
// in an item, then by putting all that it has into an item that is made up, and in
// the end as much of it as there is room for. ok is false when no item can be made
// up.
func (s *Server) mend(c *collection, item map[string]any, key string) (mended map[string]any, ok bool) {
	fitted := maps.Clone(item)
	for _, f := range c.Fields {
		if value, has := fitted[f.Name]; has && f.Schema != nil && !c.composed {
			if value, ok = s.fit(f.Schema, value, key+"\x00"+f.Name); ok {
				fitted[f.Name] = value
			}
		}
	}
	if len(c.check(fitted)) == 0 {
		return fitted, true
	}
	if c.composed {
		if kind, ok := s.fitKind(c, c.Item, item, key); ok {
			return kind, true
		}
	}
	var best map[string]any
	most := -1
	for i := range maxMends {
		made, err := s.generator.Value(c.Item.Compiled(), key+"\x00"+strconv.Itoa(i))
		object, isObject := made.(map[string]any)
		if err != nil || !isObject {
			return nil, false
		}
		whole := maps.Clone(object)
		maps.Copy(whole, fitted)
		if len(c.check(whole)) == 0 {
			lessen(whole, fitted, func(any) bool { return len(c.check(whole)) == 0 })
			return whole, true
		}
		if kept := c.squeeze(object, fitted); kept > most && len(c.check(object)) == 0 {
			best, most = object, kept
		}
	}
	return best, best != nil
}

// squeeze puts into a made-up item what there is room for of another: the id first,
// then what requests set. It counts how much of that there was room for.
func (c *collection) squeeze(object, item map[string]any) (kept int) {
	names := []string{c.idMember()}
	for _, f := range c.Fields {
		if c.Writable(f) {
			names = append(names, f.Name)
		}
	}
	sent := len(names)
	for _, f := range c.Fields {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	for i, name := range names {
		value, has := item[name]
		if !has {
			continue
		}
		previous, had := object[name]
		object[name] = value
		if len(c.check(object)) == 0 {
			if i < sent {
				kept++
			}
			continue
		}
		if object[name] = previous; !had {
			delete(object, name)
		}
	}
	return kept
}
