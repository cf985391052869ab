package lock

import "os"

const windows = true

// RemoveIndex removes the index that a reader made of a log. Windows refuses
// while another program has it open.
func (l *Lock) RemoveIndex(name string) { os.Remove(name) }
