package contract

import (
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A schema may meet itself more than once in one member: in each of several
// alternatives, say. With each level of a value, the engine has so many times more to
// do, and forty levels fit into a line. So a value that is nested deeper than is usual
// is checked only as far as that stays bounded.
const (
	// usualDepth is how deep any value may be.
	usualDepth = 8
	// maxSteps bounds how many schemas the members of one value are held against, from
	// its top to one of its ends.
	maxSteps = 2_000_000
	// countedDepth is how deep the steps are counted. What has not grown by then does
	// not grow.
	countedDepth = 48
)

// tooDeep reports a value that is nested deeper than its schema can be checked; nil
// when it is not.
func (s *Schema) tooDeep(value any) []Violation {
	depth := depthOf(value)
	if depth <= usualDepth {
		return nil
	}
	s.deepest.Do(func() { s.depth = deepest(s.compiled) })
	if depth <= s.depth {
		return nil
	}
	return []Violation{{
		Keyword: "nesting", Limit: fmt.Sprint(s.depth),
		Message: fmt.Sprintf("is nested %d levels deep, and its schema, which contains itself more than once, can be checked for no more than %d", depth, s.depth),
	}}
}

// depthOf is how many arrays and objects are inside one another.
func depthOf(value any) int {
	deepest := 0
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			deepest = max(deepest, depthOf(member))
		}
	case []any:
		for _, item := range value {
			deepest = max(deepest, depthOf(item))
		}
	default:
		return 0
	}
	return deepest + 1
}

// deepest is how deep a value of a schema may be, without an end where that does not
// matter.
func deepest(s *jsonschema.Schema) int {
	g := growth{steps: map[level]int{}, parts: map[*jsonschema.Schema][]*jsonschema.Schema{}}
	if g.count(s, countedDepth-1) <= maxSteps {
		return 1 << 30 // and no more of them at any smaller depth
	}
	depth := usualDepth
	for g.count(s, depth+1) <= maxSteps {
		depth++
	}
	return depth
}

// growth counts the schemas that a value and what is in it are held against.
type growth struct {
	steps map[level]int
	parts map[*jsonschema.Schema][]*jsonschema.Schema
}

// level is a schema with how deep a value of it is.
type level struct {
	schema *jsonschema.Schema
	depth  int
}

// count is how many schemas a value of some depth is held against, from its top to one
// of its ends: that of the member where they are most.
func (g *growth) count(s *jsonschema.Schema, depth int) int {
	at := level{s, depth}
	if known, ok := g.steps[at]; ok {
		return known
	}
	parts := g.partsOf(s)
	most := 0
	if depth > 0 {
		members := map[string]int{}
		others := 0 // of what has no name of its own
		for _, part := range parts {
			for name, member := range part.Properties {
				members[name] = min(members[name]+g.count(member, depth-1), maxSteps+1)
			}
			for _, inner := range unnamedOf(part) {
				others = min(others+g.count(inner, depth-1), maxSteps+1)
			}
		}
		most = others
		for _, steps := range members {
			most = max(most, steps+others)
		}
	}
	g.steps[at] = min(len(parts)+most, maxSteps+1)
	return g.steps[at]
}

// partsOf lists a schema with all that a value of it is held against, each as often as
// that is done.
func (g *growth) partsOf(s *jsonschema.Schema) []*jsonschema.Schema {
	if known, ok := g.parts[s]; ok {
		return known
	}
	g.parts[s] = []*jsonschema.Schema{s} // what has itself for a part is not counted again
	all := []*jsonschema.Schema{s}
	for _, part := range partsOf(s) {
		all = append(all, g.partsOf(part)...)
	}
	g.parts[s] = all
	return all
}
