package proxy

import (
	"sync"
	"sync/atomic"
)

// queue holds exchanges until they are judged, one after another. Nobody waits for it:
// what finds it full is counted and not judged.
type queue struct {
	waiting chan waiting
	done    chan struct{}
	lost    atomic.Int64

	mu     sync.RWMutex
	closed bool
}

// waiting is an exchange with what gives its memory back.
type waiting struct {
	exchange *Exchange
	release  func()
}

func newQueue(size int, w *Witness) *queue {
	q := &queue{waiting: make(chan waiting, size), done: make(chan struct{})}
	go func() {
		defer close(q.done)
		for next := range q.waiting {
			w.See(next.exchange)
			next.release()
		}
	}()
	return q
}

func (q *queue) add(one waiting) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if !q.closed {
		select {
		case q.waiting <- one:
			return
		default:
		}
	}
	q.lost.Add(1)
	one.release()
}

// close waits until all is judged. What is added later, by a connection that outlives
// the server, is lost.
func (q *queue) close() (lost int) {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.waiting)
	}
	q.mu.Unlock()
	<-q.done
	return int(q.lost.Load())
}
