package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// findSort finds how a request chooses the order of a list.
func (in *inference) findSort(c *Collection, list *contract.Operation) {
	if said := in.words(c, "sort"); said.Exists() {
		c.Sort = in.sort(c, list, said)
		if c.Sort != nil {
			in.defaultOrder(c)
			c.decide(Decision{About: "sorting", What: c.Sort.By.Name + " names a member", Because: "the document says so", At: in.home(c).node(), Say: c.Sort.say()})
		}
		return
	}
	by := queryNamed(list, []string{"sort", "sortby", "orderby", "ordering", "sortfield", "sortkey", "order"})
	if by == nil || !texts(by) {
		return
	}
	direction := queryNamed(list, []string{"direction", "sortdirection", "sortdir", "sortorder", "orderdirection", "orderdir", "dir", "order"})
	if direction == by || direction != nil && !directs(direction) {
		direction = nil
	}
	fields, signed := in.sortFields(c, by, direction != nil)
	if len(fields) == 0 {
		return
	}
	c.Sort = &Sort{By: by, Direction: direction, Signed: signed, Fields: fields}
	in.defaultOrder(c)
	c.decide(Decision{About: "sorting", What: by.Name + " names a member", Because: "its values are members of the item", At: in.home(c).node(), Say: c.Sort.say()})
}

// defaultOrder takes the order of a list from the defaults of the parameters that
// choose it, unless the document gives one.
func (in *inference) defaultOrder(c *Collection) {
	if c.Order.Field != "" {
		return
	}
	name := keyword(c.Sort.By.Node.Raw("schema"), "default").Text()
	field := c.Sort.Fields[strings.TrimLeft(name, "+-")]
	if field == "" {
		return
	}
	c.Order = Order{Field: field, Descending: strings.HasPrefix(name, "-")}
	if c.Sort.Direction != nil {
		c.Order.Descending = Descending(keyword(c.Sort.Direction.Node.Raw("schema"), "default").Text())
	}
}

// Descending reports whether a word for a direction means the descending one.
func Descending(word string) bool { return strings.HasPrefix(strings.ToLower(word), "desc") }

// directs reports whether a parameter takes a word for ascending and one for
// descending.
func directs(p *contract.Parameter) bool {
	values := keyword(p.Node.Raw("schema"), "enum").Texts()
	if len(values) == 0 {
		return texts(p)
	}
	return slices.ContainsFunc(values, Descending)
}

// sortFields gives the member for each value that a parameter takes: those of its
// enumeration, or every scalar member where it has none.
func (in *inference) sortFields(c *Collection, by *contract.Parameter, directed bool) (fields map[string]string, signed bool) {
	members := map[string]string{}
	for _, f := range c.Fields {
		if f.Schema != nil && in.scalar(f.Schema.Node()) && !f.WriteOnly {
			members[plain(f.Name)] = f.Name
		}
	}
	fields = map[string]string{}
	values := keyword(by.Node.Raw("schema"), "enum").Texts()
	for _, value := range values {
		name := strings.TrimLeft(value, "+-")
		signed = signed || name != value
		for _, ending := range []string{"", "at", "on", "date", "time"} { // created means created_at
			if member := members[plain(name)+ending]; member != "" {
				fields[name] = member
				break
			}
		}
	}
	if len(values) > 0 {
		return fields, signed
	}
	if plain(by.Name) == "order" && !strings.Contains(strings.ToLower(by.Description), "field") {
		return nil, false // it may as well be a direction
	}
	for _, member := range members {
		fields[member] = member
	}
	return fields, !directed
}

// say writes the sorting in the vocabulary.
func (s *Sort) say() string {
	words := []string{say("by", s.By.Name)}
	if s.Direction != nil {
		words = append(words, say("direction", s.Direction.Name))
	}
	return "sort: {" + strings.Join(words, ", ") + "}"
}

// findFilters finds the query parameters that keep the items whose member equals
// their value: those named like a scalar member.
func (in *inference) findFilters(c *Collection, list *contract.Operation) {
	if said := in.words(c, "filters"); said.Exists() {
		c.Filters = in.filters(c, list, said)
		in.tellFilters(c, "the document says so")
		return
	}
	for _, p := range list.Parameters {
		if !in.free(c, p) || !in.scalar(p.Node.Raw("schema")) || searches(p) {
			continue
		}
		for _, f := range c.Fields {
			if plain(f.Name) == plain(filtered(p.Name)) && in.comparable(f) {
				c.Filters = append(c.Filters, Filter{Param: p, Field: f.Name, Anything: anything(p, f)})
				break
			}
		}
	}
	in.tellFilters(c, "each of these parameters is named like a member of the item")
}

// comparable reports whether a member is a scalar, or may be one: an id in place of
// what it names.
func (in *inference) comparable(f *Field) bool {
	if f.Schema == nil || f.WriteOnly {
		return false
	}
	n := f.Schema.Node()
	return in.scalar(n) || slices.ContainsFunc(contract.Alternatives(in.core(n)), in.scalar)
}

// anything are the values of a parameter that mean no filter, because they say so and
// the member has none of them.
func anything(p *contract.Parameter, f *Field) (values []string) {
	own := keyword(f.Schema.Node(), "enum").Texts()
	for _, value := range keyword(p.Node.Raw("schema"), "enum").Texts() {
		if slices.Contains([]string{"all", "any", "both", "*"}, strings.ToLower(value)) && !slices.Contains(own, value) {
			values = append(values, value)
		}
	}
	return values
}

// filtered is the name inside filter[name].
func filtered(name string) string {
	if inside, ok := strings.CutPrefix(name, "filter["); ok {
		return strings.TrimSuffix(inside, "]")
	}
	return name
}

// tellFilters decides which parameters are filters.
func (in *inference) tellFilters(c *Collection, because string) {
	var names, pairs []string
	for _, f := range c.Filters {
		names, pairs = append(names, f.Param.Name), append(pairs, quoted(f.Param.Name)+": "+quoted(f.Field))
	}
	if len(names) > 0 {
		c.decide(Decision{About: "filters", What: strings.Join(names, ", "), Because: because, At: in.home(c).node(), Say: "filters: {" + strings.Join(pairs, ", ") + "}"})
	}
}

// searches reports whether a parameter says of itself that it does not compare
// whole values.
func searches(p *contract.Parameter) bool {
	text := strings.ToLower(p.Description)
	return slices.ContainsFunc([]string{"contains", "search", "prefix", "substring", "fuzzy", "partial", "starts with", "begins with", "wildcard", "pattern"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}

// free reports whether a query parameter of a list has no meaning yet.
func (in *inference) free(c *Collection, p *contract.Parameter) bool {
	if p.In != "query" {
		return false
	}
	if c.Page != nil && (p == c.Page.Size || p == c.Page.Start || p == c.Page.Before) {
		return false
	}
	return c.Sort == nil || p != c.Sort.By && p != c.Sort.Direction
}

// leaveQuery says which query parameters of a list are left alone.
func (in *inference) leaveQuery(c *Collection, list *contract.Operation) {
	for _, p := range list.Parameters {
		filters := slices.ContainsFunc(c.Filters, func(f Filter) bool { return f.Param == p })
		if !in.free(c, p) || filters || c.Page == nil && paging(p.Name) {
			continue
		}
		because := "no scalar member of the item has its name"
		switch {
		case paging(p.Name):
			because = "the list is paged in another way"
		case searches(p):
			because = "it does not compare whole values"
		}
		c.decide(Decision{About: "left alone", What: "the query parameter " + p.Name + " is checked, and changes nothing", Because: because, At: p.Node})
	}
}
