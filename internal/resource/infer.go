package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// Infer reads a contract as resources. The error is a contract.Faults: what
// the x-understudy vocabulary says wrongly.
func Infer(c *contract.Contract) (*Model, error) {
	in := &inference{
		contract: c, model: &Model{bindings: map[*contract.Operation]Binding{}},
		sites: readSites(c.Operations), holders: map[string]*Collection{}, names: map[string]*Collection{}, known: map[contract.Place][]contract.Member{}, cores: map[contract.Place]contract.Node{}, elements: map[contract.Place]contract.Node{},
	}
	in.readWords()
	in.findCollections()
	for _, c := range in.model.Collections {
		in.describe(c)
	}
	in.findOrphans()
	in.findMade()
	in.readErrors()
	in.readTokens()
	if err := once(in.faults).Err(); err != nil {
		return nil, err
	}
	in.leaveUnbound()
	in.restorePaths()
	return in.model, nil
}

// restorePaths gives collections their paths as the document has them.
func (in *inference) restorePaths() {
	for _, c := range in.model.Collections {
		for _, path := range []*string{&c.Path, &c.ItemPath} {
			if s := in.by[*path]; s != nil {
				*path = s.path
			}
		}
	}
}

// once orders faults by line and drops repetitions.
func once(faults contract.Faults) contract.Faults {
	slices.SortStableFunc(faults, func(a, b contract.Fault) int { return a.Line - b.Line })
	said := map[contract.Fault]bool{}
	return slices.DeleteFunc(faults, func(f contract.Fault) bool {
		repeated := said[f]
		said[f] = true
		return repeated
	})
}

// inference is the work in hand.
type inference struct {
	sites
	contract *contract.Contract
	model    *Model
	holders  map[string]*Collection               // by the shape of the path of their items
	names    map[string]*Collection               // those without parents, by what their items are called
	known    map[contract.Place][]contract.Member // of the schemas that were asked for
	cores    map[contract.Place]contract.Node
	elements map[contract.Place]contract.Node // the schemas of the items of arrays
	faults   contract.Faults
}

// describe fills in what a collection is.
func (in *inference) describe(c *Collection) {
	in.findParents(c)
	in.findItem(c)
	in.findEnvelope(c)
	in.findPayloads(c)
	in.findFields(c)
	in.findIDs(c)
	in.readCollection(c)
	if list := c.Operations[List]; list != nil {
		in.findPage(c, list)
		in.findSort(c, list)
		in.findFilters(c, list)
		in.leaveQuery(c, list)
	}
	in.findEffects(c)
}

// allRoles are the roles that an operation can have at most once in a collection.
func allRoles() []Role { return []Role{List, Create, Retrieve, Update, Replace, Remove} }

func (in *inference) anyOperation(c *Collection) *contract.Operation {
	for _, role := range allRoles() {
		if op := c.Operations[role]; op != nil {
			return op
		}
	}
	return &contract.Operation{}
}

// fault keeps an error of the contract.
func (in *inference) fault(err error) {
	if faults, ok := err.(contract.Faults); ok { //nolint:errorlint // the contract returns Faults itself, never wrapped
		in.faults = append(in.faults, faults...)
	}
}

// leaveUnbound names the operations that belong to no collection. One that changes
// something, or that lists the items of a collection from another side, is a doubt.
func (in *inference) leaveUnbound() {
	listed := in.byItem()
	for _, s := range in.order {
		for _, shows := range []bool{true, false} { // what GET shows says what the others change
			for _, op := range s.operations {
				if _, bound := in.model.bindings[op]; !bound && (op.Method == "GET") == shows {
					in.leaveOperation(s, op, listed)
				}
			}
		}
	}
}

func (in *inference) leaveOperation(s *site, op *contract.Operation, listed map[contract.Place]*Collection) {
	name := op.Method + " " + op.Path
	switch {
	case saidRole(op) == none || refused(s):
		in.leave(op.Node, name, "the document says so")
	case op.Method == "GET":
		in.leaveShown(s, op, listed)
	case op.Method == "HEAD" || op.Method == "OPTIONS":
		in.leave(op.Node, name, "nothing changes what it shows")
	case in.batch(s, op) || in.byBody(s, op) || op.Method != "POST" && in.changesShown(s, op):
	case op.Method == "POST" && in.createsElsewhere(op, listed):
	case op.Method == "POST":
		in.leave(op.Node, name, "what it does cannot be seen in an item")
	default:
		in.doubtAt(op.Node, say("role", string(none)), alone, "say role: none if that is right, or give the path a GET that shows what it changes", op.Method, op.Path)
	}
}

// alone is what is doubted of an operation that belongs to no collection.
const alone = "%s %s belongs to no collection and is answered from the document alone"

// leaveShown leaves what an operation only shows, unless that is the items of a
// collection, or one of several lists.
func (in *inference) leaveShown(s *site, op *contract.Operation, listed map[contract.Place]*Collection) {
	name := op.Method + " " + op.Path
	items, lists := in.lists(s)
	lists = lists && !in.showsItem(s)
	view := listed[in.core(items.node).Place()]
	if alike := in.names[singular(s.last)]; lists && view == nil && alike != nil && alike.Item != nil && in.alike(items.node, alike.Item.Node()) {
		view = alike
	}
	switch {
	case lists && view != nil && in.view(view, List, op), !lists && in.shows(s, op, listed):
	case (lists || in.manyLists(s)) && removedWords(s):
		in.doubtAt(op.Node, say("role", string(none)), alone+": it may list what was deleted elsewhere", "say role: none if that is right", op.Method, op.Path)
	case lists && view != nil:
		in.doubtAt(op.Node, say("role", string(none)), alone+": it lists items of %s from another side", "say role: none if that is right, or item: with the path of its own items", op.Method, op.Path, view.Path)
	case lists:
		in.leave(op.Node, name, "it is a list that nothing changes")
	case in.manyArrays(s), in.listsAmongOthers(s, listed):
		in.doubtAt(op.Node, say("role", string(none)), alone+": it has several lists", "say items: with the member that holds the items", op.Method, op.Path)
	default:
		in.leave(op.Node, name, "nothing changes what it shows")
	}
}

// manyLists reports whether the answer of a path has an array at all.
func (in *inference) manyLists(s *site) bool {
	return len(in.arrays(successSchema(s.method("GET")), 2)) > 0
}

// removedWords reports whether a path speaks of what was deleted.
func removedWords(s *site) bool {
	for segment := range strings.SplitSeq(s.template, "/") {
		if slices.Contains([]string{"trash", "trashed", "deleted", "bin", "recyclebin", "removed"}, plain(segment)) && parameter(segment) == "" {
			return true
		}
	}
	return false
}

// listsAmongOthers reports whether one of several arrays in an answer is named in the
// path, and has items of a collection.
func (in *inference) listsAmongOthers(s *site, listed map[contract.Place]*Collection) bool {
	for _, f := range in.arrays(successSchema(s.method("GET")), 1) {
		named := slices.ContainsFunc(strings.Split(s.template, "/"), func(segment string) bool { return sameThing(segment, f.path[len(f.path)-1]) })
		if named && listed[in.core(f.node).Place()] != nil {
			return true
		}
	}
	return false
}

// manyArrays reports whether a path that other operations or items belong to has an
// answer with several arrays, of which none is clearly the list.
func (in *inference) manyArrays(s *site) bool {
	beside := in.items[s.template] != nil || s.method("POST") != nil
	return beside && len(in.arrays(successSchema(s.method("GET")), 2)) > 1
}
