package checkpoint

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// Limits of a pickle. The largest official checkpoint's has 120 KB and 40 000
// instructions; one instruction makes at most one value, so these bound memory.
const (
	maxPickle = 16 << 20
	maxOps    = 2 << 20
)

// Values that a pickle can make. Numbers, strings, booleans and None are int64,
// float64, string, bool and nil.
type (
	tuple  []any
	list   struct{ items []any }
	dict   struct{ keys, values []any }
	global struct{ module, name string }
	// opaque stands for values that a tensor dictionary has no use for, such as
	// bytes, sets and numbers beyond 64 bits. They may occur beside the tensors.
	opaque struct{}
	mark   struct{}
)

// loader gives meaning to the two kinds of instruction that reach outside a
// pickle. Both answer with an error to refuse.
type loader interface {
	// persistent resolves a persistent id.
	persistent(id any) (any, error)
	// call stands in for calling a function; nothing is called.
	call(fn global, args tuple) (any, error)
}

// unpickler runs the instructions of a pickle.
type unpickler struct {
	data  []byte
	pos   int
	stack []any
	memo  map[uint64]any
	load  loader
}

// unpickle returns the value that a pickle describes. Errors name the byte.
func unpickle(data []byte, load loader) (any, error) {
	u := &unpickler{data: data, memo: make(map[uint64]any), load: load}
	for range maxOps {
		at := u.pos
		op, err := u.byte()
		if err == nil && op == opStop {
			var v any
			if v, err = u.pop(); err == nil {
				return v, nil
			}
		}
		if err == nil {
			err = u.step(op)
		}
		if err != nil {
			return nil, fmt.Errorf("pickle instruction at byte %d: %w", at, err)
		}
	}
	return nil, fmt.Errorf("%w: its pickle has more than %d instructions", ErrUnsafe, maxOps)
}

// step runs one instruction. The groups share nothing but the stack.
func (u *unpickler) step(op byte) error {
	for _, group := range []func(byte) (bool, error){u.number, u.text, u.container, u.memory, u.control} {
		if done, err := group(op); done || err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: instruction 0x%02x is not one that a tensor dictionary needs", ErrUnsafe, op)
}

// number runs the instructions that push a number, a boolean or None.
func (u *unpickler) number(op byte) (bool, error) {
	switch op {
	case opNone:
		return true, u.push(nil)
	case opNewTrue, opNewFalse:
		return true, u.push(op == opNewTrue)
	case opBinInt, opBinInt1, opBinInt2, opBinFloat:
		return true, u.binaryNumber(op)
	case opInt, opLong, opFloat:
		return true, u.decimal(op)
	case opLong1:
		n, err := u.byte()
		return true, u.long(uint64(n), err)
	case opLong4:
		n, err := u.uint(4)
		return true, u.long(n, err)
	}
	return false, nil
}

func (u *unpickler) binaryNumber(op byte) error {
	width := map[byte]int{opBinInt: 4, opBinInt1: 1, opBinInt2: 2, opBinFloat: 8}[op]
	b, err := u.take(uint64(width))
	if err != nil {
		return err
	}
	switch op {
	case opBinInt:
		return u.push(int64(int32(binary.LittleEndian.Uint32(b))))
	case opBinInt1:
		return u.push(int64(b[0]))
	case opBinInt2:
		return u.push(int64(binary.LittleEndian.Uint16(b)))
	}
	return u.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
}

// decimal reads the numbers of protocol 0, which are lines of text.
func (u *unpickler) decimal(op byte) error {
	s, err := u.line()
	if err != nil {
		return err
	}
	if op == opFloat {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return corrupt("%q is not a number", s)
		}
		return u.push(v)
	}
	if op == opInt && (s == "00" || s == "01") {
		return u.push(s == "01")
	}
	if n := len(s); op == opLong && n > 0 && s[n-1] == 'L' {
		s = s[:n-1]
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return corrupt("%q is not a number", s)
	}
	return u.push(v)
}

// long reads a little-endian two's complement number of n bytes.
func (u *unpickler) long(n uint64, err error) error {
	if err != nil {
		return err
	}
	b, err := u.take(n)
	if err != nil {
		return err
	}
	if n > 8 {
		return u.push(opaque{})
	}
	var v uint64
	if n > 0 && b[n-1]&0x80 != 0 {
		v = math.MaxUint64
	}
	for i := int(n) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return u.push(int64(v))
}

// text runs the instructions that push a string or bytes.
func (u *unpickler) text(op byte) (bool, error) {
	switch op {
	case opUnicode:
		s, err := u.line()
		if err != nil {
			return true, err
		}
		return true, u.push(s)
	case opShortUnicode, opShortBinString:
		return true, u.sized(1, true)
	case opBinUnicode, opBinString:
		return true, u.sized(4, true)
	case opBinUnicode8:
		return true, u.sized(8, true)
	case opShortBinBytes:
		return true, u.sized(1, false)
	case opBinBytes:
		return true, u.sized(4, false)
	case opBinBytes8, opByteArray8:
		return true, u.sized(8, false)
	}
	return false, nil
}

// sized reads a string or bytes behind a length of width bytes.
func (u *unpickler) sized(width int, isText bool) error {
	n, err := u.uint(width)
	if err != nil {
		return err
	}
	b, err := u.take(n)
	if err != nil {
		return err
	}
	if !isText {
		return u.push(opaque{})
	}
	return u.push(string(b))
}
