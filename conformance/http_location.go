package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

func checkLocation(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	location := r.created.header.Get("Location")
	if location == "" {
		return notApplicable("a create is answered without Location")
	}
	led, err := url.Parse(location)
	if err != nil {
		return mismatch(r.created, "Location is no URL", "a URL", location)
	}
	if led.Host != "" && led.Host != e.client.base.Host {
		return mismatch(r.created, "Location leads to another host", e.client.base.Host, led.Host)
	}
	base, err := url.Parse(e.client.base.String() + r.created.sent.path)
	if err != nil {
		return err
	}
	path, ok := e.relative(base.ResolveReference(led).String())
	if !ok {
		return mismatch(r.created, "Location leads out of the target", "a path of the target", location)
	}
	a, err := e.do(ctx, request{method: http.MethodGet, path: path, as: writer})
	if err != nil {
		return err
	}
	if id := e.madeID(a); a.status != http.StatusOK || id != r.id {
		return mismatch(a, "Location does not lead to the new record", r.id, fmt.Sprintf("status %d, %s", a.status, id))
	}
	return nil
}
