package mockserver_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/fixtures"
	"understudy/mockserver"
)

// The paired benchmark runs the stand-in and a bare net/http handler that sends
// the same bytes, each in a process of its own, and compares the processor time
// that a request costs them. Time on a shared machine is noisy, so the two take
// turns, and are started anew now and then; the ratio is the median of the pairs.
const (
	serverVariable = "UNDERSTUDY_BENCH_SERVER" // set in the child: what it serves
	processes      = 3                         // of each server
	pairs          = 5                         // of two processes
	requestsAPair  = 6000
	benchRecords   = 1000
	manyCallers    = 8 // connections that send at once, where not one does alone
)

func TestMain(m *testing.M) {
	if kind := os.Getenv(serverVariable); kind != "" {
		os.Exit(benchServer(kind))
	}
	os.Exit(m.Run())
}

// benchServer is the child: it serves until its standard input ends, prints its
// address, and tells its processor time at /cpu.
func benchServer(kind string) int {
	handler, err := benchHandler(kind)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	mux := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cpu" {
			handler.ServeHTTP(w, r)
			return
		}
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		fmt.Fprint(w, usage.Utime.Nano()+usage.Stime.Nano())
	})
	go func() { _ = (&http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}).Serve(listener) }()
	fmt.Println(listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// benchHandler is what a child serves.
func benchHandler(kind string) (http.Handler, error) {
	options, ok := benchOptions[kind]
	if !ok {
		options = benchOptions["mock"]
	}
	server, err := mockserver.New(append(options(), mockserver.WithRecords(benchRecords))...)
	if err != nil || ok {
		return server, err
	}
	return bareHandler(server), nil
}

// benchOptions are the stand-ins that are compared.
var benchOptions = map[string]func() []mockserver.Option{
	"mock":     func() []mockserver.Option { return nil }, // as users run it
	"silent":   func() []mockserver.Option { return []mockserver.Option{mockserver.WithJournal(0)} },
	"paranoid": func() []mockserver.Option { return []mockserver.Option{mockserver.WithParanoid()} },
	"trees":    func() []mockserver.Option { return []mockserver.Option{mockserver.WithTrees()} },
	"of 3.0": func() []mockserver.Option {
		return []mockserver.Option{mockserver.WithSpec("openapi.yaml", olderDocument()), mockserver.WithData("data.yaml", fixtures.Default)}
	},
}

// olderDocument says what the embedded document says in the words of OpenAPI 3.0.
func olderDocument() []byte {
	text := strings.Replace(string(understudy.OpenAPI), "openapi: 3.1.0", "openapi: 3.0.3", 1)
	text = regexp.MustCompile(`(?m)^( *)type: \[(\w+), 'null'\]$`).ReplaceAllString(text, "${1}type: $2\n${1}nullable: true")
	return []byte(strings.Replace(text, "status:\n          $ref: '#/components/schemas/ProxyRecordStatus'", "status:\n          allOf: [{$ref: '#/components/schemas/ProxyRecordStatus'}]", 1))
}

// bareHandler reads what is sent and answers with the bytes that the stand-in
// would send, headers included, looked up by method and URL. It does nothing else.
func bareHandler(server *mockserver.Server) http.Handler {
	answers := map[string][]byte{}
	for _, r := range benchRequests(server) {
		w := &recorder{sink: sink{header: http.Header{}}}
		request, _ := http.NewRequest(r.method, r.path, strings.NewReader(r.body))
		request.Header = r.header()
		server.ServeHTTP(w, request)
		answers[r.method+" "+r.path] = w.body.Bytes()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer := answers[r.Method+" "+r.RequestURI]
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Vary", "Accept")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = w.Write(answer)
	})
}

type recorder struct {
	sink
	body bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// benchRequest is one kind of request.
type benchRequest struct{ name, method, path, body, token string }

func (r benchRequest) header() http.Header {
	return http.Header{"Authorization": {"Bearer " + r.token}, "Content-Type": {"application/json"}}
}

// wire is the request as it goes over a connection.
func (r benchRequest) wire() []byte {
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", r.method, r.path, r.token, len(r.body), r.body)
}

func benchRequests(server *mockserver.Server) []benchRequest {
	ctx, token := context.Background(), server.Key("write").Token
	tour := server.Tour(ctx)
	list, item := tour[0].Path, tour[2].Path
	return []benchRequest{
		{"get", "GET", item, "", token},
		{"list100", "GET", list + "?limit=100&offset=500", "", token},
		{"post", "POST", list, `{"domain":"e.example.com"}`, token},
		{"patch", "PATCH", item, `{"domain":"e.example.com"}`, token},
	}
}

// child is a server in a process of its own.
type child struct {
	stop        func()
	address     string
	connections []*connection
}

// connection is one to a child.
type connection struct {
	conn   net.Conn
	reader *bufio.Reader
}

func startChild(b *testing.B, kind string, callers int) *child {
	b.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), serverVariable+"="+kind, "GOGC=400")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	require.NoError(b, err)
	out, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	c := &child{stop: sync.OnceFunc(func() {
		_ = in.Close()
		_ = command.Wait()
	})}
	b.Cleanup(c.stop)
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err)
	c.address = strings.TrimSpace(address)
	for range callers {
		conn, err := net.Dial("tcp", c.address)
		require.NoError(b, err)
		b.Cleanup(func() { _ = conn.Close() })
		c.connections = append(c.connections, &connection{conn: conn, reader: bufio.NewReaderSize(conn, 1<<16)})
	}
	return c
}

// cpu is the processor time that the child has used.
func (c *child) cpu(b *testing.B) time.Duration {
	b.Helper()
	response, err := http.Get("http://" + c.address + "/cpu")
	require.NoError(b, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(b, err)
	nanoseconds, err := strconv.ParseInt(string(text), 10, 64)
	require.NoError(b, err)
	return time.Duration(nanoseconds)
}

// run sends n requests over all connections at once, and returns the processor time
// that each cost the child.
func (c *child) run(b *testing.B, wire []byte, n int) time.Duration {
	b.Helper()
	before := c.cpu(b)
	var group sync.WaitGroup
	failed := make([]error, len(c.connections))
	for i, conn := range c.connections {
		group.Go(func() { failed[i] = conn.send(wire, n/len(c.connections)) })
	}
	group.Wait()
	require.NoError(b, errors.Join(failed...))
	return (c.cpu(b) - before) / time.Duration(n)
}

// send sends n requests, one after the other.
func (c *connection) send(wire []byte, n int) error {
	for range n {
		if _, err := c.conn.Write(wire); err != nil {
			return err
		}
		response, err := http.ReadResponse(c.reader, nil)
		if err != nil {
			return err
		}
		if response.StatusCode >= 300 {
			return errors.New(response.Status)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkPaired prints, for each kind of request, the processor time of two
// servers and their ratio: 1 is as fast as the first of them, mostly a handler that
// does nothing.
func BenchmarkPaired(b *testing.B) {
	server, err := mockserver.New(mockserver.WithRecords(benchRecords))
	require.NoError(b, err)
	for _, pair := range []struct {
		name, first, second string
		requests            string
		callers             int
	}{
		{"bare against mock", "bare", "mock", "get list100 post patch", 1},
		{"bare against mock, many callers", "bare", "mock", "get list100 post patch", manyCallers},
		{"bare against paranoid", "bare", "paranoid", "get list100 post patch", 1},
		{"without against with a journal", "silent", "mock", "get list100 post patch", 1},
		{"trees against text", "trees", "mock", "post patch", 1},
		{"3.0 against 3.1", "of 3.0", "mock", "get post", 1},
	} {
		for _, request := range benchRequests(server) {
			if strings.Contains(pair.requests, request.name) {
				b.Run(pair.name+"/"+request.name, func(b *testing.B) { benchPair(b, pair.first, pair.second, request, pair.callers) })
			}
		}
	}
}

func benchPair(b *testing.B, first, second string, request benchRequest, callers int) {
	b.Helper()
	wire := request.wire()
	var times [2][]float64
	var ratios []float64
	for b.Loop() {
		for range processes {
			one, other := startChild(b, first, callers), startChild(b, second, callers)
			one.run(b, wire, requestsAPair/4)
			other.run(b, wire, requestsAPair/4)
			for range pairs {
				o, t := one.run(b, wire, requestsAPair), other.run(b, wire, requestsAPair)
				times[0], times[1] = append(times[0], float64(o)), append(times[1], float64(t))
				ratios = append(ratios, float64(o)/float64(t))
			}
			one.stop()
			other.stop()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(times[0])/1000, "first-µs/request")
	b.ReportMetric(median(times[1])/1000, "second-µs/request")
	b.ReportMetric(median(ratios), "ratio")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
