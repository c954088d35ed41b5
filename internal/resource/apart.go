package resource

import (
	"strings"

	"understudy/internal/contract"
)

// apart finds the items whose path does not begin with that of their collection:
// /orgs/{org}/things and /things/{id}. The two belong together when the items are
// the same by schema; of several lists the one with the same name is meant, then
// one that also creates, then the one nearest to the item.
func (in *inference) apart() {
	bySchema, byName := map[contract.Place][]*site{}, map[string][]*site{}
	for _, s := range in.order {
		if !s.fixed() || s.collection != nil || refused(s) || in.showsItem(s) || in.items[s.template] != nil && in.holdsItem(in.items[s.template]) {
			continue
		}
		items, ok := in.lists(s)
		if !ok {
			items.node = in.created(s)
		}
		if !in.isObject(items.node) {
			continue
		}
		if key := in.core(items.node).Place(); ok {
			bySchema[key] = append(bySchema[key], s)
		}
		byName[singular(s.last)] = append(byName[singular(s.last)], s)
	}
	for _, item := range in.order {
		if item.param == "" || item.collection != nil || refused(item) || !in.holdsItem(item) || in.by[item.before] != nil && in.by[item.before].collection != nil {
			continue
		}
		answer, ok := in.wrapped(successSchema(item.method("GET")), thing(item.before), contract.Node{})
		if !ok || !in.isObject(answer.node) {
			continue
		}
		in.match(item, append(in.alikeNamed(byName[singular(thing(item.before))], answer.node), bySchema[in.core(answer.node).Place()]...))
	}
}

// created is the item that the POST of a path answers with.
func (in *inference) created(s *site) contract.Node {
	op := s.method("POST")
	if successOf(op) != 201 {
		return contract.Node{}
	}
	f, _ := in.wrapped(successSchema(op), s.last, contract.Node{})
	return f.node
}

// successOf is the status of an operation's success, 0 when there is none.
func successOf(op *contract.Operation) int {
	if op == nil {
		return 0
	}
	_, status := op.Success()
	return status
}

// alikeNamed keeps the lists whose items are like an item.
func (in *inference) alikeNamed(lists []*site, item contract.Node) []*site {
	var alike []*site
	for _, s := range lists {
		items, ok := in.lists(s)
		if !ok {
			items.node = in.created(s)
		}
		if in.alike(items.node, item) {
			alike = append(alike, s)
		}
	}
	return alike
}

// match gives an item the best of the lists that may be its own.
func (in *inference) match(item *site, lists []*site) {
	var best *site
	var others []string
	for _, s := range lists {
		switch {
		case s.collection != nil || s == best || strings.HasPrefix(s.template, item.template+"/"):
		case best == nil || in.nearer(s, best, item):
			if best != nil {
				others = append(others, best.template)
			}
			best = s
		default:
			others = append(others, s.template)
		}
	}
	if best == nil {
		return
	}
	c := in.add(best, item)
	c.Apart = item.before != best.template
	c.decide(Decision{About: "items", What: c.ItemPath, Because: "its items are those of the list by schema", At: best.node(), Say: say("item", c.ItemPath)})
	if len(others) > 0 {
		in.doubtAt(best.node(), say("item", c.ItemPath), "the items at %s may be those of %s, and also of %s", "write item: %[1]s beside the list that is meant", item.template, best.template, strings.Join(unique(others), ", "))
	}
}

// nearer reports whether list a suits an item better than b.
func (in *inference) nearer(a, b, item *site) bool {
	score := func(s *site) int {
		n := common(s.template, item.template)
		if sameThing(s.last, thing(item.before)) {
			n += 1000
		}
		if s.method("POST") != nil {
			n += 100
		}
		return n
	}
	return score(a) > score(b)
}

// unique drops repetitions, keeping the order.
func unique(texts []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}
