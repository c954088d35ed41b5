package conformance

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// spelling is how the document has a parameter written.
type spelling struct {
	name, style   string
	explode, json bool
	escape        func(string) string
}

func spellingOf(p *contract.Parameter) spelling {
	s := spelling{name: p.Name, style: p.Node.Get("style").Text(), json: len(p.Node.Get("content").Names()) > 0, escape: url.PathEscape}
	if s.style == "" {
		s.style = map[string]string{"path": "simple", "header": "simple", "query": "form", "cookie": "form"}[p.In]
	}
	s.explode = s.style == "form"
	if explode := p.Node.Get("explode"); explode.Exists() {
		s.explode = explode.Bool()
	}
	switch p.In {
	case "query":
		s.escape = url.QueryEscape
	case "header":
		s.escape = func(text string) string { return text }
	}
	return s
}

// inPath is a value as it stands in a path.
func (s spelling) inPath(value any) string {
	switch {
	case s.style == "label" && s.explode:
		return "." + s.joined(value, ".")
	case s.style == "label":
		return "." + s.joined(value, ",")
	case s.style == "matrix":
		return ";" + strings.Join(s.pairs(value), ";")
	}
	return s.joined(value, ",")
}

// pairs are the names and values of a query, of cookies, or of a path in matrix
// style.
func (s spelling) pairs(value any) []string {
	name := s.escape(s.name)
	object, isObject := value.(map[string]any)
	items, isArray := value.([]any)
	var pairs []string
	switch {
	case s.json:
		pairs = append(pairs, name+"="+s.joined(value, ","))
	case isObject && s.style == "deepObject":
		for _, member := range slices.Sorted(maps.Keys(object)) {
			pairs = append(pairs, name+"["+s.escape(member)+"]="+s.escape(scalar(object[member])))
		}
	case isObject && s.explode:
		for _, member := range slices.Sorted(maps.Keys(object)) {
			pairs = append(pairs, s.escape(member)+"="+s.escape(scalar(object[member])))
		}
	case isArray && s.explode:
		for _, item := range items {
			pairs = append(pairs, name+"="+s.escape(scalar(item)))
		}
	default:
		pairs = append(pairs, name+"="+s.joined(value, s.delimiter()))
	}
	return pairs
}

func (s spelling) delimiter() string {
	switch s.style {
	case "spaceDelimited":
		return "%20"
	case "pipeDelimited":
		return "%7C"
	}
	return ","
}

// joined is a value as one text.
func (s spelling) joined(value any, delimiter string) string {
	if s.json {
		return s.escape(show(value))
	}
	var parts []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			parts = append(parts, s.escape(scalar(item)))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if s.explode {
				parts = append(parts, s.escape(name)+"="+s.escape(scalar(value[name])))
			} else {
				parts = append(parts, s.escape(name), s.escape(scalar(value[name])))
			}
		}
	default:
		return s.escape(scalar(value))
	}
	return strings.Join(parts, delimiter)
}

// scalar is a value without parts as a text.
func scalar(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case nil:
		return ""
	case map[string]any, []any:
		return show(value)
	}
	return fmt.Sprint(value)
}
