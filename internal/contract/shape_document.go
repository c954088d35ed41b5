package contract

// documentShape is the part of OpenAPI's structure that the rest of the package
// walks, with every place where a reference may stand.
func documentShape() *shape {
	text, flag, texts := &shape{kind: textKind}, &shape{kind: flagKind}, listOf(&shape{kind: textKind})
	objects, schema := mapOf(objectOf(nil)), schemaShape()
	// A header describes a content, whose encodings describe headers.
	header := objectOf(map[string]*shape{"required": flag, "explode": flag, "schema": schema, "examples": objects})
	media := objectOf(map[string]*shape{"schema": schema, "examples": objects, "encoding": mapOf(objectOf(map[string]*shape{"headers": mapOf(header)}))})
	header.members["content"] = mapOf(media)
	parameter := objectOf(map[string]*shape{
		"name": text, "in": text, "required": flag, "style": text, "explode": flag, "schema": schema, "examples": objects, "content": mapOf(media),
	})
	response := objectOf(map[string]*shape{"description": text, "headers": mapOf(header), "content": mapOf(media), "links": objects})
	body := objectOf(map[string]*shape{"required": flag, "content": mapOf(media)})
	operation := objectOf(map[string]*shape{
		"tags": texts, "summary": text, "description": text, "operationId": text, "deprecated": flag, "parameters": listOf(parameter),
		"requestBody": body, "responses": patternedOf(response), "security": listOf(mapOf(texts)), "servers": listOf(objectOf(nil)),
	})
	pathItem := objectOf(map[string]*shape{"parameters": listOf(parameter)})
	for _, method := range methods() {
		pathItem.members[method] = operation
	}
	callback := patternedOf(pathItem) // by expression
	operation.members["callbacks"] = mapOf(callback)
	return objectOf(map[string]*shape{
		"openapi": text, "info": objectOf(map[string]*shape{"title": text, "version": text}),
		"paths": patternedOf(pathItem), "webhooks": mapOf(pathItem),
		"security": listOf(mapOf(texts)), "tags": listOf(objectOf(nil)), "servers": listOf(objectOf(nil)),
		"components": objectOf(map[string]*shape{
			"schemas": mapOf(schema), "parameters": mapOf(parameter), "responses": mapOf(response), "requestBodies": mapOf(body), "headers": mapOf(header),
			"examples": objects, "links": objects, "callbacks": mapOf(callback), "pathItems": mapOf(pathItem),
			"securitySchemes": mapOf(objectOf(map[string]*shape{"type": text, "scheme": text, "in": text, "name": text})),
		}),
	})
}

// schemaShape tells the schemas inside a schema from data. What JSON Schema
// defines is judged by the schema engine.
func schemaShape() *shape {
	schema := &shape{kind: schemaKind, members: map[string]*shape{
		"nullable": {kind: flagKind}, "discriminator": objectOf(nil), "xml": objectOf(nil), "externalDocs": objectOf(nil),
	}}
	several := &shape{kind: anyKind, each: schema}
	for keyword := range schemaKeywords {
		schema.members[keyword] = schema
	}
	for keyword := range listKeywords {
		schema.members[keyword] = several
	}
	for _, keywords := range []map[string]bool{mapKeywords, storeKeywords} {
		for keyword := range keywords {
			schema.members[keyword] = several
		}
	}
	return schema
}

// objectOf is an object with members of these shapes; any other is data.
func objectOf(members map[string]*shape) *shape { return &shape{kind: objectKind, members: members} }

// mapOf is an object whose members have names of their own.
func mapOf(each *shape) *shape { return &shape{kind: objectKind, each: each} }

// patternedOf is an object whose members have names of their own beside
// extensions.
func patternedOf(each *shape) *shape { return &shape{kind: objectKind, each: each, extensible: true} }

func listOf(each *shape) *shape { return &shape{kind: listKind, each: each} }
