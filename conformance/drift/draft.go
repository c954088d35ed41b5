package drift

import (
	"slices"

	"understudy/internal/resource"
)

// draft is an overlay in the making: what it removes and what it adds, and why.
type draft struct {
	found   *comparison
	changes []change
	purpose purpose         // of what is said now
	tried   []purpose       // of what was said since take was called
	dropped map[string]bool // purposes that came to nothing
	causes  map[string]bool // whose error bodies and statuses are to be said
	refused map[string][]string
	// declared are the operations with the statuses of refusals that the overlay declares.
	declared map[string]bool
	notes    map[string]bool // what the overlay cannot say, and why
}

// change is one thing that an overlay says of what a JSONPath selects.
type change struct {
	purpose string
	target  string
	value   map[string]any // to merge into it; nil to remove it
}

// purpose is what changes are for: one finding, or the refusals of one cause.
type purpose struct {
	name    string
	finding *Finding
	cause   string
	of      *resource.Collection // that words the cause in a way of its own; nil for all that do not
}

// update is what an overlay adds at one place.
type update struct {
	target string // a JSONPath
	value  map[string]any
}

func newDraft() *draft {
	return &draft{dropped: map[string]bool{}, causes: map[string]bool{}, refused: map[string][]string{}, declared: map[string]bool{}, notes: map[string]bool{}}
}

// size is how much an overlay says.
func (d *draft) size() int { return len(d.changes) }

// remove takes away what a JSONPath selects.
func (d *draft) remove(target string) { d.change(target, nil) }

// add merges members into what a JSONPath selects.
func (d *draft) add(target string, members map[string]any) { d.change(target, members) }

// say merges words of the vocabulary into what a JSONPath selects.
func (d *draft) say(target string, words map[string]any) {
	d.add(target, map[string]any{extension: words})
}

// change adds a change, unless it is there already or its purpose came to nothing.
func (d *draft) change(target string, value map[string]any) {
	if d.dropped[d.purpose.name] || slices.ContainsFunc(d.changes, func(known change) bool {
		return known.target == target && (known.value == nil) == (value == nil) && written(known.value) == written(value)
	}) {
		return
	}
	d.changes = append(d.changes, change{d.purpose.name, target, value})
	if !slices.ContainsFunc(d.tried, func(p purpose) bool { return p.name == d.purpose.name }) {
		d.tried = append(d.tried, d.purpose)
	}
}

// without is the draft without what was said for some purposes, now and later.
func (d *draft) without(purposes []string) *draft {
	less := *d
	less.dropped = map[string]bool{}
	for name := range d.dropped {
		less.dropped[name] = true
	}
	for _, name := range purposes {
		less.dropped[name] = true
	}
	less.changes = slices.DeleteFunc(slices.Clone(d.changes), func(c change) bool { return less.dropped[c.purpose] })
	less.tried = slices.DeleteFunc(slices.Clone(d.tried), func(p purpose) bool { return less.dropped[p.name] })
	return &less
}

// merged are the changes, one for each place.
func (d *draft) merged() (removed []string, updates []*update) {
	for _, c := range d.changes {
		if c.value == nil {
			if !slices.Contains(removed, c.target) {
				removed = append(removed, c.target)
			}
			continue
		}
		at := slices.IndexFunc(updates, func(u *update) bool { return u.target == c.target })
		if at < 0 {
			at, updates = len(updates), append(updates, &update{c.target, map[string]any{}})
		}
		merge(updates[at].value, c.value)
	}
	return removed, updates
}

// merge merges one object into another, objects within them too, and shares none of them.
func merge(into, from map[string]any) {
	for name, value := range from {
		inner, isObject := value.(map[string]any)
		if !isObject {
			into[name] = value
			continue
		}
		held, ok := into[name].(map[string]any)
		if !ok {
			held = map[string]any{}
			into[name] = held
		}
		merge(held, inner)
	}
}
