package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/resource"
)

// playLists reads a list in every way, with some records of the run in it.
func playLists(ctx context.Context, p *player) error {
	if p.op(resource.List) == nil {
		return p.playSingleton(ctx)
	}
	if p.mayCreate() {
		if err := p.stockUp(ctx); err != nil {
			return err
		}
	}
	first, err := p.send(ctx, Step{Name: "the list"}, p.reading(p.collectionPath()))
	if err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{p.playPages, p.playArranged, p.playFiltered, p.playOddQueries, p.playListRefusals} {
		if err := part(ctx); err != nil && !isObstacle(err) {
			return err
		}
	}
	if !p.mayCreate() {
		return p.playFirst(ctx, first)
	}
	return nil
}

// reading is a request that reads.
func (p *player) reading(path string) request {
	return request{method: http.MethodGet, path: path, as: writer}
}

// playSingleton reads what stands at a path alone.
func (p *player) playSingleton(ctx context.Context) error {
	if !p.collection.Singleton || p.op(resource.Retrieve) == nil {
		return nil
	}
	q := p.reading(p.itemPath(""))
	if _, err := p.send(ctx, Step{Name: "the only one"}, q); err != nil {
		return err
	}
	return p.each(ctx, "the only one", q, append(keyless(), powerless(false)...))
}

// playFirst reads the first record of a list that somebody else made.
func (p *player) playFirst(ctx context.Context, listed *answer) error {
	if listed == nil || !listed.ok() || p.op(resource.Retrieve) == nil {
		return nil
	}
	found, err := p.parsePage(listed)
	if err != nil || len(found.items) == 0 {
		return nil //nolint:nilerr // a list that cannot be read shows in the step before
	}
	id := idOf(found.items[0], p.collection)
	if id == "" {
		return nil
	}
	p.transcript.Names[id] = "{id of the first record}"
	_, err = p.send(ctx, Step{Name: "the first record of the list"}, p.reading(p.itemPath(id)))
	return err
}

// stockOrder numbers the values of the records for a list: they are made in an order
// that is neither that of their values nor the other way round.
func stockOrder() []int64 { return []int64{3, 1, 5, 2, 4} }

// stockUp makes some records and changes one of them, so that orders by creation, by
// change and by value are told apart.
func (p *player) stockUp(ctx context.Context) error {
	base := p.samples.next.Load()
	var second *record
	for i, n := range stockOrder() {
		p.samples.next.Store(base + n*valuesEach/int64(2*len(stockOrder())))
		body, err := p.body(p.op(resource.Create))
		if err != nil {
			return err
		}
		a, err := p.send(ctx, Step{Name: fmt.Sprintf("record %d for the list", i+1)}, jsonRequest(http.MethodPost, p.collectionPath(), writer, body))
		if err != nil {
			return err
		}
		if a.ok() && i == 0 {
			p.stocked = body
		}
		if id := p.madeID(a); a.ok() && id != "" && i == 1 {
			second = &record{id: id, path: p.itemPath(id), sent: body, value: a.object()}
		}
	}
	if second != nil && p.op(resource.Retrieve) != nil {
		if _, err := p.send(ctx, Step{Name: "a record of the list, read"}, p.reading(second.path)); err != nil {
			return err
		}
	}
	if second == nil || p.op(resource.Update) == nil {
		return nil
	}
	sent, err := p.otherValue(second)
	if err != nil {
		return nil //nolint:nilerr // then no order by change is told apart
	}
	_, err = p.send(ctx, Step{Name: "a record of the list"}, jsonRequest(p.updateMethod(), second.path, writer, p.changing(second, sent)))
	return err
}

// largeLimit is more than most lists hold, and not so much that a server could be
// harmed by it.
const largeLimit = 1000

// playPages reads pages: small ones, large ones, later ones, and one past the end.
func (p *player) playPages(ctx context.Context) error {
	if p.collection.Page == nil {
		return nil
	}
	if p.collection.Page.Size != nil {
		for _, limit := range p.limits() {
			if _, err := p.send(ctx, Step{Name: fmt.Sprintf("a page of %d", limit)}, p.reading(p.pagePath(window{limit: limit}, nil))); err != nil {
				return err
			}
		}
	}
	if err := p.playSecond(ctx); err != nil {
		return err
	}
	beyond := window{limit: p.bigger(), offset: 1_000_000}
	if start := p.paging(); start == resource.LimitOffset || start == resource.PageNumber {
		_, err := p.send(ctx, Step{Name: "a page past the end"}, p.reading(p.pagePath(beyond, nil)))
		return err
	}
	return nil
}

// maxFilters is how many filters of a list are tried.
const maxFilters = 3

// playArranged asks for the list in the orders that can be asked for.
func (p *player) playArranged(ctx context.Context) error {
	if p.collection.Page == nil || sorts(p.collection) != "" {
		return nil
	}
	names := slices.Sorted(maps.Keys(p.collection.Sort.Fields))
	for _, name := range names[:min(len(names), sortedMembers)] {
		for _, a := range p.arrangements(name) {
			step := Step{Name: "the list sorted with " + a.query.Encode(), Tried: a.field}
			if _, err := p.send(ctx, step, p.reading(p.largeList(a.query))); err != nil {
				return err
			}
		}
	}
	return nil
}

// playFiltered asks for the records that have a value of the first one for the list.
func (p *player) playFiltered(ctx context.Context) error {
	if p.collection.Page == nil || p.stocked == nil {
		return nil
	}
	tried := 0
	for _, f := range p.collection.Filters {
		value, ok := takes(f, p.stocked[f.Field])
		if !ok || tried == maxFilters {
			continue
		}
		tried++
		step := Step{Name: "the list where " + f.Param.Name + " is that of record 1", Tried: f.Param.Name}
		if _, err := p.send(ctx, step, p.reading(p.largeList(url.Values{f.Param.Name: {value}}))); err != nil {
			return err
		}
	}
	return nil
}

// largeList is the path of a large page with more parameters.
func (p *player) largeList(more url.Values) string {
	limits := p.limits()
	return p.pagePath(window{limit: limits[len(limits)-1]}, more)
}

// limits are the sizes of pages that are asked for.
func (p *player) limits() []int {
	small := p.smallest()
	large := largeLimit
	limits := []int{small, small + 1}
	if largest := p.largest(); largest > 0 {
		large = min(large, largest)
		limits = append(limits, largest+1)
	}
	return slices.Compact(append(limits, large))
}

// playSecond reads the page to which a small one leads.
func (p *player) playSecond(ctx context.Context) error {
	limit := p.bigger()
	path := p.pagePath(window{limit: limit}, nil)
	a, err := p.do(ctx, p.reading(path))
	if err != nil || !a.ok() {
		return err
	}
	page, err := p.parsePage(a)
	if err != nil {
		return nil //nolint:nilerr // the step before shows that
	}
	if next := p.after(page, path, len(page.items)); next != "" {
		_, err = p.send(ctx, Step{Name: fmt.Sprintf("the page after one of %d", limit)}, p.reading(next))
	}
	return err
}

// playOddQueries sends values that no parameter of a list should have.
func (p *player) playOddQueries(ctx context.Context) error {
	queries := []url.Values{{"understudy": {"1"}}}
	if p.collection.Page != nil {
		queries = append(queries, p.oddQueries()...)
	}
	for _, query := range queries {
		text := query.Encode()
		step := Step{Name: "the list with " + text}
		for name := range query {
			step.Tried = name
		}
		if strings.HasSuffix(text, "=") || strings.Contains(text, "99999999999999999999") || strings.Contains(text, "&") {
			continue // what these mean is for the suite to judge
		}
		if _, err := p.send(ctx, step, p.reading(p.collectionPath()+"?"+text)); err != nil {
			return err
		}
	}
	return nil
}

// playListRefusals asks for the list as it must not be given.
func (p *player) playListRefusals(ctx context.Context) error {
	list := p.reading(p.collectionPath())
	if err := p.each(ctx, "the list", list, append(keyless(), powerless(false)...)); err != nil {
		return err
	}
	head := list
	head.method = http.MethodHead
	if _, err := p.send(ctx, Step{Name: "the list by its headers"}, head); err != nil {
		return err
	}
	if op := p.op(resource.List); guarded(op) {
		again := list
		again.as = nobody
		if _, err := p.send(ctx, Step{Name: "the list without a key once more", Cause: "unauthenticated"}, again); err != nil {
			return err
		}
	}
	unacceptable := list
	unacceptable.header = http.Header{"Accept": {"application/x-understudy-nothing"}}
	if _, err := p.send(ctx, Step{Name: "the list as what it is not", Cause: "not_acceptable"}, unacceptable); err != nil {
		return err
	}
	if params, ok := p.unknownPlace(); ok {
		if _, err := p.send(ctx, Step{Name: "the list of a place that does not exist", Cause: "parent_not_found"}, p.reading(p.collectionPathIn(params))); err != nil {
			return err
		}
	}
	nowhere := strings.TrimSuffix(p.collectionPath(), "/") + "/" + strconv.Itoa(unknownNumber) + "/understudy-unknown"
	if p.transcript.Contract.Match(http.MethodGet, nowhere).Operation != nil {
		return nil
	}
	_, err := p.send(ctx, Step{Name: "a path that is not known", Cause: "unknown_path"}, p.reading(nowhere))
	return err
}
