package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// readFile reads a file, and stdin for the name "-"; the error says in a sentence why
// it cannot.
func readFile(name string) ([]byte, error) {
	file := os.Stdin
	if name != "-" {
		var err error
		file, err = os.Open(name) //nolint:gosec // whoever names it may read it
		switch {
		case err != nil && strings.Contains(name, "://"):
			return nil, fmt.Errorf("cannot read %s: it is no file; save it to one first, or pipe it in as -", name)
		case err != nil:
			return nil, fmt.Errorf("cannot read %s: %w", name, plain(err))
		}
		defer func() { _ = file.Close() }() // nothing was written
	}
	data, err := readBounded(file, maxFile)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, plain(err))
	}
	return data, nil
}

// maxFile bounds a file that is named, in bytes: as much as the state of a stand-in.
const maxFile = 256 << 20

// readBounded reads all that there is, if that is no more than a number of bytes.
func readBounded(r io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("it has more than %d MB", most>>20)
	}
	return data, err
}

// writeFile writes a file; the error says in a sentence why it cannot.
func writeFile(name string, data []byte) error {
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("cannot write %s: %w", name, plain(err))
	}
	return nil
}

// notingWriter remembers that something could not be written, for who looks only once.
type notingWriter struct {
	io.Writer
	failed error
}

func (w *notingWriter) Write(text []byte) (int, error) {
	n, err := w.Writer.Write(text)
	if err != nil && w.failed == nil {
		w.failed = fmt.Errorf("not all of the output could be written: %w", plain(err))
	}
	return n, err
}

// plain is an error of a file without the name of the file.
func plain(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
