package conformance

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"understudy/internal/nearest"
)

// checkParamNames refuses values for parameters that the document does not have.
func (s *suite) checkParamNames() error {
	known := s.paramNames()
	var wrong []error
	for _, given := range []struct {
		flag   string
		values map[string]string
	}{{"--param", s.options.params}, {"--foreign-param", s.options.foreign}} {
		for _, name := range slices.Sorted(maps.Keys(given.values)) {
			if !known[name] && !s.isParamAt(name, known) {
				wrong = append(wrong, usagef("%s %s: nothing in the document has a parameter of this name%s", given.flag, name, nearest.Hint(name, slices.Sorted(maps.Keys(known)), "")))
			}
		}
	}
	return errors.Join(wrong...)
}

// paramNames are the names of all parameters, and the paths of items, which stand for the
// ids of these.
func (s *suite) paramNames() map[string]bool {
	known := map[string]bool{}
	for _, op := range s.contract.Operations {
		for _, p := range op.Parameters {
			known[p.Name] = true
		}
		for _, name := range templateNames.FindAllStringSubmatch(op.Path, -1) {
			known[name[1]] = true
		}
	}
	for _, c := range s.model.Collections {
		if c.ItemPath != "" {
			known[c.ItemPath] = true
		}
	}
	return known
}

// templateNames finds the names in the template of a path.
var templateNames = regexp.MustCompile(`\{([^{}]+)\}`)

// isParamAt reports whether a name is that of a parameter at one path alone.
func (s *suite) isParamAt(given string, known map[string]bool) bool {
	for i, r := range given {
		if r == ':' && known[given[i+1:]] && s.hasPath(given[:i]) {
			return true
		}
	}
	return false
}

func (s *suite) hasPath(path string) bool {
	for _, op := range s.contract.Operations {
		if op.Path == path || strings.TrimSuffix(op.Path, "/") == path {
			return true
		}
	}
	return s.model.Collection(path) != nil
}
