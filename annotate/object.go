package annotate

// ObjectID names one tracked instance within a document; IDs start at 1.
type ObjectID int

// ClassID names a class within a document; IDs start at 1, 0 means none.
type ClassID int

// Object is one tracked instance.
type Object struct {
	ID     ObjectID
	Label  string  // free text; the class name is used where it is empty
	Class  ClassID // 0: no class
	Color  Color
	Hidden bool // not drawn; still tracked and exported
}

// Class is a category of objects.
type Class struct {
	ID    ClassID
	Name  string
	Color Color
	Key   string // the key that puts an object into it, as it is typed, such as "d"; "" none
}

// Color is an opaque sRGB colour.
type Color struct{ R, G, B uint8 }

// palette holds the object colours of Meta's SAM 2 demo, which labelers know.
var palette = [...]Color{
	{0x38, 0x80, 0xF3}, {0xF0, 0xAA, 0x19}, {0x00, 0xD2, 0xBE},
	{0x28, 0xD2, 0x32}, {0x87, 0x73, 0xFF}, {0x00, 0xC8, 0xF0},
	{0xFA, 0x87, 0x19}, {0xE6, 0x19, 0x3B}, {0xFA, 0x7D, 0xC8},
}

// PaletteColor returns the colour of the object or class with number id
// (from 1); colours repeat after nine.
func PaletteColor(id int) Color {
	n := len(palette)
	return palette[((id-1)%n+n)%n]
}

// FrameKey names one object on one frame.
type FrameKey struct {
	Object ObjectID
	Frame  int
}

// Range is a stretch of frames, both ends included.
type Range struct{ First, Last int }

// Len returns the number of frames, 0 if Last is before First.
func (r Range) Len() int { return max(0, r.Last-r.First+1) }

// Contains reports whether frame lies in the range.
func (r Range) Contains(frame int) bool { return frame >= r.First && frame <= r.Last }

// Source says where a mask came from.
type Source string

// The sources of a mask.
const (
	Tracked  Source = "tracked"  // propagated by an engine
	Prompted Source = "prompted" // an engine's answer to clicks or a box on this frame
	Painted  Source = "painted"  // drawn by the user
	Imported Source = "imported" // read from a file
	Warped   Source = "warped"   // moved with the picture from the tracked frames around it
)

// Result is the mask of one object on one frame and how much it is worth. It
// is a value: replaced, never changed.
type Result struct {
	Mask       MaskRef
	Area       int     // pixels that are on; 0 means not visible
	Confidence float64 // 0..1: how likely the mask is good (below 0.5: review)
	Score      float64 // the engine's object score (logit for SAM 2; above 0 visible)
	IoU        float64 // the engine's own estimate of the mask's IoU, 0..1; 0 unknown
	Source     Source
	Engine     string // engine and model, for example "builtin" or "sam2.1-tiny-1024"
}

// NewResult returns a result that holds m in memory, with its area.
func NewResult(m Mask, confidence float64, source Source, engine string) Result {
	return Result{Mask: InMemory(m), Area: m.Area(), Confidence: confidence, Source: source, Engine: engine}
}

// MaskRef is a mask that may still be on disk. Load is safe for concurrent
// use; it returns the mask or the error of reading it.
type MaskRef interface {
	Load() (Mask, error)
}

// InMemory returns a reference to a mask that is already loaded.
func InMemory(m Mask) MaskRef { return memoryMask{m} }

type memoryMask struct{ m Mask }

func (r memoryMask) Load() (Mask, error) { return r.m, nil }
