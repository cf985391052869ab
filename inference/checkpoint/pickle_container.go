package checkpoint

// container runs the instructions that make and fill tuples, lists,
// dictionaries and sets.
func (u *unpickler) container(op byte) (bool, error) {
	switch op {
	case opEmptyTuple:
		return true, u.push(tuple{})
	case opEmptyList:
		return true, u.push(&list{})
	case opEmptyDict:
		return true, u.push(&dict{})
	case opEmptySet:
		return true, u.push(opaque{})
	case opTuple1, opTuple2, opTuple3:
		items, err := u.popN(int(op-opTuple1) + 1)
		if err != nil {
			return true, err
		}
		return true, u.push(tuple(items))
	case opTuple, opList, opDict, opFrozenSet:
		return true, u.fromMark(op)
	case opAppend, opSetItem:
		return true, u.fillOne(op)
	case opAppends, opSetItems, opAddItems:
		items, err := u.popMark()
		if err != nil {
			return true, err
		}
		return true, u.fill(op, items)
	}
	return false, nil
}

// fromMark makes a container of all values above the last mark.
func (u *unpickler) fromMark(op byte) error {
	items, err := u.popMark()
	if err != nil {
		return err
	}
	switch op {
	case opTuple:
		return u.push(tuple(items))
	case opList:
		return u.push(&list{items: items})
	case opFrozenSet:
		return u.push(opaque{})
	}
	d := &dict{}
	if err := d.set(items); err != nil {
		return err
	}
	return u.push(d)
}

func (u *unpickler) fillOne(op byte) error {
	n := 1
	if op == opSetItem {
		n = 2
	}
	items, err := u.popN(n)
	if err != nil {
		return err
	}
	return u.fill(op, items)
}

// fill adds items to the container on top of the stack.
func (u *unpickler) fill(op byte, items []any) error {
	v, err := u.top()
	if err != nil {
		return err
	}
	switch c := v.(type) {
	case *list:
		if op == opAppend || op == opAppends {
			c.items = append(c.items, items...)
			return nil
		}
	case *dict:
		if op == opSetItem || op == opSetItems {
			return c.set(items)
		}
	case opaque:
		if op == opAddItems {
			return nil
		}
	}
	return corrupt("items are added to a %T", v)
}

// set adds keys and values that alternate.
func (d *dict) set(items []any) error {
	if len(items)%2 != 0 {
		return corrupt("a dictionary's key has no value")
	}
	for i := 0; i < len(items); i += 2 {
		d.keys = append(d.keys, items[i])
		d.values = append(d.values, items[i+1])
	}
	return nil
}

// get returns the value last set for a text key.
func (d *dict) get(key string) (any, bool) {
	for i := len(d.keys) - 1; i >= 0; i-- {
		if d.keys[i] == any(key) {
			return d.values[i], true
		}
	}
	return nil, false
}
