package window

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
)

// binding is what an action does, when its menu entry can be chosen (nil:
// always), and, of one that is on or off, whether it is on.
type binding struct {
	do  func()
	can func() bool
	on  func() bool
	now func() string // the label that stands for the action's at the moment; "" keeps it
}

// bindings says of every action (package actions) what it does.
func (w *Window) bindings() map[string]binding {
	c, open := w.c, w.c.IsOpen
	selected := func() bool { return c.Selected() != 0 }
	several := func() bool { return selected() && len(c.Others()) > 0 }
	idle := func() bool { return c.CanTrack() && !c.Tracking() }
	when := func(can func() bool, do func()) binding { return binding{do: do, can: can} }
	tool := func(t controller.Tool) binding {
		return binding{do: func() { c.SetTool(t) }, can: open, on: func() bool { return c.Tool() == t }}
	}
	track := func(d inference.Direction) binding { return when(idle, func() { c.TrackAll(d) }) }
	mend := func(name string, f func(annotate.Mask) annotate.Mask) binding {
		return when(selected, func() { c.MendMask(name, f) })
	}
	panel := func(i int) binding { return when(open, func() { w.tabs.SelectIndex(i) }) }
	view := func(f func(*controller.ViewOptions)) func() {
		return func() {
			v := c.View()
			f(&v)
			c.SetView(v)
		}
	}
	option := func(of func(*controller.ViewOptions) *bool) binding {
		return binding{
			do: view(func(v *controller.ViewOptions) { *of(v) = !*of(v) }),
			on: func() bool { v := c.View(); return *of(&v) },
		}
	}
	named := func(name string, of func() (string, bool), do func()) binding {
		return binding{do: do, can: func() bool { _, ok := of(); return ok }, now: func() string {
			if what, ok := of(); ok {
				return name + " " + lowerFirst(what)
			}
			return ""
		}}
	}
	return map[string]binding{
		"open":          when(nil, w.showOpen),
		"open-folder":   when(nil, w.showOpenFolder),
		"open-clips":    when(nil, w.showOpenClips),
		"next-clip":     when(w.hasClips, func() { c.Shelf.Go(1) }),
		"previous-clip": when(w.hasClips, func() { c.Shelf.Go(-1) }),
		"clip-checked":  {do: c.Shelf.ToggleChecked, can: open, on: c.Shelf.Checked},
		"export-all":    when(w.hasClips, w.showExportAll),
		"open-sample":   when(func() bool { return w.conf.Sample != nil }, w.openSample),
		"close-video":   when(open, c.CloseClip),
		"export":        when(c.HasMasks, w.showExport),
		"import":        when(open, w.showImport),
		"save-copy":     when(open, w.showSaveCopy),
		"quit":          when(nil, w.Quit),

		"undo":          named("Undo", c.CanUndo, w.undo),
		"redo":          named("Redo", c.CanRedo, c.Redo),
		"delete-point":  when(open, c.DeletePoint),
		"clear-prompts": when(open, c.ClearPrompt),

		"previous-frame":    when(open, func() { c.Step(-1) }),
		"next-frame":        when(open, func() { c.Step(1) }),
		"ten-back":          when(open, func() { c.Step(-10) }),
		"ten-on":            when(open, func() { c.Step(10) }),
		"first-frame":       when(open, func() { c.GoTo(0) }),
		"last-frame":        when(open, func() { c.GoTo(c.Frames() - 1) }),
		"previous-keyframe": when(open, c.PrevKeyframe),
		"next-keyframe":     when(open, c.NextKeyframe),
		"next-cut":          when(open, c.NextCut),
		"go-to":             when(open, func() { w.transport.FocusFrame(w.win.Canvas()) }),
		"play":              when(open, c.TogglePlay),
		"set-in":            when(open, c.SetIn),
		"set-out":           when(open, c.SetOut),
		"clear-range":       when(func() bool { return c.Document().RangeSet() }, c.ClearRange),

		"tool-add":      tool(controller.ToolAdd),
		"tool-remove":   tool(controller.ToolRemove),
		"tool-box":      tool(controller.ToolBox),
		"tool-brush":    tool(controller.ToolBrush),
		"tool-eraser":   tool(controller.ToolEraser),
		"tool-polygon":  tool(controller.ToolPolygon),
		"tool-lasso":    tool(controller.ToolLasso),
		"tool-edge":     tool(controller.ToolEdge),
		"snap":          {do: func() { c.SetSnap(!c.Snap()) }, can: open, on: c.Snap},
		"other-mask":    when(open, c.OtherMask),
		"smaller-brush": when(open, func() { c.SetBrush(c.Brush() / 1.25) }),
		"larger-brush":  when(open, func() { c.SetBrush(c.Brush() * 1.25) }),
		"give-up":       when(open, w.escape),

		"new-object":      when(open, c.AddObject),
		"rename":          when(selected, w.rename),
		"color":           when(selected, w.pickSelectedColor),
		"class-key":       when(selected, w.classByKey),
		"attributes":      when(selected, w.showAttributes),
		"hide":            when(selected, w.toggleHidden),
		"previous-object": when(selected, func() { c.SelectNext(-1) }),
		"next-object":     when(selected, func() { c.SelectNext(1) }),
		"fill-holes":      mend("Fill holes", annotate.Mask.FillHoles),
		"drop-specks":     mend("Remove specks", annotate.Mask.WithoutSpecks),
		"largest-piece":   mend("Keep the largest piece", annotate.Mask.LargestPiece),
		"grow":            mend("Grow by a pixel", func(m annotate.Mask) annotate.Mask { return m.Grown(true) }),
		"shrink":          mend("Shrink by a pixel", func(m annotate.Mask) annotate.Mask { return m.Grown(false) }),
		"copy-mask":       when(selected, func() { c.CopyMask(1) }),
		"copy-on":         when(selected, c.CopyOn),
		"interpolate":     when(selected, c.Interpolate),
		"join":            when(several, w.pickOther("Join", "Which object's track is a part of this one's?", c.JoinWith)),
		"split":           when(selected, c.SplitHere),
		"swap":            when(several, w.pickOther("Swap", "With which object is it exchanged from this frame on?", c.SwapWith)),
		"renumber":        when(selected, w.askNumber),
		"delete-object":   when(selected, func() { c.DeleteObject(c.Selected()) }),

		"track": {do: c.Track, can: c.CanTrack, now: func() string {
			if c.Tracking() {
				return "Stop"
			}
			return ""
		}},
		"track-again":    track(inference.Both),
		"track-forward":  track(inference.Forward),
		"track-backward": track(inference.Backward),
		"track-next":     when(idle, func() { c.TrackStep(inference.Forward) }),
		"track-previous": when(idle, func() { c.TrackStep(inference.Backward) }),
		"absent":         {do: c.ToggleAbsent, can: selected, on: func() bool { return c.Document().Notes(c.Selected()).Absent.Contains(c.Frame()) }},
		"occluded":       {do: c.ToggleOccluded, can: selected, on: func() bool { return c.Document().Notes(c.Selected()).Occluded.Contains(c.Frame()) }},
		"cut":            {do: func() { c.ToggleCut(c.Frame()) }, can: open, on: func() bool { return c.Document().IsCut(c.Frame()) }},
		"through-cut":    when(selected, c.ToggleThrough),
		"next-review":    when(open, c.NextReview),
		"accept":         when(open, c.Accept),
		"mark":           when(open, c.ToggleMark),
		"models":         when(func() bool { return w.conf.Models != nil }, w.showModels),

		"fit":           when(open, w.canvas.Fit),
		"actual-size":   when(open, w.canvas.Actual),
		"zoom-in":       when(open, func() { w.canvas.ZoomBy(1.25) }),
		"zoom-out":      when(open, func() { w.canvas.ZoomBy(1 / 1.25) }),
		"outline":       option(func(v *controller.ViewOptions) *bool { return &v.Outline }),
		"solo":          option(func(v *controller.ViewOptions) *bool { return &v.Solo }),
		"masks-only":    option(func(v *controller.ViewOptions) *bool { return &v.Tone.Black }),
		"tone":          when(open, w.showTone),
		"onion":         option(func(v *controller.ViewOptions) *bool { return &v.Onion }),
		"matte":         option(func(v *controller.ViewOptions) *bool { return &v.Matte }),
		"light":         option(func(v *controller.ViewOptions) *bool { return &v.Light }),
		"more-opacity":  when(open, view(func(v *controller.ViewOptions) { v.Opacity += 0.1 })),
		"less-opacity":  when(open, view(func(v *controller.ViewOptions) { v.Opacity -= 0.1 })),
		"show-objects":  panel(0),
		"show-review":   panel(1),
		"show-settings": panel(2),
		"show-classes":  panel(3),
		"timeline-in":   when(open, func() { w.timeline.Zoom(1.5) }),
		"timeline-out":  when(open, func() { w.timeline.Zoom(1 / 1.5) }),
		"timeline-fit":  when(open, w.timeline.Fit),
		"focus-picture": when(open, w.focusCanvas),
		"cursor":        {do: c.ToggleCursor, can: open, on: c.CursorOn},

		"keys":        when(nil, w.showKeys),
		"show-log":    when(w.diagnosed, w.showLog),
		"copy-report": when(w.diagnosed, w.copyReport),
		"about":       when(nil, w.showAbout),
	}
}

// do does an action.
func (w *Window) do(id string) { w.acts[id].do() }
