// Package ckpttest makes checkpoints for tests: files in both formats with
// weights that follow from their names, for models as small as a test wants
// them. Only tests import it, so the program does not carry it.
package ckpttest
