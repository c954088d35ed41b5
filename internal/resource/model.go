// Package resource reads a contract as resources: which paths are a collection
// and its items, what identifies an item, which members the server sets, how a
// list is paged. It decides by structure and by the x-understudy vocabulary,
// never by the name of a resource, and says where it is in doubt.
package resource

import (
	"time"

	"understudy/internal/contract"
)

// Model is what a document means as resources.
type Model struct {
	// Collections stand in the order of the document.
	Collections []*Collection
	// Doubts are the places where the document leaves the meaning open.
	Doubts []Doubt
	// Errors are the error bodies by cause, from the vocabulary.
	Errors map[string]contract.Node
	// Tokens are the gofakeit templates of made-up credentials, by security
	// scheme.
	Tokens map[string]string

	bindings map[*contract.Operation]Binding
}

// Binding says what an operation does: a role on a collection.
type Binding struct {
	Collection *Collection
	Role       Role
}

// Role is what an operation does to a collection.
type Role string

// The roles.
const (
	List     Role = "list"
	Create   Role = "create"
	Retrieve Role = "retrieve"
	Update   Role = "update"  // changes the members that are sent
	Replace  Role = "replace" // puts the body in place of the writable members
	Remove   Role = "remove"
)

// Bind returns what an operation does. ok is false for one that belongs to no
// collection.
func (m *Model) Bind(op *contract.Operation) (b Binding, ok bool) {
	b, ok = m.bindings[op]
	return b, ok
}

// Collection returns a collection by its name or its path, or nil.
func (m *Model) Collection(name string) *Collection {
	for _, c := range m.Collections {
		if c.Name == name || c.Path == name || c.Path+"/" == name {
			return c
		}
	}
	return nil
}

// Collection is a path that lists items, with the path of one item.
type Collection struct {
	// Name is the last fixed segment of the path.
	Name string
	// Path and ItemPath are templates without a trailing slash. ItemPath is ""
	// when items have no path of their own.
	Path, ItemPath string
	// IDParam is the path parameter of the item, IDField the member of the item
	// that it names.
	IDParam, IDField string
	// ClientID says that a request may choose the id of the item that it creates.
	ClientID bool
	// Parents are the path parameters before the collection, outermost first.
	Parents []Parent
	// Operations by role; absent roles are not offered.
	Operations map[Role]*contract.Operation
	// Item is the schema of an item in a response.
	Item *contract.Schema
	// Fields are the members of an item in their order.
	Fields []*Field
	// Envelope is the shape of a list.
	Envelope Envelope
	// Page is nil when lists are not paged.
	Page *Page
	// Order is the default order of a list.
	Order Order
	// Lifecycle is nil when no member moves by itself.
	Lifecycle *Lifecycle
}

// Parent is one path parameter before a collection.
type Parent struct {
	Param string
	// Collection holds the parents; nil when nothing in the document creates
	// them.
	Collection *Collection
}

// Field returns a member of the item by name, or nil.
func (c *Collection) Field(name string) *Field {
	for _, f := range c.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// FieldFrom returns the member whose value comes from a source, or nil.
func (c *Collection) FieldFrom(source Source) *Field {
	for _, f := range c.Fields {
		if f.Source == source {
			return f
		}
	}
	return nil
}

// Writable reports whether requests set a member.
func (c *Collection) Writable(f *Field) bool {
	return f.Source == FromClient || f.Source == FromID && c.ClientID
}

// Source says where the value of a member comes from.
type Source string

// The sources.
const (
	FromClient    Source = "client"    // written by requests
	FromID        Source = "id"        // identifies the item
	FromCreated   Source = "created"   // when the item was created
	FromUpdated   Source = "updated"   // when the item last changed
	FromParent    Source = "parent"    // names the parent that the item stands under
	FromUser      Source = "key.user"  // the user of the key that created the item
	FromLifecycle Source = "lifecycle" // moves by itself
	FromTemplate  Source = "template"  // a gofakeit template
	FromDefault   Source = "default"   // starts at its default
	FromNull      Source = "null"      // starts as null
	FromEnum      Source = "enum"      // starts at its first value
	FromSchema    Source = "schema"    // generated from the schema
)

// Field is one member of an item.
type Field struct {
	Name     string
	Required bool
	// WriteOnly says that answers leave the member out.
	WriteOnly bool
	Source    Source
	// Parent is the path parameter whose value the member holds, for FromParent.
	Parent string
	// Template is the gofakeit template that makes values; "" when there is
	// none. A field from the client may have one too: it makes seed records
	// believable.
	Template string
	// Default is the value that the member starts at, for FromDefault and
	// FromEnum, and for a field from the client that has one.
	Default    any
	HasDefault bool
	Schema     *contract.Schema
}

// Envelope is the shape of a list.
type Envelope struct {
	// Members are empty for a bare array.
	Members []EnvelopeMember
}

// Bare reports whether a list is an array and nothing around it.
func (e Envelope) Bare() bool { return len(e.Members) == 0 }

// EnvelopeMember is one member beside, or holding, the items.
type EnvelopeMember struct {
	Name   string
	Part   Part
	Schema *contract.Schema
}

// Part is what a member of an envelope holds.
type Part string

// The parts.
const (
	ItemsPart    Part = "items"
	CountPart    Part = "count"
	NextPart     Part = "next"
	PreviousPart Part = "previous"
	OtherPart    Part = "other"
)

// Page is how a list is paged: by limit and offset.
type Page struct {
	Limit, Offset *contract.Parameter
	// Default is the size of a page when the request names none; Maximum caps
	// it, 0 means no cap.
	Default, Maximum int
}

// Order is the default order of a list. The zero Order is the order of
// creation.
type Order struct {
	Field      string
	Descending bool
}

// Lifecycle is how a member moves by itself.
type Lifecycle struct {
	Field       string
	Initial     string
	Transitions []Transition
}

// Transition is one step of a lifecycle.
type Transition struct {
	From, To string
	After    time.Duration
	Set      map[string]any // other members that change with it
}

// Next returns the transition out of a state, or nil when it rests there.
func (l *Lifecycle) Next(state string) *Transition {
	for i := range l.Transitions {
		if l.Transitions[i].From == state {
			return &l.Transitions[i]
		}
	}
	return nil
}

// Doubt is one place where a document leaves its meaning open.
type Doubt struct {
	Pointer string `json:"pointer"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	// Settle says which line in the document would settle it.
	Settle string `json:"settle"`
}

// String writes the order as the vocabulary does: -created_at.
func (o Order) String() string {
	if o.Descending {
		return "-" + o.Field
	}
	return o.Field
}

// Scopes lists the scopes that an operation's first security alternative asks
// for.
func Scopes(op *contract.Operation) []string {
	scopes := []string{}
	if len(op.Security) > 0 {
		for _, required := range op.Security[0] {
			scopes = append(scopes, required.Scopes...)
		}
	}
	return scopes
}
