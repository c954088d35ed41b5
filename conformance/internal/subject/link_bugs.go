package subject

import (
	"net/url"
	"strconv"
	"strings"
)

// misled is where the URL of the next page goes wrong; right is the right one,
// or nil.
func (s *server) misled(c *call, w window, count int, right any) any {
	end := w.offset + w.limit
	after := link(c, window{w.limit, end})
	switch {
	case s.bug("pagination/next-always-null"),
		end+w.limit > count && s.bug("pagination/next-skips-partial-page"):
		return nil
	case s.bug("pagination/next-never-null"),
		end == count && s.bug("pagination/next-after-exact-end"):
		return after
	case right == nil:
		return nil
	case s.bug("pagination/next-overlaps"):
		return link(c, window{w.limit, end - 1})
	case s.bug("pagination/next-skips-one"):
		return link(c, window{w.limit, end + 1})
	case s.bug("pagination/next-is-this-page"):
		return link(c, w)
	}
	return s.misspelt(c, window{w.limit, end}, after)
}

// misspelt is what becomes of the URL of the next page.
func (s *server) misspelt(c *call, w window, right string) string {
	root, path, _ := strings.Cut(right, c.Host)
	switch {
	case s.bug("pagination/next-relative"):
		return path
	case s.bug("pagination/next-other-host"):
		return root + "backend.internal:8000" + path
	case s.bug("pagination/next-other-scheme"):
		return strings.NewReplacer("https://", "http://", "http://", "https://").Replace(root) + c.Host + path
	case s.bug("pagination/next-other-path"):
		return root + c.Host + strings.Replace(path, "/api/", "/", 1)
	case s.bug("pagination/next-drops-limit"):
		query := c.URL.Query()
		query.Del("limit")
		query.Set("offset", strconv.Itoa(w.offset))
		return linkWith(c, query.Encode())
	case s.bug("pagination/next-drops-parameters"):
		return linkWith(c, pageQuery(w))
	case s.bug("pagination/next-repeats-parameters"):
		return linkWith(c, strings.TrimPrefix(c.URL.RawQuery+"&"+pageQuery(w), "&"))
	}
	return right
}

// misguided is where the URL of the page before goes wrong; right is the right
// one, or nil.
func (s *server) misguided(c *call, w window, right any) any {
	switch {
	case s.bug("pagination/previous-always-null"),
		w.offset <= w.limit && s.bug("pagination/previous-missing-on-second-page"):
		return nil
	case s.bug("pagination/previous-never-null"):
		return link(c, window{w.limit, max(w.offset-w.limit, 0)})
	case right == nil:
		return nil
	case s.bug("pagination/previous-is-this-page"):
		return link(c, w)
	case s.bug("pagination/previous-skips-a-page"):
		return link(c, window{w.limit, max(w.offset-2*w.limit, 0)})
	case w.offset < w.limit && s.bug("pagination/previous-negative"):
		return linkWith(c, pageQuery(window{w.limit, w.offset - w.limit}))
	case s.bug("pagination/previous-relative"):
		return c.URL.Path + "?" + pageQuery(window{w.limit, max(w.offset-w.limit, 0)})
	case s.bug("pagination/previous-drops-parameters"):
		return linkWith(c, pageQuery(window{w.limit, max(w.offset-w.limit, 0)}))
	}
	return right
}

// pageQuery is the query of a page and nothing else.
func pageQuery(w window) string {
	return url.Values{"limit": {strconv.Itoa(w.limit)}, "offset": {strconv.Itoa(w.offset)}}.Encode()
}
