package resource

import (
	"encoding/json"
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
	c.IDField = in.idField(c, members)
	if c.IDField == "" && !c.Singleton {
		c.IDPath = in.idPath(c, members)
	}
	if c.IDPath != nil {
		c.decide(Decision{About: "id", What: strings.Join(c.IDPath, ".") + ", known to the path as " + c.IDParam, Because: "the item has no id itself", At: in.home(c).node()})
	} else if c.IDField == "" && c.ItemPath != "" && !c.Singleton {
		in.doubtAt(in.home(c).node(), say("id", "MEMBER"), "no member of the item at %[2]s is what {%[1]s} names", "name a member of the item like the path parameter, or say id: MEMBER on the path", c.IDParam, c.ItemPath)
	}
	writable, creatable := in.writable(c), in.creatable(c)
	_, c.ClientID = creatable[c.IDField]
	composed := len(contract.Alternatives(in.core(c.Item.Node()))) > 0 // of several kinds, which members tell apart
	for _, member := range members {
		sent, may := writable[member.Name]
		f := in.field(c, member, sent, may)
		if _, first := creatable[member.Name]; may && !first && len(creatable) > 0 && !f.HasDefault && !composed {
			in.startState(f, sent)
		}
		c.Fields = append(c.Fields, f)
	}
}

// startState gives a member that is one of some values, and that only a change may set,
// the first of them.
func (in *inference) startState(f *Field, sent sentMember) {
	if f.Schema == nil || f.Source != FromClient {
		return
	}
	for _, n := range []contract.Node{f.Schema.Node(), sent.node} {
		if values, _ := keyword(n, "enum").Value().([]any); len(values) > 0 && len(f.Schema.Check(values[0])) == 0 {
			f.Default, f.HasDefault = values[0], true
			return
		}
	}
}

// sentMember is a member as requests may set it.
type sentMember struct {
	at       contract.Place // where its schema stands
	node     contract.Node
	required bool
	preset   contract.Node // its default, when an item is made
}

// writable lists the members that requests may set.
func (in *inference) writable(c *Collection) map[string]sentMember {
	sent := map[string]sentMember{}
	for _, role := range []Role{Create, Update, Replace} {
		in.spell(c, c.Operations[role])
		in.sendable(c.Operations[role], sent)
	}
	if s := in.by[c.Path]; s != nil && len(sent) == 0 && !c.Singleton {
		in.sendable(s.method("PUT"), sent) // the whole list
	}
	return sent
}

// creatable lists the members that a request which creates may set.
func (in *inference) creatable(c *Collection) map[string]sentMember {
	sent := map[string]sentMember{}
	for _, role := range []Role{Create, Replace} {
		if op := c.Operations[role]; op != nil {
			in.sendable(op, sent)
			break
		}
	}
	return sent
}

// spell finds the members of an operation's body that an item has in another spelling.
func (in *inference) spell(c *Collection, op *contract.Operation) {
	if op == nil || op.Body == nil {
		return
	}
	b := in.model.bindings[op]
	own := map[string]string{}
	exact := map[string]bool{}
	for _, m := range in.members(c.Item.Node()) {
		own[plain(m.Name)] = m.Name
		exact[m.Name] = true
	}
	for _, media := range op.Body.Content {
		schema := media.Node.Raw("schema")
		if m, ok := in.member(schema, b.Sent); ok {
			schema = m.Node
		}
		for _, m := range in.members(schema) {
			if name := own[plain(m.Name)]; name != "" && !exact[m.Name] {
				if b.Spelled == nil {
					b.Spelled = map[string]string{}
				}
				b.Spelled[m.Name] = name
			}
		}
	}
	in.model.bindings[op] = b
}

// sendable adds the members of an operation's body that are not read only.
func (in *inference) sendable(op *contract.Operation, sent map[string]sentMember) {
	if op == nil || op.Body == nil {
		return
	}
	wrapper := in.model.bindings[op].Sent
	for _, media := range op.Body.Content {
		schema := media.Node.Raw("schema")
		if m, ok := in.member(schema, wrapper); ok {
			schema = m.Node
		}
		if media.Type == jsonPatchType {
			continue
		}
		if items := in.itemsOf(schema); items.Exists() {
			schema = items
		}
		for _, m := range in.members(schema) {
			if contract.Keyword(m.Node, "readOnly").Bool() {
				continue
			}
			if own := in.model.bindings[op].Spelled[m.Name]; own != "" {
				m.Name = own
			}
			known := sent[m.Name]
			preset := known.preset
			if value := keyword(m.Node, "default"); value.Exists() && in.model.bindings[op].Role != Update {
				preset = value
			}
			sent[m.Name] = sentMember{at: m.Node.Place(), node: m.Node, required: known.required || m.Required, preset: preset}
		}
	}
}

func (in *inference) field(c *Collection, member contract.Member, sent sentMember, writable bool) *Field {
	f := &Field{Name: member.Name, Required: member.Required, WriteOnly: contract.Keyword(member.Node, "writeOnly").Bool()}
	schema, err := in.contract.ResponseSchema(member.Node)
	if err != nil {
		in.fault(err)
		return f
	}
	f.Schema = schema
	for _, value := range []contract.Node{keyword(member.Node, "default"), sent.preset} {
		if value.Exists() && !f.HasDefault {
			f.Default, f.HasDefault = value.Value(), true
		}
	}
	// A member that a body has only because it shares its schema with the answers,
	// and need not have, is the server's by what it is.
	offered := writable && !sent.required && sent.at == member.Node.Place()
	f.Source = in.guess(c, f, member.Node, writable, offered)
	in.readField(c, f, contract.Keyword(member.Node, contract.Extension))
	return f
}

// guess decides by name and type where the value of a member comes from.
func (in *inference) guess(c *Collection, f *Field, n contract.Node, writable, offered bool) Source {
	values, _ := keyword(n, "enum").Value().([]any)
	switch {
	case f.Name == c.IDField:
		return FromID
	case writable && !offered:
		return FromClient
	case parentNamed(c, f.Name) != "" && in.scalar(n):
		f.Parent = parentNamed(c, f.Name)
		return FromParent
	case !writable && parentCalled(c, f.Name) != "" && isKey(n):
		f.Parent = parentCalled(c, f.Name)
		return FromParent
	case f.holdsTime(n) && (c.says(f.Name, createdWords()) || plain(f.Name) == "timestamp"):
		return FromCreated
	case f.holdsTime(n) && c.says(f.Name, updatedWords()):
		return FromUpdated
	case writable:
		return FromClient
	case f.HasDefault:
		return FromDefault
	case contract.Nullable(n) || len(contract.Alternatives(n)) > 0 && nullable(n):
		return FromNull
	case len(values) > 0:
		f.Default = values[0]
		return FromEnum
	}
	return FromSchema
}

// nullable reports whether one of a schema's alternatives is null.
func nullable(n contract.Node) bool {
	for _, word := range []string{"oneOf", "anyOf"} {
		for _, item := range contract.Keyword(n, word).Items() {
			if slices.Contains(contract.Types(item), "null") {
				return true
			}
		}
	}
	return false
}

// parentNamed is the path parameter before the collection that a member is named
// like, or whose holder it is the id of; "" when there is none.
func parentNamed(c *Collection, name string) string {
	for _, parent := range slices.Backward(slices.Concat(c.Parents, c.ItemParents)) {
		param := plain(parent.Param)
		if param == plain(name) && param != "id" {
			return parent.Param
		}
		if holder := parent.Collection; holder != nil && plain(name) == singular(holder.Name)+plain(holder.IDField) && holder.IDField != "" {
			return parent.Param
		}
		if holder := parent.Collection; holder != nil && plain(name) == singular(holder.Name)+"id" {
			return parent.Param
		}
	}
	return ""
}

// parentCalled is the path parameter of the parent that a member is named after: customer
// for {customer_id}, as Django REST framework names it.
func parentCalled(c *Collection, name string) string {
	for _, parent := range slices.Backward(c.Parents) {
		if parent.Collection != nil && plain(name) == singular(parent.Collection.Name) {
			return parent.Param
		}
	}
	return ""
}

// isKey reports whether a value is a number or a UUID, which tells nothing but who is
// meant.
func isKey(n contract.Node) bool {
	return slices.Contains(contract.Types(n), "integer") || keyword(n, "format").Text() == "uuid"
}

func createdWords() []string {
	return []string{"created", "creation", "inserted", "createtime", "createdate", "addedat", "addedon", "added", "madeat"}
}

func updatedWords() []string {
	return []string{"updated", "modified", "changed", "lastupdate", "updatetime", "edited", "modification", "updatedate", "update"}
}

// holdsTime reports whether a member holds a time: by its format, or as a text or a
// number of seconds that is named like a time.
func (f *Field) holdsTime(n contract.Node) bool {
	switch keyword(n, "format").Text() {
	case "date-time":
		return true
	case "":
	case "date", "int32", "int64", "unix-time", "unixtime", "timestamp", "double":
	default:
		return false
	}
	name := plain(f.Name)
	if strings.HasSuffix(name, "by") || keyword(n, "enum").Exists() {
		return false
	}
	timely := slices.ContainsFunc([]string{"at", "on", "time", "date", "timestamp", "created", "updated", "modified", "utc"}, func(end string) bool {
		return strings.HasSuffix(name, end)
	}) || strings.HasPrefix(name, "date") || strings.HasPrefix(name, "time")
	types := contract.Types(core(n))
	if !timely || len(types) == 0 || slices.Contains(types, "boolean") || f.Schema == nil {
		return false
	}
	for _, sample := range []any{"2026-01-02T15:04:05Z", "2026-01-02", json.Number("1767366245")} {
		if len(f.Schema.Check(sample)) == 0 {
			return true
		}
	}
	return false
}

// says reports whether a member's name is one of some words, with nothing before it
// but the name of the item and what says the same again: last_deployment_created_at is
// not when an app was created.
func (c *Collection) says(name string, words []string) bool {
	name = plain(name)
	for range maxNesting {
		for _, before := range []string{singular(c.Name), "date", "time", "last", "when", "sys", "record", "entry", "item"} {
			if rest, ok := strings.CutPrefix(name, before); ok && before != "" && rest != "" {
				name = rest
			}
		}
	}
	return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(name, word) })
}

// findEnvelope reads the shape of a list.
func (in *inference) findEnvelope(c *Collection) {
	list := c.Operations[List]
	var item contract.Node
	if c.Item != nil {
		item = c.Item.Node()
	}
	path := in.saidItems(c, list)
	if path == nil {
		listed, ok := in.listed(list, c.Name, item)
		if !ok {
			return
		}
		path = listed.path
	}
	c.Envelope = in.envelope(successSchema(list), path, ItemsPart)
	in.doubtEnvelope(c.Envelope)
	if len(path) > 0 {
		c.decide(Decision{About: "envelope", What: "items stand in " + strings.Join(path, "."), Because: "it is the array that holds items", At: in.home(c).node(), Say: say("items", strings.Join(path, "."))})
	}
}

// saidItems is the path to the items of a list that the vocabulary gives, or nil.
func (in *inference) saidItems(c *Collection, list *contract.Operation) []string {
	said := in.words(c, "items")
	if !said.Exists() || list == nil {
		return nil
	}
	path := strings.Split(said.Text(), ".")
	at := successSchema(list)
	for _, name := range path {
		m, ok := in.member(at, name)
		if !ok {
			in.faults = append(in.faults, said.Fault("name the members that lead to the items, with dots between", "the list has no member %q", said.Text()))
			return nil
		}
		at = m.Node
	}
	if !in.itemsOf(at).Exists() {
		in.faults = append(in.faults, said.Fault("name a member that is an array", "the member %q of the list is no array", said.Text()))
		return nil
	}
	return path
}

// pinned reports whether a schema admits one value.
func pinned(n contract.Node) bool {
	return keyword(n, "const").Exists() || len(keyword(n, "enum").Items()) == 1
}

// doubtEnvelope names the members of a list whose meaning is unknown.
func (in *inference) doubtEnvelope(e Envelope) {
	for _, m := range e.Members {
		if m.Part == OtherPart && m.Schema != nil && !pinned(m.Schema.Node()) {
			in.doubt(m.Schema.Node(), "what %q of the list holds is unknown; a value is made up from its schema", "make the member optional", m.Name)
		}
		in.doubtEnvelope(Envelope{m.Members})
	}
}
