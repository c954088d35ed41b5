package conformance

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// call is a valid request of an operation.
type call struct {
	op     *contract.Operation
	values map[*contract.Parameter]any // of the parameters that are sent
	media  string                      // the content type of the body, "" for none
	body   any
	// madeUp says that something in it is valid and yet may mean nothing to the
	// target, foundByExample that a value of the path is one of the document's, and
	// guessed that one is made up.
	madeUp, foundByExample, guessed bool
	optional                        []string // the optional parameters that are sent
}

// newCall makes a valid request: with the required parameters alone, since optional
// ones may exclude one another.
func (e *env) newCall(op *contract.Operation, guess bool) (*call, error) {
	c := &call{op: op, values: map[*contract.Parameter]any{}}
	for _, p := range op.Parameters {
		if !p.Required && p.In != "path" || isIgnored(p) {
			continue
		}
		given := e.params[p.Name]
		shown, hasShown := suggestion(p)
		switch {
		case given != "":
			c.values[p] = given
		case hasShown:
			c.values[p], c.foundByExample = shown, c.foundByExample || p.In == "path"
		case p.In == "path" && !guess:
			return nil, notApplicable("nothing tells a value for the path: give --param %s=…", p.Name)
		default:
			value, err := e.samples.parameter(p)
			if err != nil {
				return nil, err
			}
			c.values[p], c.madeUp, c.guessed = value, true, c.guessed || p.In == "path"
		}
	}
	var err error
	c.media, c.body, err = e.samples.payload(op)
	c.madeUp = c.madeUp || c.media != ""
	return c, err
}

// isIgnored reports whether OpenAPI tells to ignore a parameter: other parts of the
// document describe these headers.
func isIgnored(p *contract.Parameter) bool {
	return p.In == "header" && slices.Contains([]string{"accept", "content-type", "authorization"}, strings.ToLower(p.Name))
}

// suggestion is a value that the document gives for a parameter: an example, a
// default, or one of those that it lists.
func suggestion(p *contract.Parameter) (value any, ok bool) {
	var values []any
	add := func(n contract.Node) {
		if n.Exists() {
			values = append(values, n.Value())
		}
	}
	add(p.Node.Raw("example"))
	named := p.Node.Get("examples")
	for _, name := range named.Names() {
		add(named.Get(name).Raw("value"))
	}
	if p.Schema == nil {
		return first(values)
	}
	schema := p.Schema.Node()
	for _, name := range []string{"example", "const", "default"} {
		add(contract.Keyword(schema, name))
	}
	for _, list := range []string{"examples", "enum"} {
		for _, item := range contract.Keyword(schema, list).Items() {
			add(item)
		}
	}
	return first(slices.DeleteFunc(values, func(value any) bool { return value == nil || value == "" || len(p.Schema.Check(value)) > 0 }))
}

func first(values []any) (any, bool) {
	if len(values) == 0 {
		return nil, false
	}
	return values[0], true
}

// parameter makes up a valid value for a parameter, with the prefix of the run where
// that fits.
func (s *samples) parameter(p *contract.Parameter) (any, error) {
	n := s.next.Add(1)
	if p.Schema == nil {
		return fmt.Sprint(s.prefix, "-", n), nil
	}
	if text, ok := s.text(contract.Member{Name: p.Name, Node: p.Schema.Node()}, n); ok && len(p.Schema.Check(text)) == 0 {
		return text, nil
	}
	value, err := s.generator.Value(p.Schema.Compiled(), fmt.Sprint("parameter ", n))
	if err != nil {
		return nil, notApplicable("no valid value can be made for the parameter %s: %v", p.Name, err)
	}
	return value, nil
}

// payload makes a valid body for an operation; its media type is "" for none.
func (s *samples) payload(op *contract.Operation) (mediaType string, value any, err error) {
	if op.Body == nil {
		return "", nil, nil
	}
	media := payloadMedia(op.Body)
	switch {
	case media == nil && op.Body.Required:
		return "", nil, notApplicable("the body is %s, which the suite does not make", typesOf(op.Body))
	case media == nil:
		return "", nil, nil
	case media.Schema == nil:
		return concrete(media.Type), map[string]any{}, nil
	case media == jsonMedia(op):
		if body, err := s.body(media.Schema); err == nil {
			return concrete(media.Type), body, nil
		}
	}
	value, err = s.generator.Value(media.Schema.Compiled(), fmt.Sprint("body ", s.next.Add(1)))
	if err != nil {
		return "", nil, notApplicable("no valid body can be made: %v", err)
	}
	return concrete(media.Type), value, nil
}

const urlEncoded = "application/x-www-form-urlencoded"

// typesOf are the content types of a body, for a sentence.
func typesOf(body *contract.Body) string {
	var types []string
	for _, media := range body.Content {
		types = append(types, media.Type)
	}
	return strings.Join(types, " or ")
}

// payloadMedia is the content type of a body that can be made: JSON, or else a form.
func payloadMedia(body *contract.Body) *contract.Media {
	for _, isFit := range []func(string) bool{isJSONType, func(t string) bool { return t == urlEncoded }, func(t string) bool { return t == multipartType }} {
		for _, media := range body.Content {
			if isFit(media.Type) {
				return media
			}
		}
	}
	return nil
}

func isJSONType(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || strings.HasSuffix(mediaType, "/*")
}

// concrete is a content type of a range.
func concrete(mediaType string) string {
	if strings.HasSuffix(mediaType, "/*") {
		return "application/json"
	}
	return mediaType
}

// with is the same call with another value of a parameter.
func (c *call) with(p *contract.Parameter, value any) *call {
	changed := *c
	changed.values = maps.Clone(c.values)
	changed.values[p] = value
	return &changed
}

// withOptional is the same call with the optional parameters for which the document
// gives a value.
func (e *env) withOptional(c *call) *call {
	full := *c
	full.values = maps.Clone(c.values)
	for _, p := range c.op.Parameters {
		_, sent := c.values[p]
		value, shown := suggestion(p)
		if !sent && shown && !isIgnored(p) && !e.isCredential(p) {
			full.values[p], full.optional = value, append(full.optional, p.Name)
		}
	}
	return &full
}

// without is the same call without a parameter.
func (c *call) without(p *contract.Parameter) *call {
	changed := *c
	changed.values = maps.Clone(c.values)
	delete(changed.values, p)
	return &changed
}

// request is the call as somebody makes it.
func (c *call) request(as who) request {
	path, header := c.op.Path, http.Header{}
	var query, cookies []string
	for _, p := range c.op.Parameters {
		value, sent := c.values[p]
		if !sent {
			continue
		}
		switch s := spellingOf(p); p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", s.inPath(value))
		case "query":
			query = append(query, s.pairs(value)...)
		case "header":
			header.Set(p.Name, s.joined(value, ","))
		case "cookie":
			cookies = append(cookies, s.pairs(value)...)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	if len(cookies) > 0 {
		header.Set("Cookie", strings.Join(cookies, "; "))
	}
	r := request{method: c.op.Method, path: path, as: as, header: header}
	if c.media != "" {
		var mediaType string
		r.body, mediaType = c.payload()
		header.Set("Content-Type", mediaType)
	}
	return r
}

// broken lists how a request breaks the document.
func (s *suite) broken(r request, op *contract.Operation) []contract.Violation {
	target, err := url.ParseRequestURI(r.path)
	if err != nil {
		return []contract.Violation{{In: "path", Keyword: "malformed", Message: err.Error()}}
	}
	match := s.contract.Match(r.method, target.EscapedPath())
	if match.Operation != op {
		return []contract.Violation{{In: "path", Keyword: "declared", Message: "it is that of another operation"}}
	}
	found := op.CheckPath(&match.Params)
	_, wrong := op.CheckParameters(&http.Request{Method: r.method, URL: target, Header: r.header})
	found = append(found, wrong...)
	if _, err := op.CheckBody(r.header.Get("Content-Type"), r.body, false); err != nil {
		found = append(found, contract.Violation{In: "body", Keyword: "malformed", Message: err.Error()})
	}
	return found
}
