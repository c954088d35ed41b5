package proxy

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxDecoded bounds what a compressed body may become, in bytes.
const maxDecoded = 16 << 20

// decoded is a body without its content codings, for judging. What passed is not
// changed by it.
func decoded(b Body, header http.Header) Body {
	codings := strings.Split(strings.Join(header.Values("Content-Encoding"), ","), ",")
	for i := len(codings) - 1; i >= 0; i-- { // the last one was applied last
		coding := strings.ToLower(strings.TrimSpace(codings[i]))
		if coding == "" || coding == "identity" || len(b.Data) == 0 {
			continue
		}
		data, err := decode(coding, b.Data)
		switch {
		case err != nil && b.whole():
			b.Missing = fmt.Sprintf("its coding %q cannot be undone: %v", coding, err)
			return b
		case err != nil: // cut, so that its coding ends in the middle
		case len(data) == maxDecoded && b.whole():
			b.Missing = fmt.Sprintf("decoded it is longer than %d MB", maxDecoded>>20)
		}
		b.Data = data
	}
	return b
}

// decode undoes one content coding, up to a bound.
func decode(coding string, data []byte) ([]byte, error) {
	var reader io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(bytes.NewReader(data))
	case "deflate":
		reader, err = inflate(data)
	case "br":
		reader = brotli.NewReader(bytes.NewReader(data))
	case "zstd":
		var frames *zstd.Decoder
		if frames, err = zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderMaxMemory(maxDecoded), zstd.WithDecoderConcurrency(1)); err == nil {
			defer frames.Close()
		}
		reader = frames
	default:
		return nil, fmt.Errorf("it is not known here")
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(reader, maxDecoded))
}

// inflate reads deflate as RFC 9110, 8.4.1.2, has it, or as some servers send it:
// without the frame of zlib.
func inflate(data []byte) (io.Reader, error) {
	buffered := bufio.NewReader(bytes.NewReader(data))
	if head, err := buffered.Peek(2); err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}
