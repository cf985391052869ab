// Package icons holds the symbols that the toolkit has not got: those of the
// tools and of tracking. They take the colour of the text around them.
package icons

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The symbols.
var (
	Add      = icon("add", ring+`<path d="M11 7.5h2v9h-2z"/><path d="M7.5 11h9v2h-9z"/>`)
	Remove   = icon("remove", ring+`<path d="M7.5 11h9v2h-9z"/>`)
	Box      = icon("box", `<path d="M4 4h6v2H6v4H4z"/><path d="M14 4h6v6h-2V6h-4z"/><path d="M4 14h2v4h4v2H4z"/><path d="M18 14h2v6h-6v-2h4z"/>`)
	Brush    = icon("brush", `<path d="M20.7 3.3a1.6 1.6 0 0 0-2.3 0l-8.6 8.6 2.3 2.3 8.6-8.6a1.6 1.6 0 0 0 0-2.3z"/><path d="M8.6 13.2a3.4 3.4 0 0 0-3.4 3.4c0 1.2-.9 2.2-2.2 2.4 1 1.3 2.500 2 4.100 2a4.500 4.500 0 0 0 4.500-4.500c0-1.800-1.300-3.300-3-3.300z"/>`)
	Eraser   = icon("eraser", `<path d="M14.200 3.600 3.600 14.200a2 2 0 0 0 0 2.800l3.400 3.400h5.200l8.200-8.200a2 2 0 0 0 0-2.800l-5.800-5.800a2 2 0 0 0-2.400 0zM7.800 18.400 5 15.600l4.600-4.600 5.200 5.200-2.200 2.200z"/><path d="M14 18.400h7v2h-7z"/>`)
	Polygon  = icon("polygon", `<path d="M12 2.500L21.500 9.500L18 20.500H6L2.500 9.500ZM12 5L5 10.300L7.500 18.500H16.500L19 10.300Z"/>`)
	Lasso    = icon("lasso", `<path d="M12 3C17.500 3 21.500 6 21.500 9.500C21.500 13 17.500 16 12 16C6.500 16 2.500 13 2.500 9.500C2.500 6 6.500 3 12 3ZM12 5C7.600 5 4.500 7.200 4.500 9.500C4.500 11.800 7.600 14 12 14C16.400 14 19.500 11.800 19.500 9.500C19.500 7.200 16.400 5 12 5Z"/><path d="M6.500 14.500L8.500 15.500C8.800 18 8 20.200 5.500 21.700L4.500 20C6.300 18.900 6.700 17 6.500 14.500Z"/>`)
	Edge     = icon("edge", `<path d="M3 3H13C10.500 5 13.500 7 11.500 9C9.500 11 14 12.500 12 15C10.500 17 13 19 11.500 21H3ZM5 5V19H9.700C9.700 17.500 9 16.200 10.200 14.500C11.500 12.700 7.500 11.500 9.700 8.200C10.600 7 9.500 6 9.700 5Z"/><path d="M16 4H18V6H16ZM17 8H19V10H17ZM16 12H18V14H16ZM17 16H19V18H17Z"/>`)
	Magnet   = icon("magnet", `<path d="M4.500 4H9V12C9 13.700 10.300 15 12 15C13.700 15 15 13.700 15 12V4H19.500V12C19.500 16.100 16.100 19.500 12 19.500C7.900 19.500 4.500 16.100 4.500 12Z"/>`)
	Track    = icon("track", `<circle cx="5.500" cy="12" r="2.500"/><path d="M9.500 11h3v2h-3z"/><circle cx="15" cy="12" r="1.500"/><path d="M17 7.500 22 12l-5 4.500z"/>`)
	Forward  = icon("forward", `<circle cx="5.500" cy="12" r="2.500"/><path d="M9.500 11h5v2h-5z"/><path d="M14.500 7 20.500 12l-6 5z"/>`)
	Backward = icon("backward", `<circle cx="18.500" cy="12" r="2.500"/><path d="M9.500 11h5v2h-5z"/><path d="M9.500 7 3.500 12l6 5z"/>`)
	Outline  = icon("outline", ring)
)

// ring is a circle of two outlines that run in opposite directions, since the
// toolkit colours fills only and knows one fill rule.
const ring = `<path d="M21.500 12C21.500 17.247 17.247 21.500 12 21.500C6.753 21.500 2.500 17.247 2.500 12C2.500 6.753 6.753 2.500 12 2.500C17.247 2.500 21.500 6.753 21.500 12Z` +
	`M19.500 12C19.500 7.858 16.142 4.500 12 4.500C7.858 4.500 4.500 7.858 4.500 12C4.500 16.142 7.858 19.500 12 19.500C16.142 19.500 19.500 16.142 19.500 12Z"/>`

func icon(name, body string) fyne.Resource {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">` + body + `</svg>`
	return theme.NewThemedResource(fyne.NewStaticResource("masklet-"+name+".svg", []byte(svg)))
}
