package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// site is one path of the document.
type site struct {
	// path is as the document has it, without a trailing slash; template is without a
	// format at its end too, before what stands before its last segment, and last that
	// segment.
	path, template, before, last string
	// param is the name of the last segment where that is one parameter.
	param string
	// number is the place of the path in the document.
	number     int
	operations []*contract.Operation
	// words are what x-understudy says of the path.
	words contract.Node
	// collection is what the path lists or holds an item of.
	collection *Collection
	lists      *found // the items that its GET lists, once asked for
}

// sites is every path of a document, by template and by what stands before it.
type sites struct {
	order []*site
	by    map[string]*site
	items map[string]*site // the path of one item by that of its collection
}

// readSites groups the operations by path.
func readSites(operations []*contract.Operation) sites {
	s := sites{by: map[string]*site{}, items: map[string]*site{}}
	for _, op := range operations {
		template := bare(op.Path)
		at := s.by[template]
		if at == nil {
			at = &site{path: trim(op.Path), template: template, number: len(s.order), words: op.PathNode.Get(contract.Extension)}
			at.before, at.last = cut(template)
			at.param = parameter(at.last)
			s.by[template] = at
			s.order = append(s.order, at)
		}
		at.operations = append(at.operations, op)
		if at.param != "" && s.items[at.before] == nil {
			s.items[at.before] = at
		}
	}
	return s
}

// fixed reports whether the path ends in a segment without a parameter.
func (s *site) fixed() bool { return s.last != "" && !strings.ContainsAny(s.last, "{}") }

// method returns the operation with a method, unless the document gives it another
// role by name.
func (s *site) method(method string) *contract.Operation {
	for _, op := range s.operations {
		if op.Method == method && saidRole(op) == "" {
			return op
		}
	}
	return nil
}

// as returns the operation that the document says to have a role, else the one
// with a method.
func (s *site) as(role Role, method string) *contract.Operation {
	for _, op := range s.operations {
		if saidRole(op) == role {
			return op
		}
	}
	return s.method(method)
}

// saidRole is the role that the vocabulary gives an operation, or "".
func saidRole(op *contract.Operation) Role {
	return Role(op.Node.Get(contract.Extension).Get("role").Text())
}

// trim drops a trailing slash.
func trim(template string) string { return strings.TrimSuffix(template, "/") }

// bare drops a trailing slash and the format of the answers: /things/{id}.json.
func bare(template string) string { return strings.TrimSuffix(trim(template), ".json") }

// parameter returns the name of a segment that is one parameter, or "".
func parameter(segment string) string {
	name, ok := strings.CutPrefix(segment, "{")
	if name, closed := strings.CutSuffix(name, "}"); ok && closed && !strings.ContainsAny(name, "{}") {
		return name
	}
	return ""
}

// cut splits a template into what stands before its last segment, and that.
func cut(template string) (before, last string) {
	i := strings.LastIndexByte(template, '/')
	if i < 0 {
		return "", template
	}
	return template[:i], template[i+1:]
}

// shapeOf is a template without the names of its parameters, which may differ
// from path to path.
func shapeOf(template string) string {
	segments := strings.Split(template, "/")
	for i, segment := range segments {
		if parameter(segment) != "" {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// thing is what a path is about: its last segment without a parameter.
func thing(template string) string {
	segments := strings.Split(template, "/")
	for _, segment := range slices.Backward(segments) {
		if segment != "" && !strings.ContainsAny(segment, "{}") {
			return segment
		}
	}
	return ""
}

// common counts the segments that two templates share at their start.
func common(a, b string) int {
	first, second := strings.Split(shapeOf(a), "/"), strings.Split(shapeOf(b), "/")
	n := 0
	for n < len(first) && n < len(second) && first[n] == second[n] {
		n++
	}
	return n
}
