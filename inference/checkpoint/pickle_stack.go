package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
)

// corrupt makes an error for a pickle that breaks the rules of pickles.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// take returns the next n bytes.
func (u *unpickler) take(n uint64) ([]byte, error) {
	if n > uint64(len(u.data)-u.pos) {
		return nil, corrupt("the pickle ends inside it")
	}
	b := u.data[u.pos : u.pos+int(n)]
	u.pos += int(n)
	return b, nil
}

func (u *unpickler) byte() (byte, error) {
	b, err := u.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// uint reads a little-endian number of width bytes.
func (u *unpickler) uint(width int) (uint64, error) {
	b, err := u.take(uint64(width))
	if err != nil {
		return 0, err
	}
	var buf [8]byte
	copy(buf[:], b)
	return binary.LittleEndian.Uint64(buf[:]), nil
}

// line returns the text up to the next line feed.
func (u *unpickler) line() (string, error) {
	n := bytes.IndexByte(u.data[u.pos:], '\n')
	if n < 0 {
		return "", corrupt("the pickle ends inside it")
	}
	s := string(u.data[u.pos : u.pos+n])
	u.pos += n + 1
	return s, nil
}

func (u *unpickler) push(v any) error {
	u.stack = append(u.stack, v)
	return nil
}

func (u *unpickler) pop() (any, error) {
	if len(u.stack) == 0 {
		return nil, corrupt("the stack is empty")
	}
	v := u.stack[len(u.stack)-1]
	if _, ok := v.(mark); ok {
		return nil, corrupt("a mark stands where a value should")
	}
	u.stack = u.stack[:len(u.stack)-1]
	return v, nil
}

// top returns the last value without taking it.
func (u *unpickler) top() (any, error) {
	v, err := u.pop()
	if err != nil {
		return nil, err
	}
	return v, u.push(v)
}

// popMark takes all values above the last mark, and the mark.
func (u *unpickler) popMark() ([]any, error) {
	for i := len(u.stack) - 1; i >= 0; i-- {
		if _, ok := u.stack[i].(mark); ok {
			items := append([]any(nil), u.stack[i+1:]...)
			u.stack = u.stack[:i]
			return items, nil
		}
	}
	return nil, corrupt("there is no mark")
}

// popN takes the last n values.
func (u *unpickler) popN(n int) ([]any, error) {
	items := make([]any, n)
	for i := n - 1; i >= 0; i-- {
		v, err := u.pop()
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return items, nil
}

// memory runs the instructions that store and recall values.
func (u *unpickler) memory(op byte) (bool, error) {
	switch op {
	case opGet, opPut:
		s, err := u.line()
		if err != nil {
			return true, err
		}
		n, err := strconv.ParseUint(s, 10, 63)
		if err != nil {
			return true, corrupt("%q is not a memo index", s)
		}
		return true, u.memoOp(op == opPut, n)
	case opBinGet, opBinPut, opLongBinGet, opLongBinPut:
		width := 1
		if op == opLongBinGet || op == opLongBinPut {
			width = 4
		}
		n, err := u.uint(width)
		if err != nil {
			return true, err
		}
		return true, u.memoOp(op == opBinPut || op == opLongBinPut, n)
	case opMemoize:
		return true, u.memoOp(true, uint64(len(u.memo)))
	}
	return false, nil
}

func (u *unpickler) memoOp(put bool, index uint64) error {
	if !put {
		v, ok := u.memo[index]
		if !ok {
			return corrupt("nothing was stored under %d", index)
		}
		return u.push(v)
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	u.memo[index] = v
	return nil
}
