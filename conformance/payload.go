package conformance

import (
	"maps"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// jsonMedia is the first content type of an operation's body that is JSON, nil
// when it takes none.
func jsonMedia(op *contract.Operation) *contract.Media {
	if op == nil || op.Body == nil {
		return nil
	}
	for _, media := range op.Body.Content {
		if media.Type == "application/json" || strings.HasSuffix(media.Type, "+json") {
			return media
		}
	}
	return nil
}

// itemMedia is the content type in which an operation is sent an item: JSON, or else a
// form, where the check does not ask for JSON in particular. It is nil when it takes none.
func (e *env) itemMedia(op *contract.Operation) *contract.Media {
	if media := jsonMedia(op); media != nil || op == nil || op.Body == nil || e.check == nil || e.check.needsJSON() {
		return media
	}
	return payloadMedia(op.Body)
}

// needsJSON reports whether a check is about what only JSON can say: a form has nothing
// but texts.
func (c *Check) needsJSON() bool {
	return slices.Contains([]string{"", "validation", "http"}, c.Group())
}

// bodySchema is the schema of an item in the JSON body of an operation, nil when
// it takes none: that of the wrapped item, and for a JSON Patch that of the item
// which it changes.
func (e *env) bodySchema(op *contract.Operation) *contract.Schema {
	media := e.itemMedia(op)
	if media == nil {
		return nil
	}
	binding, _ := e.model.Bind(op)
	if binding.Style == resource.JSONPatch {
		return e.bodySchema(e.op(resource.Create))
	}
	if binding.Sent == "" {
		return media.Schema
	}
	for _, member := range contract.Members(media.Schema.Node()) {
		if member.Name != binding.Sent {
			continue
		}
		if schema, err := e.contract.RequestSchema(member.Node); err == nil {
			return schema
		}
	}
	return nil
}

// body makes a valid item for the body of an operation, different each time.
func (e *env) body(op *contract.Operation) (map[string]any, error) {
	schema := e.bodySchema(op)
	if schema == nil {
		return nil, notApplicable("%s %s takes no JSON body", op.Method, op.Path)
	}
	body := e.bodyOfKind(schema)
	if body == nil {
		var err error
		if body, err = e.samples.body(schema); err != nil {
			return nil, notApplicable("no valid body of %s %s can be made: %v", op.Method, op.Path, err)
		}
	}
	if jsonMedia(op) == nil {
		return sayable(body).(map[string]any), nil //nolint:forcetypeassert // an object stays one
	}
	return body, nil
}

// bodyOfKind makes an item for a body that follows one of several schemas: by one that
// has as many members of the collection's items as any. Others make several items at
// once, or something else. It is nil where there are no such schemas, and where none of
// them can be used.
func (e *env) bodyOfKind(schema *contract.Schema) map[string]any {
	var kinds []contract.Node
	most := 0
	for _, kind := range contract.Alternatives(schema.Node()) {
		shared := 0
		for _, member := range contract.Members(kind) {
			if e.collection.Field(member.Name) != nil {
				shared++
			}
		}
		if shared > most {
			kinds, most = nil, shared
		}
		if shared == most {
			kinds = append(kinds, kind)
		}
	}
	for range kinds {
		kind, err := e.contract.RequestSchema(kinds[int(e.samples.next.Load())%len(kinds)])
		if err != nil {
			e.samples.next.Add(1)
			continue
		}
		if body, err := e.samples.body(kind); err == nil && len(schema.Check(body)) == 0 {
			return body
		}
	}
	return nil
}

// fresh is another valid value for a member, unlike the one that is given; null where there
// is no other.
func (e *env) fresh(op *contract.Operation, f *resource.Field, unlike any) (any, error) {
	mayBeNull := false
	for range 20 {
		body, err := e.body(op)
		if err != nil {
			return nil, err
		}
		value, ok := body[f.Name]
		if !ok || equal(value, unlike) || len(f.Schema.Check(value)) > 0 {
			continue
		}
		if value != nil {
			return value, nil
		}
		mayBeNull = true
	}
	if mayBeNull {
		return nil, nil //nolint:nilnil // null is the value
	}
	return nil, notApplicable("no second value can be made for %s", f.Name)
}

// operationOf is the operation that a request is for, nil when the document has
// none such.
func (e *env) operationOf(r request) *contract.Operation {
	path, _, _ := strings.Cut(r.path, "?")
	return e.contract.Match(r.method, path).Operation
}

// wire writes the item in a request as its operation wants it: wrapped, as a
// JSON Patch, and under the declared content type.
func (e *env) wire(r request) request {
	op := e.operationOf(r)
	r = e.withAsked(r)
	media := jsonMedia(op)
	if r.item && media == nil && e.itemMedia(op) != nil {
		return asForm(op, e.itemMedia(op), r)
	}
	if !r.item || media == nil {
		return r
	}
	binding, _ := e.model.Bind(op)
	if binding.Style == resource.JSONPatch {
		r.body = patchOf(r.body)
	}
	if binding.Sent != "" {
		r.body = slices.Concat([]byte("{"), contract.AppendJSONString(nil, binding.Sent), []byte(":"), r.body, []byte("}"))
	}
	if declared := r.header.Get("Content-Type"); declared == jsonType && media.Type != jsonType {
		r.header = r.header.Clone()
		r.header.Set("Content-Type", media.Type)
	}
	r.item = false
	return r
}

// jsonType is the content type of JSON.
const jsonType = "application/json"

// patchOf is the JSON Patch (RFC 6902) that gives members the values of an object;
// what is no object stays as it is.
func patchOf(body []byte) []byte {
	object := (&answer{body: body}).object()
	if object == nil {
		return body
	}
	patch := []any{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		patch = append(patch, map[string]any{"op": "add", "path": "/" + pointerEscaper.Replace(name), "value": object[name]})
	}
	text, err := contract.AppendJSON(nil, patch)
	if err != nil {
		return body
	}
	return text
}

// pointerEscaper writes a name as a token of a JSON pointer.
var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// shownBy says where in the answer to a request the item stands: the names of the
// members that lead to it. ok is false where the answer shows none.
func (e *env) shownBy(r request) (path []string, ok bool) {
	op := e.operationOf(r)
	if op == nil {
		return nil, true
	}
	binding, bound := e.model.Bind(op)
	if !bound || binding.Role == resource.List {
		return nil, true
	}
	path, _ = binding.Shown.Path(resource.ItemPart)
	return path, binding.ShowsItem
}

// located is the path in a Location header, "" when there is none on the target.
func (e *env) located(a *answer) string {
	location := a.header.Get("Location")
	if location == "" {
		return ""
	}
	path, ok := e.relative(location)
	if !ok {
		return ""
	}
	return path
}

// idFromLocation is the last segment of the Location of a new item, "" when there
// is none.
func (e *env) idFromLocation(a *answer) string {
	path, _, _ := strings.Cut(e.located(a), "?")
	path = strings.TrimSuffix(path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}
