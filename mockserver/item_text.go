package mockserver

import (
	"bytes"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// itemText is the text of a new item, before anything is known of it: what is sent is
// taken over from the body, and what the server sets is written beside it. That makes
// what newItem and encode make, without the tree between them, and is given up
// wherever it is not sure.
type itemText struct {
	parts []part
	state string // that items start in
}

// part is one member of an item.
type part struct {
	field  *resource.Field
	name   []byte          // with quotes and the colon
	fixed  []byte          // what it starts at in every item; nil when that differs
	byKey  map[*key][]byte // what it starts at for each caller; nil when that makes no difference
	absent bool            // it is left out unless it is sent
	timed  bool            // it is a time as text
	own    bool            // it is an id, spelled as the server itself spells them
	write  func(*writing, []byte) ([]byte, error)
}

// writing is the state in which an item is written. It is kept with the exchange, for
// its memory.
type writing struct {
	server     *Server
	collection *collection
	field      *resource.Field
	seedKey    []byte
	from       origin
	timed      time.Time // the time that was written last
	timeText   []byte    // and how it was written
}

// made is a new item, ready to be stored.
type made struct {
	record []byte
	id     string // that it is stored under
	state  string // in its lifecycle, if it has one
}

// newItemText prepares that of a collection; nil when its items cannot be written so.
func newItemText(s *Server, c *collection) *itemText {
	if !c.Item.Accepting() || len(c.Fields) == 0 || len(c.undeclared) > 0 || c.Singleton || c.ClientID || c.IDField == "" || c.IDQuery != nil || len(c.Refused) > 0 || c.composed || s.trees {
		return nil
	}
	m := &itemText{}
	for _, f := range c.Fields {
		if f.WriteOnly {
			return nil
		}
		p := part{field: f, name: append(quote(f.Name), ':')}
		s.preparePart(c, &p)
		m.parts = append(m.parts, p)
		if c.lifecycle != nil && f.Name == c.Lifecycle.Field {
			if p.fixed == nil || c.Writable(f) {
				return nil // it may start in any state
			}
			m.state = text(f.Default)
		}
	}
	return m
}

// preparePart chooses how a member is written.
func (s *Server) preparePart(c *collection, p *part) {
	f := p.field
	switch f.Source {
	case resource.FromID:
		if f.Template == "" && c.uuids {
			p.write, p.own = (*writing).uuid, true
			return
		}
	case resource.FromCreated, resource.FromUpdated:
		sample, _, err := s.initial(c, f, "", origin{now: seedEpoch, updated: seedEpoch})
		if err == nil && sample == seedEpoch.Format(timeLayout) {
			p.write, p.timed = (*writing).time, true
			return
		}
	case resource.FromTemplate:
		p.write = (*writing).template
		return
	case resource.FromUser:
		p.byKey = map[*key][]byte{}
		for _, k := range append([]*key{nil}, s.keys.list...) {
			if value, err := s.user(f, k); err == nil {
				p.byKey[k], _ = contract.AppendJSON(nil, value)
			}
		}
		return
	case resource.FromParent:
	default:
		if value, there, known := c.unvarying(f); known {
			p.absent = !there
			p.fixed, _ = contract.AppendJSON(nil, value)
			return
		}
	}
	p.write = (*writing).value
}

// writeItem makes the n-th item of a partition of the members in the text of a body; ok
// is false when that is not certainly a valid item.
func (s *Server) writeItem(e *exchange, c *collection, p store.Partition, n int, from *origin) (item made, ok bool) {
	m := c.itemText()
	if m == nil || !from.asText {
		return made{}, false
	}
	e.writing = writing{server: s, collection: c, seedKey: appendSeedKey(e.writing.seedKey[:0], p, n), from: *from}
	e.writing.from.ordinal, e.writing.from.partition = n, p
	out := e.buffer[:0]
	out = append(out, '{')
	for i := range m.parts {
		part := &m.parts[i]
		before := len(out)
		if before > 1 {
			out = append(out, ',')
		}
		out = append(out, part.name...)
		start := len(out)
		var err error
		if out, err = part.append(out, &e.writing, e.members); err != nil {
			return made{}, false
		}
		switch {
		case len(out) == start: // it is left out
			out = out[:before]
		case part.field.Name == c.IDField && contract.IsPlainScalar(out[start:]):
			item.id = string(bytes.Trim(out[start:], `"`))
			if !part.own {
				item.id = c.spelling.key(item.id)
			}
		}
	}
	out = append(out, '}')
	e.buffer = out
	if item.id == "" || !c.Item.Accepts(out) {
		return made{}, false
	}
	item.record, item.state = bytes.Clone(out), m.state
	return item, true
}

// append writes the value of a member, nothing when it is left out.
func (p *part) append(out []byte, c *writing, sent []contract.TextMember) ([]byte, error) {
	if c.collection.Writable(p.field) {
		if value := memberText(sent, p.field.Name); value != nil {
			return appendSent(out, p.field, value)
		}
	}
	switch {
	case p.absent:
		return out, nil
	case p.fixed != nil:
		return append(out, p.fixed...), nil
	case p.byKey != nil && p.byKey[c.from.key] != nil:
		return append(out, p.byKey[c.from.key]...), nil
	case p.write == nil:
		return nil, errUncertain
	}
	c.field = p.field
	return p.write(c, out)
}

// appendSent writes a value that was sent, nothing for a null that is as good as
// left out.
func appendSent(out []byte, f *resource.Field, sent []byte) ([]byte, error) {
	if sent[0] == 'n' && ignoresNull(f, nil) {
		return out, nil
	}
	if contract.IsPlainScalar(sent) {
		return append(out, sent...), nil
	}
	value, err := contract.DecodeJSON(sent)
	if err != nil {
		return nil, err
	}
	return contract.AppendJSON(out, value)
}

func (c *writing) uuid(out []byte) ([]byte, error) {
	return append(c.server.generator.AppendUUID(append(out, '"'), c.seedKey), '"'), nil
}

func (c *writing) time(out []byte) ([]byte, error) {
	at := c.from.now
	if c.field.Source == resource.FromUpdated {
		at = c.from.updated
	}
	if c.timeText == nil || !at.Equal(c.timed) {
		start := len(out)
		out = append(appendTime(append(out, '"'), at), '"')
		c.timed, c.timeText = at, out[start:]
		return out, nil
	}
	return append(out, c.timeText...), nil // a new item has two times, and they are the same
}

func (c *writing) template(out []byte) ([]byte, error) {
	c.seedKey = append(append(c.seedKey, 0), c.field.Name...)
	defer func() { c.seedKey = c.seedKey[:len(c.seedKey)-1-len(c.field.Name)] }()
	start := len(out)
	filled, err := c.server.generator.AppendTemplate(append(out, '"'), c.field.Template, c.seedKey)
	if err != nil || bytes.ContainsAny(filled[start+1:], "\"\\") {
		return nil, errUncertain // it would have to be escaped
	}
	return append(filled, '"'), nil
}

// value writes any other value by way of a tree.
func (c *writing) value(out []byte) ([]byte, error) {
	value, there, err := c.server.initial(c.collection, c.field, string(c.seedKey), c.from)
	if err != nil || !there {
		return out, err
	}
	return contract.AppendJSON(out, value)
}
