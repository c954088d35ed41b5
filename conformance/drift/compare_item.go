package drift

import (
	"maps"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// compareShown compares answers that hold an item, or what the document does not know
// as one.
func (c *comparison) compareShown(p pair, here, there any) {
	binding, bound := c.there.Model.Bind(p.there.Operation)
	if p.there.Operation == nil || !bound || !binding.ShowsItem {
		c.compareForms(p, "", here, there)
		return
	}
	path, _ := binding.Shown.Path(resource.ItemPart)
	around, isHere := within(here, path).(map[string]any)
	item, isThere := within(there, path).(map[string]any)
	if !isHere || !isThere {
		c.compareForms(p, "", here, there)
		return
	}
	switch {
	case p.there.Name == theUnchanged && c.differing[p.there.Collection.Path]:
		// that one side alone changed it has been told
	case c.isUnknownAction(p):
		c.compareForms(p, "", around, item)
	case p.there.Name == theFirst:
		c.compareAll(p, "", []map[string]any{around}, []map[string]any{item})
	default:
		c.compareTimes(p, around, item)
		c.compareStaying(p, around, item)
		c.compareItems(p, "", around, item)
	}
	if len(path) > 0 {
		c.compareForms(p, "", emptied(here, path), emptied(there, path))
	}
}

// isUnknownAction reports whether a step does to a record what the document does not
// say.
func (c *comparison) isUnknownAction(p pair) bool {
	return slices.ContainsFunc(p.there.Collection.Actions, func(a resource.Action) bool {
		return a.Operation == p.there.Operation && len(a.Set) == 0
	})
}

// theUnchanged is the step that reads a record after all that was refused.
const theUnchanged = "a record after all that was refused"

// theFirst is the step that reads a record which the run did not make.
const theFirst = "the first record of the list"

// within is the value at the end of a path of members, nil when there is none.
func within(value any, path []string) any {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// emptied is a value without what stands at a path in it.
func emptied(value any, path []string) any {
	object, ok := value.(map[string]any)
	if !ok || len(path) == 0 {
		return map[string]any{}
	}
	copied := maps.Clone(object)
	copied[path[0]] = emptied(object[path[0]], path[1:])
	return copied
}

// compareItems compares two views of one record, member by member, each by its role.
func (c *comparison) compareItems(p pair, before string, here, there map[string]any) {
	collection := p.there.Collection
	for _, name := range namesOf(here, there) {
		left, isHere := here[name]
		right, isThere := there[name]
		at := before + name
		f := collection.Field(name)
		if sent := p.there.Item[name]; f != nil && name == p.there.Tried && !collection.Writable(f) {
			c.compareTaken(p, at, equal(left, sent), equal(right, sent))
		}
		switch {
		case !isHere:
			c.found(p, Finding{Kind: Shape, Where: at, Here: "absent", There: kind(right), field: name, value: c.there.canon(right)})
		case !isThere:
			c.found(p, Finding{Kind: Shape, Where: at, Here: kind(left), There: "absent", field: name})
		case moves(collection, f) && p.there.ID == "":
			// where it stands depends on the time
		case kind(left) != kind(right):
			c.found(p, Finding{Kind: Shape, Where: at, Here: kind(left), There: kind(right), field: name, value: c.there.canon(right)})
		case f == nil:
			c.compareForms(p, at, left, right)
		default:
			c.compareMember(p, at, f, left, right)
		}
	}
}

// moves reports whether a member changes by itself, or with one that does.
func moves(c *resource.Collection, f *resource.Field) bool {
	if f == nil || c.Lifecycle == nil {
		return false
	}
	return f.Source == resource.FromLifecycle || slices.ContainsFunc(c.Lifecycle.Transitions, func(step resource.Transition) bool {
		_, set := step.Set[f.Name]
		return set
	})
}

// compareMember compares a member as far as its role lets it be the same on both sides.
func (c *comparison) compareMember(p pair, at string, f *resource.Field, here, there any) {
	switch f.Source {
	case resource.FromID:
		if one, other := spelled(here), spelled(there); one != other {
			c.found(p, Finding{Kind: Shape, Where: at, Here: one, There: other})
		}
		if one, other := c.here.role(here), c.there.role(there); isTelling(here) && isTelling(there) && (isRole(one) || isRole(other)) {
			c.compareValues(p, at, f, one, other)
		}
	case resource.FromCreated, resource.FromUpdated:
		if spelling(here) != spelling(there) {
			c.found(p, Finding{Kind: Shape, Where: at, Here: spelling(here), There: spelling(there), field: f.Name})
		}
	case resource.FromParent:
		one, other := c.here.role(here), c.there.role(there)
		if isRole(one) != isRole(other) || isTelling(here) && isTelling(there) {
			c.compareValues(p, at, f, one, other)
		}
	case resource.FromClient:
		c.compareSent(p, at, f, here, there)
	case resource.FromLifecycle, resource.FromDefault, resource.FromNull, resource.FromEnum:
		c.compareValues(p, at, f, here, there)
	default: // the server's own affair, as long as it has the same form
		c.compareForms(p, at, here, there)
	}
}

// isRole reports whether a value stands for one that has a role.
func isRole(value any) bool {
	text, _ := value.(string)
	return strings.HasPrefix(text, "{")
}

// spelled is how an id is written, as far as clients may rely on it.
func spelled(id any) string {
	text, isText := id.(string)
	if isText && uuid().MatchString(text) {
		return "a UUID"
	}
	return kind(id)
}

// isTelling reports whether an id is long enough to be that of one record alone.
func isTelling(id any) bool {
	text, _ := id.(string)
	return len(text) >= shortest
}

// compareTaken compares whether a value is taken over that only the server should set.
func (c *comparison) compareTaken(p pair, at string, here, there bool) {
	told := map[bool]string{true: "taken over from the request", false: "set by the server"}
	if here != there {
		c.found(p, Finding{Kind: Value, Where: at, Here: told[here], There: told[there]})
	}
}

// compareSent compares a member that requests set. What becomes of a value that neither
// side gives back as it was sent is their own affair, and so is what is in an object that
// was not sent.
func (c *comparison) compareSent(p pair, at string, f *resource.Field, here, there any) {
	sent, isSent := p.there.Item[f.Name]
	_, isObject := there.(map[string]any)
	changed := isSent && !equal(here, sent) && !equal(there, sent)
	if changed || !isSent && isObject {
		c.compareForms(p, at, here, there)
		return
	}
	c.compareValues(p, at, f, here, there)
}

func (c *comparison) compareValues(p pair, at string, f *resource.Field, here, there any) {
	here, there = c.here.canon(here), c.there.canon(there)
	if equal(here, there) {
		return
	}
	_, sent := p.there.Item[f.Name]
	of := p.there.Collection.Path + " " + f.Name
	c.invented[of] = c.invented[of] || p.there.ID != "" && f.Source == resource.FromClient && !f.HasDefault && !sent
	told := show(here)
	if c.invented[of] && !sent {
		told = "made up"
	}
	c.found(p, Finding{Kind: Value, Where: at, Here: told, There: show(there), field: f.Name, value: there})
}

// compareForms compares the types of two values, and the members of objects.
func (c *comparison) compareForms(p pair, at string, here, there any) {
	if kind(here) != kind(there) {
		c.found(p, Finding{Kind: Shape, Where: at, Here: kind(here), There: kind(there)})
		return
	}
	left, isObject := here.(map[string]any)
	right, _ := there.(map[string]any)
	if !isObject {
		return
	}
	for _, name := range namesOf(left, right) {
		inner := strings.TrimPrefix(at+"."+name, ".")
		one, isHere := left[name]
		other, isThere := right[name]
		switch {
		case !isHere:
			c.found(p, Finding{Kind: Shape, Where: inner, Here: "absent", There: kind(other)})
		case !isThere:
			c.found(p, Finding{Kind: Shape, Where: inner, Here: kind(one), There: "absent"})
		default:
			c.compareForms(p, inner, one, other)
		}
	}
}

// namesOf lists the names of two objects.
func namesOf(a, b map[string]any) []string {
	names := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(names)
	return slices.Compact(names)
}
