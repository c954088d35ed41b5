package subject

import (
	"net/url"
	"strconv"
)

// next is the URL of the next page, or nil.
func next(c *call, w window, count int) any {
	if w.offset+w.limit >= count {
		return nil
	}
	return link(c, window{w.limit, w.offset + w.limit})
}

// previous is the URL of the page before, or nil.
func previous(c *call, w window) any {
	if w.offset == 0 {
		return nil
	}
	return link(c, window{w.limit, max(w.offset-w.limit, 0)})
}

// link is the absolute URL of a page. It keeps the other parameters of the query.
func link(c *call, w window) string {
	query := c.URL.Query()
	query.Set("limit", strconv.Itoa(w.limit))
	query.Del("offset")
	if w.offset > 0 {
		query.Set("offset", strconv.Itoa(w.offset))
	}
	return linkWith(c, query.Encode())
}

// linkWith is the absolute URL of the request with another query.
func linkWith(c *call, query string) string {
	target := url.URL{Scheme: "http", Host: c.Host, Path: c.URL.Path, RawQuery: query}
	if c.TLS != nil {
		target.Scheme = "https"
	}
	return target.String()
}
