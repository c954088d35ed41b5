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
	Op     string `json:"op"`   // opCreated or opDeleted
	Path   string `json:"path"` // of the record
	Target string `json:"target,omitempty"`
	As     who    `json:"as,omitempty"` // the key that created it
	// Under is the path of the record with which it is deleted, where it cannot be by
	// itself.
	Under string `json:"under,omitempty"`

	line int // where it stands in a ledger that was read
}

// What a line of a ledger tells.
const (
	opRun     = "run" // what the run went by
	opCreated = "created"
	opDeleted = "deleted"
)

// add notes a record before anything else happens to it. It will be deleted with
// the key that created it.
func (l *ledger) add(made entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	made.Op = opCreated
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
		failed = errors.Join(failed, l.write(entry{Op: opDeleted, Path: e.Path}))
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

// keptLedger is what a ledger file says.
type keptLedger struct {
	file   string
	target string
	run    *LedgerRun // nil in a ledger that does not tell
	left   []entry
}

// readLedger reads a ledger of one target. It refuses a ledger that would send a key to
// more than one server: one of several targets, and one with a path that changes the host.
func readLedger(name string) (*keptLedger, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usagef("cannot read %s: %v", name, errors.Unwrap(err))
	}
	kept := &keptLedger{file: name}
	scanner := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; scanner.Scan(); line++ {
		if err := kept.take(line, scanner.Bytes()); err != nil {
			return nil, err
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, usagef("%s: not a ledger: %v", name, err)
	}
	return kept, nil
}

// take reads one line.
func (k *keptLedger) take(line int, text []byte) error {
	var e entry
	err := json.Unmarshal(text, &e)
	if err == nil && e.Op == opRun {
		return k.takeRun(line, text)
	}
	if err != nil || e.Path == "" || e.Op != opCreated && e.Op != opDeleted {
		return usagef("%s:%d: not a line of a ledger", k.file, line)
	}
	if e.Target != "" && k.target != "" && e.Target != k.target {
		return usagef("%s:%d: the ledger is of two servers, %s and %s: give each a file of its own", k.file, line, k.target, e.Target)
	}
	k.target = cmp.Or(e.Target, k.target)
	if !staysOn(k.target, e.Path) {
		return usagef("%s:%d: %q is no path on %s", k.file, line, e.Path, k.target)
	}
	if e.Op == opCreated {
		e.line = line
		k.left = append(k.left, e)
	} else {
		k.left = slices.DeleteFunc(k.left, func(made entry) bool { return made.Path == e.Path })
	}
	return nil
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
