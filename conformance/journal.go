package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// journal is the file of the ledgers of a run, so that nothing is left behind even by a
// run that is killed.
type journal struct {
	mu   sync.Mutex
	name string
	file *os.File
	held int // how many records are not deleted
	most int // that were there at the same time
}

// ledger opens a ledger that is written into the journal.
func (j *journal) ledger() *ledger { return &ledger{journal: j, places: map[string]int{}} }

// start opens the file. A run that writes nothing has none.
func (j *journal) start() error {
	if j.file != nil {
		return nil
	}
	var err error
	if j.name == "" {
		j.file, err = os.CreateTemp("", "understudy-ledger-*.jsonl")
	} else {
		j.file, err = os.OpenFile(j.name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the ledger cannot be written: %w; name another file with --ledger", err)
	}
	j.name = j.file.Name()
	return nil
}

// opened counts records that are not deleted.
func (j *journal) opened(more int) {
	j.held += more
	j.most = max(j.most, j.held)
}

// openInAll is how many records of the run are not deleted.
func (j *journal) openInAll() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.held
}

func (j *journal) write(e entry) error {
	if j.file == nil {
		return nil
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// close removes the file when nothing is left, and keeps it otherwise.
func (j *journal) close() (kept string, err error) {
	if j.file == nil {
		return "", nil
	}
	if err := j.file.Close(); err != nil {
		return j.name, err
	}
	if j.openInAll() > 0 {
		return j.name, nil
	}
	return "", os.Remove(j.name)
}
