package mockserver

import (
	"bytes"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// rewriting is what the new text of an item is made of.
type rewriting struct {
	old  []contract.TextMember // of the item as it was
	sent []contract.TextMember // by a client, who may not write all of them
	set  []contract.TextMember // by the server itself
	now  time.Time
}

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
	e.buffer, ok = c.rewrite(e.buffer[:0], &rewriting{old: e.old, sent: e.members, now: now})
	if !ok || int64(len(e.buffer)) > 2*s.bodyLimit {
		return nil, false
	}
	return bytes.Clone(e.buffer), true
}

// rewrite writes an item anew; ok is false when that is not certainly a valid item.
func (c *collection) rewrite(out []byte, from *rewriting) (rewritten []byte, ok bool) {
	out = append(out, '{')
	parts := c.itemText().parts
	for i := range parts {
		before := len(out)
		if before > 1 {
			out = append(out, ',')
		}
		out = append(out, parts[i].name...)
		start := len(out)
		if out, ok = parts[i].rewrite(out, from); !ok {
			return out, false
		}
		if len(out) == start { // it is left out
			out = out[:before]
		}
	}
	out = append(out, '}')
	return out, c.Item.Accepts(out)
}

// rewrite writes the value that a member of a changed item has.
func (p *part) rewrite(out []byte, from *rewriting) (rewritten []byte, ok bool) {
	f := p.field
	value := memberText(from.old, f.Name)
	if f.Source == resource.FromUpdated {
		return p.touch(out, value, from.now)
	}
	if set := memberText(from.set, f.Name); set != nil {
		return append(out, set...), true
	}
	if f.Source == resource.FromClient {
		if sent := memberText(from.sent, f.Name); sent != nil {
			out, err := appendSent(out, f, sent)
			return out, err == nil
		}
	}
	return append(out, value...), true
}

// touch writes the time of a change, which is after the last one.
func (p *part) touch(out, last []byte, now time.Time) (touched []byte, ok bool) {
	if !p.timed || len(last) < 2 {
		return out, false
	}
	before, err := time.Parse(time.RFC3339Nano, string(last[1:len(last)-1]))
	if err != nil {
		return out, false
	}
	if !now.After(before) {
		now = before.Add(time.Microsecond)
	}
	return append(appendTime(append(out, '"'), now), '"'), true
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
