package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// readWords checks the names of what x-understudy says of paths and operations.
func (in *inference) readWords() {
	for _, s := range in.order {
		in.object(s.words, "collection", "singleton", "item", "id", "items", "order", "page", "sort", "filters", "quota", "orphans", "refuse", "errors")
		if said := s.words.Get("collection"); said.Exists() && (said.IsObject() || said.IsArray() || said.Text() == "" || said.Text() == "true") {
			in.faults = append(in.faults, said.Fault("write the name of the collection, or false", "this is no name of a collection"))
		}
		if said := s.words.Get("singleton"); said.Exists() && said.Text() != "true" && said.Text() != "false" {
			in.faults = append(in.faults, said.Fault("write true or false", "%q is neither true nor false", said.Text()))
		}
		for _, op := range s.operations {
			in.readOperation(op)
		}
	}
}

// readOperation checks what x-understudy says of an operation.
func (in *inference) readOperation(op *contract.Operation) {
	n := op.Node.Get(contract.Extension)
	in.object(n, "role", "wrap", "action", "remove")
	if role := n.Get("role"); role.Exists() {
		roles := append(allRoles(), Act, none)
		if !slices.Contains(roles, Role(role.Text())) {
			in.faults = append(in.faults, role.Fault("use one of list, create, retrieve, update, replace, remove, act, none", "unknown role %q", role.Text()))
		}
	}
}

// home is the path that a collection is described at: of its list, or of its item.
func (in *inference) home(c *Collection) *site {
	if s := in.by[c.Path]; s != nil {
		return s
	}
	return in.by[c.ItemPath]
}

// words is what the vocabulary says of a collection under a key, at its path or at
// that of its items.
func (in *inference) words(c *Collection, key string) contract.Node {
	for _, template := range []string{c.Path, c.ItemPath} {
		if s := in.by[template]; s != nil && s.words.Get(key).Exists() {
			return s.words.Get(key)
		}
	}
	return contract.Node{}
}

// orphans reads what happens to the items of a parent that is deleted.
func (in *inference) orphans(n contract.Node) Orphans {
	said := Orphans(in.text(n))
	if said != Cascade && said != Refuse {
		in.faults = append(in.faults, n.Fault("use cascade or refuse", "unknown way to treat orphans %q", n.Text()))
	}
	return said
}

// page reads how a list is paged. What it does not say is as guessed, which may be
// nil.
func (in *inference) page(list *contract.Operation, n contract.Node, guessed *Page) *Page {
	if n.Text() == "false" {
		return nil
	}
	in.object(n, "style", "size", "start", "before", "default", "maximum", "first", "total_header")
	p := &Page{Style: LimitOffset, Default: defaultPageSize}
	if guessed != nil {
		*p = *guessed
	}
	guessedStyle := p.Style
	p.Size = in.query(list, n.Get("size"), p.Size)
	p.Start = in.query(list, n.Get("start"), p.Start)
	p.Before = in.query(list, n.Get("before"), p.Before)
	if style := n.Get("style"); style.Exists() {
		p.Style = PageStyle(style.Text())
		if !slices.Contains([]PageStyle{LimitOffset, PageNumber, Cursor, AfterItem}, p.Style) {
			in.faults = append(in.faults, style.Fault("use one of offset, page, cursor, after", "unknown style of paging %q", style.Text()))
		}
	}
	in.pageSize(n, p)
	if first := n.Get("first"); first.Exists() {
		number, ok := whole(first)
		if !ok || number < 0 {
			in.faults = append(in.faults, first.Fault("give a whole number", "%q is no number of a page", first.Text()))
		}
		p.First = number
	} else if p.Style == PageNumber && guessedStyle != PageNumber {
		p.First = 1
	}
	if p.Style != PageNumber && p.Style != LimitOffset {
		p.First = 0
	}
	p.TotalHeader = in.text(n.Get("total_header"))
	if guessed == nil && p.Start == nil {
		return nil // the size of the pages alone pages nothing
	}
	return p
}

// pageSize reads how large pages are. A maximum below the usual size makes them
// smaller; one below a default that is said caps what requests ask for alone.
func (in *inference) pageSize(n contract.Node, p *Page) {
	if maximum := n.Get("maximum"); maximum.Exists() {
		p.Maximum = in.count(maximum, 0)
	}
	if p.Maximum > 0 && !n.Get("default").Exists() {
		p.Default = min(p.Default, p.Maximum)
	}
	p.Default = in.count(n.Get("default"), p.Default)
}

// query reads the name of a query parameter of a list.
func (in *inference) query(list *contract.Operation, n contract.Node, absent *contract.Parameter) *contract.Parameter {
	if !n.Exists() {
		return absent
	}
	p := list.Parameter("query", in.text(n))
	if p == nil {
		in.faults = append(in.faults, n.Fault("name a query parameter that the list declares", "the list has no query parameter %q", n.Text()))
	}
	return p
}

// sort reads how a request chooses the order of a list.
func (in *inference) sort(c *Collection, list *contract.Operation, n contract.Node) *Sort {
	if n.Text() == "false" {
		return nil
	}
	in.object(n, "by", "direction", "fields")
	s := &Sort{By: in.query(list, n.Get("by"), nil), Direction: in.query(list, n.Get("direction"), nil)}
	if s.By == nil {
		if !n.Get("by").Exists() {
			in.faults = append(in.faults, n.Fault("say by: with the parameter that names the member", "the parameter that sorts is missing"))
		}
		return nil
	}
	s.Fields, s.Signed = in.sortFields(c, s.By, s.Direction != nil)
	if fields := n.Get("fields"); fields.Exists() {
		in.expect(fields, fields.IsObject(), "an object")
		s.Fields = map[string]string{}
		for _, value := range fields.Names() {
			s.Fields[value] = in.memberNamed(c, fields.Get(value))
		}
	}
	return s
}

// filters reads which query parameters keep the items whose member equals them.
func (in *inference) filters(c *Collection, list *contract.Operation, n contract.Node) []Filter {
	if n.Text() == "false" {
		return nil
	}
	in.expect(n, n.IsObject(), "an object")
	var filters []Filter
	for _, name := range n.Names() {
		p := list.Parameter("query", name)
		if p == nil {
			in.faults = append(in.faults, n.Raw(name).Fault("name a query parameter that the list declares", "the list has no query parameter %q", name))
			continue
		}
		filters = append(filters, Filter{Param: p, Field: in.memberNamed(c, n.Get(name))})
	}
	return filters
}

// memberNamed reads the name of a member of the item.
func (in *inference) memberNamed(c *Collection, n contract.Node) string {
	name := in.text(n)
	if c.Field(name) == nil {
		in.faults = append(in.faults, n.Fault("name a member of the item", "the item has no member %q", name))
	}
	return name
}

// values reads the values that members of an item are given.
func (in *inference) values(n contract.Node) map[string]any {
	in.expect(n, n.IsObject(), "an object")
	values, _ := n.Value().(map[string]any)
	return values
}

// wrap reads the members that lead to the item in the bodies of an operation: one
// text for both, or one for the request and one for the answer. ok is false where
// the vocabulary says nothing.
func (in *inference) wrap(op *contract.Operation) (request, response []string, ok bool) {
	n := op.Node.Get(contract.Extension).Get("wrap")
	if !n.Exists() {
		return nil, nil, false
	}
	if !n.IsObject() {
		response = in.wrapper(n)
		return response[:min(1, len(response))], response, true
	}
	in.object(n, "request", "response")
	request = in.wrapper(n.Get("request"))
	if len(request) > 1 {
		in.faults = append(in.faults, n.Get("request").Fault("name one member", "an item is sent in one member, not in %q", n.Get("request").Text()))
	}
	return request, in.wrapper(n.Get("response")), true
}

// wrapper reads the members that lead to an item; false is none.
func (in *inference) wrapper(n contract.Node) []string {
	text := in.text(n)
	if text == "" || text == "false" {
		return nil
	}
	return strings.Split(text, ".")
}
