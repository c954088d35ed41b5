package subject

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// server is the API, with what it remembers.
type server struct {
	Config
	switchedOn map[string]bool
	keys       map[string]Key // by token

	mu            sync.Mutex // over all below
	organizations map[string]map[string]record
	latest        time.Time // the last time that was given out
	serial        int       // of the last record that was made
	slips         slips
}

func newServer(config Config) *server {
	s := &server{
		Config:        config,
		keys:          map[string]Key{},
		organizations: map[string]map[string]record{},
	}
	for _, organization := range config.Organizations {
		s.organizations[organization] = map[string]record{}
	}
	for _, key := range config.Keys {
		s.keys[key.Token] = key
		s.organizations[key.Organization] = map[string]record{}
	}
	for organization := range s.organizations {
		s.seed(organization)
	}
	s.switchedOn = map[string]bool{} // from now on: the first records are right
	for _, id := range config.Bugs {
		s.switchedOn[id] = true
	}
	return s
}

// seed gives an organization its first records: one for each hour up to an hour
// ago, all in service.
func (s *server) seed(organization string) {
	var user int
	if i := slices.IndexFunc(s.Keys, func(k Key) bool { return k.Organization == organization }); i >= 0 {
		user = s.Keys[i].User
	}
	now := time.Now().Truncate(time.Microsecond)
	for number := range s.Records {
		r := s.newRecord(organization, fmt.Sprintf("e%d.%s.example", number, organization[:min(8, len(organization))]), user)
		r.created = now.Add(-time.Duration(s.Records-number) * time.Hour)
		r.updated, r.entered = r.created, r.created
		r.status, r.message = valid, new(string)
		s.put(r)
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
		a = s.refusal(problemOf(err))
	}
	s.send(w, r, a)
}

// refusal is the answer for a problem, worded as the Config has it.
func (s *server) refusal(p *problem) *answer {
	body := p.body()
	body["detail"] = s.ErrorDetail(p.code, p.detail)
	return &answer{status: p.status, header: p.header, body: body, problem: p}
}

// answer finds out what is asked for, and whether it may be; then it does it.
func (s *server) answer(w http.ResponseWriter, r *http.Request) (*answer, error) {
	if a := s.misrouted(r); a != nil {
		return a, nil
	}
	c, err := route(r)
	if err != nil {
		return nil, err
	}
	if r.Method == http.MethodOptions {
		return s.options(c)
	}
	op, err := s.operation(c)
	if err != nil {
		return nil, err
	}
	if err := s.negotiate(r); err != nil {
		return nil, err
	}
	if err := s.authorize(c, op); err != nil {
		s.performRefused(w, c, op)
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
	return op.handle(c)
}
