package resource

import (
	"encoding/json"
	"strings"
)

// summary is what `inspect` tells of a collection.
type summary struct {
	Name        string             `json:"name"`
	Path        string             `json:"path"`
	ItemPath    string             `json:"item_path,omitempty"`
	Apart       bool               `json:"apart,omitempty"`
	Singleton   bool               `json:"singleton,omitempty"`
	ID          *idSummary         `json:"id,omitempty"`
	PutCreates  bool               `json:"put_creates,omitempty"`
	Parents     []parentSummary    `json:"parents"`
	ItemParents []parentSummary    `json:"item_parents,omitempty"`
	Orphans     Orphans            `json:"orphans,omitempty"`
	Operations  []operationSummary `json:"operations"`
	Views       []viewSummary      `json:"views,omitempty"`
	Batches     []operationSummary `json:"batches,omitempty"`
	Envelope    shape              `json:"envelope,omitempty"`
	Pagination  *pageSummary       `json:"pagination,omitempty"`
	Order       string             `json:"order,omitempty"`
	Sort        *sortSummary       `json:"sort,omitempty"`
	Filters     map[string]string  `json:"filters,omitempty"`
	Quota       int                `json:"quota,omitempty"`
	Removal     *removalSummary    `json:"removal,omitempty"`
	ServerSet   map[string]Source  `json:"server_set"`
	Writable    []string           `json:"writable"`
	Lifecycle   *lifecycleSummary  `json:"lifecycle,omitempty"`
	Decisions   []Decision         `json:"decisions"`
}

type idSummary struct {
	Parameter string `json:"parameter"`
	Field     string `json:"field,omitempty"` // with dots where it is inside a member
	ClientMay bool   `json:"client_may_choose,omitempty"`
}

type parentSummary struct {
	Parameter  string `json:"parameter"`
	Collection string `json:"collection,omitempty"`      // "" when nothing creates the parent
	Path       string `json:"collection_path,omitempty"` // tells collections of one name apart
}

type operationSummary struct {
	Role      Role           `json:"role"`
	Method    string         `json:"method"`
	Path      string         `json:"path"`
	ID        string         `json:"operation_id"`
	Scopes    []string       `json:"scopes"`
	Style     UpdateStyle    `json:"style,omitempty"`
	Sent      string         `json:"sent,omitempty"`
	Shown     shape          `json:"shown,omitempty"`
	ShowsItem bool           `json:"shows_item,omitempty"`
	Creates   string         `json:"creates,omitempty"` // the collection of which an action makes an item
	From      []string       `json:"from,omitempty"`
	Set       map[string]any `json:"set,omitempty"`
}

type viewSummary struct {
	Role   Role              `json:"role"`
	Method string            `json:"method"`
	Path   string            `json:"path"`
	Match  map[string]string `json:"match"`
	ByBody bool              `json:"by_body,omitempty"`
	Style  UpdateStyle       `json:"style,omitempty"`
}

// shape is an envelope: what each member holds, an object of parts as an object.
type shape map[string]any

type pageSummary struct {
	Style       PageStyle `json:"style"`
	Size        string    `json:"size,omitempty"`
	Start       string    `json:"start,omitempty"`
	Before      string    `json:"before,omitempty"`
	Default     int       `json:"default"`
	Maximum     int       `json:"maximum,omitempty"`
	First       int       `json:"first,omitempty"`
	TotalHeader string    `json:"total_header,omitempty"`
	LinkHeader  bool      `json:"link_header,omitempty"`
}

type sortSummary struct {
	By        string            `json:"by"`
	Direction string            `json:"direction,omitempty"`
	Signed    bool              `json:"signed,omitempty"`
	Fields    map[string]string `json:"fields"`
}

type removalSummary struct {
	When []string       `json:"when,omitempty"`
	Set  map[string]any `json:"set,omitempty"`
}

type lifecycleSummary struct {
	Field       string              `json:"field"`
	Initial     string              `json:"initial"`
	Transitions []transitionSummary `json:"transitions"`
}

type transitionSummary struct {
	From   string         `json:"from"`
	To     string         `json:"to,omitempty"`
	After  string         `json:"after"` // as the vocabulary writes it
	Set    map[string]any `json:"set,omitempty"`
	Remove bool           `json:"remove,omitempty"`
}

// MarshalJSON gives a collection as `understudy inspect --json` prints it, without
// what each operation does.
func (c *Collection) MarshalJSON() ([]byte, error) { return json.Marshal(c.summary(nil)) }

// Summary gives a collection as `understudy inspect --json` prints it.
func (m *Model) Summary(c *Collection) any { return c.summary(m) }

// summary tells of a collection; m may be nil.
func (c *Collection) summary(m *Model) summary {
	s := summary{
		Name: c.Name, Path: c.Path, ItemPath: c.ItemPath, Apart: c.Apart, Singleton: c.Singleton, PutCreates: c.PutCreates,
		Parents: summaries(c.Parents), ItemParents: summaries(c.ItemParents),
		Operations: c.operations(m), Envelope: c.Envelope.shape(), Pagination: c.Page.summary(), Order: c.Order.String(), Sort: c.Sort.summary(),
		Quota: c.Quota, ServerSet: map[string]Source{}, Writable: []string{}, Lifecycle: c.Lifecycle.summary(),
		Decisions: append([]Decision{}, c.Decisions...),
	}
	if len(c.Parents) > 0 {
		s.Orphans = c.Orphans
	}
	if len(s.ItemParents) == 0 {
		s.ItemParents = nil
	}
	if c.IDParam != "" {
		s.ID = &idSummary{Parameter: c.IDParam, Field: c.idName(), ClientMay: c.ClientID}
	}
	for _, f := range c.Filters {
		if s.Filters == nil {
			s.Filters = map[string]string{}
		}
		s.Filters[f.Param.Name] = f.Field
	}
	for _, v := range c.Views {
		s.Views = append(s.Views, v.summary())
	}
	for _, b := range c.Batches {
		told := operationSummary{Role: b.Role, Method: b.Operation.Method, Path: b.Operation.Path, ID: b.Operation.ID, Scopes: Scopes(b.Operation)}
		told.binding(b.Binding)
		s.Batches = append(s.Batches, told)
	}
	if c.Removal != nil {
		s.Removal = &removalSummary{c.Removal.When, c.Removal.Set}
	}
	for _, f := range c.Fields {
		if c.Writable(f) {
			s.Writable = append(s.Writable, f.Name)
		} else {
			s.ServerSet[f.Name] = f.Source
		}
	}
	return s
}

func (v View) summary() viewSummary {
	told := viewSummary{Role: v.Role, Method: v.Operation.Method, Path: v.Operation.Path, Match: map[string]string{}, ByBody: v.ByBody, Style: v.Style}
	for param, path := range v.Match {
		told.Match[param] = strings.Join(path, ".")
	}
	for _, f := range v.Filters {
		told.Match[f.Param.Name] = f.Field
	}
	return told
}

// idName is the member that identifies an item, with dots where it is inside one.
func (c *Collection) idName() string {
	if c.IDPath != nil {
		return strings.Join(c.IDPath, ".")
	}
	return c.IDField
}

func summaries(parents []Parent) []parentSummary {
	told := []parentSummary{}
	for _, p := range parents {
		parent := parentSummary{Parameter: p.Param}
		if p.Collection != nil {
			parent.Collection, parent.Path = p.Collection.Name, p.Collection.Path
		}
		told = append(told, parent)
	}
	return told
}

// operations tells what can be done to the items of a collection.
func (c *Collection) operations(m *Model) []operationSummary {
	told := []operationSummary{}
	for _, role := range allRoles() {
		if op := c.Operations[role]; op != nil {
			s := operationSummary{Role: role, Method: op.Method, Path: op.Path, ID: op.ID, Scopes: Scopes(op)}
			if m != nil {
				s.binding(m.bindings[op])
			}
			told = append(told, s)
		}
	}
	for _, a := range c.Actions {
		s := operationSummary{Role: Act, Method: a.Operation.Method, Path: a.Operation.Path, ID: a.Operation.ID, Scopes: Scopes(a.Operation), From: a.From, Set: a.Set}
		if a.Creates != nil {
			s.Creates = a.Creates.Name
		}
		if m != nil {
			s.binding(m.bindings[a.Operation])
		}
		told = append(told, s)
	}
	return told
}

// binding tells how the item travels in the bodies of an operation.
func (s *operationSummary) binding(b Binding) {
	s.Style, s.Sent, s.ShowsItem = b.Style, b.Sent, b.ShowsItem
	if s.Role != List {
		s.Shown = b.Shown.shape()
	}
}

// shape tells what each member of an envelope holds; nil when it is bare.
func (e Envelope) shape() shape {
	if e.Bare() {
		return nil
	}
	told := shape{}
	for _, m := range e.Members {
		if m.Part == ObjectPart {
			told[m.Name] = Envelope{m.Members}.shape()
		} else {
			told[m.Name] = m.Part
		}
	}
	return told
}

func (p *Page) summary() *pageSummary {
	if p == nil {
		return nil
	}
	s := &pageSummary{Style: p.Style, Default: p.Default, Maximum: p.Maximum, First: p.First, TotalHeader: p.TotalHeader, LinkHeader: p.LinkHeader}
	if p.Size != nil {
		s.Size = p.Size.Name
	}
	if p.Start != nil {
		s.Start = p.Start.Name
	}
	if p.Before != nil {
		s.Before = p.Before.Name
	}
	return s
}

func (s *Sort) summary() *sortSummary {
	if s == nil {
		return nil
	}
	told := &sortSummary{By: s.By.Name, Signed: s.Signed, Fields: s.Fields}
	if s.Direction != nil {
		told.Direction = s.Direction.Name
	}
	return told
}

func (l *Lifecycle) summary() *lifecycleSummary {
	if l == nil {
		return nil
	}
	s := &lifecycleSummary{Field: l.Field, Initial: l.Initial, Transitions: []transitionSummary{}}
	for _, t := range l.Transitions {
		s.Transitions = append(s.Transitions, transitionSummary{From: t.From, To: t.To, After: t.After.String(), Set: t.Set, Remove: t.Remove})
	}
	return s
}
