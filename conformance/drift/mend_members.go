package drift

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// mendMember says what a member of an item is like on the target.
func (d *draft) mendMember(f *Finding) {
	c := f.pair.there.Collection
	if c.Item == nil {
		return
	}
	known := c.Field(f.field)
	switch {
	case f.Kind == Shape && f.Here == "absent" && (known == nil || !c.Writable(known)):
		d.addMember(f, c)
	case known == nil:
	case f.Kind == Shape && f.There == "absent" && !c.Writable(known):
		d.removeMember(f, c)
	case f.Kind == Varies:
		d.vary(f, c)
	case f.pair.there.Exchange.Method != http.MethodPost || f.pair.there.ID == "":
	case f.Kind == Value || f.Kind == Shape:
		d.begin(f, c, known)
	}
}

// memberNode is the schema of a member of an item.
func memberNode(c *resource.Collection, name string) contract.Node {
	for _, m := range contract.Members(c.Item.Node()) {
		if m.Name == name {
			return m.Node
		}
	}
	return contract.Node{}
}

// addMember declares a member that every new record has; with one value, where it is
// always the same.
func (d *draft) addMember(f *Finding, c *resource.Collection) {
	target, ok := d.path(c.Item.Node())
	_, _, born, enough := d.found.births(c)
	if !ok || f.value == nil && !enough {
		return
	}
	schema := inferred(f.value)
	schema["readOnly"] = true
	if values := column(born, f.field); len(values) > 0 && variety(d.found.there, born, f.field) == 1 && !slices.Contains(values, nil) {
		schema["default"] = values[0]
	}
	d.add(target, map[string]any{"properties": map[string]any{f.field: schema}})
}

// removeMember takes away a member that the target never shows.
func (d *draft) removeMember(f *Finding, c *resource.Collection) {
	target, ok := d.path(c.Item.Node())
	if !ok || !contract.Keyword(c.Item.Node(), "properties").Get(f.field).Exists() {
		return
	}
	d.remove(target + ".properties" + member(f.field))
	if slices.Contains(contract.Keyword(c.Item.Node(), "required").Texts(), f.field) {
		d.remove(requirement(target, f.field))
	}
}

// begin says what a member begins with.
func (d *draft) begin(f *Finding, c *resource.Collection, known *resource.Field) {
	target, ok := d.path(memberNode(c, f.field))
	_, _, born, _ := d.found.births(c)
	if _, sent := f.pair.there.Item[f.field]; !ok || sent || variety(d.found.there, born, f.field) > 1 && known.Source != resource.FromClient {
		return
	}
	if known.Source == resource.FromLifecycle {
		d.say(target, map[string]any{"lifecycle": map[string]any{"initial": f.value}})
		return
	}
	if known.Schema == nil || len(known.Schema.Check(f.value)) > 0 {
		return
	}
	d.add(target, map[string]any{"default": f.value})
}

// vary says how a member varies, or what it always is.
func (d *draft) vary(f *Finding, c *resource.Collection) {
	target, ok := d.path(memberNode(c, f.field))
	if !ok {
		return
	}
	values, varies := f.value.([]any)
	if text, isText := f.value.(string); isText && !varies && !strings.ContainsAny(text, `{}\#?`) {
		d.say(target, map[string]any{"generate": text})
		return
	}
	if !varies {
		d.add(target, map[string]any{"default": f.value})
		return
	}
	if made, ok := generator(values); ok {
		d.say(target, map[string]any{"generate": made})
	}
}

// generator is a template that makes texts like those that are given.
func generator(values []any) (template string, ok bool) {
	if slices.ContainsFunc(values, func(value any) bool { _, isText := value.(string); return !isText }) {
		return "", false
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i], _ = value.(string)
	}
	head, tail := sharedEnds(texts)
	least, most := len(texts[0]), 0
	for i, text := range texts {
		texts[i] = text[len(head) : len(text)-len(tail)]
		least, most = min(least, len(texts[i])), max(most, len(texts[i]))
	}
	class := classOf(texts)
	if strings.ContainsAny(head+tail, `{}\#?`) || class == "" || least == 0 {
		return "", false
	}
	repeat := "{" + strconv.Itoa(least) + "," + strconv.Itoa(most) + "}"
	if least == most {
		repeat = "{" + strconv.Itoa(least) + "}"
	}
	return head + "{regex:" + class + repeat + "}" + tail, true
}

// sharedEnds are what all texts begin and end with, none of it twice.
func sharedEnds(texts []string) (head, tail string) {
	head, tail = texts[0], texts[0]
	shortestText := len(texts[0])
	for _, text := range texts[1:] {
		shortestText = min(shortestText, len(text))
		for !strings.HasPrefix(text, head) {
			head = head[:len(head)-1]
		}
		for !strings.HasSuffix(text, tail) {
			tail = tail[1:]
		}
	}
	if len(head)+len(tail) >= shortestText {
		tail = ""
	}
	return head, tail
}

// classOf is the narrowest class of characters that texts are made of, "" when none
// is known.
func classOf(texts []string) string {
	for _, class := range []string{"[0-9]", "[0-9a-f]", "[0-9A-F]", "[a-z]", "[A-Z]", "[0-9a-z]", "[0-9A-Z]", "[0-9A-Za-z]", "[0-9A-Za-z_-]"} {
		whole := regexp.MustCompile("^" + class + "+$")
		if !slices.ContainsFunc(texts, func(text string) bool { return !whole.MatchString(text) }) {
			return class
		}
	}
	return ""
}
