#!/usr/bin/env python3
"""Prints the temporal instability T of the masks in a folder of PNGs, by the definition.

usage: check_stability.py DIR

Source: F. Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for
Video Object Segmentation", CVPR 2016, section 4; S. Belongie et al., "Shape
matching and object recognition using shape contexts", PAMI 2002. Contours are
OpenCV's, simplified to 3 pixels, with a point every 3 pixels.
"""
import pathlib
import sys

import cv2
import numpy as np

STEP, RINGS, SECTORS = 3, np.logspace(np.log10(1 / 8), np.log10(2), 5), 12


def contour(mask):
    """Points along the longest outer contour, on the edges of pixels rather than their centres."""
    big = cv2.resize(mask, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    found, _ = cv2.findContours(big, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return None
    corners = cv2.approxPolyDP(max(found, key=len), 4 * STEP, True)[:, 0] / 4
    out = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0)):
        n = max(1, int(np.ceil(np.linalg.norm(b - a) / STEP)))
        out += [a + (b - a) * k / n for k in range(n)]
    return np.array(out)


def contexts(points):
    d = points[None] - points[:, None]
    r = np.linalg.norm(d, axis=2)
    r /= r.mean()
    sector = np.minimum((np.arctan2(d[..., 1], d[..., 0]) % (2 * np.pi) / (2 * np.pi) * SECTORS).astype(int), SECTORS - 1)
    ring = np.searchsorted(RINGS, r, side="right")
    out = np.zeros((len(points), len(RINGS) * SECTORS))
    for i in range(len(points)):
        near = ring[i] < len(RINGS)
        np.add.at(out[i], ring[i][near] * SECTORS + sector[i][near], 1)
    return out / out.sum(axis=1, keepdims=True)


def way(cost):
    """The pairs of the cheapest monotone way through a matrix, and its cost."""
    n, m = cost.shape
    total = np.full((n + 1, m + 1), np.inf)
    total[0, 0] = 0
    for i in range(n):
        for j in range(m):
            total[i + 1, j + 1] = cost[i, j] + min(total[i, j], total[i, j + 1], total[i + 1, j])
    i, j, pairs = n, m, []
    while i and j:
        pairs.append((i - 1, j - 1))
        i, j = min(((i - 1, j - 1), (i - 1, j), (i, j - 1)), key=lambda p: total[p])
    return pairs, total[n, m]


def instability(a, b):
    a, b = contexts(a), contexts(b)
    with np.errstate(invalid="ignore"):
        cost = 0.5 * np.nansum((a[:, None] - b[None]) ** 2 / (a[:, None] + b[None]), axis=2)
    best = min((way(np.roll(cost, -s, axis=1)) + (s,) for s in range(0, len(b), max(1, len(b) // 10))), key=lambda w: w[1])
    pairs = [(i, (j + best[2]) % len(b)) for i, j in best[0]]
    for side in (0, 1):
        kept = {}
        for p in pairs:
            if p[side] not in kept or cost[p] < cost[kept[p[side]]]:
                kept[p[side]] = p
        pairs = list(kept.values())
    return np.mean([cost[p] for p in pairs])


if len(sys.argv) != 2:
    sys.exit(__doc__)
found = [contour(cv2.imread(str(p), cv2.IMREAD_GRAYSCALE)) for p in sorted(pathlib.Path(sys.argv[1]).glob("*.png"))]
values = [instability(a, b) for a, b in zip(found, found[1:]) if a is not None and b is not None]
print(np.mean(values) if values else 0)
