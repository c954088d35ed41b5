package contract

import (
	"fmt"
	"net/url"
	"strings"
)

// maxParams is how many path parameters a path may have.
const maxParams = 12

// Params are the path parameters of one request, in the order of the path.
// Values are as sent, still percent-encoded.
type Params struct {
	names  []string
	values [maxParams]string
}

// Len is how many there are.
func (p *Params) Len() int { return len(p.names) }

// Name is the name of the i-th parameter.
func (p *Params) Name(i int) string { return p.names[i] }

// Raw is the value of a parameter as it was sent, "" when there is none.
func (p *Params) Raw(name string) string {
	for i, candidate := range p.names {
		if candidate == name {
			return p.values[i]
		}
	}
	return ""
}

// Get is the decoded value of a parameter. A value that cannot be decoded is
// returned as it was sent.
func (p *Params) Get(name string) string {
	raw := p.Raw(name)
	if strings.IndexByte(raw, '%') < 0 {
		return raw
	}
	if decoded, err := url.PathUnescape(raw); err == nil {
		return decoded
	}
	return raw
}

// matcher finds a path template by segments. Its cost depends on the length of
// the path, not on how many templates there are.
type matcher struct{ root segment }

// segment is what may follow in a path: a fixed text, a pattern with text
// around its parameters, or any text.
type segment struct {
	fixed    map[string]*segment
	patterns []pattern
	any      *segment

	final bool
	route int
	names []string
	label string // the template, for messages
}

// pattern is a segment like {name}.json or {from}..{to}: the texts between its
// parameters.
type pattern struct {
	texts []string
	next  *segment
}

// add registers a template. Two templates that match the same paths are an
// error.
func (m *matcher) add(template string, route int) error {
	at := &m.root
	var names []string
	for text := range strings.SplitSeq(trimSlashes(template), "/") {
		texts, params, err := splitSegment(text)
		if err != nil {
			return fmt.Errorf("path %q: %w", template, err)
		}
		names = append(names, params...)
		at = at.descend(texts)
	}
	switch {
	case at.final:
		return fmt.Errorf("path %q matches the same requests as %q", template, at.label)
	case len(names) > maxParams:
		return fmt.Errorf("path %q has more than %d parameters", template, maxParams)
	}
	at.final, at.route, at.names, at.label = true, route, names, template
	return nil
}

// splitSegment cuts "a{x}b{y}c" into the texts a, b, c and the names x, y.
func splitSegment(text string) (texts, names []string, err error) {
	for {
		before, rest, open := strings.Cut(text, "{")
		texts = append(texts, before)
		if !open {
			return texts, names, nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, nil, fmt.Errorf("segment %q has an unclosed or empty parameter", text)
		}
		names = append(names, name)
		text = after
	}
}

// descend returns what follows a segment, made when it is new.
func (s *segment) descend(texts []string) *segment {
	switch {
	case len(texts) == 1:
		if s.fixed == nil {
			s.fixed = map[string]*segment{}
		}
		if s.fixed[texts[0]] == nil {
			s.fixed[texts[0]] = &segment{}
		}
		return s.fixed[texts[0]]
	case len(texts) == 2 && texts[0] == "" && texts[1] == "":
		if s.any == nil {
			s.any = &segment{}
		}
		return s.any
	}
	for _, p := range s.patterns {
		if strings.Join(p.texts, "{}") == strings.Join(texts, "{}") {
			return p.next
		}
	}
	s.patterns = append(s.patterns, pattern{texts, &segment{}})
	return s.patterns[len(s.patterns)-1].next
}

// match finds the route of an escaped path. Fixed text goes before patterns,
// patterns before parameters, as OpenAPI asks.
func (m *matcher) match(path string, params *Params) (int, bool) {
	if path == "" || path[0] != '/' {
		return 0, false
	}
	found := m.root.match(trimSlashes(path), params, 0)
	if found == nil {
		return 0, false
	}
	params.names = found.names
	return found.route, true
}

func (s *segment) match(path string, params *Params, n int) *segment {
	text, rest, more := strings.Cut(path, "/")
	end := func(next *segment, n int) *segment {
		switch {
		case more:
			return next.match(rest, params, n)
		case next.final:
			return next
		}
		return nil
	}
	if next := s.fixed[text]; next != nil {
		if found := end(next, n); found != nil {
			return found
		}
	}
	for _, p := range s.patterns {
		if count, ok := p.match(text, params, n); ok {
			if found := end(p.next, n+count); found != nil {
				return found
			}
		}
	}
	if s.any == nil || text == "" || n >= maxParams {
		return nil
	}
	params.values[n] = text
	return end(s.any, n+1)
}

// match splits a segment by the texts of a pattern; every parameter takes at
// least one byte.
func (p pattern) match(text string, params *Params, n int) (int, bool) {
	last := len(p.texts) - 1
	if n+last > maxParams || !strings.HasPrefix(text, p.texts[0]) {
		return 0, false
	}
	text = text[len(p.texts[0]):]
	for i, separator := range p.texts[1:] {
		at := len(text) - len(separator)
		if i+1 < last {
			at = strings.Index(text, separator)
		}
		if at < 1 || text[at:at+len(separator)] != separator {
			return 0, false
		}
		params.values[n+i] = text[:at]
		text = text[at+len(separator):]
	}
	return last, true
}

// trimSlashes drops the leading slash and one trailing slash.
func trimSlashes(path string) string {
	path = strings.TrimPrefix(path, "/")
	return strings.TrimSuffix(path, "/")
}
