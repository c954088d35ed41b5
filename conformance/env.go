package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// env is what a check works with: one collection of the target, or one operation.
type env struct {
	*lane
	collection *resource.Collection
	operation  *contract.Operation
	check      *Check
	params     map[string]string // the path parameters before the collection
	under      string            // the path of the record with which those of the collection are deleted; "" when they are deleted by themselves
	answers    []*answer         // what the check saw, for the report

	borrowed    []*sample // that an earlier check made
	usesSamples bool
	viewed      map[string]any // the record that a view is to show; nil when there is none
	replaces    bool           // the check is about replacements, in place of changes
	without     []string       // the checks of operations that were not asked, as they fail

	lastListed   []map[string]any // the whole list when it was last read
	lastListedAt int              // how many answers there were then
}

// record is one record of the run.
type record struct {
	id      string
	path    string         // of the item
	sent    map[string]any // the body that created it
	value   map[string]any // as the target has it, last seen
	created *answer
}

// do sends a request and keeps the exchange.
func (e *env) do(ctx context.Context, r request) (*answer, error) {
	if why := e.unsayable(r); why != "" {
		return nil, notApplicable("%s", why)
	}
	if err := e.maySend(r.method); err != nil {
		return nil, err
	}
	shown, shows := e.shownBy(r)
	a, err := e.exchange(ctx, e.wire(r))
	if a != nil {
		a.shown, a.shows = shown, shows
		e.answers = append(e.answers, a)
	}
	return a, err
}

// op is the operation of a role.
func (e *env) op(role resource.Role) *contract.Operation {
	if role == resource.Update && e.replaces {
		role = resource.Replace
	}
	return e.operationFor(e.collection, role)
}

// operationFor is the operation of a role on a collection. One that reads, and of
// whose answer the document does not say where the item stands, is of no use, nor is
// a list that asks what to show, unless that is told.
func (s *suite) operationFor(c *resource.Collection, role resource.Role) *contract.Operation {
	op := offered(c, role)
	if role == resource.List && s.selectedBy(c) != nil {
		return nil
	}
	if binding, _ := s.model.Bind(op); role == resource.Retrieve && !binding.ShowsItem {
		return nil
	}
	return op
}

// pages reports whether a parameter is one of those that page a collection.
func pages(c *resource.Collection, p *contract.Parameter) bool {
	return c.Page != nil && (p == c.Page.Size || p == c.Page.Start || p == c.Page.Before)
}

// fill puts values into the parameters of a path template.
func fill(template string, params map[string]string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(template, "{")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return b.String()
		}
		b.WriteString(url.PathEscape(params[name]))
		template = after
	}
}

// collectionPath is the path of the collection, as the document writes it.
func (e *env) collectionPath() string { return e.collectionPathIn(e.params) }

// collectionPathIn is the path of the collection under other parents.
func (e *env) collectionPathIn(params map[string]string) string {
	for _, role := range []resource.Role{resource.List, resource.Create} {
		if op := e.op(role); op != nil {
			return fill(op.Path, params)
		}
	}
	return fill(e.collection.Path, params)
}

// itemPath is the path of an item, as the document writes it.
func (e *env) itemPath(id string) string { return e.itemPathIn(e.params, id) }

// itemPathIn is the path of an item under other parents.
func (e *env) itemPathIn(params map[string]string, id string) string {
	template := e.collection.ItemPath
	for _, role := range []resource.Role{resource.Retrieve, resource.Update, resource.Replace, resource.Remove} {
		if op := e.op(role); op != nil {
			template = op.Path
			break
		}
	}
	return fill(template, withParam(params, e.collection.IDParam, id))
}

// withParam is a copy of params with one more.
func withParam(params map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for k, v := range params {
		if k != name {
			all[k] = v
		}
	}
	return all
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// jsonRequest is a request with a JSON body.
func jsonRequest(method, path string, as who, body any) request {
	text, err := contract.AppendJSON(nil, body)
	if err != nil {
		text = []byte("null") // bodies are made of JSON values
	}
	return request{method: method, path: path, as: as, body: text, item: true, header: jsonHeader}
}

// post sends a valid body to the collection as the writer, and notes what it
// creates.
func (e *env) post(ctx context.Context, body any) (*answer, error) {
	return e.sendValid(ctx, jsonRequest(http.MethodPost, e.collectionPath(), writer, body))
}

// sendValid sends a request that ought to create a record. Where it is refused
// while there are samples, these may be one record too many.
func (e *env) sendValid(ctx context.Context, r request) (*answer, error) {
	a, err := e.sendCreate(ctx, r)
	if err == nil && a.status >= 400 && a.status < 500 && e.makeWay(ctx) {
		return e.sendCreate(ctx, r)
	}
	return a, err
}

// sendCreate sends a request that may create a record. Whatever it creates is in
// the ledger before anything else happens.
func (e *env) sendCreate(ctx context.Context, r request) (*answer, error) {
	return e.sendCreateIn(ctx, e.params, r)
}

// sendCreateIn does so under other parents.
func (e *env) sendCreateIn(ctx context.Context, params map[string]string, r request) (*answer, error) {
	a, err := e.do(ctx, r)
	if err != nil && a != nil {
		e.noteUnanswered()
	}
	if a == nil || !a.ok() {
		return a, err
	}
	if id := e.madeID(a); id != "" && e.collection.ItemPath != "" {
		e.noteBirth(a, bornAt(e.itemPathIn(params, id), id, e.collection))
		err = errors.Join(err, e.ledger.add(entry{Path: e.itemPathIn(params, id), Target: e.client.base.String(), As: r.as, Under: e.under}))
	}
	return a, err
}

// madeID is the id of the record that an answer says was created, wherever it
// says so; "" when it does not.
func (e *env) madeID(a *answer) string {
	if id := idOf(a.object(), e.collection); id != "" {
		return id
	}
	if whole, ok := a.value().(map[string]any); ok {
		if id := idOf(whole, e.collection); id != "" {
			return id
		}
	}
	if id := e.idFromLocation(a); id != "" {
		return id
	}
	return salvageID(a.body, e.collection.IDField)
}

// noteUnanswered counts a create of which nobody knows whether it made a record.
func (s *suite) noteUnanswered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown++
}

// salvageID finds the id of a record in an answer that cannot be read as a whole,
// so that the record is not left behind; "" when there is none.
func salvageID(body []byte, field string) string {
	found := regexp.MustCompile(`"` + regexp.QuoteMeta(field) + `"\s*:\s*(?:"([^"\\]+)"|(\d+))`).FindSubmatch(body)
	if found == nil || field == "" {
		return ""
	}
	return string(found[1]) + string(found[2])
}

// idOf is the id of a record, "" when it has none.
func idOf(object map[string]any, c *resource.Collection) string {
	value := object[c.IDField]
	if len(c.IDPath) > 0 {
		value = inside(object, c.IDPath[0])
		for _, name := range c.IDPath[1:] {
			value = inside(value, name)
		}
	}
	switch id := value.(type) {
	case string:
		return id
	case json.Number:
		return string(id)
	}
	return ""
}

// create makes a record. Where even that fails, the check that is about creating
// says so, and others are blocked by it.
func (e *env) create(ctx context.Context) (*record, error) {
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return nil, err
	}
	for range maxTaken {
		if !e.collection.ClientID || !e.isTaken(body) {
			break
		}
		if body, err = e.body(e.op(resource.Create)); err != nil {
			return nil, err
		}
	}
	return e.createWith(ctx, body)
}

// maxTaken is how many ids that a run chooses may be taken in a row.
const maxTaken = 5

// isTaken reports whether the id that a body chooses is one that is known to be there,
// as may be where ids are short.
func (e *env) isTaken(body map[string]any) bool {
	id := idOf(body, e.collection)
	return e.existing[e.collection][id] != nil || e.ledger.owns(e.itemPath(id))
}

func (e *env) createWith(ctx context.Context, body map[string]any) (*record, error) {
	a, err := e.post(ctx, body)
	if err != nil {
		return nil, err
	}
	id := e.madeID(a)
	switch {
	case e.shrinks(a):
		return nil, e.noRoom()
	case !a.ok():
		return nil, e.owned("crud/create", mismatch(a, "a valid record is refused"+e.keyless(a, resource.Create), "status "+strconv.Itoa(successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status)))
	case id == "" && !a.shows:
		return nil, notApplicable("the document does not say where the answer to a create tells the id")
	case id == "":
		return nil, e.owned("crud/create", failf(a, "the answer to a create has no %s", e.collection.IDField))
	}
	r := &record{id: id, path: e.itemPath(id), sent: body, value: a.object(), created: a}
	if !a.shows && e.op(resource.Retrieve) != nil {
		r.value, _, err = e.read(ctx, r)
	}
	return r, err
}

// shrinks reports whether a create is refused for a quota: the target refuses it
// while it has records of the run, or as many as the document lets there be.
func (e *env) shrinks(a *answer) bool {
	if a.status < 400 || a.status >= 500 {
		return false
	}
	held := len(e.spent())
	if e.usesSamples {
		held = e.ledgers.openInAll()
	}
	full := e.collection.Quota > 0 && held+len(e.existing[e.collection]) >= e.collection.Quota
	if held == 0 && !full {
		return false
	}
	e.quota = held
	e.mu.Lock()
	defer e.mu.Unlock()
	e.disturbed = true // the records of other lanes may be what there is no room for
	return true
}

// noRoom says that a check needs more records than the target lets the run have.
func (e *env) noRoom() error {
	if e.quota == 0 {
		return &unmetError{"there is no room for a record of the run: the place holds as many as it may; delete some, or give another place"}
	}
	return notApplicable("the target lets the run have no more than %d records at once", e.quota)
}

// successOf is the status that an operation declares for success.
func successOf(op *contract.Operation) int {
	_, status := op.Success()
	return status
}

// owned leaves a failure to the check that it belongs to.
func (e *env) owned(owner string, err error) error {
	if e.check.ID == owner || !e.failed(owner) {
		return err
	}
	return &blockedError{owner, err.Error()}
}

// get reads one item as the writer.
func (e *env) get(ctx context.Context, path string) (*answer, error) {
	return e.do(ctx, request{method: http.MethodGet, path: path, as: writer})
}

// read reads an item that is there.
func (e *env) read(ctx context.Context, r *record) (map[string]any, *answer, error) {
	a, err := e.get(ctx, r.path)
	if err != nil {
		return nil, nil, err
	}
	value := a.object()
	if a.status != http.StatusOK || value == nil {
		return nil, a, e.owned("crud/retrieve", mismatch(a, "a record that was created cannot be read", "status 200", fmt.Sprintf("status %d", a.status)))
	}
	return value, a, nil
}

// remove deletes an item as the writer. Only records of the run are deleted.
func (e *env) remove(ctx context.Context, path string) (*answer, error) {
	if !e.ledger.owns(path) {
		return nil, fmt.Errorf("%s is not a record of this run", path)
	}
	a, err := e.do(ctx, request{method: http.MethodDelete, path: path, as: writer})
	if err != nil || !a.ok() {
		return a, err
	}
	return a, e.ledger.remove(path) // what survives is found at the end of the run
}

// eventually repeats an assertion until it holds, or the settling time is over.
func (e *env) eventually(ctx context.Context, assert func() error) error {
	began := time.Now()
	e.poll(true)
	defer e.poll(false)
	for repeated := false; ; repeated = true {
		err := assert()
		var failed *failure
		if err == nil || !errors.As(err, &failed) || time.Since(began) >= e.options.settle {
			if err == nil && repeated && time.Since(began) > 100*time.Millisecond {
				e.noteSettled(time.Since(began))
			}
			return err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// unanswered turns a request that got no answer into a failure. It stays the
// error that ends the run when the target answers nothing else either.
func (e *env) unanswered(ctx context.Context, err error) error {
	var network redactedError
	if !errors.As(err, &network) || ctx.Err() != nil {
		return err
	}
	for _, a := range slices.Backward(e.answers) {
		if a.exchange.Error == "" {
			continue
		}
		path := "/"
		if e.collection != nil {
			path = e.collectionPath()
		}
		if _, dead := e.exchange(ctx, e.withAsked(request{method: http.MethodHead, path: path, as: writer})); dead != nil {
			return err
		}
		return failf(a, "%s is not answered: %s", a.sent.method, a.exchange.Error)
	}
	return err
}
