package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	file    *file
	pointer string
	line    int
	value   *yaml.Node
}

// file is one parsed file.
type file struct {
	name string
	root *yaml.Node
}

// maxAliased bounds the values that a file may have through its YAML aliases,
// so that a few nested ones cannot fill the memory.
const maxAliased = 1_000_000

// maxDepth bounds nesting, so that no file can exhaust the stack.
const maxDepth = 500

// ParseFile reads YAML or JSON. The error is a Faults: a syntax error, names
// that occur twice, aliases or nesting beyond any sane document.
func ParseFile(name string, data []byte) (Node, error) {
	value, err := parse(data)
	if err != nil {
		return Node{}, Faults{syntaxFault(name, err)}
	}
	if value == nil {
		return Node{}, Faults{{File: name, Message: "the file is empty"}}
	}
	root := Node{file: &file{name: name, root: value}, line: value.Line, value: value}
	survey := survey{}
	survey.visit(root, 0)
	if survey.faults != nil {
		return Node{}, survey.faults
	}
	return root, nil
}

// parse reads a file into a tree, nil when there is nothing in it.
func parse(data []byte) (*yaml.Node, error) {
	if looksLikeJSON(data) {
		if root, err := parseJSONTree(data); err == nil {
			return root, nil
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("yaml: line %d: a second document begins", second.Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return document.Content[0], nil
}

// syntaxFault reads the line out of a YAML error: "yaml: line 3: …".
func syntaxFault(name string, err error) Fault {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	fault := Fault{File: name, Message: "not valid YAML or JSON: " + message}
	rest, ok := strings.CutPrefix(message, "line ")
	if !ok {
		return fault
	}
	number, text, _ := strings.Cut(rest, ": ")
	line, err := strconv.Atoi(number)
	if err != nil {
		return fault
	}
	if strings.HasPrefix(text, "did not find expected") {
		line++ // the grammar's errors count lines from 0, those of the tokens from 1
	}
	fault.Line, fault.Message = line, "not valid YAML or JSON: "+text
	return fault
}

// survey looks at every value of a file once.
type survey struct {
	aliases int // how many aliases stand around the value
	aliased int // values seen through aliases
	faults  Faults
}

func (s *survey) visit(n Node, depth int) {
	if n.value.Kind == yaml.AliasNode {
		s.aliases++
		defer func() { s.aliases-- }()
	}
	if s.aliases > 0 {
		s.aliased++
	}
	if s.stop(n, depth) {
		return
	}
	value := n.target()
	switch value.Kind {
	case yaml.MappingNode:
		seen := make(map[string]int, len(value.Content)/2)
		for i := 0; i+1 < len(value.Content); i += 2 {
			key := value.Content[i]
			if first, ok := seen[key.Value]; ok {
				s.faults = append(s.faults, Fault{File: n.file.name, Line: key.Line, Pointer: join(n.pointer, key.Value), Message: fmt.Sprintf("%q stands here and in line %d", key.Value, first), Hint: "remove one"})
			}
			seen[key.Value] = key.Line
			s.visit(n.child(key.Value, key.Line, value.Content[i+1]), depth+1)
		}
	case yaml.SequenceNode:
		for i, item := range value.Content {
			s.visit(n.child(strconv.Itoa(i), item.Line, item), depth+1)
		}
	}
}

// stop reports that the file is beyond bounds, in one fault.
func (s *survey) stop(n Node, depth int) bool {
	if s.aliased <= maxAliased && depth <= maxDepth {
		return false
	}
	if len(s.faults) == 0 || s.faults[len(s.faults)-1].Hint != "simplify the file" {
		message := "values are nested too deeply"
		if s.aliased > maxAliased {
			message = "aliases expand to too many values"
		}
		s.faults = append(s.faults, Fault{File: n.file.name, Line: n.line, Pointer: n.pointer, Message: message, Hint: "simplify the file"})
	}
	return true
}

// child is the Node of a value inside n.
func (n Node) child(token string, line int, value *yaml.Node) Node {
	return Node{file: n.file, pointer: join(n.pointer, token), line: line, value: value}
}

// target is the YAML value with aliases followed.
func (n Node) target() *yaml.Node {
	value := n.value
	for value != nil && value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return value
}

// Exists reports whether there is a value here.
func (n Node) Exists() bool { return n.value != nil }

// File is the name of the file that the Node stands in.
func (n Node) File() string {
	if n.file == nil {
		return ""
	}
	return n.file.name
}

// Pointer is the JSON pointer of the value in its file.
func (n Node) Pointer() string { return n.pointer }

// Line is the 1-based line of the value, or of its name in an object.
func (n Node) Line() int { return n.line }

// Fault makes a Fault that stands here.
func (n Node) Fault(hint, format string, args ...any) Fault {
	return Fault{File: n.File(), Line: n.line, Pointer: n.pointer, Message: fmt.Sprintf(format, args...), Hint: hint}
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

// Raw returns the member of an object by name without following its $ref.
func (n Node) Raw(name string) Node {
	target := n.target()
	if target == nil || target.Kind != yaml.MappingNode {
		return Node{}
	}
	for i := 0; i+1 < len(target.Content); i += 2 {
		if target.Content[i].Value == name {
			return n.child(name, target.Content[i].Line, target.Content[i+1])
		}
	}
	return Node{}
}

// Get returns the member of an object by name, its $ref followed.
func (n Node) Get(name string) Node { return n.Raw(name).Resolve() }

// Names lists the member names of an object in their order.
func (n Node) Names() []string {
	target := n.target()
	if target == nil || target.Kind != yaml.MappingNode {
		return nil
	}
	names := make([]string, 0, len(target.Content)/2)
	for i := 0; i+1 < len(target.Content); i += 2 {
		names = append(names, target.Content[i].Value)
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
		ref := n.Raw("$ref")
		if !ref.Exists() {
			return n
		}
		if *hops--; *hops < 0 {
			return Node{}
		}
		n = n.follow(ref.Text(), hops)
	}
}

// Follow returns the place in the same file that a local reference
// ("#/components/…") names, passing through other references on the way.
func (n Node) Follow(ref string) Node {
	hops := maxHops
	return n.follow(ref, &hops)
}

func (n Node) follow(ref string, hops *int) Node {
	fragment, ok := strings.CutPrefix(ref, "#")
	if !ok || n.file == nil {
		return Node{}
	}
	return n.root().at(unescapeFragment(fragment), hops)
}

// root is the whole file of the Node.
func (n Node) root() Node {
	return Node{file: n.file, line: n.file.root.Line, value: n.file.root}
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
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		name := unescapeToken(token)
		switch next := n.Raw(name); {
		case next.Exists():
			n = next
		case n.IsArray():
			n = n.index(name)
		default:
			n = n.resolve(hops).Raw(name)
		}
	}
	return n
}

// index is the item of an array, by its number in text.
func (n Node) index(number string) Node {
	items := n.target().Content
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(items) {
		return Node{}
	}
	return n.child(number, items[i].Line, items[i])
}

// Text is the value of a string (or of any scalar, as written); "" otherwise.
func (n Node) Text() string {
	if target := n.target(); target != nil && target.Kind == yaml.ScalarNode && target.ShortTag() != "!!null" {
		return target.Value
	}
	return ""
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

// Value is the value as JSON has it: nil, bool, string, json.Number, []any,
// map[string]any. References stay as they are.
func (n Node) Value() any {
	target := n.target()
	if target == nil {
		return nil
	}
	switch target.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(target.Content)/2)
		for i := 0; i+1 < len(target.Content); i += 2 {
			key := target.Content[i]
			member := Node{value: target.Content[i+1]}.Value()
			if key.ShortTag() == "!!merge" {
				mergeInto(object, member)
				continue
			}
			object[key.Value] = member
		}
		return object
	case yaml.SequenceNode:
		array := make([]any, len(target.Content))
		for i, item := range target.Content {
			array[i] = Node{value: item}.Value()
		}
		return array
	default:
		return scalar(target)
	}
}

// AppendJSON writes the value as compact JSON, its members in their order.
func (n Node) AppendJSON(dst []byte) []byte {
	target := n.target()
	if target == nil {
		return append(dst, "null"...)
	}
	switch target.Kind {
	case yaml.MappingNode:
		dst = append(dst, '{')
		for i, name := range n.Names() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendJSONString(dst, name)
			dst = append(dst, ':')
			dst = n.Raw(name).AppendJSON(dst)
		}
		return append(dst, '}')
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, item := range n.rawItems() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	}
	written, err := AppendJSON(dst, scalar(target))
	if err != nil {
		return append(dst, "null"...) // a scalar always encodes
	}
	return written
}

// mergeInto adds what a YAML merge key ("<<") brings and object has not.
func mergeInto(object map[string]any, merged any) {
	switch merged := merged.(type) {
	case map[string]any:
		for name, value := range merged {
			if _, ok := object[name]; !ok {
				object[name] = value
			}
		}
	case []any:
		for _, item := range merged {
			mergeInto(object, item)
		}
	}
}

// scalar is the JSON value of a YAML scalar. What JSON cannot say (a date, an
// infinity) stays the text that was written.
func scalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var value bool
		if n.Decode(&value) == nil {
			return value
		}
	case "!!int", "!!float":
		if number, ok := number(n); ok && !hasHugeExponent(string(number)) {
			return number
		}
	}
	return n.Value
}

// number is the JSON number of a YAML one, which may be written 0x10 or 1_000.
func number(n *yaml.Node) (json.Number, bool) {
	if json.Valid([]byte(n.Value)) {
		return json.Number(n.Value), true
	}
	var integer int64
	if n.Decode(&integer) == nil {
		return json.Number(strconv.FormatInt(integer, 10)), true
	}
	var float float64
	if n.Decode(&float) == nil {
		if text, err := json.Marshal(float); err == nil {
			return json.Number(text), true
		}
	}
	return "", false
}
