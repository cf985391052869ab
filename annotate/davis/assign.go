package davis

import "math"

// Assign returns, for each row of a matrix of scores, the column that it is
// paired with, -1 for none, so that each column is taken once and the sum of
// the scores is largest.
//
// Source: H. W. Kuhn, "The Hungarian method for the assignment problem", 1955,
// in the form with potentials (shortest augmenting paths).
func Assign(score [][]float64) []int {
	n := len(score)
	if n == 0 {
		return nil
	}
	m := max(n, len(score[0])) // columns beyond the matrix stand for none
	cost := func(i, j int) float64 {
		if j > len(score[0]) {
			return 0
		}
		return -score[i-1][j-1]
	}
	rowPotential, colPotential := make([]float64, n+1), make([]float64, m+1)
	rowOf, way := make([]int, m+1), make([]int, m+1)
	for i := 1; i <= n; i++ {
		rowOf[0] = i
		least, used := make([]float64, m+1), make([]bool, m+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		at := 0
		for rowOf[at] != 0 {
			used[at] = true
			row, next, delta := rowOf[at], 0, math.Inf(1)
			for j := 1; j <= m; j++ {
				if used[j] {
					continue
				}
				if c := cost(row, j) - rowPotential[row] - colPotential[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := 0; j <= m; j++ {
				if used[j] {
					rowPotential[rowOf[j]] += delta
					colPotential[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			rowOf[at] = rowOf[way[at]]
			at = way[at]
		}
	}
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	for j := 1; j <= len(score[0]); j++ {
		if rowOf[j] > 0 {
			out[rowOf[j]-1] = j - 1
		}
	}
	return out
}
