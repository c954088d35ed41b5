package mockserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"understudy/internal/contract"
)

// mark is a place in a list beside an item, which stays where it is when items come
// and go.
type mark struct {
	back   bool // the page ends before the mark, instead of beginning after it
	number int64
	values []any // of the members that the list is ordered by, unless it is in the order of the store
	// offset says that the number counts the items before the mark: those of the
	// collection have nothing that tells them apart.
	offset bool
	id     string // of the item, when the list is to be searched for it
}

// tagSize is how many bytes of a cursor prove that a page gave it.
const tagSize = 6

// cursorTag proves that a cursor is of this list in this order.
func (e *exchange) cursorTag(s *Server, order []orderKey, payload []byte) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%v\x00%s", s.seed, e.endpoint.collection.Path, order, payload))
	return sum[:tagSize]
}

// cursor writes a mark as the text that asks for the page beside it.
func (e *exchange) cursor(s *Server, order []orderKey, m mark) string {
	if e.endpoint.collection.paging.numeric {
		return strconv.FormatInt(m.number, 10)
	}
	direction := "a"
	if m.back {
		direction = "b"
	}
	list := append([]any{direction, json.Number(strconv.FormatInt(m.number, 10))}, m.values...)
	payload, err := contract.AppendJSON(nil, list)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(e.cursorTag(s, order, payload), payload...))
}

// readCursor undoes cursor; ok is false for a text that no page gave.
func (e *exchange) readCursor(s *Server, order []orderKey, sent string) (m mark, ok bool) {
	c := e.endpoint.collection
	m.offset = c.places == nil || !c.identified()
	if c.paging.numeric {
		number, err := strconv.ParseInt(sent, 10, 64)
		m.number = number
		m.offset = m.offset || len(order) > 0
		return m, err == nil && number >= 0
	}
	raw, err := base64.RawURLEncoding.DecodeString(sent)
	if err != nil || len(raw) <= tagSize {
		return m, false
	}
	payload := raw[tagSize:]
	if !bytes.Equal(raw[:tagSize], e.cursorTag(s, order, payload)) {
		return m, false
	}
	value, err := contract.DecodeJSON(payload)
	list, _ := value.([]any)
	if err != nil || len(list) < 2 {
		return m, false
	}
	m.back = list[0] == "b"
	m.number, err = strconv.ParseInt(text(list[1]), 10, 64)
	m.values = list[2:]
	return m, err == nil
}

// readItemMark reads a mark that is the id of an item; ok is false when there is no
// such item, nor was lately.
func (e *exchange) readItemMark(_ *Server, order []orderKey, sent string) (m mark, ok bool) {
	c := e.endpoint.collection
	m.id = c.spelling.key(sent)
	at := place{e.partition(), m.id}
	m.number, ok = c.places.number(at)
	if record := c.places.lastRecord(at); record != nil {
		item, _ := decodeItem(record) // a stored record always decodes
		m.values = valuesOf(item, c.effectiveOrder(order))
	}
	return m, ok
}

// valuesOf are the values of the members that a list is ordered by.
func valuesOf(item map[string]any, order []orderKey) []any {
	var values []any
	for _, key := range order {
		if key.field != "" {
			values = append(values, item[key.field])
		}
	}
	return values
}
