package ckpttest

import (
	"flag"
	"testing"
)

var out = flag.String("write", "", "the `file` to write the nano checkpoint to")

// TestWriteNano writes a checkpoint of the smallest model for the scripts that
// prove packages; it does so only when it is told where to.
func TestWriteNano(t *testing.T) {
	if *out == "" {
		t.Skip("only with -write")
	}
	if err := Write(*out, Nano()); err != nil {
		t.Fatal(err)
	}
}
