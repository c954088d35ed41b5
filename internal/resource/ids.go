package resource

import (
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// findIDs says who chooses the id of an item.
func (in *inference) findIDs(c *Collection) {
	if c.Singleton {
		put := c.Operations[Replace]
		c.PutCreates = put != nil && put.Responses != nil && declares(put, 201)
		return
	}
	if c.ItemPath == "" {
		return
	}
	put := c.Operations[Replace]
	if put == nil && c.Operations[Update] != nil && c.Operations[Update].Method == "PUT" {
		put = c.Operations[Update]
	}
	switch {
	case put == nil:
	case declares(put, 201):
		c.PutCreates = true
		c.decide(in, Decision{About: "put creates", What: "PUT creates an item that is not there", Because: "it declares 201", At: put.Node})
	case c.Operations[Create] == nil && c.Operations[List] != nil && c.Operations[Remove] != nil && !c.Apart && in.whole(put):
		c.PutCreates = true
		c.decide(in, Decision{About: "put creates", What: "PUT creates an item that is not there", Because: "nothing else creates one", At: put.Node})
	}
	if c.IDField == "" {
		return
	}
	because := "requests cannot set it"
	if c.ClientID {
		because = "a request that creates may hold it"
	}
	if c.PutCreates && c.Operations[Create] == nil {
		because = "the path of the PUT that creates holds it"
	}
	who := map[bool]string{true: "client", false: "server"}[c.ClientID || c.PutCreates && c.Operations[Create] == nil]
	c.decide(in, Decision{About: "id", What: c.IDField + ", known to the path as " + c.IDParam + ", chosen by the " + who, Because: because, At: in.home(c).node(), Say: say("id", c.IDField)})
}

// whole reports whether the body of a PUT can make an item: it requires something,
// or there is none.
func (in *inference) whole(put *contract.Operation) bool {
	return put.Body == nil || slices.ContainsFunc(in.members(bodySchema(put)), func(m contract.Member) bool { return m.Required })
}

// declares reports whether an operation declares a status by its code.
func declares(op *contract.Operation, status int) bool {
	for _, r := range op.Responses {
		if r.Status == strconv.Itoa(status) {
			return true
		}
	}
	return false
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
	param, one := plain(c.IDParam), singular(c.Name)
	fits := []func(name string) bool{
		func(name string) bool { return name == param },
		func(name string) bool { return name != "id" && name == ending(c.IDParam) },
		func(name string) bool { return ending(c.IDParam) == "key" && len(name) > 3 && name+"key" == param },
		func(name string) bool { return name == "id" },
		func(name string) bool {
			return name == one+"id" || name == "uuid" || name == "guid" || name == one+"uuid"
		},
		func(name string) bool { return len(name) > 1 && strings.HasSuffix(param, name) },
		func(name string) bool {
			return param != "" && (name == "slug" || name == "key" || name == "code" || name == "name")
		},
	}
	for i, fit := range fits {
		for _, m := range members {
			if !fit(plain(m.Name)) || !in.scalar(m.Node) {
				continue
			}
			if i >= 3 && slices.Contains([]string{"key", "name", "code", "slug", "number"}, ending(c.IDParam)) {
				in.doubtAt(in.home(c).node(), say("id", m.Name), "the member %[1]s of the item is taken for what {%[2]s} names", "say id: MEMBER on the path if it is another", m.Name, c.IDParam)
			}
			return m.Name
		}
	}
	return ""
}

// idPath leads to the id inside an item that has none itself: user.id of what
// {user_id} names.
func (in *inference) idPath(c *Collection, members []contract.Member) []string {
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
