// Command empty is the least that a server in Go can be: what starting the stand-in
// is measured by. It prints its URL, and serves until it is killed.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	log.Fatal(http.Serve(listener, http.NotFoundHandler()))
}
