package library

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"
)

// server is the API, with what it remembers.
type server struct {
	Config
	switchedOn map[string]bool
	kinds      kinds

	mu      sync.Mutex // over all below
	records map[int]record
	lastID  int
	latest  time.Time // the last time that was given out
	slips   slips
}

func newServer(config Config) *server {
	s := &server{Config: config, kinds: newKinds(), records: map[int]record{}, lastID: 100}
	for number := range config.Shelves {
		s.seed(number)
	}
	s.slips.seeded = config.Books
	s.switchedOn = map[string]bool{} // from now on: the first records are right
	for _, id := range config.Bugs {
		s.switchedOn[id] = true
	}
	return s
}

// seed makes a shelf with its first books.
func (s *server) seed(number int) {
	now := time.Now().Truncate(time.Microsecond)
	at := now.Add(-time.Duration(s.Books+1) * time.Hour)
	shelf := s.newRecord(s.kinds.shelf, 0, object{"name": fmt.Sprint("Shelf ", number), "place": "ground"})
	s.put(shelf.dated(at))
	for i := range s.Books {
		members := maps.Clone(s.kinds.book.defaults())
		maps.Copy(members, object{"title": fmt.Sprintf("Book %d of %d", i, number), "genre": genres()[i%len(genres())], "pages": 90 + 7*i})
		s.put(s.newRecord(s.kinds.book, shelf.id, members).dated(at.Add(time.Duration(i+1) * time.Hour)))
	}
}

// bug reports whether a bug is switched on.
func (s *server) bug(id string) bool { return s.switchedOn[id] }

// now is the time, later than at any call before.
func (s *server) now() time.Time {
	now := time.Now().Truncate(time.Microsecond)
	if !now.After(s.latest) {
		now = s.latest.Add(time.Microsecond)
	}
	s.latest = now
	return now
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.answer(w, r)
	if err != nil {
		p := problemOf(err)
		p.message = s.Message(p.code, p.message)
		a = &answer{status: p.status, header: p.header, body: p.body(), problem: p}
	}
	s.send(w, r, a)
}

// answer finds out what is asked for, and whether it may be; then it does it.
func (s *server) answer(w http.ResponseWriter, r *http.Request) (*answer, error) {
	c, err := s.route(r)
	if err != nil {
		return nil, err
	}
	if target := s.redirected(r); target != "" {
		return &answer{status: http.StatusPermanentRedirect, header: http.Header{"Location": {target}}}, nil
	}
	if r.Method == http.MethodOptions && s.OptionsStatus != http.StatusMethodNotAllowed {
		return s.options(c)
	}
	op, err := s.operation(c)
	if err != nil {
		return nil, err
	}
	if err := s.authenticate(c); err != nil {
		if s.performsRefused(c) {
			_, _ = s.perform(w, c, op)
		}
		return nil, err
	}
	if err := s.negotiate(r); err != nil {
		return nil, err
	}
	return s.perform(w, c, op)
}

// perform carries an operation out, alone.
func (s *server) perform(w http.ResponseWriter, c *call, op operation) (*answer, error) {
	if op.takesBody {
		if err := s.readBody(w, c); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(c); err != nil {
		return nil, err
	}
	return op.handle(c)
}
