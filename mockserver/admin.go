package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"understudy/fixtures"
	"understudy/internal/contract"
)

// adminPrefix is where the stand-in itself is asked, beside the API.
const adminPrefix = "/__admin"

// adminPaths are what there is under the prefix.
var adminPaths = []string{"/__admin/health", "/__admin/keys", "/__admin/requests", "/__admin/state", "/__admin/reset"}

func isAdmin(path string) bool {
	return strings.HasPrefix(path, adminPrefix) && (len(path) == len(adminPrefix) || path[len(adminPrefix)] == '/')
}

// maxState bounds a state that is loaded, in bytes.
const maxState = 256 << 20

func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /__admin/health", func(w http.ResponseWriter, _ *http.Request) {
		writeAdmin(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /__admin/keys", func(w http.ResponseWriter, r *http.Request) {
		lines := append([]string{}, s.Curls(r.Context(), string(s.appendBase(nil, r)))...)
		writeAdmin(w, http.StatusOK, map[string]any{"keys": s.Keys(), "curl": lines})
	})
	mux.HandleFunc("GET /__admin/requests", func(w http.ResponseWriter, _ *http.Request) {
		writeAdmin(w, http.StatusOK, map[string]any{"requests": s.journal.list()})
	})
	mux.HandleFunc("GET /__admin/state", s.dumpState)
	mux.HandleFunc("PUT /__admin/state", s.loadState)
	mux.HandleFunc("POST /__admin/reset", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Reset(); err != nil {
			writeAdminError(w, http.StatusInternalServerError, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reason := s.adminRefusal(r); reason != "" {
			writeAdminError(w, http.StatusForbidden, errors.New(reason))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if origin := r.Header.Get("Origin"); origin != "" {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Add("Vary", "Origin")
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.Header().Set("Access-Control-Allow-Methods", "GET, PUT, POST")
			w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if !slices.Contains(adminPaths, r.URL.Path) {
			writeAdminError(w, http.StatusNotFound, fmt.Errorf("there is no %s; there are %s", r.URL.Path, strings.Join(adminPaths, ", ")))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// adminRefusal says why a caller may not use the admin API, "" when it may. A
// page of a foreign origin may not, even in a browser on this machine: neither
// by a cross-site request, nor under a name that was made to lead here.
func (s *Server) adminRefusal(r *http.Request) string {
	if origin := r.Header.Get("Origin"); origin != "" && !s.originAllowed(origin) {
		return "the admin API does not answer pages of " + origin + "; allow the origin with --cors-origin"
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.Header.Get("Origin") == "" {
		return "the admin API does not answer cross-site requests"
	}
	if s.adminOpen {
		return ""
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !isLoopback(host) {
		return "the admin API answers callers on this machine only; open it with --admin-open"
	}
	if host := hostname(r.Host); !isLoopback(host) {
		return "the admin API answers under a loopback name only, not " + host + "; open it with --admin-open"
	}
	return ""
}

// hostname is a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// dumpState answers with the whole state.
func (s *Server) dumpState(w http.ResponseWriter, r *http.Request) {
	state, err := s.dump(r.Context())
	if err != nil {
		writeAdminError(w, http.StatusInternalServerError, err)
		return
	}
	writeAdmin(w, http.StatusOK, state)
}

// loadState puts a dumped state in place of the present one, or changes
// nothing.
func (s *Server) loadState(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxState))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		writeAdminError(w, http.StatusRequestEntityTooLarge, err)
		return
	}
	if err != nil {
		writeAdminError(w, http.StatusBadRequest, err)
		return
	}
	data, err := fixtures.Read("state", body)
	if err == nil {
		err = onlyRecords(data)
	}
	if err == nil {
		err = s.load(r.Context(), data)
	}
	var faults contract.Faults
	switch {
	case errors.As(err, &faults):
		writeAdminError(w, http.StatusBadRequest, err)
	case err != nil:
		writeAdminError(w, http.StatusInternalServerError, err)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// onlyRecords refuses what is no state: keys are part of the start alone, and a
// state that names no records at all is more likely a mistake than a wish.
func onlyRecords(data *fixtures.Data) error {
	switch {
	case len(data.Keys) > 0:
		return contract.Faults{{File: "state", Pointer: "/keys", Message: "a state has no keys", Hint: "leave them out, or start with --data"}}
	case data.Records == nil:
		return contract.Faults{{File: "state", Pointer: "/records", Message: "the records are missing", Hint: "write a list, empty for an empty state"}}
	}
	return nil
}

func writeAdmin(w http.ResponseWriter, status int, value any) {
	w.Header()["Content-Type"] = jsonContent
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	// An error means that the caller is gone, and there is nobody to tell.
	_ = encoder.Encode(value)
}

// writeAdminError answers with every reason, a list when there are several.
func writeAdminError(w http.ResponseWriter, status int, err error) {
	body := map[string]any{"error": err.Error()}
	var faults contract.Faults
	if errors.As(err, &faults) {
		body = map[string]any{"error": faults[0].Error(), "faults": faults}
	}
	writeAdmin(w, status, body)
}
