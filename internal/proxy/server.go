package proxy

import (
	"io"
	"log"
	"net/http"
	"time"
)

// HTTPServer returns a net/http server for the proxy, for HTTP/1.1 and for HTTP/2
// without TLS. A body may take as long as the caller and the API like. Its address is
// not set.
func (p *Proxy) HTTPServer() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler: p, Protocols: protocols, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // what goes wrong is reported
	}
}
