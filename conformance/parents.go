package conformance

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// newEnv is what a check works with on a collection. Its records stand under the
// parents that the run was given; prepare finds the others.
func (s *suite) newEnv(c *resource.Collection, check *Check) *env {
	e := &env{lane: s.laneOf[c], collection: c, check: check, params: maps.Clone(s.options.params)}
	if c != nil {
		e.takeParams(c.Path)
	}
	return e
}

// paramAt is how a value of a path parameter is given for one path alone.
func paramAt(path, name string) string { return path + ":" + name }

// takeParams takes over the values that are given for one path alone.
func (e *env) takeParams(path string) {
	for given, value := range e.options.params {
		if name, ok := strings.CutPrefix(given, paramAt(path, "")); ok {
			e.params[name] = value
		}
	}
}

// isNested reports whether items of a collection stand under items of another.
func isNested(c *resource.Collection) bool {
	return slices.ContainsFunc(parentsOf(c), func(p resource.Parent) bool { return p.Collection != nil })
}

// parentsOf lists the path parameters before a collection and before its items.
func parentsOf(c *resource.Collection) []resource.Parent {
	if c == nil {
		return nil // an operation outside of collections has none
	}
	return slices.Concat(c.Parents, c.ItemParents)
}

// parentSample is a record under which those of other collections stand.
const parentSample = "a parent"

// prepare sees that there is a record of each collection above: one of the run,
// or, where nothing may be written, the first that is listed.
func (e *env) prepare(ctx context.Context) error {
	if e.operation != nil {
		return e.prepareView(ctx)
	}
	for _, parent := range parentsOf(e.collection) {
		if parent.Collection == nil {
			continue
		}
		given := cmp.Or(e.options.params[parent.Collection.ItemPath], e.params[parent.Param])
		if given != "" && (e.readOnly != "" || !e.creatable(parent.Collection)) {
			e.params[parent.Param] = given
			continue
		}
		above := e.newEnv(parent.Collection, &Check{ID: e.check.ID})
		if err := above.prepare(ctx); err != nil {
			return err
		}
		id, err := above.parentID(ctx)
		e.answers = append(above.answers, e.answers...)
		if err != nil {
			return err
		}
		e.params[parent.Param] = id
		if e.goesWithParent(e.collection) {
			e.under = above.itemPath(id)
		}
	}
	return nil
}

// parentID is the id of a record for others to stand under.
func (e *env) parentID(ctx context.Context) (string, error) {
	if e.readOnly != "" || !e.creatable(e.collection) {
		return e.listedID(ctx)
	}
	made, err := e.share(ctx, parentSample, func(ctx context.Context) (*sample, error) {
		r, err := e.create(ctx)
		return &sample{record: r}, err
	})
	if isFailure(err) {
		return "", &blockedError{"crud/create", fmt.Sprintf("no record of %s can be made to stand under: %v", e.collection.Name, err)}
	}
	if err != nil {
		return "", err
	}
	return made.record.id, nil
}

// listedID is the id of the first record that is listed, which is looked at and
// never changed.
func (e *env) listedID(ctx context.Context) (string, error) {
	if e.op(resource.List) == nil {
		return "", notApplicable("no record of %s can be made, or found", e.collection.Name)
	}
	p, err := e.list(ctx, e.collectionPath())
	if isFailure(err) || err == nil && len(p.items) == 0 {
		return "", notApplicable("there is no record of %s to stand under", e.collection.Name)
	}
	if err != nil {
		return "", err
	}
	return idOf(p.items[0], e.collection), nil
}

// creatable reports whether a run may create records of a collection, which it
// must be able to delete: by themselves, or with the record that they stand under.
func (s *suite) creatable(c *resource.Collection) bool {
	if c.Operations[resource.Create] == nil || c.ItemPath == "" || c.IDField == "" && len(c.IDPath) == 0 || !s.tellsID(c) {
		return false
	}
	return c.Operations[resource.Remove] != nil || s.goesWithParent(c)
}

// goesWithParent reports whether records of a collection cannot be deleted by
// themselves, and are with the record of the run that they stand under.
func (s *suite) goesWithParent(c *resource.Collection) bool {
	if c.Operations[resource.Remove] != nil || c.Orphans == resource.Refuse {
		return false
	}
	return slices.ContainsFunc(c.Parents, func(p resource.Parent) bool { return p.Collection != nil && s.creatable(p.Collection) })
}

// tellsID reports whether the document says that the answer to a create tells the
// id of the record: in the item, beside it, or in a Location header.
func (s *suite) tellsID(c *resource.Collection) bool {
	op := c.Operations[resource.Create]
	if binding, _ := s.model.Bind(op); binding.ShowsItem {
		return true
	}
	response, _ := op.Success()
	if response == nil {
		return false
	}
	if slices.ContainsFunc(response.Headers, func(h *contract.Header) bool { return strings.EqualFold(h.Name, "Location") }) {
		return true
	}
	media := response.JSON()
	return media != nil && slices.ContainsFunc(contract.Members(media.Node.Raw("schema")), func(m contract.Member) bool { return m.Name == c.IDField })
}
