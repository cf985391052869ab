// Package actions lists what the user can do in the window, with the keys for
// it and its place in the menus.
//
// It exists so that keys, menus, hints, the list of F1 and the README say the
// same. A new shortcut is an entry in All and what it does in the window's
// bindings: two files. Tests see to it that both have the same entries, that
// each is reached by its keys and menu, and that the README shows it.
package actions

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Action is one thing to do.
type Action struct {
	// ID names the action; lines without one tell of the mouse and the like.
	ID string
	// Part is the part of the list of keys, and the menu that it stands in where
	// Menu is empty.
	Part, Menu string
	Label      string // of the menu entry
	Break      bool   // the menu has a line above it
	Keys       []Key
	Other      string // stands in the list of keys where there is no key
	What       string // in the list of keys; "" takes the label
	Hint       string // of its button, without the key; "" takes the label
}

// InMenu returns the menu that the action stands in; "" if it is in none.
func (a Action) InMenu() string {
	if a.Menu != "" || a.Label == "" {
		return a.Menu
	}
	return a.Part
}

// Shown returns the keys as text, for the list of keys; "" if there is none.
func (a Action) Shown() string {
	if a.Other != "" {
		return a.Other
	}
	var shown []string
	for _, k := range a.Keys {
		if !k.Silent {
			shown = append(shown, k.String())
		}
	}
	return strings.Join(shown, "  ")
}

// Does returns what the action does, in lower case.
func (a Action) Does() string {
	if a.What != "" {
		return a.What
	}
	first, n := utf8.DecodeRuneInString(a.Label)
	return strings.TrimSuffix(string(unicode.ToLower(first))+a.Label[n:], " ...")
}

// Of returns the action of an ID. An unknown one is a mistake in the program.
func Of(id string) Action {
	all := All()
	i := slices.IndexFunc(all, func(a Action) bool { return a.ID == id })
	if i < 0 || id == "" {
		panic(fmt.Sprintf("no action %q", id))
	}
	return all[i]
}

// Hint says what the button of an action does, with its key.
func Hint(id string) string {
	a := Of(id)
	if a.Hint == "" {
		return Keyed(id, strings.TrimSuffix(a.Label, " ..."))
	}
	return Keyed(id, a.Hint)
}

// Keyed returns a text with the first key of an action behind it.
func Keyed(id, text string) string {
	if a := Of(id); len(a.Keys) > 0 {
		return text + " (" + a.Keys[0].String() + ")"
	}
	return text
}

// Part is a part of the list of keys.
type Part struct {
	Title string
	Lines []Action
}

// Listed returns the list of keys: the actions that have one, part by part.
func Listed() []Part {
	var parts []Part
	for _, a := range All() {
		if a.Shown() == "" {
			continue
		}
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Title == a.Part })
		if i < 0 {
			i = len(parts)
			parts = append(parts, Part{Title: a.Part})
		}
		parts[i].Lines = append(parts[i].Lines, a)
	}
	return parts
}

// Markdown returns the list of keys as the README shows it.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| | |\n|---|---|\n")
	for _, p := range Listed() {
		var lines []string
		for _, a := range p.Lines {
			lines = append(lines, fmt.Sprintf("**%s** %s", strings.ReplaceAll(a.Shown(), "|", `\|`), a.Does()))
		}
		fmt.Fprintf(&b, "| %s | %s |\n", p.Title, strings.Join(lines, " · "))
	}
	return strings.ReplaceAll(b.String(), "Cmd+", "Ctrl+")
}
