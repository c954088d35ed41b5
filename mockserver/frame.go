package mockserver

import (
	"fmt"
	"slices"
	"sync"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// frame is what stands around an item in an answer.
type frame struct {
	before, after []byte
	proving       sync.Once // on the first answer, not at the start
	// proven says that any record inside is valid, because records are proven
	// against the very schema of the item here.
	proven bool
	whole  *contract.Schema // of the body; nil when it has none
	item   *contract.Schema // of the item in it; nil when it has none
}

// framed gives an answer its frame, if the operation shows the item.
func (s *Server) framed(ep *endpoint, a answer) answer {
	binding := ep.binding
	if ep.collection == nil || ep.lists() || !binding.ShowsItem || !a.body || a.declared.JSON() == nil {
		return a
	}
	f := &frame{whole: a.schema, item: a.schema}
	if !binding.Shown.Bare() {
		written := &framing{server: s, frame: f, key: ep.op.ID}
		if !written.object(binding.Shown.Members, a.schema) {
			return a
		}
	}
	f.proven = f.whole == nil || f.item == ep.shown().Item
	a.frame = f
	return a
}

// shown is the collection of which an operation shows an item.
func (ep *endpoint) shown() *collection {
	if ep.made != nil {
		return ep.made
	}
	return ep.collection
}

// holds proves that the frame itself is valid, with a made-up item in it.
func (f *frame) holds(s *Server) bool {
	made, err := s.generator.Value(f.item.Compiled(), "frame")
	if err != nil {
		return false
	}
	record, err := contract.AppendJSON(nil, made)
	return err == nil && f.valid(slices.Concat(f.before, record, f.after))
}

func (f *frame) valid(body []byte) bool {
	value, err := contract.DecodeJSON(body)
	return err == nil && len(f.whole.Check(value)) == 0
}

// wrap puts a record into the frame. Where its schema here differs from the one
// that records are proven against, it is judged, and fitted when it must be; ok
// is false when it does not fit at all.
func (f *frame) wrap(s *Server, e *exchange, record []byte) (body []byte, ok bool) {
	if len(f.before) == 0 && f.proven {
		return record, true
	}
	f.proving.Do(func() { f.proven = f.proven && f.holds(s) })
	e.buffer = f.around(e.buffer[:0], record)
	if f.proven || f.valid(e.buffer) {
		return e.buffer, true
	}
	if f.item == nil {
		return nil, false
	}
	record, ok = s.refit(f.item, record)
	if !ok {
		return nil, false
	}
	e.buffer = f.around(e.buffer[:0], record)
	return e.buffer, f.valid(e.buffer)
}

func (f *frame) around(out, record []byte) []byte {
	out = append(out, f.before...)
	out = append(out, record...)
	return append(out, f.after...)
}

// framing is the writing of a frame.
type framing struct {
	server *Server
	frame  *frame
	key    string
	found  bool // the place of the item was passed
}

func (w *framing) write(text ...byte) {
	if w.found {
		w.frame.after = append(w.frame.after, text...)
	} else {
		w.frame.before = append(w.frame.before, text...)
	}
}

// object writes the members of an object; ok is false when one of them has no
// value.
func (w *framing) object(members []resource.EnvelopeMember, schema *contract.Schema) (ok bool) {
	w.write('{')
	written := 0
	for i := range members {
		m := &members[i]
		var value []byte
		if m.Part != resource.ItemPart && m.Part != resource.ObjectPart {
			if value = w.made(m); value == nil {
				if requires(schema, m.Name) {
					return false
				}
				continue
			}
		}
		if written > 0 {
			w.write(',')
		}
		written++
		w.write(append(quote(m.Name), ':')...)
		switch m.Part {
		case resource.ItemPart:
			w.frame.item, w.found = m.Schema, true
		case resource.ObjectPart:
			if !w.object(m.Members, m.Schema) {
				return false
			}
		default:
			w.write(value...)
		}
	}
	w.write('}')
	return true
}

// made makes up a member beside the item; nil when that cannot be done.
func (w *framing) made(m *resource.EnvelopeMember) []byte {
	if m.Schema == nil {
		return nil
	}
	value, err := w.server.generator.Value(m.Schema.Compiled(), fmt.Sprintf("%s %s", w.key, m.Name))
	if err != nil {
		return nil
	}
	text, err := contract.AppendJSON(nil, value)
	if err != nil {
		return nil
	}
	return text
}

// requires reports whether an object schema requires a member.
func requires(schema *contract.Schema, name string) bool {
	if schema == nil {
		return false
	}
	return slices.ContainsFunc(contract.Members(schema.Node()), func(m contract.Member) bool { return m.Name == name && m.Required })
}
