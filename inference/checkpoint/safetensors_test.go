package checkpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// safeFile joins a header and n bytes of data.
func safeFile(header string, n int) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), make([]byte, n)...)
}

func TestSafetensorsHeader(t *testing.T) {
	const x = `"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`
	for header, n := range map[string]int{
		`{` + x + `}`:   8,
		`{` + x + `}  `: 8,
		`{"__metadata__":{"format":"pt"},` + x + `}`:                          8,
		`{` + x + `,"y":{"dtype":"I8","shape":[],"data_offsets":[8,9]}}`:      9,
		`{` + x + `,"y":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}`:     8,
		`{` + x + `,"y":{"dtype":"BOOL","shape":[1,1],"data_offsets":[8,9]}}`: 9,
	} {
		if err := readAll(safeFile(header, n)); err != nil {
			t.Errorf("%s: %v", header, err)
		}
	}
}

func TestSafetensorsLies(t *testing.T) {
	entry := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"x":{"dtype":%q,"shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	for _, c := range []struct {
		header string
		n      int
		says   string
	}{
		{`{}`, 0, "no tensors"},
		{`{"x"`, 0, "JSON"},
		{`{` + strings.Repeat(`"x":{`, 100000), 0, "JSON"},
		{`{"x":[]}`, 0, "JSON"},
		{`{"x":{"dtype":"F32","shape":[1e3],"data_offsets":[0,4000]}}`, 4000, "JSON"},
		{entry("F32", "[2]", "[0,8]") + "x", 8, "follows"},
		{entry("F32", "[2]", "[0,8]"), 7, "truncated"},
		{entry("F32", "[2]", "[0,8]"), 9, "belong to no tensor"},
		{entry("F32", "[2]", "[4,12]"), 12, "belong to no tensor"},
		{entry("F32", "[2]", "[0,4]"), 4, "needs 2 elements"},
		{entry("F32", "[-2]", "[0,8]"), 8, "shape"},
		{entry("F32", "[9223372036854775807,9223372036854775807]", "[0,8]"), 8, "shape"},
		{entry("F32", "[1073741824,1073741824,1073741824]", "[0,8]"), 8, "shape"},
		{entry("F32", "[2]", "[8,0]"), 8, "data_offsets"},
		{entry("F32", "[2]", "[-8,0]"), 8, "data_offsets"},
		{entry("F32", "[2]", "[0,9223372036854775807]"), 8, "truncated"},
		{`{"x":{"dtype":"F32","shape":[2]}}`, 8, "data_offsets"},
		{entry("F8_E4M3", "[8]", "[0,8]"), 8, "F8_E4M3"},
		{entry("", "[8]", "[0,8]"), 8, "element type"},
		{`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}`, 4, "twice"},
		{`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3, "overlaps"},
	} {
		err := readAll(safeFile(c.header, c.n))
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsafe) {
			t.Errorf("%.60s: %v", c.header, err)
		} else if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60s: %q does not say %q", c.header, err, c.says)
		}
	}
	for size, want := range map[uint64]error{1 << 30: ErrUnsafe, 1000: ErrDamaged, 1 << 50: ErrFormat} {
		data := safeFile(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2)
		binary.LittleEndian.PutUint64(data, size)
		if err := readAll(data); !errors.Is(err, want) {
			t.Errorf("header of %d bytes: %v, want %v", size, err, want)
		}
	}
}
