package onnxgraph

import "fmt"

func layerName(prefix string, i int) string { return fmt.Sprintf("%s.layers.%d", prefix, i) }
