// Package resource reads a contract as resources: which paths are a collection
// and its items, what identifies an item, which members the server sets, how a
// list is paged. It decides by structure and by the x-understudy vocabulary,
// never by the name of a resource, and says where it is in doubt.
package resource

import (
	"slices"
	"strings"
	"time"

	"understudy/internal/contract"
)

// Model is what a document means as resources.
type Model struct {
	// Collections stand in the order of the document.
	Collections []*Collection
	// Doubts are the places where the document leaves the meaning open.
	Doubts []Doubt
	// Left are the operations that belong to no collection, each with the reason,
	// where that is no doubt.
	Left []Decision
	// Errors are the error bodies by cause, from the vocabulary.
	Errors map[string]contract.Node
	// Statuses are those of refusals by cause, where they are not the usual ones.
	Statuses map[string]int
	// Tokens are the gofakeit templates of made-up credentials, by security
	// scheme.
	Tokens map[string]string

	bindings map[*contract.Operation]Binding
}

// Binding says what an operation does: a role on a collection, and how the item
// travels in its bodies.
type Binding struct {
	Collection *Collection
	Role       Role
	// Style is how the body of an update changes the item, whatever its Role: a PUT
	// beside a PATCH may change only what is sent, and is Replace all the same.
	Style UpdateStyle
	// Sent is the member of the request body that holds the item, "" when the body
	// is the item.
	Sent string
	// Spelled gives for members of the request body that an item spells otherwise, as To
	// for to, the member of the item.
	Spelled map[string]string
	// Shown is the shape around what a success answers: for List that of the
	// collection's Envelope, for others what stands around the item. The zero
	// Envelope has nothing around it.
	Shown Envelope
	// ShowsItem says that a success answers with the item, inside Shown. Without it
	// a success has no body, or one that tells nothing of the item.
	ShowsItem bool
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
	Act      Role = "act" // does something else to an item: POST /things/{id}/archive
)

// UpdateStyle is how the body of an update changes an item.
type UpdateStyle string

// The styles. The zero style is that of an operation which is no update.
const (
	Merge     UpdateStyle = "merge"      // the members that are sent; objects are merged (RFC 7396)
	Partial   UpdateStyle = "partial"    // the members that are sent, each as a whole
	Whole     UpdateStyle = "whole"      // the body in place of the writable members
	JSONPatch UpdateStyle = "json-patch" // a list of operations (RFC 6902)
)

// Bind returns what an operation does. ok is false for one that belongs to no
// collection.
func (m *Model) Bind(op *contract.Operation) (b Binding, ok bool) {
	b, ok = m.bindings[op]
	return b, ok
}

// Assign says what an operation does, in place of what was found.
func (m *Model) Assign(op *contract.Operation, b Binding) { m.bindings[op] = b }

// Collection returns a collection by its name or its path, or nil.
func (m *Model) Collection(name string) *Collection {
	for _, c := range m.Collections {
		if c.Name == name || c.Path == name || c.Path+"/" == name {
			return c
		}
	}
	return nil
}

// Collection is a path that lists items, with the path of one item. A singleton
// is a collection of exactly one item, which stands at the path itself.
type Collection struct {
	// Name is the last fixed segment of the path.
	Name string
	// Path and ItemPath are templates without a trailing slash. ItemPath is ""
	// when items have no path of their own.
	Path, ItemPath string
	// IDParam is the path parameter of the item, IDField the member of the item
	// that it names.
	IDParam, IDField string
	// IDPath leads to the id where it is no member of the item itself, as user.id
	// does in a membership that {user_id} names; IDField is then "".
	IDPath []string
	// Singleton says that there is one item, at Path, which is also its ItemPath. It is
	// there from the start, unless a request can create it: by Create or PutCreates.
	Singleton bool
	// ClientID says that the body of a request may choose the id of the item that it
	// creates. Where PutCreates, the path chooses it.
	ClientID bool
	// IDQuery is the query parameter by which a request that creates may choose the id;
	// nil when there is none.
	IDQuery *contract.Parameter
	// PutCreates says that a replacement of an item that is not there creates it.
	PutCreates bool
	// Orphans says what deleting a parent does to the items under it.
	Orphans Orphans
	// Parents are the path parameters before the collection, outermost first.
	Parents []Parent
	// Apart says that an item's path is not that of its collection with one more
	// parameter: /users/{user_id}/things and /things/{id}. The parents in
	// ItemParents stand in it; an id is then unique among all items of the
	// collection.
	Apart       bool
	ItemParents []Parent
	// Operations by role; absent roles are not offered. An update in several
	// styles is here under its first.
	Operations map[Role]*contract.Operation
	// Actions are what else can be done to an item.
	Actions []Action
	// Views are operations that show items of the collection from another side. They
	// are not bound: who does not know them answers them from the document alone.
	Views []View
	// Batches are operations on several items at once. They are not bound either.
	Batches []Batch
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
	// Sort is nil when a request cannot choose the order.
	Sort *Sort
	// Filters are the query parameters of a list that keep the items whose member
	// equals their value.
	Filters []Filter
	// Errors are the error bodies by cause that go before those of the whole document.
	Errors map[string]contract.Node
	// Refused are the members of a body that are refused in place of being ignored.
	Refused []Refusal
	// Quota is how many items a parent may have; 0 is any number.
	Quota int
	// Removal says in which states of the lifecycle a removal does not remove the
	// item but moves it on; nil when it always removes.
	Removal *Removal
	// Lifecycle is nil when no member moves by itself.
	Lifecycle *Lifecycle
	// Decisions say why the collection is what it is.
	Decisions []Decision
}

// Parent is one path parameter before a collection.
type Parent struct {
	Param string
	// Collection holds the parents; nil when nothing in the document creates
	// them.
	Collection *Collection
}

// Worded returns the body of an error by its cause: what the vocabulary says of the
// collection, which may be nil, and else of the document; for the cause, and else for
// the general one before its dot.
func (m *Model) Worded(c *Collection, cause string) contract.Node {
	general, _, _ := strings.Cut(cause, ".")
	for _, name := range []string{cause, general} {
		if c != nil && c.Errors[name].Exists() {
			return c.Errors[name]
		}
		if m.Errors[name].Exists() {
			return m.Errors[name]
		}
	}
	return contract.Node{}
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

// Refusal names members of a body that an API may ignore or refuse.
type Refusal string

// The members.
const (
	ReadOnlyMembers Refusal = "read_only" // that the server sets
	UnknownMembers  Refusal = "unknown"   // that the document does not name
)

// Refuses reports whether requests are refused for members of a kind.
func (c *Collection) Refuses(members Refusal) bool { return slices.Contains(c.Refused, members) }

// Source says where the value of a member comes from.
type Source string

// The sources.
const (
	FromClient    Source = "client"    // written by requests
	FromID        Source = "id"        // identifies the item
	FromCreated   Source = "created"   // when the item was created, as text, as a date or in seconds, as the schema has it
	FromUpdated   Source = "updated"   // when the item last changed, likewise
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

// Orphans is what deleting a parent does to the items under it.
type Orphans string

// The kinds.
const (
	Cascade Orphans = "cascade" // they are deleted with it
	Refuse  Orphans = "refuse"  // the parent is not deleted while it has any: 409
)

// Action is an operation that does something else to an item.
type Action struct {
	// Name is the last segment of the path.
	Name      string
	Operation *contract.Operation
	// From are the states of the lifecycle in which it may be done; none is any.
	From []string
	// Set gives members of the item their values.
	Set map[string]any
	// Edits is the member of the body that lists what to change, as the operations of
	// SCIM do: op, path and value; "" when there is none.
	Edits string
	// Creates is the collection of which it makes an item, as a copy does; nil when
	// it makes none. A success then answers with that item, inside Made: who does not
	// make it answers from the document alone.
	Creates *Collection
	Made    Envelope
	// MadeInList says that the answer has that item as a list of one, around which
	// Made stands.
	MadeInList bool
}

// Removal is a removal that takes its time.
type Removal struct {
	// When are the states in which it does not remove at once.
	When []string
	// Set gives members of the item their values: that of the lifecycle moves on.
	Set map[string]any
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
	Remove   bool           // the item is removed; To is ""
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
	// Say is what x-understudy could say there, as YAML; "" when it has no word for
	// it.
	Say string `json:"say,omitempty"`
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
