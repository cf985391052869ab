package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// look is the program's theme: calm greys around the picture, one accent
// colour, and less padding than the toolkit's own, since room is for the video.
type look struct{ light bool }

// sizeTitle is the size of the program's name on the welcome screen.
const sizeTitle fyne.ThemeSizeName = "title"

type shades map[fyne.ThemeColorName]color.NRGBA

func grey(v uint8) color.NRGBA { return color.NRGBA{v, v, v, 255} }

var accent = color.NRGBA{0x38, 0x80, 0xF3, 255}

var dark = shades{
	theme.ColorNameBackground:        {0x20, 0x22, 0x26, 255},
	theme.ColorNameHeaderBackground:  {0x2A, 0x2C, 0x31, 255},
	theme.ColorNameOverlayBackground: {0x2A, 0x2C, 0x31, 255},
	theme.ColorNameMenuBackground:    {0x2E, 0x31, 0x37, 255},
	theme.ColorNameInputBackground:   {0x18, 0x1A, 0x1D, 255},
	theme.ColorNameInputBorder:       {0x5A, 0x60, 0x6B, 255},
	theme.ColorNameButton:            {0x33, 0x36, 0x3D, 255},
	theme.ColorNameDisabledButton:    {0x2A, 0x2C, 0x31, 255},
	theme.ColorNameForeground:        {0xE4, 0xE6, 0xEA, 255},
	theme.ColorNamePlaceHolder:       {0x98, 0x9D, 0xA8, 255},
	theme.ColorNameDisabled:          {0x85, 0x8B, 0x97, 255},
	theme.ColorNameSeparator:         {0x34, 0x37, 0x3D, 255},
	theme.ColorNameHover:             {0xFF, 0xFF, 0xFF, 16},
	theme.ColorNamePressed:           {0xFF, 0xFF, 0xFF, 36},
	theme.ColorNameFocus:             {0x38, 0x80, 0xF3, 90},
	theme.ColorNameSelection:         {0x38, 0x80, 0xF3, 70},
	theme.ColorNameScrollBar:         {0xFF, 0xFF, 0xFF, 70},
	theme.ColorNameShadow:            {0, 0, 0, 90},
}

var light = shades{
	theme.ColorNameBackground:        {0xF4, 0xF5, 0xF7, 255},
	theme.ColorNameHeaderBackground:  {0xE9, 0xEB, 0xEF, 255},
	theme.ColorNameOverlayBackground: {0xFF, 0xFF, 0xFF, 255},
	theme.ColorNameMenuBackground:    {0xFF, 0xFF, 0xFF, 255},
	theme.ColorNameInputBackground:   {0xFF, 0xFF, 0xFF, 255},
	theme.ColorNameInputBorder:       {0x9D, 0xA4, 0xB0, 255},
	theme.ColorNameButton:            {0xE1, 0xE4, 0xEA, 255},
	theme.ColorNameDisabledButton:    {0xEC, 0xEE, 0xF1, 255},
	theme.ColorNameForeground:        {0x1E, 0x22, 0x2A, 255},
	theme.ColorNamePlaceHolder:       {0x62, 0x69, 0x75, 255},
	theme.ColorNameDisabled:          {0x80, 0x87, 0x93, 255},
	theme.ColorNameSeparator:         {0xD8, 0xDB, 0xE1, 255},
	theme.ColorNameHover:             {0, 0, 0, 14},
	theme.ColorNamePressed:           {0, 0, 0, 30},
	theme.ColorNameFocus:             {0x38, 0x80, 0xF3, 80},
	theme.ColorNameSelection:         {0x38, 0x80, 0xF3, 60},
	theme.ColorNameScrollBar:         {0, 0, 0, 80},
	theme.ColorNameShadow:            {0, 0, 0, 50},
}

// railLook is the theme of sliders: their rail, which the toolkit draws in the
// colour of text fields, is to be seen on every background.
type railLook struct{}

// Color implements fyne.Theme.
func (railLook) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == theme.ColorNameInputBackground {
		n = theme.ColorNameInputBorder
	}
	return now().Color(n, v)
}

// Font implements fyne.Theme.
func (railLook) Font(s fyne.TextStyle) fyne.Resource { return now().Font(s) }

// Icon implements fyne.Theme.
func (railLook) Icon(n fyne.ThemeIconName) fyne.Resource { return now().Icon(n) }

// Size implements fyne.Theme.
func (railLook) Size(n fyne.ThemeSizeName) float32 { return now().Size(n) }

func now() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// common holds the colours that are the same in both themes.
var common = shades{
	theme.ColorNamePrimary:             accent,
	theme.ColorNameHyperlink:           accent,
	theme.ColorNameForegroundOnPrimary: grey(255),
	theme.ColorNameForegroundOnError:   grey(255),
	theme.ColorNameForegroundOnWarning: grey(20),
	theme.ColorNameForegroundOnSuccess: grey(255),
	theme.ColorNameError:               {0xE6, 0x19, 0x3B, 255},
	theme.ColorNameWarning:             {0xF0, 0xAA, 0x19, 255},
	theme.ColorNameSuccess:             {0x2F, 0xB3, 0x6A, 255},
}

// Color implements fyne.Theme.
func (l look) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	own, variant := dark, theme.VariantDark
	if l.light {
		own, variant = light, theme.VariantLight
	}
	if c, ok := common[n]; ok {
		return c
	}
	if c, ok := own[n]; ok {
		return c
	}
	return theme.DefaultTheme().Color(n, variant)
}

// Font implements fyne.Theme.
func (l look) Font(s fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(s) }

// Icon implements fyne.Theme.
func (l look) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size implements fyne.Theme.
func (l look) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case sizeTitle:
		return 34
	case theme.SizeNameText:
		return 13
	case theme.SizeNameInnerPadding:
		return 7
	case theme.SizeNameInlineIcon:
		return 18
	case theme.SizeNameSubHeadingText:
		return 16
	case theme.SizeNameHeadingText:
		return 22
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 5
	}
	return theme.DefaultTheme().Size(n)
}
