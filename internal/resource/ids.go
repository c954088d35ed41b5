package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// findIDs says who chooses the id of an item.
func (in *inference) findIDs(c *Collection) {
	in.findPutCreates(c)
	if c.ItemPath == "" || c.IDField == "" {
		return
	}
	who, because := "server", "requests cannot set it"
	if create := c.Operations[Create]; create != nil {
		c.IDQuery = queryNamed(create, []string{singular(c.Name) + "id"})
	}
	switch {
	case c.IDQuery != nil:
		who, because = "client", "the query of a request that creates may hold it, as "+c.IDQuery.Name
	case c.PutCreates && c.Operations[Create] == nil:
		who, because = "client", "the path of the PUT that creates holds it"
	case c.ClientID:
		who, because = "client", "a request that creates may hold it"
	}
	c.decide(Decision{About: "id", What: c.IDField + ", known to the path as " + c.IDParam + ", chosen by the " + who, Because: because, At: in.home(c).node(), Say: say("id", c.IDField)})
}

// findPutCreates decides whether a PUT creates an item that is not there: it declares
// 201, or nothing else creates an item of a list.
func (in *inference) findPutCreates(c *Collection) {
	put := c.Operations[Replace]
	if update := c.Operations[Update]; put == nil && update != nil && update.Method == "PUT" {
		put = update
	}
	var because string
	switch {
	case put == nil || c.ItemPath == "" || c.IDField == "" && len(c.IDPath) == 0 && !c.Singleton && c.Item != nil && len(in.members(c.Item.Node())) > 0:
		return // nothing in an item would say which it is
	case put.Declares(201):
		because = "it declares 201"
	case c.Operations[Create] == nil && c.Operations[List] != nil && c.Operations[Remove] != nil && !c.Apart && in.whole(put):
		because = "nothing else creates one"
	default:
		return
	}
	c.PutCreates = true
	c.decide(Decision{About: "put creates", What: "PUT creates an item that is not there", Because: because, At: put.Node})
}

// whole reports whether the body of a PUT can make an item: it requires something,
// or there is none.
func (in *inference) whole(put *contract.Operation) bool {
	return put.Body == nil || slices.ContainsFunc(in.members(bodySchema(put)), func(m contract.Member) bool { return m.Required })
}

// idField is the member that the item's path parameter names: one of the same name,
// one that the parameter's name ends with, or one that is named as ids are.
func (in *inference) idField(c *Collection, members []contract.Member) string {
	if c.Singleton {
		return ""
	}
	if said := in.words(c, "id"); said.Exists() {
		for _, m := range members {
			if m.Name == said.Text() {
				return m.Name
			}
		}
		in.faults = append(in.faults, said.Fault("name a member of the item", "the item has no member %q to be its id", said.Text()))
		return ""
	}
	fits := idFits(c)
	if in.called(c, members) { // {repo} is a name, where the id is a number
		fits = slices.Insert(fits, sureFits, func(name string) bool { return slices.Contains(callNames(), name) })
	}
	_, unseen := in.creatable(c)["id"] // and not in the answers: nothing else identifies an item then
	for i, fit := range fits {
		last := i == len(fits)-1 && ending(c.IDParam) == "id"
		for _, m := range members {
			if !fit(plain(m.Name)) || !in.scalar(m.Node) || last && unseen {
				continue
			}
			named := slices.Contains([]string{"key", "name", "code", "slug", "number"}, ending(c.IDParam))
			if i >= sureFits && named || last || i == sureFits && len(fits) > len(idFits(c)) {
				in.doubtAt(in.home(c).node(), say("id", m.Name), "the member %[1]s of the item is taken for what {%[2]s} names", "say id: MEMBER on the path if it is another", m.Name, c.IDParam)
			}
			return m.Name
		}
	}
	return ""
}

// sureFits is how many of the ways to know an id go by the name of the parameter.
const sureFits = 3

// idFits are the ways to know the id of an item by its plain name, the best first.
func idFits(c *Collection) []func(name string) bool {
	param, one := plain(c.IDParam), singular(c.Name)
	return []func(name string) bool{
		func(name string) bool { return name == param },
		func(name string) bool { return name != "id" && name == ending(c.IDParam) },
		func(name string) bool { return ending(c.IDParam) == "key" && len(name) > 3 && name+"key" == param },
		func(name string) bool { return name == "id" },
		func(name string) bool {
			return slices.Contains([]string{one + "id", "uuid", "guid", one + "uuid"}, name)
		},
		func(name string) bool { return len(name) > 1 && strings.HasSuffix(param, name) },
		func(name string) bool {
			return param != "" && slices.Contains(callNames(), name)
		},
	}
}

// callNames are the names of members that things are called by.
func callNames() []string { return []string{"slug", "key", "code", "login", "username", "name"} }

// called reports whether the path calls an item by the text that creating one must
// give it, and not by its id, which is a number.
func (in *inference) called(c *Collection, members []contract.Member) bool {
	op := c.Operations[Retrieve]
	if op == nil || !sameThing(c.IDParam, c.Name) {
		return false
	}
	p := op.Parameter("path", c.IDParam)
	if p == nil {
		return false
	}
	of := func(n contract.Node, name string) bool { return slices.Contains(contract.Types(core(n)), name) }
	number := slices.ContainsFunc(members, func(m contract.Member) bool { return plain(m.Name) == "id" && of(m.Node, "integer") })
	text := slices.ContainsFunc(in.members(in.inside(bodySchema(c.Operations[Create]), c.Name)), func(m contract.Member) bool {
		return m.Required && slices.Contains(callNames(), plain(m.Name)) && of(m.Node, "string")
	})
	return of(p.Node.Raw("schema"), "string") && number && text
}

// idPath leads to the id inside an item that has none itself: user.id of what
// {user_id} names, metadata.name of what {name} does.
func (in *inference) idPath(c *Collection, members []contract.Member) []string {
	for _, m := range members {
		if slices.Contains([]string{"metadata", "meta", "info", "attributes"}, plain(m.Name)) && in.isObject(m.Node) {
			for _, inner := range in.members(m.Node) {
				if plain(inner.Name) == plain(c.IDParam) && in.scalar(inner.Node) {
					return []string{m.Name, inner.Name}
				}
			}
		}
	}
	owner, ok := strings.CutSuffix(plain(c.IDParam), "id")
	if !ok || owner == "" {
		return nil
	}
	for _, m := range members {
		if plain(m.Name) != owner || !in.isObject(m.Node) {
			continue
		}
		if inner, ok := in.member(m.Node, "id"); ok && in.scalar(inner.Node) {
			return []string{m.Name, inner.Name}
		}
	}
	return nil
}

// ending is the last word of a name: slug of app_slug and of appSlug.
func ending(name string) string {
	i := strings.LastIndexAny(name, "_-.")
	if i < 0 {
		for j, r := range name {
			if r >= 'A' && r <= 'Z' {
				i = j - 1
			}
		}
	}
	return plain(name[i+1:])
}
