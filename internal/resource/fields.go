package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// findFields classifies every member of an item by where its value comes from.
func (in *inference) findFields(c *Collection) {
	if c.Item == nil {
		return
	}
	members := in.members(c.Item.Node())
	c.IDField = idField(c, members)
	if c.IDField == "" && c.ItemPath != "" {
		in.doubt(c.Item.Node(), "no member of the item is what {%s} names", "name a member of the item like the path parameter, or id", c.IDParam)
	}
	writable := in.writable(c)
	c.ClientID = slices.Contains(writable, c.IDField)
	for _, member := range members {
		c.Fields = append(c.Fields, in.field(c, member, slices.Contains(writable, member.Name)))
	}
}

// idField is the member that the item's path parameter names.
func idField(c *Collection, members []contract.Member) string {
	candidates := []string{c.IDParam, "id", "uuid", strings.TrimSuffix(c.Name, "s") + "_id", "slug", "key", "name"}
	for _, candidate := range candidates {
		for _, member := range members {
			if candidate != "" && member.Name == candidate {
				return candidate
			}
		}
	}
	return ""
}

// writable lists the members that requests may set.
func (in *inference) writable(c *Collection) []string {
	var names []string
	for _, role := range []Role{Create, Update, Replace} {
		op := c.Operations[role]
		if op == nil || op.Body == nil {
			continue
		}
		sent := in.model.bindings[op].Sent
		for _, media := range op.Body.Content {
			schema := media.Node.Raw("schema")
			if wrapper, ok := in.member(schema, sent); ok {
				schema = wrapper.Node
			}
			for _, member := range in.members(schema) {
				if !contract.Keyword(member.Node, "readOnly").Bool() {
					names = append(names, member.Name)
				}
			}
		}
	}
	return names
}

func (in *inference) field(c *Collection, member contract.Member, writable bool) *Field {
	f := &Field{Name: member.Name, Required: member.Required, WriteOnly: contract.Keyword(member.Node, "writeOnly").Bool()}
	schema, err := in.contract.ResponseSchema(member.Node)
	if err != nil {
		in.fault(err)
		return f
	}
	f.Schema = schema
	if value := contract.Keyword(member.Node, "default"); value.Exists() {
		f.Default, f.HasDefault = value.Value(), true
	}
	f.Source = in.guess(c, f, member.Node, writable)
	in.readField(c, f, contract.Keyword(member.Node, contract.Extension))
	return f
}

// guess decides by name and type where the value of a member comes from.
func (in *inference) guess(c *Collection, f *Field, n contract.Node, writable bool) Source {
	values, _ := contract.Keyword(n, "enum").Value().([]any)
	switch {
	case f.Name == c.IDField:
		return FromID
	case writable:
		return FromClient
	case parentNamed(c, f.Name) != "":
		f.Parent = parentNamed(c, f.Name)
		return FromParent
	case isTime(n) && named(f.Name, "created", "creation"):
		return FromCreated
	case isTime(n) && named(f.Name, "updated", "modified", "changed"):
		return FromUpdated
	case f.HasDefault:
		return FromDefault
	case contract.Nullable(n):
		return FromNull
	case len(values) > 0:
		f.Default = values[0]
		return FromEnum
	}
	return FromSchema
}

// parentNamed is the path parameter before the collection that a member is named
// like, "" when there is none.
func parentNamed(c *Collection, name string) string {
	for _, parent := range c.Parents {
		if strings.EqualFold(strings.ReplaceAll(parent.Param, "_", ""), strings.ReplaceAll(name, "_", "")) {
			return parent.Param
		}
	}
	return ""
}

func isTime(n contract.Node) bool { return contract.Keyword(n, "format").Text() == "date-time" }

// named reports whether a member's name contains a word.
func named(name string, words ...string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) })
}

// findEnvelope reads the shape of a list.
func (in *inference) findEnvelope(c *Collection) {
	var item contract.Node
	if c.Item != nil {
		item = c.Item.Node()
	}
	listed, ok := in.listed(c.Operations[List], c.Name, item)
	if !ok {
		return
	}
	c.Envelope = in.envelope(successSchema(c.Operations[List]), listed.path, ItemsPart)
	in.doubtEnvelope(c.Envelope)
}

// doubtEnvelope names the members of a list whose meaning is unknown.
func (in *inference) doubtEnvelope(e Envelope) {
	for _, m := range e.Members {
		if m.Part == OtherPart && m.Schema != nil {
			in.doubt(m.Schema.Node(), "what %q of the list holds is unknown; a value is made up from its schema", "make the member optional", m.Name)
		}
		in.doubtEnvelope(Envelope{m.Members})
	}
}

// findPage finds the paging parameters of a list.
func (in *inference) findPage(c *Collection) {
	list := c.Operations[List]
	if list == nil {
		return
	}
	limit, offset := list.Parameter("query", "limit"), list.Parameter("query", "offset")
	if limit == nil || offset == nil {
		in.doubtPage(list)
		c.Page = nil
		return
	}
	if c.Page == nil {
		c.Page = &Page{Style: LimitOffset, Default: defaultPageSize}
	}
	c.Page.Size, c.Page.Start = limit, offset
}

// defaultPageSize is the size of a page where the document names none.
const defaultPageSize = 100

// doubtQuery says which query parameters of a list are left alone.
func (in *inference) doubtQuery(c *Collection, list *contract.Operation) {
	for _, p := range list.Parameters {
		if p.In == "query" && (c.Page == nil || p != c.Page.Size && p != c.Page.Start) && !paging(p.Name) {
			in.doubt(p.Node, "the query parameter %q is checked, and changes nothing: lists are not filtered or sorted", "none would; leave it out of requests to the stand-in", p.Name)
		}
	}
}

// paging reports whether a parameter is named as paging of some kind.
func paging(name string) bool {
	return named(name, "limit", "offset", "page", "cursor", "after", "before", "marker", "start")
}

// doubtPage says when a list has parameters that look like paging of a kind
// that is not understood.
func (in *inference) doubtPage(list *contract.Operation) {
	for _, p := range list.Parameters {
		if p.In == "query" && paging(p.Name) {
			in.doubt(p.Node, "the query parameter %q looks like paging that is not understood; the whole list is answered", "page the list by limit and offset", p.Name)
		}
	}
}
