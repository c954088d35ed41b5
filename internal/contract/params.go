package contract

import (
	"net/url"
	"strings"
)

// maxParams is how many path parameters a path may have.
const maxParams = 12

// Params are the path parameters of one request, in the order of the path.
// Values are as sent, still percent-encoded.
type Params struct {
	names  []string
	values [maxParams]string
}

// Len is how many there are.
func (p *Params) Len() int { return len(p.names) }

// Name is the name of the i-th parameter.
func (p *Params) Name(i int) string { return p.names[i] }

// Raw is the value of a parameter as it was sent, "" when there is none.
func (p *Params) Raw(name string) string {
	for i, candidate := range p.names {
		if candidate == name {
			return p.values[i]
		}
	}
	return ""
}

// Get is the decoded value of a parameter. A value that cannot be decoded is
// returned as it was sent.
func (p *Params) Get(name string) string {
	raw := p.Raw(name)
	if strings.IndexByte(raw, '%') < 0 {
		return raw
	}
	if decoded, err := url.PathUnescape(raw); err == nil {
		return decoded
	}
	return raw
}
