package proxy

import (
	"io"
	"net/url"
	"strings"

	"understudy/internal/contract"
)

// Verified counts what a recording held.
type Verified struct {
	// Judged is how many exchanges were of the API.
	Judged int
	// Elsewhere counts the others by where they went.
	Elsewhere map[string]int
	// Bases are where the API was taken to be; none is anywhere.
	Bases []string
}

// maxElsewhere bounds how many other places are told apart.
const maxElsewhere = 50

// Verify judges the exchanges of a HAR file. Those of the API are the ones below base,
// or else below what the file says, or else below the servers of the document; where
// none of these is an absolute URL, all of them.
func Verify(r io.Reader, w *Witness, base string) (*Verified, error) {
	v := &Verified{Elsewhere: map[string]int{}}
	if base != "" {
		v.Bases = []string{base}
	}
	servers := absoluteServers(w.watch.Contract)
	err := ReadHAR(r, func(e *Exchange, said string) error {
		if v.Bases == nil && said != "" {
			v.Bases = []string{said}
		}
		bases := v.Bases
		if bases == nil {
			bases = servers
		}
		if !v.place(e, bases) {
			v.elsewhere(e.URL)
			return nil
		}
		v.Judged++
		e.Sanitized = said == "" // as browsers export it, unless they are told otherwise
		w.See(e)
		return nil
	})
	if v.Bases == nil {
		v.Bases = servers
	}
	return v, err
}

// place finds the base that an exchange is below.
func (v *Verified) place(e *Exchange, bases []string) bool {
	if len(bases) == 0 {
		return true
	}
	for _, base := range bases {
		u, err := url.Parse(base)
		if err != nil || origin(u) != origin(e.URL) {
			continue
		}
		prefix := strings.TrimSuffix(u.EscapedPath(), "/")
		if rest, below := strings.CutPrefix(e.URL.EscapedPath(), prefix); below && (rest == "" || rest[0] == '/') {
			e.Base, e.Path = prefix, rest
			if rest == "" {
				e.Path = "/"
			}
			return true
		}
	}
	return false
}

func (v *Verified) elsewhere(u *url.URL) {
	place := origin(u)
	if _, known := v.Elsewhere[place]; !known && len(v.Elsewhere) == maxElsewhere {
		place = "other places"
	}
	v.Elsewhere[place]++
}

// origin is scheme, host and port of a URL, the port always told.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443"}[strings.ToLower(u.Scheme)]
	}
	scheme := strings.ToLower(u.Scheme)
	switch scheme {
	case "ws":
		scheme = "http"
	case "wss":
		scheme = "https"
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// absoluteServers are the servers of a document that say where they are.
func absoluteServers(c *contract.Contract) []string {
	var found []string
	for _, server := range c.Root().Get("servers").Items() {
		text := server.Get("url").Text()
		for _, name := range server.Get("variables").Names() {
			text = strings.ReplaceAll(text, "{"+name+"}", server.Get("variables").Get(name).Get("default").Text())
		}
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			found = append(found, text)
		}
	}
	return found
}
