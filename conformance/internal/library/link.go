package library

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// pages is how many pages there are.
func pages(want asked, total int) int { return (total + want.perPage - 1) / max(want.perPage, 1) }

// relation is a page that a list leads to.
type relation struct {
	rel  string
	page int
}

// links is the Link header of a page (RFC 8288).
func (s *server) links(c *call, want asked, total int) string {
	last := max(pages(want, total), 1)
	var all []relation
	if last > 1 || !s.ShortLink {
		all = append(all, relation{"first", 1})
	}
	if want.page > 1 {
		all = append(all, relation{"prev", min(want.page-1, last)})
	}
	if want.page < last {
		all = append(all, relation{"next", want.page + 1})
	}
	if last > 1 || !s.ShortLink {
		all = append(all, relation{"last", last})
	}
	var written []string
	for _, l := range s.mislinked(all, want, total) {
		written = append(written, s.miswrittenLink(l.rel, s.link(c, want, l)))
	}
	return s.missent(strings.Join(written, ", "))
}

// link is the absolute URL of a page. It keeps the other parameters of the query.
func (s *server) link(c *call, want asked, to relation) string {
	query := c.URL.Query()
	query.Set("page", strconv.Itoa(to.page))
	query.Set("per_page", strconv.Itoa(want.perPage))
	target := url.URL{Scheme: "http", Host: c.Host, Path: c.URL.Path}
	if c.TLS != nil {
		target.Scheme = "https"
	}
	return s.misspelt(to.rel, target, query)
}

// written is one link of the header.
func written(rel, target string) string { return fmt.Sprintf("<%s>; rel=%q", target, rel) }
