package drift

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// extension is the name of our vocabulary in a document.
const extension = contract.Extension

// write writes the overlay, an action for each place. JSON is YAML too.
func (d *draft) write(run *report.Report) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# What %s answers and the document does not say.\n", strings.Join(strings.Fields(run.Target), " "))
	fmt.Fprintf(&b, "overlay: 1.0.0\ninfo:\n  title: %s\n  version: '1'\nactions:\n", quoted("How "+run.Document+" is answered"))
	removed, updates := d.merged()
	for _, target := range gathered(removed) {
		fmt.Fprintf(&b, "  - target: %s\n    remove: true\n", quoted(target))
	}
	for _, u := range folded(updates) {
		fmt.Fprintf(&b, "  - target: %s\n    update:\n", quoted(u.target))
		writeMembers(&b, "      ", u.value)
	}
	return []byte(b.String())
}

// writeMembers writes an object, a line for each member that holds no others.
func writeMembers(b *strings.Builder, indent string, object map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		inner, isObject := object[name].(map[string]any)
		if !isObject || len(inner) == 0 || isFlat(inner) {
			fmt.Fprintf(b, "%s%s: %s\n", indent, quoted(name), written(object[name]))
			continue
		}
		fmt.Fprintf(b, "%s%s:\n", indent, quoted(name))
		writeMembers(b, indent+"  ", inner)
	}
}

// isFlat reports whether no member of an object holds others.
func isFlat(object map[string]any) bool {
	for _, value := range object {
		switch value.(type) {
		case map[string]any, []any:
			return false
		}
	}
	return true
}

func quoted(text string) string { return contract.YAML(contract.AppendJSONString(nil, text)) }

func written(value any) string {
	text, err := contract.AppendJSON(nil, value)
	if err != nil {
		return "null" // an overlay is made of JSON values
	}
	return contract.YAML(text)
}

// path is the JSONPath (RFC 9535) of a place in the document; ok is false for one in
// another file, which an overlay does not reach.
func (d *draft) path(n contract.Node) (path string, ok bool) {
	root := d.found.there.Contract.Root()
	if !n.Exists() || n.File() != root.File() {
		return "", false
	}
	at, path := root, "$"
	for token := range strings.SplitSeq(strings.TrimPrefix(n.Pointer(), "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		if index, err := strconv.Atoi(token); err == nil && at.IsArray() {
			path += fmt.Sprintf("[%d]", index)
			at = at.At("/" + token)
			continue
		}
		path += member(token)
		at = at.Raw(token)
	}
	if d.isSwagger() { // the rest is made of other members when it is read
		rest, isDefinition := strings.CutPrefix(path, "$.components.schemas")
		return "$.definitions" + rest, isDefinition
	}
	return path, true
}

// member is the part of a JSONPath that selects a member.
func member(name string) string {
	if simple().MatchString(name) {
		return "." + name
	}
	return "[" + inBrackets(name) + "]"
}

// requirement selects the name of a member where a schema requires it.
func requirement(schema, name string) string {
	return schema + ".required[?@ == " + inBrackets(name) + "]"
}

// inBrackets is a name as it stands in the brackets of a JSONPath.
func inBrackets(name string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name) + "'"
}

// simple are the names that need no quotes in a JSONPath.
var simple = lazily(`^[A-Za-z_][A-Za-z0-9_]*$`)

// operationPath is where an operation stands, pathItem where its path does.
func operationPath(op *contract.Operation) string {
	return pathItem(op) + member(strings.ToLower(op.Method))
}

func pathItem(op *contract.Operation) string { return "$.paths" + member(op.Path) }

// isSwagger reports whether the document is Swagger 2.0, which an overlay changes as it
// was written.
func (d *draft) isSwagger() bool { return d.found.there.Contract.IsSwagger() }

// answer is a response with a body of a content type.
func (d *draft) answer(contentType string, schema map[string]any) map[string]any {
	made := map[string]any{"description": "As the target answers."}
	if d.isSwagger() {
		made["schema"] = schema
	} else {
		made["content"] = map[string]any{mediaType(contentType): map[string]any{"schema": schema}}
	}
	return made
}
