package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"understudy/mockserver"
)

// target is a server that scripts have judged: a stand-in, and what stands
// before it.
type target struct {
	*mockserver.Server
	url    string
	close  func()
	before int // the records that it began with

	requests atomic.Int64
	reached  chan struct{} // closed when a request is held
	release  chan struct{} // closed to let it go
	held     atomic.Bool
	astray   atomic.Int64 // the requests that came to another host
}

// behaviour answers a request, the nth, in the place of the stand-in.
type behaviour func(t *target, n int64, w http.ResponseWriter, r *http.Request)

// behaviours are the ways in which a target may be bad. Limit is the argument of
// a script.
func behaviours(limit int64) map[string]behaviour {
	return map[string]behaviour{
		// honest does what the document says.
		"honest": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) { t.ServeHTTP(w, r) },
		// gone answers 410 in the place of 404: one bug.
		"gone": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) {
			answer := t.answer(r)
			if answer.Code == http.StatusNotFound {
				answer.Code = http.StatusGone
			}
			copyAnswer(w, answer)
		},
		// wasteful creates, and answers 200 in the place of 201: a bug that keeps
		// other checks from running.
		"wasteful": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) {
			answer := t.answer(r)
			if answer.Code == http.StatusCreated {
				answer.Code = http.StatusOK
			}
			copyAnswer(w, answer)
		},
		// sticky deletes nothing.
		"sticky": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			t.ServeHTTP(w, r)
		},
		// refusing knows no key.
		"refusing": func(_ *target, _ int64, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
		},
		// telltale repeats what it was sent, in a header and twice in the body, once
		// where a report cuts that, and fails.
		"telltale": func(t *target, n int64, w http.ResponseWriter, r *http.Request) {
			if n <= 1 {
				t.ServeHTTP(w, r)
				return
			}
			sent := r.Header.Get("Authorization")
			w.Header().Set("ETag", sent)
			http.Error(w, "you sent "+sent+strings.Repeat(" ", 1950)+sent, http.StatusInternalServerError)
		},
		// parrot takes the key "status" for its own, repeats it in a header and the body
		// of what it does not find, and answers 410 in the place of 404.
		"parrot": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) {
			sent := r.Header.Get("Authorization")
			if sent == "Bearer status" {
				r.Header.Set("Authorization", "Bearer "+t.Key("write").Token)
			}
			answer := t.answer(r)
			w.Header().Set("ETag", sent)
			if answer.Code == http.StatusNotFound {
				http.Error(w, "not found with "+sent, http.StatusGone)
				return
			}
			copyAnswer(w, answer)
		},
		// terse has other words for what it does not find, of the same length.
		"terse": func(t *target, _ int64, w http.ResponseWriter, r *http.Request) {
			answer := t.answer(r)
			answer.Body = bytes.NewBuffer(bytes.ReplaceAll(answer.Body.Bytes(), []byte("Not found."), []byte("Is nowhere")))
			copyAnswer(w, answer)
		},
		// garbage answers nothing that anybody could read.
		"garbage": func(_ *target, n int64, w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte{0x1b, '[', '2', 'J', 0, 0xff, byte(n)}, 100))
		},
		// huge answers 100 MB.
		"huge": func(_ *target, _ int64, w http.ResponseWriter, _ *http.Request) {
			chunk := bytes.Repeat([]byte("x"), 1<<20)
			for range 100 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
		// dying is gone after so many requests.
		"dying": func(t *target, n int64, w http.ResponseWriter, r *http.Request) {
			if n > limit {
				t.close()
				panic(http.ErrAbortHandler)
			}
			t.ServeHTTP(w, r)
		},
		// hanging answers no more after so many requests.
		"hanging": func(t *target, n int64, w http.ResponseWriter, r *http.Request) {
			if n > limit {
				<-r.Context().Done()
				return
			}
			t.ServeHTTP(w, r)
		},
		// late creates, and keeps one answer to that back, from the nth request on.
		"late": func(t *target, n int64, w http.ResponseWriter, r *http.Request) {
			answer := t.answer(r)
			if n >= limit && r.Method == http.MethodPost {
				t.hold(r)
			}
			copyAnswer(w, answer)
		},
		// holding keeps one request back, the first that only reads from the nth
		// on, until it is released or nobody waits for the answer.
		"holding": func(t *target, n int64, w http.ResponseWriter, r *http.Request) {
			if n >= limit && r.Method == http.MethodGet {
				t.hold(r)
			}
			t.ServeHTTP(w, r)
		},
	}
}

// startTarget serves a stand-in behind a behaviour.
func startTarget(kind string, limit int64) (*target, error) {
	server, err := mockserver.New()
	if err != nil {
		return nil, err
	}
	t := &target{Server: server, reached: make(chan struct{}), release: make(chan struct{})}
	t.before = t.records()
	behave := behaviours(limit)[kind]
	switch {
	case kind == "elsewhere":
		err := t.redirect()
		return t, err
	case kind == "noise":
		err := t.makeNoise()
		return t, err
	case behave == nil:
		return nil, fmt.Errorf("there is no target %q", kind)
	}
	running := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		behave(t, t.requests.Add(1), w, r)
	}))
	t.close = sync.OnceFunc(func() {
		_ = running.Listener.Close()
		running.CloseClientConnections()
		go running.Close() // it waits for the request that may have asked for this
	})
	running.Start()
	t.url = running.URL
	return t, nil
}

// redirect sends every request on to another host.
func (t *target) redirect() error {
	// net/http keeps a key from another name, and hands it on to another port.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	other := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.astray.Add(1)
	})}}
	other.Start()
	running := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	t.url = running.URL
	t.close = func() { running.Close(); other.Close() }
	return nil
}

// makeNoise answers every connection with what is no HTTP.
func (t *target) makeNoise() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	t.url = "http://" + listener.Addr().String()
	t.close = func() { _ = listener.Close() }
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 1)) // a request has begun
			_, _ = io.WriteString(connection, "\x16\x03\x01 what is this?\r\n\r\n")
			_ = connection.Close()
		}
	}()
	return nil
}

// hold waits until the script says so, or the caller is gone. Only one request is
// ever held.
func (t *target) hold(r *http.Request) {
	if t.held.Swap(true) {
		return
	}
	close(t.reached)
	select {
	case <-t.release:
	case <-r.Context().Done():
	}
}

// answer is what the stand-in says to a request.
func (t *target) answer(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	t.ServeHTTP(answer, r)
	return answer
}

func copyAnswer(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = answer.Body.WriteTo(w)
}

// records is how many records both organizations have.
func (t *target) records() int {
	records := 0
	for _, name := range []string{"write", "foreign"} {
		key := t.Key(name)
		r := httptest.NewRequest(http.MethodGet, "/api/organizations/"+key.Params["organization_id"]+"/proxy_records/?limit=1", nil)
		r.Header.Set("Authorization", "Bearer "+key.Token)
		var page struct{ Count int }
		if err := json.Unmarshal(t.answer(r).Body.Bytes(), &page); err != nil {
			panic(err) // the stand-in always answers a page
		}
		records += page.Count
	}
	return records
}

// betrays finds a key of the target in a text, also half of one.
func (t *target) betrays(text string) bool {
	for _, key := range t.Keys() {
		if strings.Contains(text, key.Token[:len(key.Token)/2]) || strings.Contains(text, key.Token[len(key.Token)/2:]) {
			return true
		}
	}
	return false
}
