package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/resource"
)

// urlParts are the parts of a list that are URLs of pages of it; its neighbours
// first.
var urlParts = []resource.Part{resource.NextPart, resource.PreviousPart, resource.FirstPart, resource.LastPart, resource.SelfPart}

// resolve reads the link of a page as a client does: against the URL of the page.
func (e *env) resolve(p *page, w way) (*url.URL, error) {
	asked, err := e.urlOf(p.answer.sent.path)
	if err != nil {
		return nil, err
	}
	link, err := asked.Parse(p.leads[w])
	if err != nil {
		return nil, failf(p.answer, "%s is no URL: %s", e.wayName(w), p.leads[w])
	}
	return link, nil
}

// urlOf is the whole URL of a path of the target.
func (e *env) urlOf(path string) (*url.URL, error) { return url.Parse(e.client.base.String() + path) }

// follow reads the page that a way of another leads to.
func (e *env) follow(ctx context.Context, p *page, w way) (*page, error) {
	path, err := e.leadPath(p, w)
	if err != nil {
		return nil, err
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := wantStatus(a, fmt.Sprintf("the page that %s leads to cannot be read", e.wayName(w)), http.StatusOK); err != nil {
		return nil, err
	}
	return e.parsePage(a)
}

// tellsOn says that a list does not tell whether there is a page after one.
func tellsOn(c *resource.Collection) string {
	for _, part := range []resource.Part{resource.NextPart, resource.NextCursorPart, resource.MorePart} {
		if _, ok := c.Envelope.Path(part); ok {
			return ""
		}
	}
	if c.Page.LinkHeader {
		return ""
	}
	return "the list does not tell whether there is a next page"
}

// linked says that a list has no link to another page.
func linked(c *resource.Collection) string {
	for _, part := range urlParts {
		if _, ok := c.Envelope.Path(part); ok {
			return ""
		}
	}
	if c.Page.LinkHeader {
		return ""
	}
	return "the list has no link to another page"
}

// ended judges what a page that holds the last record says of a next one.
func (e *env) ended(p *page, total int) error {
	for _, w := range e.ways(resource.NextPart, resource.NextCursorPart) {
		if p.leads[w] != "" {
			return mismatch(p.answer, fmt.Sprintf("the page with the last of %d records has a next page: %s", total, e.wayName(w)), "none", p.leads[w])
		}
	}
	if p.tellsMore && p.more {
		return mismatch(p.answer, fmt.Sprintf("the page with the last of %d records says that there are more: %s", total, e.wayName(way{part: resource.MorePart})), "false", "true")
	}
	return nil
}

func checkNextEnds(ctx context.Context, e *env, s *survey) error {
	small, bigger := e.smallest(), e.bigger()
	windows := []window{{small, s.total - s.size(small)}, {bigger, s.total - s.size(bigger)}, {s.total, 0}}
	if e.collection.Page.Size == nil {
		windows = []window{e.align(s, window{offset: s.total - 1})}
	}
	for _, w := range windows {
		if w.offset < 0 || w.limit < small {
			continue
		}
		p, err := e.open(ctx, s, e.align(s, w))
		if err != nil {
			return err
		}
		if p == nil || len(p.items) == 0 || e.align(s, w).offset+len(p.items) != s.total {
			continue // the page ends earlier, as the limit is lowered
		}
		if err := e.ended(p, s.total); err != nil {
			return err
		}
	}
	return nil
}

func checkPreviousEnds(ctx context.Context, e *env, s *survey) error {
	ways := e.ways(resource.PreviousPart)
	before := e.collection.Page.Before
	if before == nil && len(ways) == 0 {
		return notApplicable("the list has no link to the previous page")
	}
	for _, w := range []window{{}, {limit: e.smallest()}} {
		if len(ways) == 0 {
			break
		}
		p, err := e.open(ctx, s, w)
		if err != nil {
			return err
		}
		for _, way := range ways {
			if p.leads[way] != "" {
				return mismatch(p.answer, "the first page has a previous page: "+e.wayName(way), "none", p.leads[way])
			}
		}
	}
	if e.paging() != resource.AfterItem || before == nil {
		return nil
	}
	p, err := e.fetch(ctx, e.withQuery(e.pagePath(window{}, nil), url.Values{e.backName(): {s.ids[0]}}, ""), false)
	if err != nil || len(p.items) == 0 {
		return err
	}
	return mismatch(p.answer, "the page before the first record holds records", "none", strconv.Itoa(len(p.items)))
}

func checkLinks(ctx context.Context, e *env, s *survey) error {
	p, err := e.open(ctx, s, e.second(s, e.smallest()))
	if err != nil || p == nil {
		return err
	}
	for _, w := range e.ways(urlParts...) {
		if p.leads[w] == "" {
			continue // walking finds a link that is missing
		}
		if err := e.expectLink(p, w); err != nil {
			return err
		}
	}
	return nil
}

// expectLink judges where a link of a page leads.
func (e *env) expectLink(p *page, w way) error {
	name, link := e.wayName(w), p.leads[w]
	parsed, err := url.Parse(link)
	if err != nil {
		return failf(p.answer, "%s is no URL: %s", name, link)
	}
	if !parsed.IsAbs() && !e.mayBeRelative(w) {
		return mismatch(p.answer, name+" is not absolute", "a URL with scheme and host", link)
	}
	resolved, err := e.resolve(p, w)
	if err != nil {
		return err
	}
	asked, err := e.urlOf(e.collectionPath())
	if err != nil {
		return err
	}
	switch {
	case resolved.Scheme != asked.Scheme:
		return mismatch(p.answer, name+" has another scheme than the request", asked.Scheme, resolved.Scheme)
	case !sameHost(resolved, asked):
		return mismatch(p.answer, name+" leads to another host", asked.Host, resolved.Host)
	case strings.TrimSuffix(resolved.Path, "/") != strings.TrimSuffix(asked.Path, "/"):
		return mismatch(p.answer, name+" leads to another path", asked.Path, resolved.Path)
	}
	return nil
}

// mayBeRelative reports whether a link may lack its scheme and host: in Link (RFC
// 8288, section 3.1), and where the document lets it.
func (e *env) mayBeRelative(w way) bool {
	if w.header {
		return true
	}
	schema := e.member(w.part).Schema
	return schema != nil && len(schema.Check("/path?query")) == 0
}

// sameHost compares host and port; the usual port of a scheme may be left out.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// strange is a query parameter that no target knows, with a value that has to be
// encoded.
var strange = url.Values{"understudy": {"a b&c=d/é+%"}}

func checkLinksKeepQuery(ctx context.Context, e *env, s *survey) error {
	path, err := e.locate(ctx, s, e.second(s, e.smallest()))
	if err != nil || path == "" {
		return err
	}
	a, err := e.get(ctx, e.withQuery(path, strange, ""))
	if err != nil {
		return err
	}
	if a.status >= 400 && a.status < 500 { // refused, as is allowed
		if a, err = e.get(ctx, path); err != nil {
			return err
		}
	}
	p, err := e.parsePage(a)
	if err != nil {
		return err
	}
	sent, err := url.Parse(a.sent.path)
	if err != nil {
		return err
	}
	var lax error
	for _, w := range e.ways(urlParts[:4]...) {
		if p.leads[w] == "" {
			continue
		}
		switch err := e.expectQuery(p, w, sent.Query()); {
		case isWarning(err):
			lax = err
		case err != nil:
			return err
		}
	}
	return lax
}

// expectQuery compares the query of a link with that of the request: all but the
// start is kept. Many servers write their links from what they know, so that one
// without a parameter that nobody knows leads to the same page.
func (e *env) expectQuery(p *page, w way, sent url.Values) error {
	link, err := e.resolve(p, w)
	if err != nil {
		return err
	}
	name, paging := e.wayName(w), e.collection.Page
	kept, err := url.ParseQuery(link.RawQuery)
	if err != nil {
		return mismatch(p.answer, name+" has a query that cannot be read", "a query", link.RawQuery)
	}
	var lax error
	for parameter, values := range sent {
		switch {
		case parameter == nameOf(paging.Start) || parameter == nameOf(paging.Before) || slices.Contains(kept[parameter], values[0]):
		case kept.Has(parameter):
			return mismatch(p.answer, name+" has another value of "+parameter, values[0], strings.Join(kept[parameter], ", "))
		case strange.Has(parameter):
			lax = warnf(p.answer, "%s has lost %s, which the document does not declare", name, parameter)
		default:
			return mismatch(p.answer, name+" has lost "+parameter, url.Values{parameter: values}.Encode(), link.RawQuery)
		}
	}
	return lax
}

// negativeOffset is the start in a link when it is below zero, "" otherwise.
func (e *env) negativeOffset(p *page, w way) string {
	if w.isCursor() {
		return ""
	}
	link, err := e.resolve(p, w)
	if err != nil {
		return ""
	}
	offset := link.Query().Get(nameOf(e.collection.Page.Start))
	if number, err := strconv.Atoi(offset); err != nil || number >= 0 {
		return ""
	}
	return offset
}
