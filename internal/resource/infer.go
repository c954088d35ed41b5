package resource

import (
	"fmt"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// Infer reads a contract as resources. The error is a contract.Faults: what
// the x-understudy vocabulary says wrongly.
func Infer(c *contract.Contract) (*Model, error) {
	in := &inference{contract: c, model: &Model{bindings: map[*contract.Operation]Binding{}}, paths: map[string][]*contract.Operation{}, known: map[place][]contract.Member{}}
	for _, op := range c.Operations {
		template := trim(op.Path)
		if _, ok := in.paths[template]; !ok {
			in.order = append(in.order, template)
		}
		in.paths[template] = append(in.paths[template], op)
	}
	for _, template := range in.order {
		in.collection(template)
	}
	for _, c := range in.model.Collections {
		in.describe(c)
	}
	in.readErrors()
	in.readTokens()
	slices.SortStableFunc(in.faults, func(a, b contract.Fault) int { return a.Line - b.Line })
	if err := in.faults.Err(); err != nil {
		return nil, err
	}
	in.doubtUnbound()
	return in.model, nil
}

// inference is the work in hand.
type inference struct {
	contract *contract.Contract
	model    *Model
	paths    map[string][]*contract.Operation // by template without trailing slash
	order    []string
	known    map[place][]contract.Member // of the schemas that were asked for
	faults   contract.Faults
}

// trim drops a trailing slash.
func trim(template string) string { return strings.TrimSuffix(template, "/") }

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

// collection adds the collection at a path, if there is one: a path that ends
// in a fixed segment and that lists, or creates beside items of its own.
func (in *inference) collection(template string) {
	_, last := cut(template)
	if last == "" || strings.Contains(last, "{") {
		return
	}
	itemPath, idParam := in.itemPath(template)
	list, create := in.operation(template, "GET"), in.operation(template, "POST")
	_, lists := in.listed(list, last, contract.Node{})
	if !lists && (itemPath == "" || create == nil) {
		return
	}
	if itemPath == "" && create == nil {
		return // a list that nothing can change is served as the document shows it
	}
	c := &Collection{Name: last, Path: template, ItemPath: itemPath, IDParam: idParam, Operations: map[Role]*contract.Operation{}}
	if lists {
		in.bind(c, List, list)
	}
	in.bind(c, Create, create)
	if itemPath != "" {
		in.bind(c, Retrieve, in.operation(itemPath, "GET"))
		in.bind(c, Update, in.operation(itemPath, "PATCH"))
		in.bind(c, Replace, in.operation(itemPath, "PUT"))
		in.bind(c, Remove, in.operation(itemPath, "DELETE"))
	}
	in.model.Collections = append(in.model.Collections, c)
}

// itemPath finds the path of one item: the collection's, and a parameter.
func (in *inference) itemPath(template string) (path, param string) {
	for _, candidate := range in.order {
		before, last := cut(candidate)
		if name := parameter(last); before == template && name != "" {
			return candidate, name
		}
	}
	return "", ""
}

func (in *inference) operation(template, method string) *contract.Operation {
	for _, op := range in.paths[template] {
		if op.Method == method {
			return op
		}
	}
	return nil
}

func (in *inference) bind(c *Collection, role Role, op *contract.Operation) {
	if op != nil {
		c.Operations[role] = op
		in.model.bindings[op] = Binding{Collection: c, Role: role}
	}
}

// describe fills in what a collection is.
func (in *inference) describe(c *Collection) {
	in.findParents(c)
	in.findItem(c)
	in.findEnvelope(c)
	in.findStyles(c)
	in.findPayloads(c)
	in.findFields(c)
	in.readCollection(c)
	in.findPage(c)
	if list := c.Operations[List]; list != nil {
		in.doubtQuery(c, list)
	}
}

// findParents lists the path parameters before the collection.
func (in *inference) findParents(c *Collection) {
	prefix := ""
	for segment := range strings.SplitSeq(strings.TrimPrefix(c.Path, "/"), "/") {
		prefix += "/" + segment
		name := parameter(segment)
		if name == "" {
			continue
		}
		i := slices.IndexFunc(in.model.Collections, func(p *Collection) bool { return p.ItemPath != "" && shapeOf(p.ItemPath) == shapeOf(prefix) })
		parent := Parent{Param: name}
		if i >= 0 {
			parent.Collection = in.model.Collections[i]
		}
		c.Parents = append(c.Parents, parent)
	}
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

func (in *inference) anyOperation(c *Collection) *contract.Operation {
	for _, role := range []Role{List, Create, Retrieve, Update, Replace, Remove} {
		if op := c.Operations[role]; op != nil {
			return op
		}
	}
	return &contract.Operation{}
}

// doubtUnbound names the operations that belong to no collection.
func (in *inference) doubtUnbound() {
	for _, op := range in.contract.Operations {
		if _, ok := in.model.bindings[op]; !ok {
			in.doubt(op.Node, "%s %s belongs to no collection and is answered from the document alone", "give the path a list of items, or a path for one item", op.Method, op.Path)
		}
	}
}

func (in *inference) doubt(n contract.Node, format, settle string, args ...any) {
	in.model.Doubts = append(in.model.Doubts, Doubt{Pointer: n.Pointer(), Line: n.Line(), Message: fmt.Sprintf(format, args...), Settle: settle})
}

// fault keeps an error of the contract.
func (in *inference) fault(err error) {
	if faults, ok := err.(contract.Faults); ok { //nolint:errorlint // the contract returns Faults itself, never wrapped
		in.faults = append(in.faults, faults...)
	}
}
