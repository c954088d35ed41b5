package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// isAsked reports whether a request must have a parameter in its query, or a header.
func isAsked(p *contract.Parameter) bool {
	return (p.In == "query" || p.In == "header" && !isIgnored(p)) && p.Required && p.Schema != nil
}

// withAsked is a request with the parameters that its operation cannot do without. What it
// has already, and credentials, stay as they are.
func (l *lane) withAsked(r request) request {
	path, query, _ := strings.Cut(r.path, "?")
	op := l.contract.Match(r.method, path).Operation
	if op == nil && r.method == http.MethodHead {
		op = l.contract.Match(http.MethodGet, path).Operation // whose headers it asks for
	}
	if op == nil {
		return r
	}
	has, _ := url.ParseQuery(query)
	for _, p := range op.Parameters {
		if !isAsked(p) || l.isCredential(p) || p.In == "query" && has.Has(p.Name) || p.In == "header" && r.header.Get(p.Name) != "" {
			continue
		}
		value, ok := l.asked(op, p)
		if !ok {
			continue
		}
		if p.In == "header" {
			if r.header = r.header.Clone(); r.header == nil {
				r.header = http.Header{}
			}
			r.header.Set(p.Name, spellingOf(p).joined(value, ","))
			continue
		}
		for _, pair := range spellingOf(p).pairs(value) {
			query = strings.TrimPrefix(query+"&"+pair, "&")
		}
	}
	if query != "" {
		r.path = path + "?" + query
	}
	return r
}

// asked is the value of a parameter that requests must have: what is given, what the
// document gives, or else what it allows. The example of a parameter that pages a list may
// be that of a later page.
func (l *lane) asked(op *contract.Operation, p *contract.Parameter) (value any, ok bool) {
	if given := l.options.params[p.Name]; given != "" {
		return given, true
	}
	if strings.EqualFold(p.Name, "If-Match") && len(p.Schema.Check("*")) == 0 {
		return "*", true // whatever is there
	}
	if namesRequest(p) {
		if name := l.samples.generator.UUID(fmt.Sprint("request ", l.samples.number())); len(p.Schema.Check(name)) == 0 {
			return name, true // the example would be the same each time
		}
	}
	isOfPage := l.pagesWith(op, p)
	if shown, ok := suggestion(p); ok && !isOfPage {
		return shown, true
	}
	if !isOfPage {
		l.noteMadeUp(p.Name)
	}
	value, err := l.samples.generator.Value(p.Schema.Compiled(), "asked "+p.Name)
	return value, err == nil
}

// askedOfDeletes are the parameters that were given and that deleting a record asks for.
func (s *suite) askedOfDeletes() []string {
	var names []string
	for _, c := range s.model.Collections {
		op := offered(c, resource.Remove)
		if op == nil {
			continue
		}
		for _, p := range op.Parameters {
			if isAsked(p) && s.options.params[p.Name] != "" && !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// noteMadeUp remembers a parameter whose value may mean nothing to the target.
func (l *lane) noteMadeUp(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.madeUp, name) {
		l.madeUp = append(l.madeUp, name)
	}
}

// pagesWith reports whether an operation is the list of a collection, and a parameter
// one of those that page it.
func (s *suite) pagesWith(op *contract.Operation, p *contract.Parameter) bool {
	if s.model == nil {
		return false
	}
	binding, bound := s.model.Bind(op)
	return bound && pages(binding.Collection, p)
}

// namesRequest reports whether a parameter tells one request from others: with the same
// value, a second one would be taken for the first.
func namesRequest(p *contract.Parameter) bool {
	name := strings.ToLower(p.Name)
	return strings.Contains(name, "idempot") || strings.Contains(name, "request-id")
}

// selectedBy is the parameter without which a list shows nothing, and which chooses what
// it shows; nil where there is none, or its value is given. One that items are asked for
// with as well, like a version of the API, chooses nothing, nor does one that has only one
// value and is no member of an item: other items have another.
func (s *suite) selectedBy(c *resource.Collection) *contract.Parameter {
	list := offered(c, resource.List)
	if list == nil {
		return nil
	}
	for _, p := range list.Parameters {
		if p.In == "query" && isAsked(p) && !pages(c, p) && s.options.params[p.Name] == "" && !isEverywhere(c, p) && !isSettled(c, p) {
			return p
		}
	}
	return nil
}

// isEverywhere reports whether the operations on an item ask for a parameter of a list
// too.
func isEverywhere(c *resource.Collection, p *contract.Parameter) bool {
	asked := 0
	for _, role := range recordRoles() {
		op := c.Operations[role]
		if op == nil {
			continue
		}
		if other := op.Parameter(p.In, p.Name); other == nil || !other.Required {
			return false
		}
		asked++
	}
	return asked > 0
}

// isSettled reports whether a parameter that is no member of an item has one value alone,
// or one where none is sent.
func isSettled(c *resource.Collection, p *contract.Parameter) bool {
	if c.Field(p.Name) != nil {
		return false
	}
	schema := p.Schema.Node()
	return len(contract.Keyword(schema, "enum").Items()) == 1 || slices.ContainsFunc([]string{"const", "default"}, func(word string) bool { return contract.Keyword(schema, word).Exists() })
}
