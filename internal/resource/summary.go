package resource

// summary is what `inspect` tells of a collection.
type summary struct {
	Name       string             `json:"name"`
	Path       string             `json:"path"`
	ItemPath   string             `json:"item_path,omitempty"`
	ID         *idSummary         `json:"id,omitempty"`
	Parents    []parentSummary    `json:"parents"`
	Operations []operationSummary `json:"operations"`
	Envelope   map[string]Part    `json:"envelope,omitempty"`
	Pagination *pageSummary       `json:"pagination,omitempty"`
	Order      string             `json:"order,omitempty"`
	ServerSet  map[string]Source  `json:"server_set"`
	Writable   []string           `json:"writable"`
	Lifecycle  *lifecycleSummary  `json:"lifecycle,omitempty"`
}

type idSummary struct {
	Parameter string `json:"parameter"`
	Field     string `json:"field,omitempty"`
}

type parentSummary struct {
	Parameter  string `json:"parameter"`
	Collection string `json:"collection,omitempty"` // "" when nothing creates the parent
}

type operationSummary struct {
	Role   Role     `json:"role"`
	Method string   `json:"method"`
	Path   string   `json:"path"`
	ID     string   `json:"operation_id"`
	Scopes []string `json:"scopes"`
}

type pageSummary struct {
	Style   string `json:"style"`
	Limit   string `json:"limit"`
	Offset  string `json:"offset"`
	Default int    `json:"default"`
	Maximum int    `json:"maximum,omitempty"`
}

type lifecycleSummary struct {
	Field       string              `json:"field"`
	Initial     string              `json:"initial"`
	Transitions []transitionSummary `json:"transitions"`
}

type transitionSummary struct {
	From  string         `json:"from"`
	To    string         `json:"to"`
	After string         `json:"after"` // as the vocabulary writes it
	Set   map[string]any `json:"set,omitempty"`
}

func (l *Lifecycle) summary() *lifecycleSummary {
	if l == nil {
		return nil
	}
	s := &lifecycleSummary{Field: l.Field, Initial: l.Initial, Transitions: []transitionSummary{}}
	for _, t := range l.Transitions {
		s.Transitions = append(s.Transitions, transitionSummary{From: t.From, To: t.To, After: t.After.String(), Set: t.Set})
	}
	return s
}

func (c *Collection) summary() summary {
	s := summary{Name: c.Name, Path: c.Path, ItemPath: c.ItemPath, Parents: []parentSummary{}, Operations: []operationSummary{}, ServerSet: map[string]Source{}, Writable: []string{}, Lifecycle: c.Lifecycle.summary()}
	if c.IDParam != "" {
		s.ID = &idSummary{Parameter: c.IDParam, Field: c.IDField}
	}
	for _, p := range c.Parents {
		parent := parentSummary{Parameter: p.Param}
		if p.Collection != nil {
			parent.Collection = p.Collection.Name
		}
		s.Parents = append(s.Parents, parent)
	}
	for _, role := range []Role{List, Create, Retrieve, Update, Replace, Remove} {
		if op := c.Operations[role]; op != nil {
			s.Operations = append(s.Operations, operationSummary{Role: role, Method: op.Method, Path: op.Path, ID: op.ID, Scopes: Scopes(op)})
		}
	}
	for _, m := range c.Envelope.Members {
		if s.Envelope == nil {
			s.Envelope = map[string]Part{}
		}
		s.Envelope[m.Name] = m.Part
	}
	if c.Page != nil {
		s.Pagination = &pageSummary{Style: "limit/offset", Limit: c.Page.Size.Name, Offset: c.Page.Start.Name, Default: c.Page.Default, Maximum: c.Page.Maximum}
	}
	s.Order = c.Order.String()
	for _, f := range c.Fields {
		if c.Writable(f) {
			s.Writable = append(s.Writable, f.Name)
		} else {
			s.ServerSet[f.Name] = f.Source
		}
	}
	return s
}
