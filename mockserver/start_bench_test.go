package mockserver_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// starts is how often each program is started.
const starts = 31

// BenchmarkStart prints the time from starting the command to its first answer, and
// how much more that is than an empty server takes, which is a program of its own: in
// the same one it would pay for what our libraries do before main.
func BenchmarkStart(b *testing.B) {
	folder := b.TempDir()
	build := func(name, source string) string {
		program := filepath.Join(folder, name)
		command := exec.Command("go", "build", "-o", program, source)
		command.Stderr = os.Stderr
		require.NoError(b, command.Run())
		return program
	}
	ours, none := build("understudy", "../cmd/understudy"), build("empty", "./testdata/empty")
	var empty, mock, more []float64
	for b.Loop() {
		for range starts {
			e := firstAnswer(b, none, "/")
			m := firstAnswer(b, ours, "/__admin/health", "serve", "--quiet", "--addr", "127.0.0.1:0")
			empty, mock, more = append(empty, e), append(mock, m), append(more, m-e)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(empty), "empty-ms")
	b.ReportMetric(median(mock), "mock-ms")
	b.ReportMetric(median(more), "more-ms")
}

// firstAnswer starts a program that prints its URL, and gives the milliseconds until it
// has answered a request.
func firstAnswer(b *testing.B, program, path string, arguments ...string) float64 {
	b.Helper()
	command := exec.Command(program, arguments...)
	out, err := command.StdoutPipe()
	require.NoError(b, err)
	began := time.Now()
	require.NoError(b, command.Start())
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait() // it was killed
	}()
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err)
	response, err := http.Get(strings.TrimSpace(url) + path)
	require.NoError(b, err)
	require.NoError(b, response.Body.Close())
	return float64(time.Since(began)) / 1e6
}
