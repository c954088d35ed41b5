package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"understudy/conformance"
)

// readKnown reads the list of known failures, nil when none is named. A list that
// is about to be written anew need not be there, nor be up to date.
func (c *checkConfig) readKnown() (conformance.Known, error) {
	if c.known == "" {
		return nil, nil
	}
	if _, err := os.Stat(c.known); c.updateKnown && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	data, err := readFile(c.known)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; --update-known writes it", err)
	}
	if err != nil {
		return nil, err
	}
	known, err := conformance.ParseKnown(c.known, data)
	if err != nil || c.updateKnown {
		return known, err
	}
	return known, known.Vanished().Err()
}
