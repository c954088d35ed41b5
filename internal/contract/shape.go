package contract

import "strings"

// shape is what a place in an OpenAPI document may hold. The zero shape is
// anything.
type shape struct {
	kind    string // object, list, text or flag; "" is anything
	members map[string]*shape
	each    *shape // of the other members of an object, or of the items of a list
}

// check reports every value of the wrong kind, as deep as the shape goes.
func (s *shape) check(n Node, faults *Faults) {
	if s == nil || !n.Exists() || n.Raw("$ref").Exists() {
		return
	}
	if s.kind != "" && s.kind != kindOf(n) {
		*faults = append(*faults, n.Fault("correct the structure of the document", "%s stands where %s belongs", articles[kindOf(n)], articles[s.kind]))
		return
	}
	for _, name := range n.Names() {
		member, ok := s.members[name]
		if !ok && !strings.HasPrefix(name, "x-") {
			member = s.each
		}
		member.check(n.Raw(name), faults)
	}
	for _, item := range n.rawItems() {
		s.each.check(item, faults)
	}
}

var articles = map[string]string{"object": "an object", "list": "a list", "text": "a text", "flag": "true or false", "number": "a number", "null": "nothing"}

// kindOf names the kind of a value.
func kindOf(n Node) string {
	switch {
	case n.IsObject():
		return "object"
	case n.IsArray():
		return "list"
	}
	switch n.Value().(type) {
	case bool:
		return "flag"
	case string:
		return "text"
	case nil:
		return "null"
	}
	return "number"
}

// documentShape is the part of OpenAPI's structure that the rest of the package
// walks. Schemas are judged by the schema engine.
func documentShape() *shape {
	text, flag, texts := &shape{kind: "text"}, &shape{kind: "flag"}, &shape{kind: "list", each: &shape{kind: "text"}}
	media := &shape{kind: "object", members: map[string]*shape{"examples": mapOf(&shape{kind: "object"})}}
	header := &shape{kind: "object", members: map[string]*shape{"required": flag, "content": mapOf(media)}}
	parameter := &shape{kind: "object", members: map[string]*shape{"name": text, "in": text, "required": flag, "style": text, "explode": flag, "content": mapOf(media)}}
	response := &shape{kind: "object", members: map[string]*shape{"description": text, "headers": mapOf(header), "content": mapOf(media), "links": mapOf(nil)}}
	body := &shape{kind: "object", members: map[string]*shape{"required": flag, "content": mapOf(media)}}
	operation := &shape{kind: "object", members: map[string]*shape{
		"tags": texts, "summary": text, "description": text, "operationId": text, "deprecated": flag, "parameters": listOf(parameter),
		"requestBody": body, "responses": mapOf(response), "security": listOf(mapOf(texts)), "callbacks": mapOf(nil), "servers": listOf(mapOf(nil)),
	}}
	pathItem := &shape{kind: "object", members: map[string]*shape{"parameters": listOf(parameter)}}
	for _, method := range []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"} {
		pathItem.members[method] = operation
	}
	return &shape{kind: "object", members: map[string]*shape{
		"info":  {kind: "object", members: map[string]*shape{"title": text}},
		"paths": mapOf(pathItem), "security": listOf(mapOf(texts)), "tags": listOf(mapOf(nil)), "servers": listOf(mapOf(nil)),
		"components": {kind: "object", members: map[string]*shape{
			"schemas": mapOf(nil), "parameters": mapOf(parameter), "responses": mapOf(response), "requestBodies": mapOf(body), "headers": mapOf(header),
			"examples": mapOf(&shape{kind: "object"}), "securitySchemes": mapOf(&shape{kind: "object", members: map[string]*shape{"type": text, "scheme": text, "in": text, "name": text}}),
		}},
	}}
}

func mapOf(each *shape) *shape  { return &shape{kind: "object", each: each} }
func listOf(each *shape) *shape { return &shape{kind: "list", each: each} }

// misshapen reports the values of the wrong kind, in the order of the document.
func misshapen(root Node) Faults {
	var faults Faults
	documentShape().check(root, &faults)
	return faults
}
