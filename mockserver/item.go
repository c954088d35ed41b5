package mockserver

import "time"

// retrieve answers with one item: bytes that were proven when they were stored.
func (s *Server) retrieve(e *exchange) error {
	record, _, err := s.get(e)
	if err != nil {
		return err
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	return s.sendItem(e, &e.endpoint.usual, record)
}

// now is the time in the precision of records.
func (s *Server) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }
