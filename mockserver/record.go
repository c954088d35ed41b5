package mockserver

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// timeLayout writes times in UTC with microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// appendTime appends a time in timeLayout, which the standard library writes slower
// than its own layouts.
func appendTime(dst []byte, t time.Time) []byte {
	dst = t.UTC().AppendFormat(dst, time.RFC3339)
	dst = append(dst[:len(dst)-1], ".000000Z"...)
	fraction := dst[len(dst)-7 : len(dst)-1]
	for i, rest := len(fraction)-1, t.Nanosecond()/1000; i >= 0; i, rest = i-1, rest/10 {
		fraction[i] += byte(rest % 10)
	}
	return dst
}

// timeForms are the ways to write a time.
func timeForms() []func(time.Time) any {
	return []func(time.Time) any{
		func(t time.Time) any { return t.Format(timeLayout) },
		func(t time.Time) any { return json.Number(strconv.FormatInt(t.Unix(), 10)) },
		func(t time.Time) any { return t.Format(time.DateOnly) },
		func(t time.Time) any { return t.Format(time.RFC3339) },
		func(t time.Time) any { return t.Format(time.RFC1123Z) },
	}
}

// timeIn writes a time as a member has it.
func (c *collection) timeIn(f *resource.Field, t time.Time) any {
	if write := c.clocks[f.Name]; write != nil {
		return write(t)
	}
	return t.Format(timeLayout)
}

// origin is what a new item comes from.
type origin struct {
	ordinal      int // of the item in its partition
	partition    store.Partition
	key          *key
	now, updated time.Time
	sent         map[string]any
	asText       bool // what is sent is in the exchange as text, in place of sent
	id           any  // that the path of the request gives; nil when it gives none
	// seeded gives the members that requests, or time, would have filled a value
	// from their schema.
	seeded bool
	// have holds members that are given already, for an item that is loaded; of
	// the others only those are made that every item has.
	have map[string]any
}

// wants reports whether a member is to be made.
func (o origin) wants(f *resource.Field) bool {
	if o.have == nil {
		return true
	}
	if _, given := o.have[f.Name]; given {
		return false
	}
	switch f.Source {
	case resource.FromID, resource.FromCreated, resource.FromUpdated, resource.FromLifecycle:
		return true
	}
	return f.Required
}

// seedKey is what the made-up values of the n-th item of a partition derive from.
func seedKey(p store.Partition, n int) string {
	return string(appendSeedKey(nil, p, n))
}

func appendSeedKey(dst []byte, p store.Partition, n int) []byte {
	dst = append(append(dst, p.Collection...), 0)
	dst = append(append(dst, p.Parent...), 0)
	return strconv.AppendInt(dst, int64(n), 10)
}

// newItem makes the n-th item of a partition. What the server sets derives from
// the seed, the partition and n alone, not from the order of requests elsewhere.
func (s *Server) newItem(c *collection, p store.Partition, n int, from origin) (map[string]any, error) {
	key := seedKey(p, n)
	from.ordinal, from.partition = n, p
	item := make(map[string]any, len(c.Fields))
	if len(c.Fields) == 0 {
		return s.shapeless(c, key, from), nil
	}
	var whole map[string]any
	if c.composed && from.seeded {
		made, _ := s.generator.Value(c.Item.Compiled(), key) // without it, each member is made for itself
		whole, _ = made.(map[string]any)
	}
	for _, f := range c.Fields {
		if !from.wants(f) {
			continue
		}
		if whole != nil && (f.Source == resource.FromClient || f.Source == resource.FromSchema || f.Source == resource.FromEnum) {
			if value, ok := whole[f.Name]; ok {
				item[f.Name] = value
			}
			continue
		}
		value, ok, err := s.initial(c, f, key, from)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if ok {
			item[f.Name] = value
		}
	}
	if from.id != nil && c.IDField == "" && len(c.IDPath) > 0 {
		put(item, c.IDPath, from.id)
	}
	return item, nil
}

// shapeless makes an item whose members the document does not name: what is sent,
// or given, in a value that is made up.
func (s *Server) shapeless(c *collection, seedKey string, from origin) map[string]any {
	item := map[string]any{}
	if c.Item != nil {
		if made, err := s.generator.Value(c.Item.Compiled(), seedKey); err == nil {
			item, _ = made.(map[string]any)
		}
	}
	if item == nil {
		item = map[string]any{}
	}
	overlay(item, from.sent, func(any) bool { return len(c.check(item)) == 0 }, func() any { return item })
	return item
}

// initial is the value that a member starts with; ok is false when it is left
// out.
func (s *Server) initial(c *collection, f *resource.Field, seedKey string, from origin) (value any, ok bool, err error) {
	if f.Name == c.IDField && from.id != nil {
		return from.id, true, nil
	}
	if sent, ok := from.sent[f.Name]; ok && c.Writable(f) {
		return sent, !ignoresNull(f, sent), nil
	}
	switch f.Source {
	case resource.FromID:
		value, err = s.newID(c, f, from.ordinal, seedKey)
		return value, true, err
	case resource.FromCreated:
		return c.timeIn(f, from.now), true, nil
	case resource.FromUpdated:
		return c.timeIn(f, from.updated), true, nil
	case resource.FromParent:
		value, err = s.parentOf(c, f, from.partition)
		return value, true, err
	case resource.FromUser:
		value, err = s.user(f, from.key)
		return value, true, err
	case resource.FromTemplate:
		value, err = s.generator.Template(f.Template, seedKey+"\x00"+f.Name)
		return value, true, err
	}
	// In seed data a value from the schema makes the members varied that others fill.
	if !from.seeded || f.Source == resource.FromNull || f.Source == resource.FromDefault {
		if value, there, known := c.unvarying(f); known {
			return value, there, nil
		}
	}
	if !from.seeded {
		if value, ok := c.blank(f); ok {
			return value, true, nil
		}
	}
	value, err = s.generator.Value(f.Schema.Compiled(), seedKey+"\x00"+f.Name)
	return value, true, err
}

// unvarying is what a member starts at that is the same in every new item; known is
// false for any other.
func (c *collection) unvarying(f *resource.Field) (value any, there, known bool) {
	switch {
	case f.Source == resource.FromNull:
		return nil, true, true
	case f.Source == resource.FromDefault || f.HasDefault || f.Source == resource.FromEnum:
		return f.Default, true, true
	case (!f.Required || c.composed) && f.Source == resource.FromClient:
		return nil, false, true
	case f.Source == resource.FromClient && f.Schema != nil && len(f.Schema.Check(nil)) == 0:
		return nil, true, true // what nobody sends is empty
	}
	return nil, false, false
}

// ignoresNull reports whether a member that is sent is as good as left out: a null
// that the item cannot show.
func ignoresNull(f *resource.Field, sent any) bool {
	return sent == nil && !f.Required && f.Schema != nil && len(f.Schema.Check(nil)) > 0
}

// user is who holds a key, in the type that the member has.
func (s *Server) user(f *resource.Field, k *key) (any, error) {
	candidates := []any{nil}
	if k != nil {
		candidates = append(writtenForms(k.User), k.Name, nil)
	}
	for _, candidate := range candidates {
		if len(f.Schema.Check(candidate)) == 0 {
			return candidate, nil
		}
	}
	return s.generator.Value(f.Schema.Compiled(), fmt.Sprint("user ", candidates[0]))
}

// parentOf is the parent that a member of an item names.
func (s *Server) parentOf(c *collection, f *resource.Field, p store.Partition) (any, error) {
	for _, form := range writtenForms(c.parentValues(p)[f.Parent]) {
		if len(f.Schema.Check(form)) == 0 {
			return form, nil
		}
	}
	return s.generator.Value(f.Schema.Compiled(), f.Name)
}

// writtenForms are a value as it is given, as a text and as a number.
func writtenForms(value any) []any {
	forms := []any{value}
	if written := text(value); written != "" {
		forms = append(forms, written)
		if _, err := strconv.ParseFloat(written, 64); err == nil {
			forms = append(forms, json.Number(written))
		}
	}
	return forms
}

// newID makes the id of the n-th item: a UUID where the schema admits one, or the
// number itself.
func (s *Server) newID(c *collection, f *resource.Field, n int, seedKey string) (any, error) {
	switch {
	case f.Template != "":
		return s.generator.Template(f.Template, seedKey)
	case c.uuids:
		return s.generator.UUID(seedKey), nil
	}
	if number := json.Number(strconv.Itoa(n)); len(f.Schema.Check(number)) == 0 {
		return number, nil
	}
	return s.generator.Value(f.Schema.Compiled(), seedKey)
}

// touch moves the time of the last change, always forward.
func (c *collection) touch(item map[string]any, now time.Time) {
	for _, f := range c.Fields {
		if f.Source != resource.FromUpdated {
			continue
		}
		if last, err := time.Parse(time.RFC3339Nano, text(item[f.Name])); err == nil && !now.After(last) {
			now = last.Add(time.Microsecond)
		}
		item[f.Name] = c.timeIn(f, now.UTC())
	}
}

// prove checks an item against the document and writes the bytes that are
// stored. Nothing is stored that has not been through here.
func (c *collection) prove(item map[string]any) ([]byte, error) {
	if broken := c.check(item); len(broken) > 0 {
		return nil, &unprovenError{c.Path, broken}
	}
	return c.encode(item)
}

// storedUnder is the id under which the store has the n-th item of a partition.
func (c *collection) storedUnder(item map[string]any, n int) string {
	switch {
	case c.Singleton:
		return ""
	case !c.identified():
		return strconv.Itoa(n)
	}
	return c.spelling.key(c.id(item))
}

// check returns how an item breaks its schema.
func (c *collection) check(item map[string]any) []contract.Violation {
	if c.Item == nil {
		return nil
	}
	return c.Item.Check(item)
}

// unprovenError is a record that breaks the document.
type unprovenError struct {
	path       string
	violations []contract.Violation
}

func (u *unprovenError) Error() string {
	first := u.violations[0]
	return fmt.Sprintf("%s: an item would break the contract: %s %s", u.path, first.Field, first.Message)
}

// encode writes an item with its members in the order of the document, and after
// them those that its schema requires without declaring them.
func (c *collection) encode(item map[string]any) ([]byte, error) {
	if len(c.Fields) == 0 {
		return contract.AppendJSON(nil, item)
	}
	record := make([]byte, 0, 320)
	record = append(record, '{')
	var err error
	for _, f := range c.Fields {
		if f.WriteOnly {
			continue
		}
		if record, err = appendMember(record, f.Name, item); err != nil {
			return nil, err
		}
	}
	for _, name := range c.undeclared {
		if record, err = appendMember(record, name, item); err != nil {
			return nil, err
		}
	}
	return append(record, '}'), nil
}

// appendMember writes one member of an item, if the item has it.
func appendMember(record []byte, name string, item map[string]any) ([]byte, error) {
	value, ok := item[name]
	if !ok {
		return record, nil
	}
	if len(record) > 1 {
		record = append(record, ',')
	}
	record = contract.AppendJSONString(record, name)
	return contract.AppendJSON(append(record, ':'), value)
}

// text is a value as it stands in a path: a string, or a number as written.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return string(value)
	}
	return ""
}
