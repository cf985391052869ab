#!/usr/bin/env python3
"""Compares coco.json with the PNG masks of the same run, using pycocotools.

usage: check_coco.py DIR     (DIR holds coco.json and png/<object id>/<frame>.png)

Every annotation is decoded and its pixels, area and box are compared with the
PNG; every PNG that has no annotation must be empty.
"""
import contextlib
import io
import pathlib
import sys

import numpy as np
from PIL import Image
from pycocotools import mask as rle
from pycocotools.coco import COCO


def check(folder):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(folder / "coco.json"))
    todo = {(int(p.parent.name), int(p.stem)): p for p in folder.glob("png/*/*.png")}
    if not todo:
        sys.exit(f"{folder}/png holds no masks")
    categories = set(coco.getCatIds())
    for ann in coco.loadAnns(coco.getAnnIds()):
        image = coco.loadImgs(ann["image_id"])[0]
        key = (ann["track_id"], image["frame_index"])
        where = "object %d, frame %d" % key
        path = todo.pop(key, None)
        if path is None:
            sys.exit(f"{where}: an annotation without a PNG, or the second one")
        want = np.array(Image.open(path)) > 0
        got = coco.annToMask(ann).astype(bool)
        if got.shape != (image["height"], image["width"]) or got.shape != want.shape:
            sys.exit(f"{where}: sizes {got.shape} and {want.shape}")
        if not (got == want).all():
            sys.exit(f"{where}: {(got != want).sum()} pixels differ")
        encoded = coco.annToRLE(ann)
        if ann["area"] != want.sum() or ann["area"] != rle.area(encoded):
            sys.exit(f"{where}: area {ann['area']}, should be {want.sum()}")
        if list(ann["bbox"]) != box(want) or list(ann["bbox"]) != list(rle.toBbox(encoded)):
            sys.exit(f"{where}: box {ann['bbox']}, should be {box(want)}")
        if ann["iscrowd"] != 0 or ann["category_id"] not in categories:
            sys.exit(f"{where}: iscrowd or category_id is wrong")
    for key, path in todo.items():
        if np.array(Image.open(path)).any():
            sys.exit("object %d, frame %d: a mask without an annotation" % key)
    return len(coco.getAnnIds()), len(todo)


def box(mask):
    """The smallest box around the pixels: x, y, width, height."""
    ys, xs = np.nonzero(mask)
    return [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    annotations, empty = check(pathlib.Path(sys.argv[1]))
    print(f"pycocotools: {annotations} annotations and {empty} empty masks agree")
