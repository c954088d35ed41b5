package contract

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Node is one place in a YAML or JSON file: a value and where it stands. The
// zero Node is a place that does not exist; every method works on it.
//
// Get and Items follow a local $ref, so that a Node's Pointer is where
// the value really stands.
type Node struct {
	file  *file
	graft *graft // what the value came with, nil when it was in the file from the start
	trail *trail // nil for all that stands in the file
	line  int
	value *yaml.Node
}

// child is the Node of a value inside n.
func (n Node) child(token string, line int, value *yaml.Node) Node {
	child := Node{file: n.file, graft: n.graft, trail: &trail{n.trail, token}, line: line, value: value}
	if from, ok := n.file.grafts[value]; ok {
		child.graft = from
	}
	return child
}

// target is the YAML value with aliases followed.
func (n Node) target() *yaml.Node { return unalias(n.value) }

// unalias is the value that a YAML alias stands for, or the value itself.
func unalias(value *yaml.Node) *yaml.Node {
	for value != nil && value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return value
}

// Exists reports whether there is a value here.
func (n Node) Exists() bool { return n.value != nil }

// File is the name of the file that the Node was read from, which is that of an
// overlay for what an overlay brought.
func (n Node) File() string {
	switch {
	case n.file == nil:
		return ""
	case n.graft != nil:
		return n.graft.name
	}
	return n.file.name
}

// Pointer is the JSON pointer of the value in its file, as the file is with all
// overlays.
func (n Node) Pointer() string { return n.trail.pointer() }

// Place is where a value stands, whatever leads there. It can be compared, and is the
// same for no two values of a document.
type Place struct{ value *yaml.Node }

// Place returns the place of the value.
func (n Node) Place() Place { return Place{n.value} }

// Line is the 1-based line of the value, or of its name in an object.
func (n Node) Line() int { return n.line }

// Citation says where the value stands: file, line and pointer.
func (n Node) Citation() string { return fmt.Sprintf("%s:%d %s", n.File(), n.line, n.Pointer()) }

// Fault makes a Fault that stands here.
func (n Node) Fault(hint, format string, args ...any) Fault {
	return Fault{File: n.File(), Line: n.line, Pointer: n.Pointer(), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// IsObject reports whether the value is an object.
func (n Node) IsObject() bool { return n.kind() == yaml.MappingNode }

// IsArray reports whether the value is an array.
func (n Node) IsArray() bool { return n.kind() == yaml.SequenceNode }

// kind is the YAML kind of the value, 0 when there is none.
func (n Node) kind() yaml.Kind {
	if target := n.target(); target != nil {
		return target.Kind
	}
	return 0
}

// members yields the members of an object in their order, each without its
// $ref followed.
func (n Node) members() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if !n.IsObject() {
			return
		}
		content := n.target().Content
		for i := 0; i+1 < len(content); i += 2 {
			name := content[i]
			if !yield(name.Value, n.child(name.Value, name.Line, content[i+1])) {
				return
			}
		}
	}
}

// Raw returns the member of an object by name without following its $ref.
func (n Node) Raw(name string) Node {
	if !n.IsObject() {
		return Node{}
	}
	object := n.target()
	content := object.Content
	if len(content) > 2*largeObject && n.file.places != nil {
		if i, ok := n.file.places[object][name]; ok {
			return n.child(name, content[i].Line, content[i+1])
		}
		return Node{}
	}
	for i := 0; i+1 < len(content); i += 2 {
		if content[i].Value == name {
			return n.child(name, content[i].Line, content[i+1])
		}
	}
	return Node{}
}

// Get returns the member of an object by name, its $ref followed.
func (n Node) Get(name string) Node { return n.Raw(name).Resolve() }

// Names lists the member names of an object in their order.
func (n Node) Names() []string {
	if !n.IsObject() {
		return nil
	}
	content := n.target().Content
	names := make([]string, 0, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		names = append(names, content[i].Value)
	}
	return names
}

// Items lists the items of an array, each with its $ref followed.
func (n Node) Items() []Node {
	items := n.rawItems()
	for i, item := range items {
		items[i] = item.Resolve()
	}
	return items
}

// rawItems lists the items of an array without following references.
func (n Node) rawItems() []Node {
	target := n.target()
	if target == nil || target.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]Node, len(target.Content))
	for i, item := range target.Content {
		items[i] = n.child(strconv.Itoa(i), item.Line, item)
	}
	return items
}

// reference is the text of the value's $ref; ok is false when the value is no
// reference. A $ref that is no text is a member like any other.
func (n Node) reference() (ref Node, ok bool) {
	ref = n.Raw("$ref")
	_, ok = ref.scalar()
	return ref, ok
}

// maxHops bounds how many references lead to one place.
const maxHops = 100

// Resolve follows the value's $ref, if it is one, to where the value stands.
// A reference that leads nowhere, or in a circle, gives the zero Node.
func (n Node) Resolve() Node {
	hops := maxHops
	return n.resolve(&hops)
}

func (n Node) resolve(hops *int) Node {
	for {
		ref, ok := n.reference()
		if !ok {
			return n
		}
		if *hops--; *hops < 0 {
			return Node{}
		}
		n = n.follow(ref.Text(), hops)
	}
}

// Follow returns the place that a reference names, in the same file
// ("#/components/…", "#anchor") or in another one of the same document, passing
// through other references on the way.
func (n Node) Follow(ref string) Node {
	hops := maxHops
	return n.follow(ref, &hops)
}

func (n Node) follow(ref string, hops *int) Node {
	if n.file == nil || ref == "" {
		return Node{}
	}
	location, fragment, _ := strings.Cut(ref, "#")
	start := n.file.at(location)
	fragment = unescapeFragment(fragment)
	if start.Exists() && fragment != "" && fragment[0] != '/' {
		return start.file.named["#"+fragment]
	}
	return start.at(fragment, hops)
}

// At walks a JSON pointer from n, through references. The zero Node means that
// it leads nowhere.
func (n Node) At(pointer string) Node {
	hops := maxHops
	return n.at(pointer, &hops)
}

func (n Node) at(pointer string, hops *int) Node {
	if pointer == "" {
		return n
	}
	tokens, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return Node{}
	}
	for token := range strings.SplitSeq(tokens, "/") {
		name := unescapeToken(token)
		next := n.inside(name)
		if !next.Exists() {
			next = n.resolve(hops).inside(name)
		}
		n = next
	}
	return n
}

// inside is the member of an object by name, or the item of an array by its
// number in text.
func (n Node) inside(token string) Node {
	if !n.IsArray() {
		if member := n.Raw(token); member.Exists() {
			return member
		}
		return n.Raw(hiddenPrefix + token) // so that its warning leads somewhere
	}
	items := n.target().Content
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(items) {
		return Node{}
	}
	return n.child(token, items[i].Line, items[i])
}

// Text is the value of a string (or of any scalar, as written); "" otherwise.
func (n Node) Text() string {
	text, _ := n.scalar()
	return text
}

// scalar is the value of a scalar as written; ok is false for null and for what
// is no scalar.
func (n Node) scalar() (text string, ok bool) {
	if n.kind() != yaml.ScalarNode || isNull(n.target()) {
		return "", false
	}
	return n.target().Value, true
}

// isNull reports whether a YAML value is null.
func isNull(value *yaml.Node) bool {
	value = unalias(value)
	return value.Kind == yaml.ScalarNode && value.ShortTag() == "!!null"
}

// Bool reports whether the value is true.
func (n Node) Bool() bool {
	value, _ := n.Value().(bool)
	return value
}

// Texts is the list of strings of an array, or of one string.
func (n Node) Texts() []string {
	if text := n.Text(); text != "" {
		return []string{text}
	}
	var texts []string
	for _, item := range n.Items() {
		texts = append(texts, item.Text())
	}
	return texts
}
