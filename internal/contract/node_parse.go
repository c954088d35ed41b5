package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxAliased bounds the values that a file may have through its YAML aliases,
// so that a few nested ones cannot fill the memory.
const maxAliased = 1_000_000

// maxDepth bounds nesting, so that no file can exhaust the stack.
const maxDepth = 500

// ParseFile reads YAML or JSON. The error is a Faults: a syntax error, names
// that occur twice, aliases or nesting beyond any sane document.
func ParseFile(name string, data []byte) (Node, error) {
	if fault := tooLarge(name, data); fault != nil {
		return Node{}, Faults{*fault}
	}
	value, err := parse(data)
	if err != nil {
		return Node{}, Faults{syntaxFault(name, err)}
	}
	if value == nil {
		return Node{}, Faults{{File: name, Message: "the file is empty"}}
	}
	f := &file{name: name, root: value, location: cleanLocation(name)}
	survey := survey{}
	survey.visit(f.whole(), 0)
	if survey.faults != nil {
		return Node{}, survey.faults
	}
	mergeKeys(value)
	if bytes.Contains(data, []byte("$anchor")) || bytes.Contains(data, []byte("$id")) {
		f.index(f.whole())
	}
	return f.whole(), nil
}

const (
	// maxSize bounds a document with all of its files, in bytes.
	maxSize = 32 << 20
	// maxMarks bounds the line breaks, colons, commas and opening brackets of a
	// file. Each value needs one, and each value takes a hundred times its memory.
	maxMarks = 4_000_000
)

// tooLarge refuses a file that would take too much memory, before it is read.
func tooLarge(name string, data []byte) *Fault {
	const hint = "take out what you do not need"
	if len(data) > maxSize {
		return &Fault{File: name, Message: fmt.Sprintf("the file has %d MB, more than the %d that are read", len(data)>>20, maxSize>>20), Hint: hint}
	}
	if len(data) < maxMarks {
		return nil
	}
	marks := 0
	for _, mark := range []byte("\n:,[{") {
		marks += bytes.Count(data, []byte{mark})
	}
	if marks > maxMarks {
		return &Fault{File: name, Message: "the file has more values than are read", Hint: hint}
	}
	return nil
}

// byteOrderMark may stand at the start of a file.
const byteOrderMark = "\ufeff"

// parse reads a file into a tree, nil when there is nothing in it.
func parse(data []byte) (*yaml.Node, error) {
	if text := bytes.TrimPrefix(data, []byte(byteOrderMark)); looksLikeJSON(text) {
		if root, err := parseJSONTree(text); err == nil {
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
		var known map[string]*yaml.Node
		if len(value.Content) > 2*largeObject {
			known = make(map[string]*yaml.Node, len(value.Content)/2)
		}
		for i := 0; i+1 < len(value.Content); i += 2 {
			key := value.Content[i]
			member := n.child(key.Value, key.Line, value.Content[i+1])
			if first := earlier(value.Content, i, known); first != nil {
				s.faults = append(s.faults, member.Fault("remove one", "%q stands here and in line %d", key.Value, first.Line))
			}
			if isMerge(key) && mergedObjects(member.value) == nil {
				s.faults = append(s.faults, member.Fault("give an object or a list of objects", "only objects can be merged"))
			}
			s.visit(member, depth+1)
		}
	case yaml.SequenceNode:
		for i, item := range value.Content {
			s.visit(n.child(strconv.Itoa(i), item.Line, item), depth+1)
		}
	}
}

// earlier is the last name before that of the member at i that is the same, nil when
// there is none. Known collects the names of a large object.
func earlier(content []*yaml.Node, i int, known map[string]*yaml.Node) (same *yaml.Node) {
	name := content[i]
	if known != nil {
		same, known[name.Value] = known[name.Value], name
		return same
	}
	for i -= 2; i >= 0; i -= 2 {
		if content[i].Value == name.Value {
			return content[i]
		}
	}
	return nil
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
		s.faults = append(s.faults, n.Fault("simplify the file", "%s", message))
	}
	return true
}

// mergeKeys puts the members that YAML's merge keys ("<<") bring among those of
// the objects that have the keys. What an alias stands for comes before the
// alias, so it is complete by then.
func mergeKeys(value *yaml.Node) {
	for _, child := range value.Content {
		mergeKeys(child)
	}
	if value.Kind != yaml.MappingNode || !slices.ContainsFunc(value.Content, isMerge) {
		return
	}
	known := map[string]bool{}
	for i := 0; i+1 < len(value.Content); i += 2 {
		known[value.Content[i].Value] = true
	}
	var content []*yaml.Node
	for i := 0; i+1 < len(value.Content); i += 2 {
		if !isMerge(value.Content[i]) {
			content = append(content, value.Content[i:i+2]...)
			continue
		}
		for _, object := range mergedObjects(value.Content[i+1]) {
			for j := 0; j+1 < len(object.Content); j += 2 {
				if name := object.Content[j].Value; !known[name] {
					known[name] = true
					// An alias, so that it shows that the value stands elsewhere too.
					member := object.Content[j+1]
					content = append(content, object.Content[j], &yaml.Node{Kind: yaml.AliasNode, Alias: unalias(member), Line: member.Line})
				}
			}
		}
	}
	value.Content = content
}

// isMerge reports whether the name of a member is a merge key.
func isMerge(name *yaml.Node) bool {
	return name.Value == "<<" && name.ShortTag() == "!!merge"
}

// mergedObjects lists the objects that a merge key brings, the one that goes
// before the others first; nil when there is anything else.
func mergedObjects(value *yaml.Node) []*yaml.Node {
	value = unalias(value)
	switch value.Kind {
	case yaml.MappingNode:
		return []*yaml.Node{value}
	case yaml.ScalarNode:
		return nil
	}
	objects := []*yaml.Node{}
	for _, item := range value.Content {
		if item = unalias(item); item.Kind != yaml.MappingNode {
			return nil
		}
		objects = append(objects, item)
	}
	return objects
}
