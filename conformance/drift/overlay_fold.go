package drift

import (
	"slices"
	"strings"
)

// mostActions is how many places an overlay changes one by one. More are folded into
// one change of the whole document, as each action looks through all of it.
const mostActions = 50

// folded are the updates with those that lead through objects alone made into one.
func folded(updates []*update) []*update {
	if len(updates) <= mostActions {
		return updates
	}
	whole := &update{"$", map[string]any{}}
	rest := []*update{}
	for _, u := range updates {
		names, ok := namesIn(u.target)
		if !ok {
			rest = append(rest, u)
			continue
		}
		value := u.value
		for _, name := range slices.Backward(names) {
			value = map[string]any{name: value}
		}
		merge(whole.value, value)
	}
	return append(rest, whole)
}

// gathered are JSONPaths with those that select members of one object made into one.
func gathered(targets []string) []string {
	var parents []string
	selectors := map[string][]string{}
	for _, target := range targets {
		parent, selector := target, ""
		if names, ok := namesIn(target); ok && len(names) > 0 {
			last := names[len(names)-1]
			parent, selector = strings.TrimSuffix(target, member(last)), inBrackets(last)
		}
		if !slices.Contains(parents, parent) {
			parents = append(parents, parent)
		}
		if selector != "" {
			selectors[parent] = append(selectors[parent], selector)
		}
	}
	for i, parent := range parents {
		if found := selectors[parent]; len(found) > 0 {
			parents[i] = parent + "[" + strings.Join(found, ", ") + "]"
		}
	}
	return parents
}

// step is one part of a JSONPath that selects a member.
var step = lazily(`^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\['((?:[^'\\]|\\.)*)'\])`)

// namesIn are the names of the members that a JSONPath leads through; ok is false for
// one that selects anything else.
func namesIn(target string) (names []string, ok bool) {
	rest := strings.TrimPrefix(target, "$")
	for rest != "" {
		found := step().FindStringSubmatch(rest)
		if found == nil {
			return nil, false
		}
		names = append(names, found[1]+strings.NewReplacer(`\\`, `\`, `\'`, "'").Replace(found[2]))
		rest = rest[len(found[0]):]
	}
	return names, true
}
