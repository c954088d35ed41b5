package drift

import (
	"strconv"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// mendEnvelope describes the list as the target gives it.
func (d *draft) mendEnvelope(f *Finding, op *contract.Operation) {
	page := d.found.there.page(f.pair.there)
	item := f.pair.there.Collection.Item
	if page == nil || item == nil {
		return
	}
	items, ok := d.reference(item.Node())
	if !ok {
		return
	}
	status := strconv.Itoa(f.pair.there.Status)
	schema := d.envelope(f.pair.there.Collection.Envelope.Members, page.body, page.path, items)
	answer := d.answer(f.pair.there.Header.Get("Content-Type"), schema)
	if declared := op.Response(f.pair.there.Status); declared != nil && declared.Node.Resolve().Get("headers").Exists() && !d.isSwagger() {
		answer["headers"] = declared.Node.Resolve().Get("headers").Value()
	}
	d.remove(operationPath(op) + ".responses" + member(status))
	d.add(operationPath(op)+".responses", map[string]any{status: answer})
}

// envelope is a schema for what stands around the items. Members that the document
// knows stay as it has them.
func (d *draft) envelope(known []resource.EnvelopeMember, body any, path []string, items map[string]any) map[string]any {
	object, isObject := body.(map[string]any)
	if len(path) == 0 || !isObject {
		return map[string]any{"type": "array", "items": items}
	}
	properties := map[string]any{}
	for name, value := range object {
		var inner []resource.EnvelopeMember
		var declared contract.Node
		for _, m := range known {
			if m.Name == name {
				inner = m.Members
				if m.Schema != nil {
					declared = m.Schema.Node()
				}
			}
		}
		reference, isKnown := d.reference(declared)
		switch {
		case name == path[0]:
			properties[name] = d.envelope(inner, value, path[1:], items)
		case isKnown:
			properties[name] = reference
		default:
			properties[name] = inferred(value)
		}
	}
	return map[string]any{"type": "object", "required": list(namesOf(object, nil)), "properties": properties}
}
