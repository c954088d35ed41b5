package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// ledgerFile is the file of the ledgers of a run, so that nothing is left behind even by a
// run that is killed.
type ledgerFile struct {
	mu   sync.Mutex
	name string
	file *os.File
	held int // how many records are not deleted
	most int // that were there at the same time
}

// ledger opens a ledger that is written into the file.
func (f *ledgerFile) ledger() *ledger { return &ledger{ledgerFile: f, places: map[string]int{}} }

// start opens the file, and notes what the run goes by. A run that writes nothing has none.
func (f *ledgerFile) start(run LedgerRun) error {
	if f.file != nil {
		return nil
	}
	var err error
	if f.name == "" {
		f.file, err = os.CreateTemp("", "understudy-ledger-*.jsonl")
	} else {
		f.file, err = os.OpenFile(f.name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the ledger cannot be written: %w; name another file with --ledger", err)
	}
	f.name = f.file.Name()
	if whole, err := filepath.Abs(f.name); err == nil {
		f.name = whole // so that a command that names it can be given anywhere
	}
	return f.write(struct {
		Op string `json:"op"`
		LedgerRun
	}{opRun, run})
}

// opened counts records that are not deleted.
func (f *ledgerFile) opened(more int) {
	f.held += more
	f.most = max(f.most, f.held)
}

// openInAll is how many records of the run are not deleted.
func (f *ledgerFile) openInAll() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}

func (f *ledgerFile) write(told any) error {
	if f.file == nil {
		return nil
	}
	line, err := json.Marshal(told)
	if err != nil {
		return err
	}
	if _, err := f.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.file.Sync()
}

// close removes the file when nothing is left, and keeps it otherwise.
func (f *ledgerFile) close() (kept string, err error) {
	if f.file == nil {
		return "", nil
	}
	if err := f.file.Close(); err != nil {
		return f.name, err
	}
	if f.openInAll() > 0 {
		return f.name, nil
	}
	return "", os.Remove(f.name)
}
