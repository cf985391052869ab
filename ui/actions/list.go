package actions

import "fyne.io/fyne/v2"

// All returns the actions in the order of menus and list, part by part.
func All() []Action {
	return []Action{
		{Part: "Mouse on the picture", Other: "Left click", What: "add to the object"},
		{Part: "Mouse on the picture", Other: "Right or Alt+click", What: "remove from the object"},
		{Part: "Mouse on the picture", Other: "Point, then Delete", What: "remove the point"},
		{Part: "Mouse on the picture", Other: "Hold Shift", What: "live preview under the pointer"},
		{Part: "Mouse on the picture", Other: "Wheel", What: "zoom at the pointer"},
		{Part: "Mouse on the picture", Other: "Middle or Space+drag", What: "pan"},

		{Part: "File and edit", Menu: "File", ID: "open", Label: "Open file ...", Keys: keys(ctrl(fyne.KeyO)), Hint: "Open a video or project"},
		{Part: "File and edit", Menu: "File", ID: "open-folder", Label: "Open folder of frames ...", Keys: keys(ctrlShift(fyne.KeyO)), Hint: "Open a folder of JPEG or PNG frames"},
		{Part: "File and edit", Menu: "File", ID: "open-sample", Label: "Open sample", Hint: "A short clip to try everything on"},
		{Part: "File and edit", Menu: "File", ID: "close-video", Label: "Close video", Keys: keys(ctrl(fyne.KeyW))},
		{Part: "File and edit", Menu: "File", ID: "export", Label: "Export ...", Keys: keys(ctrl(fyne.KeyE)), Hint: "Export masks", Break: true},
		{Part: "File and edit", Menu: "File", ID: "save-copy", Label: "Save a copy with the video ..."},
		{Part: "File and edit", Menu: "File", ID: "quit", Label: "Quit", Keys: keys(ctrl(fyne.KeyQ)), Break: true},

		{Part: "File and edit", Menu: "Edit", ID: "undo", Label: "Undo", Keys: keys(ctrl(fyne.KeyZ))},
		{Part: "File and edit", Menu: "Edit", ID: "redo", Label: "Redo", Keys: keys(ctrlShift(fyne.KeyZ), ctrl(fyne.KeyY))},
		{Part: "File and edit", Menu: "Edit", ID: "delete-point", Label: "Delete point", Keys: keys(named(fyne.KeyDelete), silent(named(fyne.KeyBackspace))), What: "remove the marked point", Break: true},
		{Part: "File and edit", Menu: "Edit", ID: "clear-prompts", Label: "Clear the frame's prompts", Keys: keys(ctrl(fyne.KeyDelete))},

		{Part: "Tool", ID: "tool-add", Label: "Add", Keys: keys(char('q')), What: "add points", Hint: "Click what belongs to the object"},
		{Part: "Tool", ID: "tool-remove", Label: "Remove", Keys: keys(char('w')), What: "remove points", Hint: "Click what does not belong to the object, as the right button does"},
		{Part: "Tool", ID: "tool-box", Label: "Box", Keys: keys(char('e')), Hint: "Drag a box around the object"},
		{Part: "Tool", ID: "tool-brush", Label: "Brush", Keys: keys(char('r')), Hint: "Paint the mask"},
		{Part: "Tool", ID: "tool-eraser", Label: "Eraser", Keys: keys(char('t')), Hint: "Erase from the mask"},
		{Part: "Tool", ID: "other-mask", Label: "Other mask", Keys: keys(char('c')), What: "other mask for the same click", Hint: "Another mask for the same click: a part, or something larger", Break: true},
		{Part: "Tool", ID: "smaller-brush", Label: "Smaller brush", Keys: keys(char('{')), Break: true},
		{Part: "Tool", ID: "larger-brush", Label: "Larger brush", Keys: keys(char('}'))},
		{Part: "Tool", ID: "give-up", Label: "Give up, unmark", Keys: keys(named(fyne.KeyEscape)), Break: true},

		{Part: "Frame", ID: "previous-frame", Label: "Previous frame", Keys: keys(char(','), named(fyne.KeyLeft))},
		{Part: "Frame", ID: "next-frame", Label: "Next frame", Keys: keys(char('.'), named(fyne.KeyRight))},
		// Shift with , and . gives other characters on many keyboards.
		{Part: "Frame", ID: "ten-back", Label: "Ten frames back", Keys: keys(char('<'), shift(fyne.KeyLeft), silent(char(';')))},
		{Part: "Frame", ID: "ten-on", Label: "Ten frames on", Keys: keys(char('>'), shift(fyne.KeyRight), silent(char(':')))},
		{Part: "Frame", ID: "first-frame", Label: "First frame", Keys: keys(named(fyne.KeyHome))},
		{Part: "Frame", ID: "last-frame", Label: "Last frame", Keys: keys(named(fyne.KeyEnd))},
		{Part: "Frame", ID: "previous-keyframe", Label: "Previous keyframe", Keys: keys(named(fyne.KeyPageUp)), Break: true},
		{Part: "Frame", ID: "next-keyframe", Label: "Next keyframe", Keys: keys(named(fyne.KeyPageDown))},
		{Part: "Frame", ID: "next-cut", Label: "Next scene cut"},
		{Part: "Frame", ID: "go-to", Label: "Go to frame ...", Keys: keys(ctrl(fyne.KeyG))},
		{Part: "Frame", ID: "play", Label: "Play or pause", Keys: keys(named(fyne.KeySpace)), Break: true},
		{Part: "Frame", ID: "set-in", Label: "Set in", Keys: keys(char('[')), Hint: "Set in: tracking begins at this frame", Break: true},
		{Part: "Frame", ID: "set-out", Label: "Set out", Keys: keys(char(']')), Hint: "Set out: tracking ends at this frame"},
		{Part: "Frame", ID: "clear-range", Label: "Clear in/out range", Hint: "Clear the in/out range: track the whole video"},

		{Part: "View", ID: "fit", Label: "Fit", Keys: keys(ctrl(fyne.Key0))},
		{Part: "View", ID: "actual-size", Label: "100 %", Keys: keys(ctrl(fyne.Key1))},
		{Part: "View", ID: "zoom-in", Label: "Zoom in", Keys: keys(ctrl(fyne.KeyPlus), silent(ctrl(fyne.KeyEqual)))},
		{Part: "View", ID: "zoom-out", Label: "Zoom out", Keys: keys(ctrl(fyne.KeyMinus))},
		{Part: "View", ID: "outline", Label: "Outlines only", Keys: keys(char('l')), Break: true},
		{Part: "View", ID: "onion", Label: "Onion skin", Keys: keys(char('o')), What: "onion skin of neighbours"},
		{Part: "View", ID: "light", Label: "Light theme"},
		{Part: "View", ID: "more-opacity", Label: "Stronger masks", Keys: keys(char('+'), silent(char('=')))},
		{Part: "View", ID: "less-opacity", Label: "Fainter masks", Keys: keys(char('-'))},
		{Part: "View", ID: "show-objects", Label: "Objects", Keys: keys(named(fyne.KeyF6)), Break: true},
		{Part: "View", ID: "show-review", Label: "Review", Keys: keys(named(fyne.KeyF7))},
		{Part: "View", ID: "show-settings", Label: "Settings", Keys: keys(named(fyne.KeyF8))},
		{Part: "View", ID: "timeline-in", Label: "Timeline: zoom in", Break: true},
		{Part: "View", ID: "timeline-out", Label: "Timeline: zoom out"},
		{Part: "View", ID: "timeline-fit", Label: "Timeline: whole video"},

		{Part: "Object", ID: "new-object", Label: "New object", Keys: keys(char('a'))},
		{Part: "Object", ID: "rename", Label: "Rename", Keys: keys(named(fyne.KeyF2))},
		{Part: "Object", ID: "color", Label: "Colour ..."},
		{Part: "Object", ID: "hide", Label: "Hide or show", Keys: keys(char('h')), Hint: "Hide or show its mask"},
		{Part: "Object", ID: "previous-object", Label: "Previous object", Keys: keys(named(fyne.KeyUp)), Break: true},
		{Part: "Object", ID: "next-object", Label: "Next object", Keys: keys(named(fyne.KeyDown))},
		{Part: "Object", Other: "1 ... 9, 0", What: "choose the object"},
		{Part: "Object", ID: "delete-object", Label: "Delete object", Keys: keys(ctrlShift(fyne.KeyDelete)), Hint: "Delete it with its masks", Break: true},

		{Part: "Track", ID: "track", Label: "Track", Keys: keys(ctrl(fyne.KeyT)), What: "track, or stop", Hint: "Track both ways, or again what corrections affect"},
		{Part: "Track", ID: "track-again", Label: "Track everything again", Keys: keys(ctrlShift(fyne.KeyT))},
		{Part: "Track", ID: "track-forward", Label: "Forward only", Keys: keys(char('f')), Hint: "Track forward only"},
		{Part: "Track", ID: "track-backward", Label: "Backward only", Keys: keys(char('b')), Hint: "Track backward only"},
		{Part: "Track", ID: "next-review", Label: "Next frame to review", Keys: keys(char('n')), Break: true},
		{Part: "Track", ID: "accept", Label: "Accept frame", Keys: keys(named(fyne.KeyReturn), silent(named(fyne.KeyEnter))), What: "accept (protect) frame", Hint: "Accept the frame: tracking does not change it"},
		{Part: "Track", ID: "mark", Label: "Mark frame", Keys: keys(char('k')), What: "mark frame for review", Hint: "Mark the frame for review"},
		{Part: "Track", ID: "models", Label: "Models ...", Keys: keys(ctrl(fyne.KeyM)), Break: true},

		{Part: "Without a mouse", Other: "Tab, Shift+Tab", What: "next, previous control"},
		{Part: "Without a mouse", Menu: "View", ID: "focus-picture", Label: "Keys go to the picture", Keys: keys(ctrl(fyne.KeyP)), Break: true},
		{Part: "Without a mouse", Menu: "View", ID: "cursor", Label: "Keyboard cursor", Keys: keys(char('x')), What: "cursor on the picture"},
		{Part: "Without a mouse", Other: "Arrows", What: "move it (Shift: one pixel)"},
		{Part: "Without a mouse", Other: "Enter", What: "use the tool at the cursor"},
		{Part: "Without a mouse", Other: "+, -", What: "add, remove a point there"},

		{Part: "Without a mouse", Menu: "Help", ID: "keys", Label: "Keys and mouse", Keys: keys(named(fyne.KeyF1))},
		{Part: "Help", ID: "about", Label: "About Masklet"},
	}
}
