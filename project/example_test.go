package project_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
)

// A project is on the disk as soon as something is done; there is no Save.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "clip.mp4.masklet")

	p, err := project.Create(ctx, path, project.Media{AbsPath: filepath.Join(folder, "clip.mp4"), W: 640, H: 360, Frames: 72})
	if err != nil {
		log.Fatal(err)
	}
	doc := p.Document()
	dog := annotate.Object{ID: doc.NextObjectID(), Label: "dog"}
	p.History().Do(annotate.Change{Name: "New object", Edits: []annotate.Edit{doc.SetObject(dog)}})
	if err := p.Close(); err != nil { // waits until everything is written
		log.Fatal(err)
	}

	again, err := project.Open(ctx, path)
	if err != nil {
		log.Fatal(err)
	}
	defer again.Close()
	undo, _ := again.History().CanUndo()
	fmt.Println(again.Document().Name(dog.ID), "- to undo:", undo)
	// Output: dog - to undo: New object
}
