package mockserver

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// shell is what stands around the items of a list, prepared.
type shell struct {
	bare    bool
	members []shellMember
	// proven says that any record inside is valid, because records are proven
	// against the very schema of the items here; items is that schema otherwise.
	proven bool
	items  *contract.Schema
}

// shellMember is one member of a shell.
type shellMember struct {
	key     []byte // with quotes and the colon
	part    resource.Part
	value   []byte // of a member that is made up
	none    []byte // what stands for a page that there is not; nil leaves the member out
	numeric bool   // a cursor is written as a number
	least   int    // of a number that may not be smaller
	members []shellMember
}

// appendSheet writes a page into the exchange's buffer.
func (e *exchange) appendSheet(s *Server, sh *sheet) {
	shell := e.endpoint.shell
	if shell.bare {
		e.buffer = appendRecords(e.buffer[:0], e.records)
		return
	}
	e.buffer = e.appendMembers(s, e.buffer[:0], shell.members, sh)
}

func (e *exchange) appendMembers(s *Server, out []byte, members []shellMember, sh *sheet) []byte {
	out = append(out, '{')
	empty := true
	for i := range members {
		member := &members[i]
		before := len(out)
		if !empty {
			out = append(out, ',')
		}
		out = append(out, member.key...)
		value := len(out)
		if out = e.appendPart(s, out, member, sh); len(out) == value {
			out = out[:before] // there is nothing to say
			continue
		}
		empty = false
	}
	return append(out, '}')
}

// appendPart writes the value of one member; it writes nothing for one that is left
// out.
func (e *exchange) appendPart(s *Server, out []byte, m *shellMember, sh *sheet) []byte {
	switch m.part {
	case resource.ItemsPart:
		return appendRecords(out, e.records)
	case resource.ObjectPart:
		return e.appendMembers(s, out, m.members, sh)
	case resource.NextPart:
		return e.appendURL(s, out, m, sh, nextPage)
	case resource.PreviousPart:
		return e.appendURL(s, out, m, sh, previousPage)
	case resource.FirstPart:
		return e.appendURL(s, out, m, sh, firstPage)
	case resource.LastPart:
		return e.appendURL(s, out, m, sh, lastPage)
	case resource.SelfPart:
		return e.appendURL(s, out, m, sh, thisPage)
	case resource.NextCursorPart:
		return e.appendCursor(s, out, m, sh, nextPage)
	case resource.PreviousCursorPart:
		return e.appendCursor(s, out, m, sh, previousPage)
	case resource.MorePart:
		if sh.back {
			return strconv.AppendBool(out, sh.hasPrevious())
		}
		return strconv.AppendBool(out, sh.hasNext())
	case resource.CountPart, resource.StartPart, resource.SizePart, resource.PagesPart, resource.LengthPart:
		return e.appendNumber(out, m, sh)
	}
	return append(out, m.value...)
}

func (e *exchange) appendURL(s *Server, out []byte, m *shellMember, sh *sheet, n neighbour) []byte {
	if !e.there(sh, n) {
		return append(out, m.none...)
	}
	out = append(out, '"')
	out = s.appendLink(out, e, sh, n)
	return append(out, '"')
}

func (e *exchange) appendCursor(s *Server, out []byte, m *shellMember, sh *sheet, n neighbour) []byte {
	if !e.there(sh, n) {
		return append(out, m.none...)
	}
	var buffer [64]byte
	written := string(s.appendStart(buffer[:0], e, sh, n))
	if style := e.endpoint.collection.paging.style; style == resource.Cursor || style == resource.AfterItem {
		written = s.markText(e, sh, n)
	}
	switch {
	case !m.numeric:
		return contract.AppendJSONString(out, written)
	case isDigits(written):
		return append(out, written...)
	case written == "":
		return append(out, '0')
	}
	return append(out, m.none...)
}

// appendNumber writes a number that tells of the list or of the page.
func (e *exchange) appendNumber(out []byte, m *shellMember, sh *sheet) []byte {
	var number int
	switch m.part {
	case resource.CountPart:
		number = sh.total
	case resource.StartPart:
		p := &e.endpoint.collection.paging
		number = p.first + sh.offset
		if p.style == resource.PageNumber {
			number = p.first + sh.neighbourPage(thisPage)
		}
	case resource.SizePart:
		if number = sh.limit; sh.limit == everything {
			number = sh.total
		}
	case resource.PagesPart:
		number = sh.pages()
	case resource.LengthPart:
		number = len(e.records)
	}
	number = max(number, m.least)
	if m.numeric {
		return strconv.AppendInt(out, int64(number), 10)
	}
	return contract.AppendJSONString(out, strconv.Itoa(number))
}

func appendRecords(out []byte, records [][]byte) []byte {
	out = append(out, '[')
	for i, record := range records {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, record...)
	}
	return append(out, ']')
}

// makeShell prepares what stands around the items of a list, and proves once that
// it is valid whatever records are in it, with neighbouring pages and without. Lists
// are joined from proven parts, so no list has to be checked when it is sent. One
// that cannot be proven is answered from the document alone.
func (s *Server) makeShell(ep *endpoint) {
	envelope := ep.binding.Shown
	items := ep.usual.schema
	ep.shell.bare = envelope.Bare()
	for _, lean := range []bool{false, true} {
		if !ep.shell.bare {
			ep.shell.members, items = s.shellMembers(ep, envelope.Members, ep.usual.schema, lean)
		}
		if ep.broken = s.proveShell(ep); ep.broken == nil {
			break
		}
	}
	if items == nil {
		ep.shell.proven = true
		return
	}
	node := contract.Keyword(items.Node(), "items")
	if compiled, err := s.contract.ResponseSchema(node); node.Exists() && err == nil {
		ep.shell.items = compiled
	}
	ep.shell.proven = ep.shell.items == nil || ep.shell.items == ep.shown().Item
	if most := items.Compiled().MaxItems; most != nil && ep.pages() {
		p := &ep.collection.paging
		p.size = min(p.size, *most)
		if p.maximum == 0 || p.maximum > *most {
			p.maximum = *most
		}
	}
}

// shellMembers prepares the members of an object, and finds the schema of the list
// among them. A lean shell has no object that may be left out.
func (s *Server) shellMembers(ep *endpoint, members []resource.EnvelopeMember, schema *contract.Schema, lean bool) (prepared []shellMember, items *contract.Schema) {
	for i := range members {
		m := &members[i]
		required := requires(schema, m.Name)
		made := shellMember{key: append(quote(m.Name), ':'), part: m.Part}
		switch m.Part {
		case resource.ItemsPart:
			items = m.Schema
		case resource.ObjectPart:
			var inner *contract.Schema
			made.members, inner = s.shellMembers(ep, m.Members, m.Schema, lean)
			if inner != nil {
				items = inner
			} else if lean && !required {
				continue
			}
		case resource.OtherPart:
			if lean && !required {
				continue
			}
			written := framing{server: s, key: ep.op.ID}
			made.value = written.made(m)
		default:
			made.suit(m.Schema, required)
		}
		prepared = append(prepared, made)
	}
	return prepared, items
}

// suit chooses how a member is written so that its schema admits it.
func (m *shellMember) suit(schema *contract.Schema, required bool) {
	admits := func(value any) bool { return schema == nil || len(schema.Check(value)) == 0 }
	m.numeric = admits(json.Number("1")) && (!admits("1") || !slices.Contains([]resource.Part{resource.NextCursorPart, resource.PreviousCursorPart}, m.part))
	switch {
	case admits(nil):
		m.none = []byte("null")
	case required && admits(""):
		m.none = []byte(`""`)
	}
	if m.numeric && !admits(json.Number("0")) {
		m.least = 1
	}
}

// proveShell checks a list with pages before and after it, without, and empty.
func (s *Server) proveShell(ep *endpoint) error {
	last := mark{number: 1}
	for _, sh := range []sheet{
		{window: window{limit: everything}},
		{window: window{limit: 1, offset: 1}, count: 1, total: 3, from: last, to: last, fromID: "1", toID: "1"},
		{window: window{limit: 10}, count: 3, total: 3, from: last, to: last, fromID: "1", toID: "1"},
	} {
		if !ep.pages() {
			sh.limit = everything
		}
		e := &exchange{endpoint: ep, r: &http.Request{Host: "localhost", URL: &url.URL{Path: "/"}}}
		e.appendSheet(s, &sh)
		broken := ep.op.CheckResponse(ep.usual.status, ep.proofHeaders(), ep.usual.contentType[0], e.buffer)
		for _, v := range broken {
			if v.Keyword != "minItems" { // an empty list tells nothing of one with records
				return &breachError{ep.op, ep.usual.status, broken}
			}
		}
	}
	return nil
}

// proofHeaders are the headers that a list has in any case.
func (ep *endpoint) proofHeaders() http.Header {
	proof := http.Header{}
	for _, h := range ep.usual.headers {
		proof[h.name] = h.values
	}
	if page := ep.collection.Page; page != nil {
		if page.TotalHeader != "" {
			proof.Set(page.TotalHeader, "1")
		}
		if page.LinkHeader {
			proof.Set("Link", `<http://localhost/>; rel="first"`)
		}
	}
	return proof
}

func quote(text string) []byte { return contract.AppendJSONString(nil, text) }
