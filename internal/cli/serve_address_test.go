package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPasteable(t *testing.T) {
	for addr, want := range map[string]string{
		"[::]:4584": "127.0.0.1:4584", "0.0.0.0:80": "127.0.0.1:80", "127.0.0.1:4010": "127.0.0.1:4010",
		"[::1]:4010": "[::1]:4010", "192.168.1.7:1": "192.168.1.7:1",
	} {
		assert.Equal(t, want, pasteable(addr))
	}
}
