package conformance

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
)

// ledger lists what the checks of a lane created, and what of it is not deleted.
type ledger struct {
	*ledgerFile
	open    []entry
	all     []entry        // everything that was ever created
	places  map[string]int // of the first in all, by path
	deleted int
}

// entry is one record of the run.
type entry struct {
	Op     string `json:"op"`   // created or deleted
	Path   string `json:"path"` // of the record
	Target string `json:"target,omitempty"`
	As     who    `json:"as,omitempty"` // the key that created it
	// Under is the path of the record with which it is deleted, where it cannot be by
	// itself.
	Under string `json:"under,omitempty"`
}

// add notes a record before anything else happens to it. It will be deleted with
// the key that created it.
func (l *ledger) add(made entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	made.Op = "created"
	l.open = append(l.open, made)
	l.all = append(l.all, made)
	if _, known := l.places[made.Path]; !known {
		l.places[made.Path] = len(l.all) - 1
	}
	l.opened(1)
	return l.write(made)
}

// remove notes that a record is gone, with what stood under it.
func (l *ledger) remove(path string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var failed error
	gone := map[string]bool{path: true}
	l.open = slices.DeleteFunc(l.open, func(e entry) bool { // what stands under others comes after these
		if !gone[e.Path] && !gone[e.Under] {
			return false
		}
		gone[e.Path] = true
		l.deleted++
		l.opened(-1)
		failed = errors.Join(failed, l.write(entry{Op: "deleted", Path: e.Path}))
		return true
	})
	return failed
}

// owns reports whether the lane created what stands, or stood, at a path.
func (l *ledger) owns(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, owned := l.places[path]
	return owned
}

// reopen notes that a record which seemed gone is still there.
func (l *ledger) reopen(path string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, owned := l.places[path]
	if !owned || slices.ContainsFunc(l.open, func(e entry) bool { return e.Path == path }) {
		return nil
	}
	l.open = append(l.open, l.all[i])
	l.deleted--
	l.opened(1)
	return l.write(l.all[i])
}

// made is how many records were ever created.
func (l *ledger) made() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// there is how many records are not deleted.
func (l *ledger) there() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// undeleted lists what is not deleted.
func (l *ledger) undeleted() []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.open)
}

// gone is how many records are deleted.
func (l *ledger) gone() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deleted
}

// readLedger lists what a ledger says is left, on one target. It refuses a ledger
// that would send a key to more than one server: one of several targets, and one
// with a path that changes the host.
func readLedger(name string) (target string, left []entry, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", nil, usagef("cannot read %s: %v", name, errors.Unwrap(err))
	}
	scanner := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; scanner.Scan(); line++ {
		var e entry
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil || e.Path == "" {
			return "", nil, usagef("%s:%d: not a line of a ledger", name, line)
		}
		if e.Target != "" && target != "" && e.Target != target {
			return "", nil, usagef("%s:%d: the ledger is of two servers, %s and %s: give each a file of its own", name, line, target, e.Target)
		}
		target = cmp.Or(e.Target, target)
		if !staysOn(target, e.Path) {
			return "", nil, usagef("%s:%d: %q is no path on %s", name, line, e.Path, target)
		}
		if e.Op == "created" {
			left = append(left, e)
		} else {
			left = slices.DeleteFunc(left, func(made entry) bool { return made.Path == e.Path })
		}
	}
	return target, left, scanner.Err()
}

// staysOn reports whether a path leads to the server that it is put behind.
func staysOn(target, path string) bool {
	base, err := url.Parse(target)
	if err != nil || base.Host == "" || !strings.HasPrefix(path, "/") {
		return false
	}
	whole, err := url.Parse(target + path)
	return err == nil && whole.Host == base.Host
}
