package tables

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// A record is an edit as the file keeps it: masks and results are IDs of rows.
// The package documentation describes its JSON form.
type record struct {
	Results []resultChange `json:"results,omitempty"`

	Class   annotate.ClassID  `json:"class,omitempty"`
	Object  annotate.ObjectID `json:"object,omitempty"`
	Prompt  *frameKey         `json:"prompt,omitempty"`
	Protect *frameKey         `json:"protect,omitempty"`
	Notes   annotate.ObjectID `json:"notes,omitempty"`
	Cut     int               `json:"cut,omitempty"`
	Range   bool              `json:"range,omitempty"`
	Setting *string           `json:"setting,omitempty"`

	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// resultChange is [object, frame, result before, result after]; 0 is none.
type resultChange [4]int64

// frameKey is [object, frame].
type frameKey [2]int

func keyOf(k annotate.FrameKey) *frameKey { return &frameKey{int(k.Object), k.Frame} }

func (k frameKey) key() annotate.FrameKey {
	return annotate.FrameKey{Object: annotate.ObjectID(k[0]), Frame: k[1]}
}

type classRow struct {
	Name  string `json:"name"`
	Color color  `json:"color"`
	Key   string `json:"key,omitempty"`
}

type objectRow struct {
	Label  string           `json:"label"`
	Class  annotate.ClassID `json:"class,omitempty"`
	Color  color            `json:"color"`
	Hidden bool             `json:"hidden,omitempty"`
}

type promptRow struct {
	Points [][3]float64 `json:"points,omitempty"` // x, y, 1 positive or 0
	Box    *[4]float64  `json:"box,omitempty"`
	Mask   int64        `json:"mask,omitempty"` // ID in masks
}

type rangeRow [2]int

// raw encodes v, or nothing if it is nil.
func raw[T any](v *T) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	return json.Marshal(v)
}

// parse decodes what raw encoded.
func parse[T any](b json.RawMessage) (*T, error) {
	if len(b) == 0 {
		return nil, nil
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		return nil, err
	}
	return v, nil
}

// inverse returns the records that take rs back.
func inverse(rs []record) []record {
	out := make([]record, 0, len(rs))
	for i := len(rs) - 1; i >= 0; i-- {
		r := rs[i]
		r.Before, r.After = r.After, r.Before
		r.Results = make([]resultChange, 0, len(rs[i].Results))
		for j := len(rs[i].Results) - 1; j >= 0; j-- {
			c := rs[i].Results[j]
			r.Results = append(r.Results, resultChange{c[0], c[1], c[3], c[2]})
		}
		out = append(out, r)
	}
	return out
}

// decodeRecords reads the edits column of a history row.
func decodeRecords(text []byte) ([]record, error) {
	var rs []record
	if err := json.Unmarshal(text, &rs); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return rs, nil
}

// color is a colour as '#RRGGBB'.
type color annotate.Color

func (c color) String() string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// MarshalText implements encoding.TextMarshaler.
func (c color) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *color) UnmarshalText(b []byte) error {
	rgb, err := hex.DecodeString(strings.TrimPrefix(string(b), "#"))
	if err != nil || len(rgb) != 3 || len(b) != 7 {
		return fmt.Errorf("colour %q is not #RRGGBB", b)
	}
	c.R, c.G, c.B = rgb[0], rgb[1], rgb[2]
	return nil
}

func classRowOf(c *annotate.Class) *classRow {
	if c == nil {
		return nil
	}
	return &classRow{text(c.Name), color(c.Color), text(c.Key)}
}

func objectRowOf(o *annotate.Object) *objectRow {
	if o == nil {
		return nil
	}
	return &objectRow{text(o.Label), o.Class, color(o.Color), o.Hidden}
}

func promptRowOf(p *annotate.Prompt, mask int64) *promptRow {
	row := &promptRow{Mask: mask}
	for _, pt := range p.Points {
		on := 0.0
		if pt.Positive {
			on = 1
		}
		row.Points = append(row.Points, [3]float64{finite(pt.X), finite(pt.Y), on})
	}
	if b := p.Box; b != nil {
		row.Box = &[4]float64{finite(b.X0), finite(b.Y0), finite(b.X1), finite(b.Y1)}
	}
	return row
}

func (r promptRow) prompt() annotate.Prompt {
	var p annotate.Prompt
	for _, pt := range r.Points {
		p.Points = append(p.Points, annotate.Point{X: pt[0], Y: pt[1], Positive: pt[2] != 0})
	}
	if b := r.Box; b != nil {
		p.Box = &annotate.Box{X0: b[0], Y0: b[1], X1: b[2], Y1: b[3]}
	}
	return p
}

// text makes s storable: JSON and SQLite must agree on it.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// finite replaces what neither JSON nor an SQLite column can hold. One bad
// number must not keep the rest of the work from being saved.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
