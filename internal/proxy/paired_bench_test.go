package proxy_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkPaired compares what the witness and a plain httputil.ReverseProxy add to
// the time of an answer. The two and the API itself take turns, request by request, so
// that whatever else the machine does meets all of them.
func BenchmarkPaired(b *testing.B) {
	items := strings.Repeat(`{"id":1,"name":"thing","kind":"big"},`, 50)
	body := `{"results":[` + strings.TrimSuffix(items, ",") + `]}`
	upstream := api(b, things(body))
	target, err := url.Parse(upstream)
	require.NoError(b, err)
	plain := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	b.Cleanup(plain.Close)
	witness := before(b, upstream, nil)
	ways := []struct{ name, url string }{{"direct", upstream}, {"plain", plain.URL}, {"witness", witness.url}}
	took := make([][]time.Duration, len(ways))
	clients := make([]*http.Client, len(ways))
	for i := range ways {
		clients[i] = &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext, DisableCompression: true}}
	}
	for b.Loop() {
		for i, way := range ways {
			started := time.Now()
			response, err := clients[i].Get(way.url + "/things?limit=3")
			if err != nil {
				b.Fatal(err)
			}
			n, _ := io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			took[i] = append(took[i], time.Since(started))
			if n != int64(len(body)) {
				b.Fatal("an answer was cut")
			}
		}
	}
	at := func(i int, share float64) float64 {
		return float64(took[i][int(share*float64(len(took[i])-1))].Microseconds())
	}
	for i := range ways {
		slices.Sort(took[i])
	}
	for _, share := range []float64{0.5, 0.99} {
		name := fmt.Sprintf("p%.0f", share*100)
		b.ReportMetric(at(0, share), "direct-"+name+"-µs")
		b.ReportMetric(at(1, share)-at(0, share), "plain-adds-"+name+"-µs")
		b.ReportMetric(at(2, share)-at(0, share), "witness-adds-"+name+"-µs")
	}
	require.Empty(b, witness.found(b))
}
