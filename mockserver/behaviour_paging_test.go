package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/fixtures"
	"understudy/mockserver"
)

// link is the URL of a page at the path of the home list.
func link(base, query string) *string {
	text := base + listPath(home) + query
	return &text
}

// everyRecord is what the home list holds, newest first.
func everyRecord(t *testing.T, c caller) []raw {
	t.Helper()
	all := c.list(t, home, "?limit=10000")
	require.Nil(t, all.Next)
	require.Nil(t, all.Previous)
	require.Len(t, all.Results, all.Count)
	return all.Results
}

func TestPagingBoundaries(t *testing.T) {
	t.Parallel()
	api := start(t)
	reader := api.as("read")
	all := everyRecord(t, reader)
	n := len(all)

	for _, limit := range []int{1, 2, n - 1, n, n + 1} {
		for _, offset := range []int{0, 1, n - 1, n, n + 1, 1000 * n} {
			t.Run(fmt.Sprintf("limit %d offset %d of %d", limit, offset, n), func(t *testing.T) {
				want := page{Count: n, Results: slices.Clone(all[min(offset, n):min(offset+limit, n)])}
				if want.Results == nil {
					want.Results = []raw{}
				}
				if offset+limit < n {
					want.Next = link(api.URL, fmt.Sprintf("?limit=%d&offset=%d", limit, offset+limit))
				}
				switch {
				case offset > limit:
					want.Previous = link(api.URL, fmt.Sprintf("?limit=%d&offset=%d", limit, offset-limit))
				case offset > 0:
					want.Previous = link(api.URL, fmt.Sprintf("?limit=%d", limit))
				}
				require.Equal(t, want, reader.list(t, home, fmt.Sprintf("?limit=%d&offset=%d", limit, offset)))
			})
		}
	}
	t.Run("without an offset a list starts at its start", func(t *testing.T) {
		require.Equal(t, reader.list(t, home, "?limit=2&offset=0"), reader.list(t, home, "?limit=2"))
	})
	t.Run("without a limit a page holds 100", func(t *testing.T) {
		require.Equal(t, reader.list(t, home, "?limit=100&offset=1"), reader.list(t, home, "?offset=1"))
	})
	for _, query := range []string{"limit=2.0&offset=1", "limit=2e0&offset=1", "limit=20e-1&offset=1", "limit=2&offset=1.0", "limit=2&offset=1e0", "limit=2&offset=10e-1"} {
		t.Run("a whole number is one however it is written: "+query, func(t *testing.T) {
			require.Equal(t, reader.list(t, home, "?limit=2&offset=1"), reader.list(t, home, "?"+query))
		})
	}
	t.Run("an encoded name is the same parameter", func(t *testing.T) {
		require.Equal(t, reader.list(t, home, "?limit=2&offset=1"), reader.list(t, home, "?%6cimit=2&%6Fffset=1"))
	})
}

func TestPagingFarBeyondTheEnd(t *testing.T) {
	t.Parallel()
	reader := start(t).as("read")
	n := len(everyRecord(t, reader))

	for _, offset := range []string{
		"1000000000",
		"9223372036854775707", // the next page would start at the largest 64-bit number
		"9223372036854775807", // the largest 64-bit number
		"9223372036854775808",
		"18446744073709551616",
		"999999999999999999999999999999",
	} {
		t.Run("offset "+offset, func(t *testing.T) {
			got := reader.list(t, home, "?offset="+offset)
			require.Empty(t, got.Results)
			require.Equal(t, n, got.Count)
			require.Nil(t, got.Next)
			require.NotNil(t, got.Previous)
		})
	}
	for _, limit := range []string{"10001", "9223372036854775807", "999999999999999999999999999999"} {
		t.Run("limit "+limit+" is the largest that there is, 10000", func(t *testing.T) {
			require.Equal(t, reader.list(t, home, "?limit=10000&offset=1"), reader.list(t, home, "?limit="+limit+"&offset=1"))
		})
	}
}

func TestPagingOfManyRecords(t *testing.T) {
	t.Parallel()

	t.Run("the default page holds 100", func(t *testing.T) {
		t.Parallel()
		api := start(t, mockserver.WithRecords(150))
		first := api.as("read").list(t, home, "")
		require.Len(t, first.Results, 100)
		require.Equal(t, link(api.URL, "?limit=100&offset=100"), first.Next)
		rest := api.as("read").list(t, home, "?offset=100")
		require.Len(t, rest.Results, first.Count-100)
		require.Nil(t, rest.Next)
		require.Equal(t, link(api.URL, "?limit=100"), rest.Previous)
	})
	t.Run("no page holds more than the document admits", func(t *testing.T) {
		t.Parallel()
		document := strings.Replace(string(understudy.OpenAPI), "page: {default: 100, maximum: 10000}", "page: {default: 3, maximum: 5}", 1)
		require.NotEqual(t, string(understudy.OpenAPI), document)
		api := start(t, mockserver.WithSpec("openapi.yaml", []byte(document)), mockserver.WithData("data.yaml", fixtures.Default))
		got := api.as("read").list(t, home, "?limit=6")
		require.Len(t, got.Results, 5)
		require.Equal(t, link(api.URL, "?limit=5&offset=5"), got.Next)
	})
}

// follow walks the pages from one to its neighbours until there is none.
func follow(t *testing.T, c caller, from page, neighbour func(page) *string) []page {
	t.Helper()
	pages := []page{from}
	for next := neighbour(from); next != nil; next = neighbour(from) {
		path, ok := strings.CutPrefix(*next, c.url)
		require.True(t, ok, "the link %q leads elsewhere", *next)
		require.Less(t, len(pages), 100, "the links go on without end")
		from = c.get(t, path).page(t)
		pages = append(pages, from)
	}
	return pages
}

func TestPagingWalk(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	for _, name := range []string{"a", "b", "c"} {
		api.clock.advance(time.Second)
		writer.create(t, home, name+".hedgehogs.example")
	}
	all := everyRecord(t, writer)

	t.Run("newest first", func(t *testing.T) {
		var created []string
		for _, text := range all {
			created = append(created, decoded[record](t, string(text)).CreatedAt)
		}
		slices.Reverse(created)
		require.IsIncreasing(t, created)
	})
	for limit := 1; limit <= len(all)+1; limit++ {
		t.Run(fmt.Sprintf("%d at a time", limit), func(t *testing.T) {
			forth := follow(t, writer, writer.list(t, home, fmt.Sprintf("?limit=%d", limit)), func(p page) *string { return p.Next })
			var seen []raw
			for _, p := range forth {
				seen = append(seen, p.Results...)
			}
			require.Equal(t, all, seen)

			back := follow(t, writer, forth[len(forth)-1], func(p page) *string { return p.Previous })
			slices.Reverse(back)
			require.Equal(t, forth, back)
		})
	}
}

// The document orders lists by -created_at, not by the order of the requests. Of
// records of one time, the one that came last is the newest.
func TestPagingOrderWhenTheClockStepsBack(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	newest := func(n int) []string {
		var ids []string
		for _, text := range writer.list(t, home, fmt.Sprintf("?limit=%d", n)).Results {
			ids = append(ids, decoded[record](t, string(text)).ID)
		}
		return ids
	}
	first, second := writer.create(t, home, "first.example"), writer.create(t, home, "second.example")
	require.Equal(t, []string{second.ID, first.ID}, newest(2))

	api.clock.advance(-time.Second)
	older := writer.create(t, home, "older.example")

	require.Equal(t, []string{second.ID, first.ID, older.ID}, newest(3))
}

func TestPagingLinksKeepOtherParameters(t *testing.T) {
	t.Parallel()
	reader := start(t).as("read")

	for name, others := range map[string]string{
		"one":                 "search=e",
		"repeated":            "tag=x&tag=y&tag=x",
		"percent-encoded":     "q=a%26b%3Dc%2Fd%25e%C3%A9%22",
		"with plus":           "q=a+b",
		"without a value":     "flag&empty=",
		"like the paging two": "Limit=1&limits=2&x-offset=3",
	} {
		t.Run(name, func(t *testing.T) {
			want, err := url.ParseQuery(others)
			require.NoError(t, err)
			got := reader.list(t, home, "?limit=2&"+others+"&offset=3")
			for offset, neighbour := range map[string]*string{"5": got.Next, "1": got.Previous} {
				parsed, err := url.Parse(*neighbour)
				require.NoError(t, err)
				query, err := url.ParseQuery(parsed.RawQuery)
				require.NoError(t, err)
				require.Equal(t, []string{"2"}, query["limit"])
				require.Equal(t, []string{offset}, query["offset"])
				query.Del("limit")
				query.Del("offset")
				require.Equal(t, want, query)
			}
		})
	}
}

// pagedBy asks for a page that has a next one and gives the base of its URL.
func pagedBy(t *testing.T, c caller, changes ...change) string {
	t.Helper()
	next := c.get(t, listPath(home)+"?limit=1", changes...).page(t).Next
	require.NotNil(t, next)
	base, ok := strings.CutSuffix(*next, listPath(home)+"?limit=1&offset=1")
	require.True(t, ok, *next)
	return base
}

func host(name string) change { return func(r *http.Request) { r.Host = name } }

func TestPagingLinksLeadWhereTheRequestWent(t *testing.T) {
	t.Parallel()
	api := start(t)
	reader := api.as("read")

	t.Run("to the address that listens", func(t *testing.T) {
		require.Equal(t, api.URL, pagedBy(t, reader))
	})
	t.Run("to the host that the request names", func(t *testing.T) {
		require.Equal(t, "http://api.example:8080", pagedBy(t, reader, host("api.example:8080")))
	})
	for _, name := range []string{"[", "api.example:80:80", "api.example:port"} {
		t.Run("to a URL at least, when the request names the host "+name, func(t *testing.T) {
			reader.get(t, listPath(home)+"?limit=1", host(name)).page(t) // whose links are URLs, or it is not valid
		})
	}
	t.Run("to a path without a trailing slash, if the request had none", func(t *testing.T) {
		path := strings.TrimSuffix(listPath(home), "/")
		require.Equal(t, api.URL+path+"?limit=1&offset=1", *reader.get(t, path+"?limit=1").page(t).Next)
	})
	t.Run("by TLS, if the request came so", func(t *testing.T) {
		server := httptest.NewTLSServer(api.Server)
		t.Cleanup(server.Close)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+listPath(home)+"?limit=1", http.NoBody)
		request.RequestURI = ""
		request.Header.Set("Authorization", reader.authorization)
		response, err := server.Client().Do(request)
		require.NoError(t, err)
		got, err := read(response)
		require.NoError(t, err)
		require.Equal(t, link(server.URL, "?limit=1&offset=1"), got.page(t).Next)
	})
	t.Run("and no forwarding header leads them astray", func(t *testing.T) {
		require.Equal(t, api.URL, pagedBy(t, reader,
			header("X-Forwarded-Proto", "https"), header("X-Forwarded-Host", "evil.example"), header("Forwarded", "host=evil.example")))
	})
}

func TestPagingLinksBehindAProxy(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithTrustProxy())
	reader := api.as("read")
	own := strings.TrimPrefix(api.URL, "http://")

	for name, test := range map[string]struct{ proto, host, want string }{
		"scheme and host":              {"https", "api.example", "https://api.example"},
		"a host with a port":           {"http", "api.example:8443", "http://api.example:8443"},
		"an IPv6 host":                 {"https", "[2001:db8::1]:443", "https://[2001:db8::1]:443"},
		"only a scheme":                {"https", "", "https://" + own},
		"only a host":                  {"", "api.example", "http://api.example"},
		"the first of several":         {"https, http", "outer.example, inner.example", "https://outer.example"},
		"not another scheme":           {"javascript", "api.example", "http://api.example"},
		"not a host with a path":       {"https", "evil.example/x", "https://" + own},
		"not a host with a user":       {"https", "user@evil.example", "https://" + own},
		"not a host with a query":      {"https", "evil.example?x", "https://" + own},
		"not a host that ends a text":  {"https", `evil.example","x":"`, "https://" + own},
		"not a host of two words":      {"https", "evil example", "https://" + own},
		"not half of an address":       {"https", "[", "https://" + own},
		"not a host with two ports":    {"https", "evil.example:80:80", "https://" + own},
		"not a host with a wordy port": {"https", "evil.example:port", "https://" + own},
	} {
		t.Run(name, func(t *testing.T) {
			var changes []change
			if test.proto != "" {
				changes = append(changes, header("X-Forwarded-Proto", test.proto))
			}
			if test.host != "" {
				changes = append(changes, header("X-Forwarded-Host", test.host))
			}
			require.Equal(t, test.want, pagedBy(t, reader, changes...))
		})
	}
}

func TestPagingParametersThatAreRefused(t *testing.T) {
	t.Parallel()
	api := start(t)
	reader := api.as("read")
	const notWhole = "Not a valid integer."
	atLeast := func(least, name string) string {
		return invalid("min_value", "Ensure this value is greater than or equal to "+least+".", name)
	}

	for _, test := range []struct{ query, want string }{
		{"limit=0", atLeast("1", "limit")},
		{"limit=-1", atLeast("1", "limit")},
		{"limit=-999999999999999999999999999999", atLeast("1", "limit")},
		{"offset=-1", atLeast("0", "offset")},
	} {
		t.Run(test.query, func(t *testing.T) {
			reader.get(t, listPath(home)+"?"+test.query).refused(t, http.StatusBadRequest, test.want)
		})
	}
	for _, name := range []string{"limit", "offset"} {
		for _, value := range []string{"abc", "1.5", "", "%202", "2%20", "+2", "%2B2", "0x10", "1_000", "%D9%A3", "NaN", "null", "true", "2%00", "[1]", `"1"`, "1,2"} {
			t.Run(name+"="+value, func(t *testing.T) {
				got := reader.get(t, listPath(home)+"?"+name+"="+value)
				got.refused(t, http.StatusBadRequest, invalid("invalid_input", notWhole, name))
				require.Equal(t, []violation{{In: "query", Field: name, Keyword: "type"}}, got.violations(t))
			})
		}
		t.Run(name+" given twice", func(t *testing.T) {
			got := reader.get(t, listPath(home)+"?"+name+"=1&"+name+"=2")
			got.refused(t, http.StatusBadRequest, invalid("invalid_input", `"`+name+`" is given 2 times`, name))
		})
		t.Run(name+" given twice, once in disguise", func(t *testing.T) {
			got := reader.get(t, listPath(home)+"?"+name+"=1&%"+fmt.Sprintf("%x", name[0])+name[1:]+"=2")
			got.refused(t, http.StatusBadRequest, invalid("invalid_input", `"`+name+`" is given 2 times`, name))
		})
	}
	t.Run("both at once: the body names the first, the header both", func(t *testing.T) {
		got := reader.get(t, listPath(home)+"?offset=-1&limit=x")
		got.refused(t, http.StatusBadRequest, invalid("invalid_input", notWhole, "limit"))
		require.Equal(t, []violation{{"query", "limit", "type"}, {"query", "offset", "minimum"}}, got.violations(t))
	})
	for _, query := range []string{"limit=%", "limit=1&%zz=1", "a;b=1&limit=2", "=&&=&limit=1", "limit", "limit&limit=", strings.Repeat("x=1&", 2000) + "limit=1"} {
		t.Run(fmt.Sprintf("an odd query is no failure of the server: %.20q", query), func(t *testing.T) {
			require.Less(t, reader.get(t, listPath(home)+"?"+query).status, http.StatusInternalServerError)
		})
	}
}
