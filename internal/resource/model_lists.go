package resource

import (
	"slices"

	"understudy/internal/contract"
)

// Sort is how a request chooses the order of a list.
type Sort struct {
	// By names the member, with - or + before it where Signed.
	By     *contract.Parameter
	Signed bool
	// Direction is nil, or takes a word for ascending and one for descending.
	Direction *contract.Parameter
	// Fields gives the member for each value that By takes.
	Fields map[string]string
}

// Filter is a query parameter that keeps the items whose member equals its value.
type Filter struct {
	Param *contract.Parameter
	Field string
	// Anything are the values that keep every item, like all.
	Anything []string
}

// Any reports whether a value keeps every item.
func (f Filter) Any(value string) bool { return slices.Contains(f.Anything, value) }

// Envelope is the shape around a list or an item.
type Envelope struct {
	// Members are empty when there is nothing around it.
	Members []EnvelopeMember
}

// Bare reports whether there is nothing around the list or the item.
func (e Envelope) Bare() bool { return len(e.Members) == 0 }

// Path gives the names of the members that lead to a part; ok is false when the
// envelope has none.
func (e Envelope) Path(part Part) (names []string, ok bool) {
	for _, m := range e.Members {
		if m.Part == part {
			return []string{m.Name}, true
		}
		if inner, ok := (Envelope{m.Members}).Path(part); ok {
			return append([]string{m.Name}, inner...), true
		}
	}
	return nil, false
}

// EnvelopeMember is one member beside, or holding, the items.
type EnvelopeMember struct {
	Name   string
	Part   Part
	Schema *contract.Schema
	// Members are those of an object that holds parts, for ObjectPart.
	Members []EnvelopeMember
}

// Part is what a member of an envelope holds.
type Part string

// The parts.
const (
	ItemsPart          Part = "items"
	ItemPart           Part = "item"
	ObjectPart         Part = "object"          // an object with parts in it
	CountPart          Part = "count"           // of all items
	NextPart           Part = "next"            // the URL of the next page
	PreviousPart       Part = "previous"        // the URL of the page before
	FirstPart          Part = "first"           // the URL of the first page
	LastPart           Part = "last"            // the URL of the last page
	SelfPart           Part = "self"            // the URL of this page
	NextCursorPart     Part = "next_cursor"     // what asks for the next page
	PreviousCursorPart Part = "previous_cursor" // what asks for the page before
	MorePart           Part = "more"            // whether there is a next page
	StartPart          Part = "start"           // the offset, or the number of the page
	SizePart           Part = "size"            // how many items a page has at most
	PagesPart          Part = "pages"           // how many pages there are
	LengthPart         Part = "length"          // how many items this page has
	OtherPart          Part = "other"
)

// Page is how a list is paged.
type Page struct {
	Style PageStyle
	// Size is the parameter for how many items a page has, nil when the server
	// decides alone.
	Size *contract.Parameter
	// Start is the parameter for where the page begins: an offset, the number of a
	// page, or a cursor.
	Start *contract.Parameter
	// Before is the parameter that pages backwards from an item; nil when there is
	// none.
	Before *contract.Parameter
	// Default is the size of a page when the request names none; Maximum caps
	// it, 0 means no cap.
	Default, Maximum int
	// First is the number of the first page, for PageNumber, and that of the first item
	// for LimitOffset, where it is 0 unless items are counted from 1.
	First int
	// TotalHeader names the response header that holds the number of all items;
	// "" when there is none.
	TotalHeader string
	// LinkHeader says that the neighbouring pages stand in Link (RFC 8288).
	LinkHeader bool
}

// PageStyle says what the parameter for the start of a page holds.
type PageStyle string

// The styles.
const (
	LimitOffset PageStyle = "offset" // how many items to pass over
	PageNumber  PageStyle = "page"   // which page
	Cursor      PageStyle = "cursor" // an opaque text that the page before gave
	AfterItem   PageStyle = "after"  // the id of the last item of the page before
)

// Order is the default order of a list. The zero Order is the order of
// creation.
type Order struct {
	Field      string
	Descending bool
}

// String writes the order as the vocabulary does: -created_at.
func (o Order) String() string {
	if o.Descending {
		return "-" + o.Field
	}
	return o.Field
}
