package mockserver

import (
	"bytes"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// rewriteItem changes an item in its text: the members that are sent take the places of
// those that were there, the rest is taken over. It makes what replaceSent, touch and
// encode make; ok is false when that is not certainly a valid item.
func (s *Server) rewriteItem(e *exchange, c *collection, old []byte, now time.Time) (record []byte, ok bool) {
	if !e.asText {
		return nil, false
	}
	if e.old, ok = contract.AppendMembers(e.old[:0], old); !ok {
		return nil, false
	}
	out := e.buffer[:0]
	out = append(out, '{')
	parts := c.itemText().parts
	for i := range parts {
		before := len(out)
		if before > 1 {
			out = append(out, ',')
		}
		out = append(out, parts[i].name...)
		start := len(out)
		if out, ok = parts[i].change(out, e, now); !ok {
			return nil, false
		}
		if len(out) == start { // it is left out
			out = out[:before]
		}
	}
	out = append(out, '}')
	e.buffer = out
	if int64(len(out)) > 2*s.bodyLimit || !c.Item.Accepts(out) {
		return nil, false
	}
	return bytes.Clone(out), true
}

// change writes the value that a member of a changed item has.
func (p *part) change(out []byte, e *exchange, now time.Time) (changed []byte, ok bool) {
	f := p.field
	if f.Source == resource.FromClient {
		if sent := memberText(e.members, f.Name); sent != nil {
			out, err := appendSent(out, f, sent)
			return out, err == nil
		}
	}
	value := memberText(e.old, f.Name)
	if f.Source != resource.FromUpdated {
		return append(out, value...), true
	}
	if !p.timed || len(value) < 2 {
		return nil, false
	}
	last, err := time.Parse(time.RFC3339Nano, string(value[1:len(value)-1]))
	if err != nil {
		return nil, false
	}
	if !now.After(last) {
		now = last.Add(time.Microsecond)
	}
	return append(now.UTC().AppendFormat(append(out, '"'), timeLayout), '"'), true
}

// memberText is the value of the member of a name; nil when there is none.
func memberText(members []contract.TextMember, name string) []byte {
	for i := range members {
		if string(members[i].Name) == name {
			return members[i].Value
		}
	}
	return nil
}
