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

// linkParts are the parts of a list that lead to its neighbours.
var linkParts = []resource.Part{resource.NextPart, resource.PreviousPart}

// link is what a page gives for a neighbour, "" when there is none.
func (p *page) link(part resource.Part) string {
	if part == resource.PreviousPart {
		return p.previous
	}
	return p.next
}

// resolve reads the link of a page as a client does: against the URL of the page.
func (e *env) resolve(p *page, part resource.Part) (*url.URL, error) {
	asked, err := e.urlOf(p.answer.sent.path)
	if err != nil {
		return nil, err
	}
	link, err := asked.Parse(p.link(part))
	if err != nil {
		return nil, failf(p.answer, "%s is no URL: %s", e.member(part).Name, p.link(part))
	}
	return link, nil
}

// urlOf is the whole URL of a path of the target.
func (e *env) urlOf(path string) (*url.URL, error) { return url.Parse(e.client.base.String() + path) }

// follow reads the page that a link of another leads to.
func (e *env) follow(ctx context.Context, p *page, part resource.Part) (*page, error) {
	link, err := e.resolve(p, part)
	if err != nil {
		return nil, err
	}
	path, ok := e.relative(link.String())
	if !ok {
		return nil, failf(p.answer, "%s leads nowhere: %s", e.member(part).Name, p.link(part))
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := wantStatus(a, fmt.Sprintf("the page that %s leads to cannot be read", e.member(part).Name), http.StatusOK); err != nil {
		return nil, err
	}
	return e.parsePage(a)
}

// needLink is why a check of a link does not apply, if the list has none.
func (e *env) needLink(parts ...resource.Part) error {
	for _, part := range parts {
		if e.member(part) != nil {
			return nil
		}
	}
	return notApplicable("the list has no link to the %s page", parts[0])
}

func checkNextEnds(ctx context.Context, e *env, s *survey) error {
	if err := e.needLink(resource.NextPart); err != nil {
		return err
	}
	small := e.smallest()
	for _, w := range []window{{small, s.total - small}, {small + 1, s.total - small - 1}, {s.total, 0}} {
		if w.offset < 0 || w.limit < small {
			continue
		}
		p, err := e.open(ctx, w)
		if err != nil {
			return err
		}
		if p == nil || w.offset+len(p.items) != s.total {
			continue // the page ends earlier, as the limit is lowered
		}
		if p.next != "" {
			return mismatch(p.answer, fmt.Sprintf("the page with the last of %d records has a next page", s.total), "null", p.next)
		}
	}
	return nil
}

func checkPreviousEnds(ctx context.Context, e *env, _ *survey) error {
	if err := e.needLink(resource.PreviousPart); err != nil {
		return err
	}
	for _, w := range []window{{}, {limit: e.smallest()}} {
		p, err := e.open(ctx, w)
		if err != nil {
			return err
		}
		if p.previous != "" {
			return mismatch(p.answer, "the first page has a previous page", "null", p.previous)
		}
	}
	return nil
}

func checkLinks(ctx context.Context, e *env, _ *survey) error {
	if err := e.needLink(linkParts...); err != nil {
		return err
	}
	p, err := e.open(ctx, window{e.smallest(), 1})
	if err != nil {
		return err
	}
	for _, part := range linkParts {
		if p.link(part) == "" {
			continue // walking finds a link that is missing
		}
		if err := e.expectLink(p, part); err != nil {
			return err
		}
	}
	return nil
}

// expectLink judges where a link of a page leads.
func (e *env) expectLink(p *page, part resource.Part) error {
	name, link := e.member(part).Name, p.link(part)
	parsed, err := url.Parse(link)
	if err != nil {
		return failf(p.answer, "%s is no URL: %s", name, link)
	}
	if !parsed.IsAbs() && !e.mayBeRelative(part) {
		return mismatch(p.answer, name+" is not absolute", "a URL with scheme and host", link)
	}
	resolved, err := e.resolve(p, part)
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

// mayBeRelative reports whether the document lets a link lack its scheme and
// host.
func (e *env) mayBeRelative(part resource.Part) bool {
	schema := e.member(part).Schema
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

func checkLinksKeepQuery(ctx context.Context, e *env, _ *survey) error {
	if err := e.needLink(linkParts...); err != nil {
		return err
	}
	w := window{e.smallest(), 1}
	a, err := e.get(ctx, e.pagePath(w, strange))
	if err != nil {
		return err
	}
	if a.status >= 400 && a.status < 500 { // refused, as is allowed
		if a, err = e.get(ctx, e.pagePath(w, nil)); err != nil {
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
	for _, part := range linkParts {
		if p.link(part) == "" {
			continue
		}
		switch err := e.expectQuery(p, part, sent.Query()); {
		case isWarning(err):
			lax = err
		case err != nil:
			return err
		}
	}
	return lax
}

// expectQuery compares the query of a link with that of the request: all but the
// offset is kept. Many servers write their links from what they know, so that one
// without a parameter that nobody knows leads to the same page.
func (e *env) expectQuery(p *page, part resource.Part, sent url.Values) error {
	link, err := e.resolve(p, part)
	if err != nil {
		return err
	}
	name := e.member(part).Name
	kept, err := url.ParseQuery(link.RawQuery)
	if err != nil {
		return mismatch(p.answer, name+" has a query that cannot be read", "a query", link.RawQuery)
	}
	var lax error
	for parameter, values := range sent {
		switch {
		case parameter == e.collection.Page.Start.Name || slices.Contains(kept[parameter], values[0]):
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

// negativeOffset is the offset of a link when it is below zero, "" otherwise.
func (e *env) negativeOffset(p *page, part resource.Part) string {
	link, err := e.resolve(p, part)
	if err != nil {
		return ""
	}
	offset := link.Query().Get(e.collection.Page.Start.Name)
	if number, err := strconv.Atoi(offset); err != nil || number >= 0 {
		return ""
	}
	return offset
}
