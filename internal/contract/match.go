package contract

import (
	"fmt"
	"slices"
	"strings"
)

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
	var segments [][]string
	var names []string
	for text := range strings.SplitSeq(trimSlashes(template), "/") {
		texts, params, err := splitSegment(text)
		if err != nil {
			return fmt.Errorf("path %q: %w", template, err)
		}
		segments = append(segments, texts)
		names = append(names, params...)
	}
	if len(names) > maxParams {
		return fmt.Errorf("path %q has more than %d parameters", template, maxParams)
	}
	at := &m.root
	for _, texts := range segments {
		if at = at.descend(texts); at == nil {
			return fmt.Errorf("path %q is one of more than %d that differ in the text around a parameter", template, maxPatterns)
		}
	}
	if at.final {
		return &takenError{template, at}
	}
	at.final, at.route, at.names, at.label = true, route, names, template
	return nil
}

// takenError is a template that matches the requests of another one.
type takenError struct {
	template string
	by       *segment
}

func (e *takenError) Error() string {
	return fmt.Sprintf("path %q matches the same requests as %q", e.template, e.by.label)
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

// maxPatterns bounds the patterns in one place, which are tried one after another.
const maxPatterns = 1000

// descend returns what follows a segment, made when it is new; nil is one too many.
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
		if slices.Equal(p.texts, texts) {
			return p.next
		}
	}
	if len(s.patterns) == maxPatterns {
		return nil
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
	if next := s.named(text); next != nil {
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

// named returns what follows a fixed text, however a path escapes it.
func (s *segment) named(text string) *segment {
	if next := s.fixed[text]; next != nil || strings.IndexByte(text, '%') < 0 {
		return next
	}
	var buffer [128]byte // on the stack, for segments of the usual length
	return s.fixed[string(appendUnescaped(buffer[:0], text))]
}

// match splits a segment by the texts of a pattern; every parameter takes at
// least one byte, and no more than it must.
func (p pattern) match(text string, params *Params, n int) (int, bool) {
	last := len(p.texts) - 1
	start, ok := prefixLen(text, p.texts[0])
	if !ok || n+last > maxParams {
		return 0, false
	}
	for i, separator := range p.texts[1:] {
		at, length, ok := find(text[start:], separator, i+1 == last)
		if !ok {
			return 0, false
		}
		params.values[n+i] = text[start : start+at]
		start += at + length
	}
	return last, true
}

// find gives the first place behind one byte or more where an escaped text reads
// separator, and how long that is there; atEnd asks that nothing follows.
func find(escaped, separator string, atEnd bool) (at, length int, ok bool) {
	for at = 1; at <= len(escaped); at++ {
		length, ok = prefixLen(escaped[at:], separator)
		if ok && (!atEnd || at+length == len(escaped)) {
			return at, length, true
		}
	}
	return 0, 0, false
}

// trimSlashes drops the leading slash and one trailing slash.
func trimSlashes(path string) string {
	path = strings.TrimPrefix(path, "/")
	return strings.TrimSuffix(path, "/")
}
