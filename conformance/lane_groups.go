package conformance

import (
	"regexp"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// groups divides the collections into those whose checks may meet the records of one
// another. They stand in the order of the document, and so do the groups.
func groups(collections []*resource.Collection) [][]*resource.Collection {
	var found [][]*resource.Collection
	for _, c := range collections {
		joined := []*resource.Collection{c}
		found = slices.DeleteFunc(found, func(group []*resource.Collection) bool {
			meets := slices.ContainsFunc(group, func(other *resource.Collection) bool { return meet(c, other) || meet(other, c) })
			if meets {
				joined = slices.Concat(group, joined)
			}
			return meets
		})
		found = append(found, joined)
	}
	place := func(c *resource.Collection) int { return slices.Index(collections, c) }
	for _, group := range found {
		slices.SortFunc(group, func(a, b *resource.Collection) int { return place(a) - place(b) })
	}
	slices.SortFunc(found, func(a, b []*resource.Collection) int { return place(a[0]) - place(b[0]) })
	return found
}

// meet reports whether a check on one collection may meet records of another: it stands
// under it, an operation of it does, or its items are of the same schema, so that both
// may show the same ones.
func meet(c, other *resource.Collection) bool {
	if slices.ContainsFunc(parentsOf(c), func(p resource.Parent) bool { return p.Collection == other }) {
		return true
	}
	if slices.ContainsFunc(c.Actions, func(a resource.Action) bool { return a.Creates == other }) {
		return true
	}
	if c.Item != nil && other.Item != nil && c.Item.Node().Resolve() == other.Item.Node().Resolve() {
		return true
	}
	return slices.ContainsFunc(placesOf(c), func(path string) bool { return standsUnder(path, other.Path) || standsUnder(path, other.ItemPath) })
}

// placesOf lists the paths of everything that is done to a collection.
func placesOf(c *resource.Collection) []string {
	paths := []string{c.Path, c.ItemPath}
	add := func(op *contract.Operation) { paths = append(paths, op.Path) }
	for _, op := range c.Operations {
		add(op)
	}
	for _, a := range c.Actions {
		add(a.Operation)
	}
	for _, v := range c.Views {
		add(v.Operation)
	}
	for _, b := range c.Batches {
		add(b.Operation)
	}
	return paths
}

// standsUnder reports whether a path is another, or begins with it, whatever the
// parameters are called.
func standsUnder(path, other string) bool {
	if path == "" || other == "" {
		return false
	}
	plain := func(path string) string {
		return pathParameter.ReplaceAllString(strings.TrimSuffix(path, "/"), "{}") + "/"
	}
	return strings.HasPrefix(plain(path), plain(other))
}

// pathParameter is a parameter in the template of a path.
var pathParameter = regexp.MustCompile(`\{[^{}]*\}`)
