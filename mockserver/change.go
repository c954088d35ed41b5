package mockserver

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// An alteration changes the writable members of an item. It may be made more than
// once, each time to another version of the item.
type alteration func(item map[string]any) error

// change answers an update or a replacement.
func (s *Server) change(e *exchange) error {
	c := e.endpoint.collection
	_, at, err := s.get(e)
	var missing *failure
	creates := e.match.Operation.Method == http.MethodPut && e.endpoint.view == nil && e.style() != resource.JSONPatch && (c.PutCreates || c.Singleton)
	absent := creates && errors.As(err, &missing) && missing.cause == "not_found"
	if err != nil && !absent {
		return err // an item that is not there matters more than a wrong body
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	alter, sent, err := s.alteration(e, absent)
	if err != nil {
		return err
	}
	if absent {
		record, err := s.putNew(e, at, sent)
		if !errors.Is(err, errConflict) {
			return s.finish(e, &e.endpoint.created, record, err)
		}
	}
	record, err := s.alter(e, at, alter)
	return s.finish(e, &e.endpoint.usual, record, err)
}

// alter stores what an alteration makes of an item. What the server sets survives
// it, except the time of the last change.
func (s *Server) alter(e *exchange, at place, alter alteration) ([]byte, error) {
	c, now := e.endpoint.collection, s.now()
	return s.store.Update(e.r.Context(), at.partition, at.id, func(old []byte) ([]byte, error) {
		if record, ok := s.rewriteItem(e, c, old, now); ok {
			return record, nil
		}
		item, err := decodeItem(old)
		if err != nil {
			return nil, err
		}
		if err := c.keepingID(item, alter); err != nil {
			return nil, err
		}
		c.touch(item, now)
		_, record, err := s.settle(c, item, at.partition.Collection+"\x00"+string(old))
		if most := 2 * s.bodyLimit; int64(len(record)) > most && len(record) > len(old) {
			return nil, s.tooLarge(most, "the item would be")
		}
		return record, err
	})
}

// keepingID alters an item, and leaves the id inside it what the path names.
func (c *collection) keepingID(item map[string]any, alter alteration) error {
	if len(c.IDPath) == 0 {
		return alter(item)
	}
	id := at(item, c.IDPath)
	if err := alter(item); err != nil {
		return err
	}
	put(item, c.IDPath, id)
	return nil
}

// errConflict says that another request put the item meanwhile.
var errConflict = errors.New("the item was put meanwhile")

// putNew creates the item that a replacement names and that is not there.
func (s *Server) putNew(e *exchange, at place, sent map[string]any) ([]byte, error) {
	c := e.endpoint.collection
	from := origin{sent: sent}
	if !c.Singleton {
		id, ok := c.idFrom(e.match.Params.Get(e.endpoint.scope.id))
		if !ok {
			return nil, e.invalid(append(e.match.Operation.CheckPath(&e.match.Params), contract.Violation{
				In: "path", Field: e.endpoint.scope.id, Keyword: "declared", Message: "this is no id that an item may have",
			}))
		}
		from.id = id
	}
	record, _, err := s.insert(e, c, at.partition, from)
	var taken *failure
	if errors.As(err, &taken) && taken.cause == "conflict" {
		return nil, errConflict
	}
	if err == nil && e.endpoint.created.location {
		e.header("Location", string(s.appendBase(nil, e.r))+e.r.URL.EscapedPath())
	}
	return record, err
}

// idFrom is an id in a path in the type that the member has; ok is false when it
// is none.
func (c *collection) idFrom(path string) (id any, ok bool) {
	if c.IDField == "" && len(c.IDPath) > 0 {
		return path, path != ""
	}
	f := c.Field(c.IDField)
	if f == nil {
		return nil, false
	}
	for _, form := range writtenForms(path) {
		if len(f.Schema.Check(form)) == 0 {
			return form, true
		}
	}
	return nil, false
}

// alteration reads the body of an update in the style of its media type. sent are
// the members of the item in it, where it holds members.
func (s *Server) alteration(e *exchange, absent bool) (alter alteration, sent map[string]any, err error) {
	c := e.endpoint.collection
	style := e.style()
	if style == resource.JSONPatch {
		patch, err := s.readPatch(e)
		return func(item map[string]any) error { return c.patch(e, item, patch) }, nil, err
	}
	if style == resource.Partial && !absent {
		if e.asText, err = s.readText(e); e.asText || err != nil {
			return func(item map[string]any) error { return c.replaceWritten(item, e.body) }, nil, err
		}
	}
	sent, err = s.readItem(e)
	switch style {
	case resource.Whole:
		alter = func(item map[string]any) error { return c.replaceAll(item, sent, e.endpoint.takes) }
	case resource.Merge:
		alter = func(item map[string]any) error { return e.merge(item, sent) }
	default:
		alter = func(item map[string]any) error { return c.replaceSent(item, sent) }
	}
	return alter, sent, err
}

// style is how the body of this request changes the item: as its media type says,
// else as the operation does.
func (e *exchange) style() resource.UpdateStyle {
	mediaType, _, _ := strings.Cut(e.r.Header.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "application/json-patch+json":
		return resource.JSONPatch
	case "application/merge-patch+json":
		return resource.Merge
	}
	style := e.endpoint.binding.Style
	if style == resource.JSONPatch && e.declares("application/json-patch+json") {
		style = "" // this is another of its content types
	}
	switch {
	case style != "":
		return style
	case e.endpoint.binding.Role == resource.Replace:
		return resource.Whole
	}
	return resource.Partial
}

// declares reports whether the operation takes a media type by its own name.
func (e *exchange) declares(mediaType string) bool {
	body := e.match.Operation.Body
	return body != nil && slices.ContainsFunc(body.Content, func(m *contract.Media) bool { return m.Type == mediaType })
}

// replaceSent changes the members that are sent, each as a whole.
func (c *collection) replaceSent(item, sent map[string]any) error {
	for _, f := range c.Fields {
		if value, ok := sent[f.Name]; ok && f.Source == resource.FromClient {
			give(item, f, value)
		}
	}
	return nil
}

// replaceWritten changes the members that an object in JSON has.
func (c *collection) replaceWritten(item map[string]any, object []byte) error {
	sent, err := decodeItem(object)
	if err != nil {
		return err
	}
	return c.replaceSent(item, sent)
}

// replaceAll puts what is sent in place of the writable members, as far as the body
// has room for them: it says nothing of the others.
func (c *collection) replaceAll(item, sent map[string]any, takes map[string]bool) error {
	for _, f := range c.Fields {
		if f.Source != resource.FromClient || !takes[f.Name] {
			continue
		}
		switch value, ok := sent[f.Name]; {
		case ok:
			give(item, f, value)
		case f.HasDefault:
			item[f.Name] = f.Default
		default:
			delete(item, f.Name)
		}
	}
	return nil
}

// give gives a member of an item the value that is sent for it.
func give(item map[string]any, f *resource.Field, sent any) {
	switch {
	case ignoresNull(f, sent):
		delete(item, f.Name)
	case !isNamed(item[f.Name], sent): // else it is shown whole already
		item[f.Name] = sent
	}
}
