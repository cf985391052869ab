package checkpoint

import (
	"fmt"
	"strconv"
)

// control runs the instructions that steer: protocol, stack, functions.
func (u *unpickler) control(op byte) (bool, error) {
	switch op {
	case opProto:
		v, err := u.byte()
		if err == nil && v > 5 {
			err = fmt.Errorf("%w: pickle protocol %d", ErrFormat, v)
		}
		return true, err
	case opFrame:
		_, err := u.take(8)
		return true, err
	case opMark:
		return true, u.push(mark{})
	case opPop:
		return true, u.popOne()
	case opPopMark:
		_, err := u.popMark()
		return true, err
	case opDup:
		v, err := u.top()
		if err != nil {
			return true, err
		}
		return true, u.push(v)
	case opGlobal, opStackGlobal:
		return true, u.global(op)
	case opReduce:
		return true, u.reduce()
	case opBuild:
		return true, u.build()
	case opBinPersID:
		id, err := u.pop()
		if err != nil {
			return true, err
		}
		v, err := u.load.persistent(id)
		if err != nil {
			return true, err
		}
		return true, u.push(v)
	}
	return false, nil
}

// popOne drops the last value, which here may be a mark.
func (u *unpickler) popOne() error {
	if len(u.stack) == 0 {
		return corrupt("the stack is empty")
	}
	u.stack = u.stack[:len(u.stack)-1]
	return nil
}

// global pushes the name of a function or class. A name that is not allowed is
// refused here, before anything could be done with it.
func (u *unpickler) global(op byte) error {
	var g global
	if op == opGlobal {
		var err error
		if g.module, err = u.line(); err != nil {
			return err
		}
		if g.name, err = u.line(); err != nil {
			return err
		}
	} else {
		parts, err := u.popN(2)
		if err != nil {
			return err
		}
		module, ok1 := parts[0].(string)
		name, ok2 := parts[1].(string)
		if !ok1 || !ok2 {
			return corrupt("a global's name is not text")
		}
		g = global{module, name}
	}
	if !allowed(g) {
		return fmt.Errorf("%w: it asks for %s.%s, and only tensors are read from a checkpoint, nothing is run", ErrUnsafe, clip(g.module), clip(g.name))
	}
	return u.push(g)
}

// clip keeps text from a file printable and short.
func clip(s string) string {
	if len(s) > 60 {
		s = s[:60] + "..."
	}
	q := strconv.QuoteToASCII(s)
	return q[1 : len(q)-1]
}

func (u *unpickler) reduce() error {
	parts, err := u.popN(2)
	if err != nil {
		return err
	}
	fn, ok := parts[0].(global)
	if !ok {
		return fmt.Errorf("%w: it calls something that is not a known function", ErrUnsafe)
	}
	args, ok := parts[1].(tuple)
	if !ok {
		return corrupt("a function's arguments are not a tuple")
	}
	v, err := u.load.call(fn, args)
	if err != nil {
		return err
	}
	return u.push(v)
}

// build drops the attributes that Python would set on a dictionary
// (state_dict sets _metadata); anything else has none.
func (u *unpickler) build() error {
	parts, err := u.popN(2)
	if err != nil {
		return err
	}
	if _, ok := parts[0].(*dict); !ok {
		return fmt.Errorf("%w: it sets attributes of something that is not a dictionary", ErrUnsafe)
	}
	return u.push(parts[0])
}
