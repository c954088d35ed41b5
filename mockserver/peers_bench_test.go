//go:build peers

package mockserver_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// What `make bench-peers` sets: the folder with the peers' packages, and the command
// that is built of this module.
const (
	peersVariable   = "UNDERSTUDY_PEERS"
	commandVariable = "UNDERSTUDY_COMMAND"
	peerRequests    = 1000 // of each kind
	peerPatience    = time.Minute
)

// peer is one server that is compared, with its own paths for the three requests.
type peer struct {
	name             string
	program          string // in the folder of the packages; "" for our own command
	arguments        func(port string) []string
	list, item, post string
}

// BenchmarkPeers runs mock servers of others and ours, one after the other, sends the
// same three requests to each, and prints what that cost: the time to the first
// answer, requests a second over one connection, processor time for each request, and
// the most memory that was in use.
func BenchmarkPeers(b *testing.B) {
	server, err := mockserver.New(mockserver.WithRecords(benchRecords))
	require.NoError(b, err)
	requests := benchRequests(server)
	list, item := requests[2].path, requests[0].path
	document, err := filepath.Abs("../openapi.yaml")
	require.NoError(b, err)
	peers := []peer{
		{"understudy", "", func(port string) []string {
			return []string{"serve", "--quiet", "--records", strconv.Itoa(benchRecords), "--addr", "127.0.0.1:" + port}
		}, list + "?limit=100&offset=500", item, list},
		{"prism", "@stoplight/prism-cli/dist/index.js", func(port string) []string {
			return []string{"mock", "--host", "127.0.0.1", "--port", port, "--verboseLevel", "error", document}
		}, list + "?limit=100&offset=500", item, list},
		{"mockoon", "@mockoon/cli/bin/run.js", func(port string) []string {
			return []string{"start", "--disable-log-to-file", "--disable-admin-api", "--repair", "--data", mockoonData(b), "--hostname", "127.0.0.1", "--port", port}
		}, "/records?limit=100&page=6", "/records/5", "/records"},
		{"json-server", "json-server/lib/cli/bin.js", func(port string) []string {
			return []string{"--quiet", "--host", "127.0.0.1", "--port", port, jsonServerData(b)}
		}, "/records?_limit=100&_start=500", "/records/5", "/records"},
	}
	var table strings.Builder
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(rows, "server\tstart, ms\trequest\trequests/s\tprocessor, µs\tbytes of the answer\tmemory, MB\t\n")
	for _, p := range peers {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				p.measure(b, requests[0].token, rows)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	require.NoError(b, rows.Flush())
	fmt.Printf("\n%s\n", &table)
}

// peerRecords are as many records as ours has, for servers that cannot make them from
// the document.
func peerRecords() []map[string]any {
	records := make([]map[string]any, benchRecords)
	for i := range records {
		records[i] = map[string]any{"id": strconv.Itoa(i), "domain": fmt.Sprintf("e%d.example.com", i), "target_cname": "9085f612994efe8478e2.proxy-us.posthog.com.", "status": "waiting", "message": nil, "created_at": "2026-11-22T15:07:44.958136Z", "updated_at": "2026-11-22T15:07:44.958136Z", "created_by": 1001}
	}
	return records
}

func jsonServerData(b *testing.B) string {
	b.Helper()
	return writeJSON(b, map[string]any{"records": peerRecords()})
}

// mockoonData is an environment of Mockoon in which one route creates, reads, lists
// and changes the records of a bucket.
func mockoonData(b *testing.B) string {
	b.Helper()
	type object = map[string]any
	bucket, err := json.Marshal(peerRecords())
	require.NoError(b, err)
	id := func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
	return writeJSON(b, object{
		"uuid": id(0), "lastMigration": 33, "name": "records", "port": 3000, "hostname": "127.0.0.1",
		"rootChildren": []object{{"type": "route", "uuid": id(1)}},
		"headers":      []object{{"key": "Content-Type", "value": "application/json"}},
		"data":         []object{{"uuid": id(2), "id": "b0c7", "name": "records", "value": string(bucket)}},
		"routes": []object{{
			"uuid": id(1), "type": "crud", "endpoint": "records",
			"responses": []object{{"uuid": id(3), "statusCode": 200, "bodyType": "DATABUCKET", "databucketID": "b0c7", "default": true, "crudKey": "id", "disableTemplating": true}},
		}},
	})
}

func writeJSON(b *testing.B, value any) string {
	b.Helper()
	text, err := json.Marshal(value)
	require.NoError(b, err)
	name := filepath.Join(b.TempDir(), "data.json")
	require.NoError(b, os.WriteFile(name, text, 0o600))
	return name
}

func (p peer) command(b *testing.B, port string) *exec.Cmd {
	b.Helper()
	if p.program == "" {
		return exec.Command(os.Getenv(commandVariable), p.arguments(port)...)
	}
	program := filepath.Join(os.Getenv(peersVariable), "node_modules", p.program)
	if _, err := os.Stat(program); err != nil {
		b.Skipf("%s is not installed: run make bench-peers", p.name)
	}
	return exec.Command("node", append([]string{program}, p.arguments(port)...)...)
}

func (p peer) measure(b *testing.B, token string, rows io.Writer) {
	b.Helper()
	port := freePort(b)
	command := p.command(b, port)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	require.NoError(b, command.Start())
	defer func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		_ = command.Wait()
	}()
	address := "127.0.0.1:" + port
	for !answers(address, p.item, token) {
		require.Less(b, time.Since(began), peerPatience, "%s does not answer", p.name)
		time.Sleep(2 * time.Millisecond)
	}
	ready := time.Since(began).Milliseconds()
	b.ReportMetric(float64(ready), "start-ms")
	for _, r := range []benchRequest{
		{"get", http.MethodGet, p.item, "", token},
		{"list", http.MethodGet, p.list, "", token},
		{"post", http.MethodPost, p.post, `{"domain":"e.example.com"}`, token},
	} {
		sendMany(b, address, r, peerRequests/10)
		before, start := processorTime(b, command.Process.Pid), time.Now()
		size := sendMany(b, address, r, peerRequests) / peerRequests
		rate := peerRequests / time.Since(start).Seconds()
		cost := (processorTime(b, command.Process.Pid) - before).Microseconds() / peerRequests
		b.ReportMetric(rate, r.name+"/s")
		b.ReportMetric(float64(cost), r.name+"-cpu-µs")
		fmt.Fprintf(rows, "%s\t%d\t%s\t%.0f\t%d\t%d\t%.0f\t\n", p.name, ready, r.name, rate, cost, size, mostMemory(b, command.Process.Pid))
	}
	b.ReportMetric(mostMemory(b, command.Process.Pid), "MB")
}

func freePort(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(b, err)
	return port
}

func answers(address, path, token string) bool {
	request, err := http.NewRequest(http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode < 300
}

// sendMany sends a request n times over one connection, and gives the size of the
// answers in bytes.
func sendMany(b *testing.B, address string, r benchRequest, n int) (size int64) {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(b, err)
	defer conn.Close()
	wire, reader := r.wire(), bufio.NewReaderSize(conn, 1<<16)
	for range n {
		_, err := conn.Write(wire)
		require.NoError(b, err)
		response, err := http.ReadResponse(reader, nil)
		require.NoError(b, err)
		require.Less(b, response.StatusCode, 300, r.name)
		read, err := io.Copy(io.Discard, response.Body)
		require.NoError(b, err)
		size += read
	}
	return size
}

// processorTime is what a process has used, as Linux counts it.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(b, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return time.Duration(user+system) * 10 * time.Millisecond // of 100 ticks a second
}

// mostMemory is the most that a process had in memory, in megabytes.
func mostMemory(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(b, err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(b, err)
			return float64(kilobytes) / 1024
		}
	}
	return 0
}
