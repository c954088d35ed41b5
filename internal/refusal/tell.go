package refusal

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// teller fills a made-up error body with what there is to tell: members that are
// named like a message, a code or a field, at any depth. Whatever it does leaves the
// body valid.
type teller struct{ valid func() bool }

// try gives a member a value, and takes it back when the body is not valid then.
func (t *teller) try(object map[string]any, name string, value any) bool {
	previous := object[name]
	object[name] = value
	if t.valid() {
		return true
	}
	object[name] = previous
	return false
}

// drop leaves a member out that tells nothing, if it may be left out.
func (t *teller) drop(object map[string]any, name string) {
	previous := object[name]
	delete(object, name)
	if !t.valid() {
		object[name] = previous
	}
}

// unname makes a member name no field rather than one that was made up.
func (t *teller) unname(object map[string]any, name string) {
	if _, isText := object[name].(string); isText && isField(name) {
		t.try(object, name, "")
	}
}

// object fills an object; told says that a member of it tells something.
func (t *teller) object(object map[string]any, at place, n news) (told bool) {
	explained := slices.ContainsFunc(slices.Collect(maps.Keys(object)), isMessage)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		inner := at.member(name)
		var tells bool
		switch value := object[name].(type) {
		case map[string]any:
			if isMap(inner.schema, value) {
				tells = t.byField(object, name, inner.schema, n)
			} else {
				tells = t.object(value, inner, n)
			}
		case []any:
			tells = t.list(object, name, value, inner, n)
			if explained && !n.namesField() && hasField(object[name]) {
				tells = t.try(object, name, []any{}) && false // there is none to name, and the message is told beside it
			}
		default:
			tells = t.scalar(object, name, inner, n, explained)
		}
		if !tells {
			t.drop(object, name)
			t.unname(object, name)
		}
		told = told || tells
	}
	return told
}

// scalar fills one member by its name, and by the values that its schema lists.
func (t *teller) scalar(object map[string]any, name string, at place, n news, explained bool) bool {
	try := func(value any) bool { return t.try(object, name, value) }
	told := n.told(name, explained)
	if values := listed(at.schema); len(values) > 0 {
		return slices.ContainsFunc(n.among(values, at.shown(), told), try)
	}
	return slices.ContainsFunc(told, try)
}

// isMap reports whether no member of an object is one that its schema declares.
func isMap(schema contract.Node, object map[string]any) bool {
	if !schema.Exists() {
		return false
	}
	for name := range object {
		if memberNode(schema, name).Exists() {
			return false
		}
	}
	return true
}

// byField fills an object that has a member for each faulty field: {"name": ["is
// required"]}.
func (t *teller) byField(object map[string]any, name string, schema contract.Node, n news) bool {
	if !isErrors(name) {
		return t.try(object, name, map[string]any{}) && false
	}
	made, _ := object[name].(map[string]any)
	lists, texts, shaped := map[string]any{}, map[string]any{}, map[string]any{}
	for _, one := range n.every() {
		field := one.field
		if field == "" {
			field = "base"
		}
		known, _ := lists[field].([]any)
		lists[field] = append(known, one.reason)
		texts[field] = one.reason
		for _, like := range slices.Sorted(maps.Keys(made)) {
			shaped[field] = cloned(made[like])
			break
		}
	}
	if t.try(object, name, lists) || t.try(object, name, texts) {
		return true
	}
	if len(n.each) == 0 { // nothing but a made-up field could be named
		return t.try(object, name, map[string]any{}) && false
	}
	if t.try(object, name, shaped) {
		inner := contract.Keyword(schema, "additionalProperties")
		for _, one := range n.every() {
			if member, ok := shaped[one.field].(map[string]any); ok {
				t.object(member, place{schema: inner}, one)
			}
		}
		return true
	}
	return false
}

// list fills a list with an item for each fault: texts, or objects.
func (t *teller) list(object map[string]any, name string, made []any, at place, n news) bool {
	if like(name, "loc", "path") && n.field != "" {
		return t.try(object, name, n.steps())
	}
	if !isErrors(name) && !isMessage(name) {
		return t.try(object, name, []any{}) && false
	}
	var reasons []any
	for _, one := range n.every() {
		reasons = append(reasons, one.reason)
	}
	if t.try(object, name, reasons) || t.try(object, name, reasons[:1]) {
		return true
	}
	pattern, ok := first(made).(map[string]any)
	if !ok {
		return false
	}
	items := make([]any, 0, len(reasons))
	for range n.every() {
		items = append(items, cloned(pattern))
	}
	if !t.try(object, name, items) && !t.try(object, name, items[:1]) {
		return false
	}
	told := false
	filled, _ := object[name].([]any)
	for i, item := range filled {
		inner, _ := item.(map[string]any)
		told = t.object(inner, at.item(), n.every()[i]) || told
	}
	return told
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// cloned is a copy of a value that shares nothing with it.
func cloned(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clone := make(map[string]any, len(value))
		for name, member := range value {
			clone[name] = cloned(member)
		}
		return clone
	case []any:
		clone := make([]any, len(value))
		for i, item := range value {
			clone[i] = cloned(item)
		}
		return clone
	}
	return value
}

// every lists the faults one by one.
func (n news) every() []news {
	if len(n.each) == 0 {
		return []news{n}
	}
	return n.each
}

// namesField reports whether it is known of a fault which field it is in.
func (n news) namesField() bool {
	return slices.ContainsFunc(n.every(), func(one news) bool { return one.field != "" })
}

// steps lead to what is at fault: from the part of the request through its members.
func (n news) steps() []any {
	steps := []any{}
	for _, step := range append([]string{n.in}, strings.Split(n.field, ".")...) {
		if step != "" {
			steps = append(steps, step)
		}
	}
	return steps
}

// isMessage reports whether a member is named like a text for people.
func isMessage(name string) bool {
	return like(name, "message", "detail", "reason", "description", "msg", "summary") || strings.EqualFold(name, "text")
}

// isErrors reports whether a member is named like what holds the faults.
func isErrors(name string) bool {
	return like(name, "error", "violation", "invalid", "field", "issue", "fault", "problem")
}

// isField reports whether a member is named like what holds the name of a field.
func isField(name string) bool {
	return like(name, "field", "attr", "param", "path", "property", "location", "source")
}

// hasField reports whether the items of a list name fields.
func hasField(list any) bool {
	items, _ := list.([]any)
	item, _ := first(items).(map[string]any)
	return slices.ContainsFunc(slices.Collect(maps.Keys(item)), func(name string) bool {
		_, isText := item[name].(string)
		return isText && isField(name)
	})
}

func like(name string, words ...string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) })
}

// told are what a member of an error may hold, by its name, best first. explained
// says that a member beside it is a text for people.
func (n news) told(name string, explained bool) []any {
	status := json.Number(strconv.Itoa(n.status))
	codes := []any{n.cause, n.word, n.general(), status, string(status)}
	switch {
	case isMessage(name) || like(name, "issue", "problem"):
		return []any{n.reason}
	case like(name, "title"):
		return []any{n.phrase}
	case like(name, "status"):
		return []any{status, string(status), n.phrase, n.word}
	case like(name, "code", "key") || strings.EqualFold(name, "id"):
		return codes
	case like(name, "type", "kind"):
		return append(codes, "about:blank", "error")
	case like(name, "pointer"):
		return []any{n.pointer}
	case isField(name):
		if n.field == "" {
			return []any{nil}
		}
		return []any{n.field}
	case like(name, "error") && explained:
		return append(codes, true)
	case like(name, "error"):
		return []any{n.reason, n.cause, true}
	case like(name, "success") || strings.EqualFold(name, "ok"):
		return []any{false}
	}
	return nil
}

// general is the general cause: invalid for invalid.required.
func (n news) general() string {
	general, _, _ := strings.Cut(n.cause, ".")
	return general
}
