package contract

import (
	"errors"
	"fmt"
)

const (
	maxFiles  = 2000 // of a document
	maxRemote = 200  // of those, files on other machines
)

// files are the files of one document, by location. Others are opened while the
// document is loaded, and none after that.
type files struct {
	read   func(name string) ([]byte, error) // nil: no other file can be read
	fetch  func(url string) ([]byte, error)  // nil: no remote file can be read
	loaded bool                              // no further file is opened
	opened map[string]*file
	failed map[string]error
	remote int // how many of the opened are
	size   int // of all, in bytes
}

// Errors that one fault tells for all references.
var (
	errNoFolder = errors.New("the document was given without the folder that it stands in")
	errNoRemote = errors.New("remote files are not allowed")
)

func newFiles(root *file, size int) *files {
	fs := &files{opened: map[string]*file{root.location: root}, failed: map[string]error{}, size: size}
	root.set = fs
	return fs
}

// get is the file at a location, as it is from outside, or nil. While the document
// is loaded it is opened when it is first asked for.
func (fs *files) get(location string) *file {
	if f := fs.opened[location]; f != nil || fs.loaded || fs.failed[location] != nil {
		return f
	}
	f, err := fs.load(location)
	if err != nil {
		fs.failed[location] = err
		return nil
	}
	f.set = fs
	fs.opened[location] = f
	return f
}

func (fs *files) load(location string) (*file, error) {
	read := fs.read
	switch {
	case isRemote(location):
		if read = fs.fetch; read == nil {
			return nil, errNoRemote
		}
		if fs.remote++; fs.remote > maxRemote {
			return nil, fmt.Errorf("the document has more than %d remote files", maxRemote)
		}
	case read == nil:
		return nil, errNoFolder
	}
	if len(fs.opened)+len(fs.failed) > maxFiles {
		return nil, fmt.Errorf("the document has more than %d files", maxFiles)
	}
	data, err := read(location)
	if err != nil {
		return nil, err
	}
	if fs.size += len(data); fs.size > maxSize {
		return nil, fmt.Errorf("the files of the document have more than %d MB", maxSize>>20)
	}
	root, err := ParseFile(location, data)
	if err != nil {
		return nil, err
	}
	root.file.learn()
	return root.file, nil
}
