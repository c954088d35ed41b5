package proxy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// maxRecorded bounds the records that are kept, in bytes of JSON.
const maxRecorded = 256 << 20

// recorder turns what passes into the records of the collections.
type recorder struct {
	contract *contract.Contract
	model    *resource.Model
	redactor *redactor
	shelves  map[string]*shelf // by collection and parents
	order    []*shelf
	size     int
	unplaced tally
	secrets  *strings.Replacer // of the exchange that is looked at
}

// shelf is the records of one collection under one set of parents.
type shelf struct {
	collection *resource.Collection
	parents    map[string]string
	ids        []string // oldest first, as far as that is known
	items      map[string]map[string]any
}

func newRecorder(c *contract.Contract, m *resource.Model, r *redactor) *recorder {
	return &recorder{contract: c, model: m, redactor: r, shelves: map[string]*shelf{}}
}

// see takes what an exchange shows of records.
func (r *recorder) see(e *Exchange, j *judgement) {
	op := j.operation()
	if op == nil || e.Answer == nil || e.Method == http.MethodHead {
		return
	}
	if e.Answer.Status >= 300 {
		return
	}
	r.secrets = r.redactor.replacer(e)
	name := op.Method + " " + op.Path
	binding, ok := r.model.Bind(op)
	if !ok {
		if len(e.Answer.Body.Data) > 0 {
			r.unplaced.add(name + ": it belongs to no collection")
		}
		return
	}
	parents, ok := r.parents(binding.Collection, op, &j.match.Params)
	if !ok {
		r.unplaced.add(name + ": its path does not say under which parents the record stands")
		return
	}
	if binding.Role == resource.Remove {
		r.remove(binding.Collection, parents, j.match.Params.Get(binding.Collection.IDParam))
		return
	}
	if !binding.ShowsItem && binding.Role != resource.List || len(e.Answer.Body.Data) == 0 {
		return
	}
	if !e.Answer.Body.whole() {
		r.unplaced.add(name + ": the body of the answer was not kept whole: " + e.Answer.Body.Missing)
		return
	}
	body := jsonValue(e.Answer.Body.Data, e.Answer.Header.Get("Content-Type"))
	r.take(name, binding, parents, body)
}

// take takes the items of an answer.
func (r *recorder) take(name string, binding resource.Binding, parents map[string]string, body any) {
	if binding.Role != resource.List {
		path, _ := binding.Shown.Path(resource.ItemPart)
		r.put(name, binding.Collection, parents, body, path)
		return
	}
	path, _ := binding.Shown.Path(resource.ItemsPart)
	items, ok := under(body, path).([]any)
	if !ok {
		r.unplaced.add(name + ": there is no list where the document has it")
		return
	}
	if isNewestFirst(binding.Collection) {
		items = slices.Clone(items)
		slices.Reverse(items)
	}
	for _, item := range items {
		r.put(name, binding.Collection, parents, item, nil)
	}
}

// isNewestFirst reports whether a list shows what was created last first.
func isNewestFirst(c *resource.Collection) bool {
	created := c.FieldFrom(resource.FromCreated)
	return c.Order.Descending && (c.Order.Field == "" || created != nil && created.Name == c.Order.Field)
}

// under is what stands at the end of a path of members.
func under(value any, path []string) any {
	for _, name := range path {
		value = inside(value, name)
	}
	return value
}

// parents are the values of the path parameters before a collection; ok is false when
// the path of the request does not tell them all.
func (r *recorder) parents(c *resource.Collection, op *contract.Operation, params *contract.Params) (parents map[string]string, ok bool) {
	parents = map[string]string{}
	for _, parent := range c.Parents {
		if op.Parameter("path", parent.Param) != nil {
			parents[parent.Param] = params.Get(parent.Param)
		}
	}
	if len(parents) == len(c.Parents) {
		return parents, true
	}
	// The path of an item that stands apart names no parents: they are those of the
	// item that was seen before.
	id := params.Get(c.IDParam)
	for _, s := range r.order {
		if s.collection == c && s.items[id] != nil {
			return s.parents, true
		}
	}
	return nil, false
}

// shelf finds, or makes, that of a collection and its parents.
func (r *recorder) shelf(c *resource.Collection, parents map[string]string) *shelf {
	key := c.Path
	for _, parent := range c.Parents {
		key += "\x00" + parents[parent.Param]
	}
	s := r.shelves[key]
	if s == nil {
		s = &shelf{collection: c, parents: parents, items: map[string]map[string]any{}}
		r.shelves[key] = s
		r.order = append(r.order, s)
	}
	return s
}

// put keeps an item. A later answer that shows less of it takes nothing away.
func (r *recorder) put(name string, c *resource.Collection, parents map[string]string, body any, path []string) {
	item, ok := under(body, path).(map[string]any)
	if !ok {
		r.unplaced.add(name + ": there is no item where the document has it")
		return
	}
	id := idOf(c, item)
	if id == "" && !c.Singleton {
		r.unplaced.add(name + ": the item has no id")
		return
	}
	if r.size > maxRecorded {
		r.unplaced.add(fmt.Sprintf("%s: more than %d MB of records are not kept", name, maxRecorded>>20))
		return
	}
	s := r.shelf(c, parents)
	kept := s.items[id]
	if kept == nil {
		kept = map[string]any{}
		s.items[id] = kept
		s.ids = append(s.ids, id)
	}
	for member, value := range item {
		switch {
		case r.redactor.named[strings.ToLower(member)]:
			r.unplaced.add(fmt.Sprintf("%s: %s is redacted", c.Path, member))
			continue
		case c.Field(member) == nil && len(c.Fields) > 0:
			r.unplaced.add(fmt.Sprintf("%s: the document does not declare the member %s", c.Path, member))
			continue
		}
		written, _ := contract.AppendJSON(nil, value) // what was decoded can be written
		if text := string(written); r.secrets.Replace(text) != text {
			r.unplaced.add(fmt.Sprintf("%s: %s holds a credential", c.Path, member))
			continue
		}
		kept[member] = r.withoutSecrets(value)
		r.size += len(written)
	}
}

// withoutSecrets is a value without the members that are redacted.
func (r *recorder) withoutSecrets(value any) any {
	if len(r.redactor.named) == 0 {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		clean := map[string]any{}
		for name, member := range value {
			if !r.redactor.named[strings.ToLower(name)] {
				clean[name] = r.withoutSecrets(member)
			}
		}
		return clean
	case []any:
		clean := make([]any, len(value))
		for i, item := range value {
			clean[i] = r.withoutSecrets(item)
		}
		return clean
	}
	return value
}

// idOf is the id of an item, "" when it has none.
func idOf(c *resource.Collection, item map[string]any) string {
	path := c.IDPath
	if c.IDField != "" {
		path = []string{c.IDField}
	}
	if len(path) == 0 {
		return ""
	}
	switch id := under(item, path).(type) {
	case string:
		return id
	case json.Number:
		return id.String()
	}
	return ""
}

// remove forgets an item that was removed.
func (r *recorder) remove(c *resource.Collection, parents map[string]string, id string) {
	s := r.shelf(c, parents)
	delete(s.items, id)
	s.ids = slices.DeleteFunc(s.ids, func(other string) bool { return other == id })
}

// Recorded is what was kept of the records that passed.
type Recorded struct {
	// Data is a data file without keys.
	Data []byte
	// Records is how many there are in it, in how many collections.
	Records, Collections int
	// Unplaced tells what is not in it, and why.
	Unplaced []string
}

// Recorded is what was kept of the records that passed; nil when none are kept.
func (w *Witness) Recorded() (*Recorded, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recorder == nil {
		return nil, nil
	}
	return w.recorder.recorded()
}

type recordedGroup struct {
	Collection string            `json:"collection"`
	Parents    map[string]string `json:"parents,omitempty"`
	Items      []map[string]any  `json:"items"`
}

func (r *recorder) recorded() (*Recorded, error) {
	out := &Recorded{}
	groups := []recordedGroup{}
	collections := map[*resource.Collection]bool{}
	slices.SortStableFunc(r.order, func(a, b *shelf) int {
		return cmp.Compare(slices.Index(r.model.Collections, a.collection), slices.Index(r.model.Collections, b.collection))
	})
	for _, s := range r.order {
		g := recordedGroup{Collection: s.collection.Path, Parents: s.parents}
		for _, id := range s.ids {
			item := s.items[id]
			if s.collection.Item != nil {
				if broken := s.collection.Item.Check(item); len(broken) > 0 && !onlyMissing(broken) {
					r.unplaced.add(fmt.Sprintf("%s: a record breaks its schema: %s", s.collection.Path, r.redactor.violation(broken[0], strings.NewReplacer()).String()))
					continue
				}
			}
			g.Items = append(g.Items, item)
		}
		if len(g.Items) > 0 {
			groups = append(groups, g)
			collections[s.collection] = true
			out.Records += len(g.Items)
		}
	}
	out.Collections, out.Unplaced = len(collections), r.unplaced.notes()
	var err error
	out.Data, err = json.MarshalIndent(map[string]any{"records": groups}, "", "  ")
	out.Data = append(out.Data, '\n')
	return out, err
}

// onlyMissing reports whether nothing is wrong but that members are not there, which
// a stand-in makes up.
func onlyMissing(broken []contract.Violation) bool {
	return !slices.ContainsFunc(broken, func(v contract.Violation) bool { return v.Keyword != "required" || strings.Contains(v.Field, ".") })
}
