package contract

import (
	"slices"
	"strings"
)

// direction tells which way a value travels: read-only members do not belong
// in a request, write-only ones not in a response.
type direction string

const (
	inRequest  direction = "request"
	inResponse direction = "response"
)

// translator turns schemas of one document into JSON Schema 2020-12 for one
// direction.
type translator struct {
	library   *library
	direction direction
	legacy    bool // the document is OpenAPI 3.0
	// around is the schema that the one at hand is a part of, through allOf: a
	// part may require a member that another part describes.
	around Node
	// out is what comes of it, beside the schema.
	out *translation
}

// translation is a schema in the words of JSON Schema 2020-12.
type translation struct {
	schema     any
	schemas    int   // how many there are in it
	references []int // the numbers of the resources that it refers to
}

// schema translates the schema at n.
func (t translator) schema(n Node) any {
	t.out.schemas++
	if !n.IsObject() {
		value, isFlag := n.Value().(bool)
		return value || !isFlag // true and false are schemas; anything else was reported
	}
	ref, isReference := n.reference()
	if isReference && t.legacy {
		return map[string]any{"$ref": t.reference(ref)}
	}
	out := map[string]any{}
	for name, value := range n.members() {
		t.keyword(out, n, name, value)
	}
	if isReference {
		if len(out) > 1 { // it is a part, like what stands beside it
			t.around = t.whole(n)
		}
		out["$ref"] = t.reference(ref)
	}
	legacyBounds(out)
	if t.legacy && n.Raw("nullable").Bool() {
		return nullable(out)
	}
	return out
}

// keyword translates one keyword of the schema at n into out. What JSON Schema does
// not know is left out, and so is, with a warning, what makes no sense.
func (t translator) keyword(out map[string]any, n Node, name string, value Node) {
	if problem := misuse(name, value); problem != "" {
		t.library.warn(value.Fault("correct the schema; until then this is ignored", "not a schema: %s %s", name, problem))
		return
	}
	if !t.legacy && strings.HasPrefix(name, "exclusive") && kindOf(value) == flagKind {
		t.library.warn(value.Fault("write the bound itself, without "+strings.ToLower(name[len("exclusive"):]), "%s is a flag, as it was in OpenAPI 3.0", name))
	}
	switch {
	case name == "pattern":
		if t.readable(value, value.Text()) {
			out[name] = value.Text()
		}
	case name == "$dynamicRef":
		if _, isReference := n.reference(); !isReference {
			out["$ref"] = t.reference(value)
		}
	case name == "required":
		out[name] = t.required(n, value)
	case name == "properties":
		out[name] = t.properties(value)
	case schemaKeywords[name]:
		t.around = Node{}
		out[name] = t.schema(value)
	case listKeywords[name]:
		whole := Node{}
		if name == "allOf" {
			whole = t.whole(n)
		}
		t.around = whole
		list := []any{}
		for _, item := range value.rawItems() {
			list = append(list, t.schema(item))
		}
		out[name] = list
	case mapKeywords[name]:
		t.around = Node{}
		named := map[string]any{}
		for key, schema := range value.members() {
			if name != "patternProperties" || t.readable(schema, key) {
				named[key] = t.schema(schema)
			}
		}
		out[name] = named
	case plainKeywords[name] != nil:
		out[name] = value.Value()
	}
}

// properties translates the members of an object. A member that does not travel
// in this direction may be anything: it is ignored, not judged.
func (t translator) properties(n Node) any {
	t.around = Node{}
	properties := map[string]any{}
	for name, member := range n.members() {
		if t.travels(member) {
			properties[name] = t.schema(member)
		} else {
			properties[name] = true
		}
	}
	return properties
}

// required drops the members that do not travel in this direction.
func (t translator) required(n, names Node) any {
	dropped := map[string]bool{}
	for _, name := range slices.Concat(t.staying(t.around), t.staying(n)) {
		dropped[name] = true
	}
	kept := []any{}
	for _, item := range names.Items() {
		if name, ok := item.scalar(); ok {
			if dropped[name] {
				continue
			}
			dropped[name] = true // once is enough
		}
		kept = append(kept, item.Value())
	}
	return kept
}

// staying lists the members of a schema that do not travel in this direction.
func (t translator) staying(schema Node) []string {
	if !schema.Exists() {
		return nil
	}
	key := stayingKey{t.direction, schema.target()}
	if known, ok := t.library.staying[key]; ok {
		return known
	}
	var names []string
	for _, m := range Members(schema) {
		if !t.travels(m.Node) {
			names = append(names, m.Name)
		}
	}
	t.library.staying[key] = names
	return names
}

// whole is the outermost schema that the parts of n belong to.
func (t translator) whole(n Node) Node {
	if t.around.Exists() {
		return t.around
	}
	return n
}

// travels reports whether a member belongs in this direction.
func (t translator) travels(member Node) bool {
	flag := "readOnly"
	if t.direction == inResponse {
		flag = "writeOnly"
	}
	return !Keyword(member, flag).Bool()
}

// reference rewrites a $ref to the compiled resource that it means.
func (t translator) reference(ref Node) string {
	target := resource{direction: t.direction, node: ref.Follow(ref.Text())}
	if t.leans(target.node) {
		target.around = t.around
	}
	number := t.library.number(target)
	t.out.references = append(t.out.references, number)
	return address(number)
}

// leans reports whether a part requires a member that does not travel, as only
// the schema around it tells.
func (t translator) leans(part Node) bool {
	staying := t.staying(t.around)
	if len(staying) == 0 {
		return false
	}
	required, own := requiredMembers(part), t.staying(part)
	return slices.ContainsFunc(staying, func(name string) bool {
		return slices.Contains(required, name) && !slices.Contains(own, name)
	})
}

// readable reports whether a pattern can be read. One that cannot is dropped with a
// warning: the rest of the schema is still worth checking.
func (t translator) readable(n Node, pattern string) bool {
	if _, err := t.library.patterns.compile(pattern); err != nil {
		t.library.warn(n.Fault("correct it", "pattern %q cannot be read and is ignored", pattern))
		return false
	}
	return true
}

// legacyBounds turns OpenAPI 3.0's boolean exclusive bounds into numbers. In a
// later document they can mean nothing else.
func legacyBounds(schema map[string]any) {
	for exclusive, bound := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		flag, ok := schema[exclusive].(bool)
		if !ok {
			continue
		}
		delete(schema, exclusive)
		if limit, ok := schema[bound]; ok && flag {
			schema[exclusive] = limit
			delete(schema, bound)
		}
	}
}

// nullable adds null to what an OpenAPI 3.0 schema allows.
func nullable(schema map[string]any) any {
	kind, typed := schema["type"].(string)
	_, combined := schema["allOf"]
	if !typed || combined || schema["anyOf"] != nil || schema["oneOf"] != nil || schema["not"] != nil {
		annotations := map[string]any{}
		for _, name := range []string{"readOnly", "writeOnly", "deprecated", "default"} {
			if value, ok := schema[name]; ok {
				annotations[name] = value
			}
		}
		annotations["anyOf"] = []any{map[string]any{"type": "null"}, schema}
		return annotations
	}
	schema["type"] = []any{kind, "null"}
	if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, nil) {
		schema["enum"] = append(slices.Clone(values), nil)
	}
	return schema
}

// wrapsNull reports whether nullable puts an OpenAPI 3.0 schema into another.
func wrapsNull(n Node) bool {
	_, typed := n.Raw("type").Value().(string)
	combined := slices.ContainsFunc([]string{"allOf", "anyOf", "oneOf", "not"}, func(name string) bool { return n.Raw(name).Exists() })
	return n.Raw("nullable").Bool() && (!typed || combined)
}

// strict closes an object schema: members that it does not name are refused.
func strict(ref string) map[string]any {
	return map[string]any{"$ref": ref, "unevaluatedProperties": false}
}
