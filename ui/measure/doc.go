// Package measure measures the program itself: how fast its engines are, and how
// many clicks an annotator needs with them. It prints nothing but progress.
package measure
