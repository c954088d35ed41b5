package proxy

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// Coverage is what of a document was seen, and what was not.
type Coverage struct {
	Format   int    `json:"format"`
	Document string `json:"document"`
	// Exchanges is how many there were, of any kind.
	Exchanges  int                  `json:"exchanges"`
	Summary    map[string]Share     `json:"summary"`
	Operations []*OperationCoverage `json:"operations"`
	// Unknown are requests that no operation describes.
	Unknown []UnknownRequest `json:"unknown,omitempty"`
	// UnknownMore counts those that there was no room for.
	UnknownMore int `json:"unknown_more,omitempty"`

	byOperation map[*contract.Operation]*OperationCoverage
}

// Share is how many of something were seen.
type Share struct {
	Seen int `json:"seen"`
	Of   int `json:"of"`
}

// OperationCoverage is what was seen of one operation.
type OperationCoverage struct {
	ID         string   `json:"id"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Deprecated bool     `json:"deprecated,omitempty"`
	Seen       int      `json:"seen"`
	Statuses   []*Count `json:"statuses"`
	// Undeclared are statuses that the document does not declare.
	Undeclared    []*Count          `json:"undeclared_statuses,omitempty"`
	Parameters    []*Count          `json:"parameters,omitempty"`
	RequestTypes  []*Count          `json:"request_types,omitempty"`
	ResponseTypes []*Count          `json:"response_types,omitempty"`
	Values        []*ValuesCoverage `json:"values,omitempty"`

	operation *contract.Operation
}

// Count is how often something was seen.
type Count struct {
	Name string `json:"name"`
	Seen int    `json:"seen"`
}

// ValuesCoverage is what was seen of the values of an enum.
type ValuesCoverage struct {
	In     string   `json:"in"` // query, path, header or cookie, request or response
	Field  string   `json:"field"`
	Values []*Count `json:"values"`

	path []string // to the values in a body; "[]" is every item, "{}" every member
}

// UnknownRequest is a kind of request that no operation describes.
type UnknownRequest struct {
	Method string `json:"method"`
	Path   string `json:"path"` // with {} for what looks like an id
	Seen   int    `json:"seen"`
}

// maxUnknown bounds how many kinds of unknown requests are told apart, and maxDepth
// how deep enums are looked for in a body.
const (
	maxUnknown = 200
	maxDepth   = 6
)

func newCoverage(c *contract.Contract) *Coverage {
	v := &Coverage{Format: 1, Document: c.String(), byOperation: map[*contract.Operation]*OperationCoverage{}}
	for _, op := range c.Operations {
		o := newOperationCoverage(op)
		v.Operations = append(v.Operations, o)
		v.byOperation[op] = o
	}
	return v
}

func newOperationCoverage(op *contract.Operation) *OperationCoverage {
	o := &OperationCoverage{ID: op.ID, Method: op.Method, Path: op.Path, Deprecated: op.Deprecated, Statuses: []*Count{}, operation: op}
	for _, p := range op.Parameters {
		o.Parameters = append(o.Parameters, &Count{Name: p.In + " " + p.Name})
		if p.Schema != nil {
			o.addEnums(p.In, p.Schema.Node(), nil, p.Name, 0)
		}
	}
	if op.Body != nil {
		for _, m := range op.Body.Content {
			o.RequestTypes = append(o.RequestTypes, &Count{Name: m.Type})
			if m.Schema != nil {
				o.addEnums("request", m.Schema.Node(), nil, "", 0)
			}
		}
	}
	for _, r := range op.Responses {
		o.Statuses = append(o.Statuses, &Count{Name: r.Status})
		for _, m := range r.Content {
			o.ResponseTypes = append(o.ResponseTypes, &Count{Name: r.Status + " " + m.Type})
			if m.Schema != nil && !strings.HasPrefix(r.Status, "4") && !strings.HasPrefix(r.Status, "5") && r.Status != "default" {
				o.addEnums("response", m.Schema.Node(), nil, "", 0)
			}
		}
	}
	return o
}

// addEnums finds the enums in a schema.
func (o *OperationCoverage) addEnums(in string, schema contract.Node, path []string, field string, depth int) {
	schema = schema.Resolve()
	if depth > maxDepth || !schema.IsObject() {
		return
	}
	if values := contract.Keyword(schema, "enum").Items(); len(values) > 0 {
		o.addEnum(in, path, field, values)
	}
	if items := contract.Keyword(schema, "items"); items.Exists() {
		o.addEnums(in, items, append(slices.Clone(path), "[]"), field+"[]", depth+1)
	}
	for _, m := range contract.Members(schema) {
		o.addEnums(in, m.Node, append(slices.Clone(path), m.Name), strings.TrimPrefix(field+"."+m.Name, "."), depth+1)
	}
}

func (o *OperationCoverage) addEnum(in string, path []string, field string, values []contract.Node) {
	for _, known := range o.Values {
		if known.In == in && known.Field == field {
			return // declared again for another content type or status
		}
	}
	v := &ValuesCoverage{In: in, Field: field, path: path}
	for _, value := range values {
		v.Values = append(v.Values, &Count{Name: text(value.Value())})
	}
	o.Values = append(o.Values, v)
}

// text is a value of an enum in words.
func text(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	written, err := contract.AppendJSON(nil, value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

// see counts an exchange.
func (v *Coverage) see(e *Exchange, j *judgement, parameters map[string]any) {
	v.Exchanges++
	op := j.operation()
	if op == nil {
		if !j.preflight {
			v.unknown(e.Method, generalPath(e.Path))
		}
		return
	}
	v.byOperation[op].see(e, j, parameters)
}

func (v *Coverage) unknown(method, path string) {
	for i := range v.Unknown {
		if v.Unknown[i].Method == method && v.Unknown[i].Path == path {
			v.Unknown[i].Seen++
			return
		}
	}
	if len(v.Unknown) == maxUnknown {
		v.UnknownMore++
		return
	}
	v.Unknown = append(v.Unknown, UnknownRequest{method, path, 1})
}

// see counts an exchange of the operation.
func (o *OperationCoverage) see(e *Exchange, j *judgement, parameters map[string]any) {
	o.Seen++
	for _, p := range o.operation.Parameters {
		value, sent := parameters[p.Name]
		if p.In == "path" {
			value, sent = j.match.Params.Get(p.Name), true
		}
		if !sent {
			continue
		}
		count(o.Parameters, p.In+" "+p.Name)
		o.seeValues(p.In, value, p.Name)
	}
	if body := e.Body; e.Body.Size > 0 {
		contentType := e.Header.Get("Content-Type")
		if o.operation.Body != nil {
			if media := o.operation.Body.Media(mediaType(contentType)); media != nil {
				count(o.RequestTypes, media.Type)
			}
		}
		if body.whole() {
			o.seeValues("request", jsonValue(body.Data, contentType), "")
		}
	}
	if e.Answer != nil {
		o.seeAnswer(e.Answer)
	}
}

func (o *OperationCoverage) seeAnswer(a *Answer) {
	response := o.operation.Response(a.Status)
	if response == nil {
		status := strconv.Itoa(a.Status)
		if !slices.ContainsFunc(o.Undeclared, func(c *Count) bool { return c.Name == status }) {
			o.Undeclared = append(o.Undeclared, &Count{Name: status})
		}
		count(o.Undeclared, status)
		return
	}
	count(o.Statuses, response.Status)
	contentType := a.Header.Get("Content-Type")
	if media := response.Media(mediaType(contentType)); media != nil {
		count(o.ResponseTypes, response.Status+" "+media.Type)
	}
	if body := a.Body; body.whole() && a.Status < 300 {
		o.seeValues("response", jsonValue(body.Data, contentType), "")
	}
}

// seeValues counts the values of enums in a part of an exchange; field is the name of
// a parameter.
func (o *OperationCoverage) seeValues(in string, value any, field string) {
	if value == nil {
		return
	}
	for _, v := range o.Values {
		if v.In == in && (field == "" || v.Field == field || strings.HasPrefix(v.Field, field+".") || strings.HasPrefix(v.Field, field+"[]")) {
			eachAt(value, v.path, func(found any) { count(v.Values, text(found)) })
		}
	}
}

// eachAt visits the values that a path leads to.
func eachAt(value any, path []string, visit func(any)) {
	if len(path) == 0 {
		visit(value)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		if member, ok := value[path[0]]; ok {
			eachAt(member, path[1:], visit)
		}
	case []any:
		if path[0] == "[]" {
			for _, item := range value {
				eachAt(item, path[1:], visit)
			}
		}
	}
}

// count counts what has a name.
func count(counts []*Count, name string) {
	for _, c := range counts {
		if c.Name == name {
			c.Seen++
			return
		}
	}
}

// mediaType is a content type without its parameters.
func mediaType(contentType string) string {
	base, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return contentType
	}
	return base
}

// summarize counts what was seen of all that there is.
func (v *Coverage) summarize() {
	v.Summary = map[string]Share{}
	add := func(name string, counts []*Count) {
		share := v.Summary[name]
		for _, c := range counts {
			share.Of++
			if c.Seen > 0 {
				share.Seen++
			}
		}
		v.Summary[name] = share
	}
	for _, o := range v.Operations {
		add("operations", []*Count{{Seen: o.Seen}})
		add("statuses", o.Statuses)
		add("parameters", o.Parameters)
		add("content types", slices.Concat(o.RequestTypes, o.ResponseTypes))
		for _, values := range o.Values {
			add("values", values.Values)
		}
	}
}

// WriteJSON writes the coverage for programs.
func (v *Coverage) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// notes are the coverage in words.
func (v *Coverage) notes() []string {
	v.summarize()
	var parts []string
	for _, name := range []string{"operations", "statuses", "parameters", "content types", "values"} {
		if share := v.Summary[name]; share.Of > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", share.Seen, share.Of, name))
		}
	}
	notes := []string{"seen: " + strings.Join(parts, ", ")}
	for _, o := range v.Operations {
		if unseen := o.unseen(); o.Seen > 0 && unseen != "" && len(notes) <= maxNotes {
			notes = append(notes, fmt.Sprintf("%s %s, never seen: %s", o.Method, o.Path, unseen))
		}
	}
	return notes
}

// maxNotes bounds how many operations are told of one by one.
const maxNotes = 50

// unseen lists what was not seen of an operation that was.
func (o *OperationCoverage) unseen() string {
	var parts []string
	add := func(what string, counts []*Count) {
		var names []string
		for _, c := range counts {
			if c.Seen == 0 {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			parts = append(parts, what+" "+strings.Join(names, ", "))
		}
	}
	add("status", o.Statuses)
	add("parameter", o.Parameters)
	add("content type", o.RequestTypes)
	for _, v := range o.Values {
		add(v.In+" "+v.Field, v.Values)
	}
	return strings.Join(parts, "; ")
}
