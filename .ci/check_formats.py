#!/usr/bin/env python3
"""Reads what Masklet exported with the formats' own readers and compares every mask.

usage: check_formats.py DIR [all]

DIR holds png/<object id>/<frame>.png, which is the truth, and beside it the
exports of the other formats. A reader that is not installed is skipped, and an
error with "all".
"""
import contextlib
import functools
import importlib.util
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile

import numpy as np
from PIL import Image
from pycocotools import mask as rle

os.environ["LOGURU_LEVEL"] = "ERROR"  # labelme tells of every picture
checks = []


def check(name, *needs):
    """Registers the check of a format, and the packages that read it."""
    def wrap(f):
        checks.append((name, needs, f))
        return f
    return wrap


class Truth:
    def __init__(self, folder):
        self.masks = {(int(p.parent.name), int(p.stem)): np.array(Image.open(p)) > 0 for p in folder.glob("png/*/*.png")}
        self.height, self.width = next(iter(self.masks.values())).shape
        video = json.loads((folder / "video.json").read_text())
        self.frames, self.times = video["frames"], video["times"]

    def visible(self, flat=False):
        """The masks that have pixels; flat: a pixel belongs to the lowest object only."""
        out = {}
        for frame in range(self.frames):
            taken = np.zeros((self.height, self.width), bool)
            for key in sorted(k for k in self.masks if k[1] == frame):
                m = self.masks[key]
                if flat:
                    m = m & ~taken
                    taken |= m
                if m.any():
                    out[key] = m
        return out


def same(got, want):
    if set(got) != set(want):
        sys.exit(f"masks of {sorted(set(got) ^ set(want))[:5]} (object, frame) are there on one side only")
    for key, m in want.items():
        if got[key].shape != m.shape or (got[key].astype(bool) != m).any():
            sys.exit("object %d, frame %d differs" % key)
    return len(want)


def decode(counts, truth):
    return rle.decode({"size": [truth.height, truth.width], "counts": counts.encode() if isinstance(counts, str) else counts})


def quiet(f, *args):
    with contextlib.redirect_stdout(io.StringIO()):
        return f(*args)


@check("davis")
def davis(folder, truth):
    got = {}
    for p in folder.glob("davis/*.png"):
        img = Image.open(p)
        assert img.mode == "P", img.mode
        a = np.array(img)
        got.update({(int(i), int(p.stem)): a == i for i in np.unique(a) if i})
    return same(got, truth.visible(flat=True))


@check("ytvos")
def ytvos(folder, truth):
    got, meta = {}, json.loads((folder / "ytvos/meta.json").read_text())
    (video, about), = meta["videos"].items()
    for p in folder.glob(f"ytvos/Annotations/{video}/*.png"):
        a = np.array(Image.open(p))
        got.update({(int(i), int(p.stem)): a == i for i in np.unique(a) if i})
    separate = {(int(p.parent.name), int(p.stem)): np.array(Image.open(p)) > 0 for p in folder.glob(f"ytvos/AnnotationsPerObject/{video}/*/*.png")}
    same({k: m for k, m in separate.items() if m.any()}, truth.visible())
    for key, o in about["objects"].items():
        if {int(f) for f in o["frames"]} != {f for i, f in truth.visible() if i == int(key)}:
            sys.exit(f"meta.json has other frames of object {key}")
    return same(got, truth.visible(flat=True))


@check("ytvis", "trackeval")
def ytvis(folder, truth):
    from trackeval.datasets import YouTubeVIS
    with tempfile.TemporaryDirectory() as tmp:
        gt, tracker = pathlib.Path(tmp, "gt/youtube_vis_x"), pathlib.Path(tmp, "t/youtube_vis_x/m/data")
        gt.mkdir(parents=True)
        tracker.mkdir(parents=True)
        shutil.copy(folder / "ytvis.json", gt)
        (tracker / "r.json").write_text("[]")
        data = quiet(YouTubeVIS, {"GT_FOLDER": f"{tmp}/gt/", "TRACKERS_FOLDER": f"{tmp}/t/", "SPLIT_TO_EVAL": "x", "PRINT_CONFIG": False})
        raw = data._load_raw_file("m", data.seq_list[0], True)
    got = {(int(i), t): rle.decode(d) for t, (ids, dets) in enumerate(zip(raw["gt_ids"], raw["gt_dets"])) for i, d in zip(ids, dets)}
    return same(got, truth.visible())


@check("mots", "trackeval")
def mots(folder, truth):
    from trackeval.datasets import MOTSChallenge
    with tempfile.TemporaryDirectory() as tmp:
        seq = pathlib.Path(tmp, "gt/clip")
        shutil.copytree(folder / "mots", seq)
        tracker = pathlib.Path(tmp, "t/m/data")
        tracker.mkdir(parents=True)
        shutil.copy(seq / "gt/gt.txt", tracker / "clip.txt")
        pathlib.Path(tmp, "seqs.txt").write_text("name\nclip\n")
        data = quiet(MOTSChallenge, {"GT_FOLDER": f"{tmp}/gt", "TRACKERS_FOLDER": f"{tmp}/t", "SKIP_SPLIT_FOL": True,
                                     "SEQMAP_FILE": f"{tmp}/seqs.txt", "PRINT_CONFIG": False})
        raw = data._load_raw_file("m", "clip", True)
    got = {(int(i) % 1000, t): rle.decode(d) for t, (ids, dets) in enumerate(zip(raw["gt_ids"], raw["gt_dets"])) for i, d in zip(ids, dets)}
    for p in folder.glob("mots/instances/*.png"):
        a = np.array(Image.open(p))
        for i in np.unique(a)[1:] if 0 in a else np.unique(a):
            if (got[int(i) % 1000, int(p.stem) - 1] != (a == i)).any():
                sys.exit(f"{p} differs from gt.txt")
    return same(got, truth.visible(flat=True))


@check("burst", "trackeval")
def burst(folder, truth):
    from trackeval.datasets.burst_helpers.format_converter import GroundTruthBURSTFormatToTAOFormatConverter
    tao = GroundTruthBURSTFormatToTAOFormatConverter(json.loads((folder / "burst.json").read_text())).convert()
    local = {v: int(k) for k, v in next(iter(tao["track_id_mapping"].values())).items()}
    frame = {i["id"]: i["frame_index"] for i in tao["images"]}
    got = {(local[a["track_id"]], frame[a["image_id"]]): rle.decode(a["segmentation"]) for a in tao["annotations"]}
    return same(got, truth.visible())


@check("sav")
def sav(folder, truth):
    d = json.loads((folder / "sav.json").read_text())
    assert len(d["masklet"]) == d["video_frame_count"] and d["masklet_num"] == len(d["masklet_id"])
    got = {(i, f): rle.decode(m) for f, row in enumerate(d["masklet"]) for i, m in zip(d["masklet_id"], row)}
    return same({k: m for k, m in got.items() if m.any()}, truth.visible())


@check("voc")
def voc(folder, truth):
    got = {}
    for p in folder.glob("voc/SegmentationObject/*.png"):
        a = np.array(Image.open(p))
        got.update({(int(i), int(p.stem)): a == i for i in np.unique(a) if i})
    return same(got, truth.visible(flat=True))


@check("voc boxes", "supervision")
def voc_boxes(folder, truth):
    import supervision
    with tempfile.TemporaryDirectory() as tmp:
        for p in folder.glob("voc/Annotations/*.xml"):
            Image.new("RGB", (truth.width, truth.height)).save(pathlib.Path(tmp, p.stem + ".jpg"))
        data = supervision.DetectionDataset.from_pascal_voc(images_directory_path=tmp, annotations_directory_path=str(folder / "voc/Annotations"))
        found = {int(pathlib.Path(p).stem): sorted(map(tuple, d.xyxy)) for p, d in data.annotations.items()}
    want = {}
    for (_, frame), m in truth.visible().items():
        ys, xs = np.nonzero(m)
        want.setdefault(frame, []).append((xs.min(), ys.min(), xs.max(), ys.max()))
    for frame, boxes in found.items():
        boxes, true = np.array(boxes).reshape(-1, 4), np.array(sorted(want.get(frame, []))).reshape(-1, 4)
        if boxes.shape != true.shape or np.abs(boxes - true).max(initial=0) > 1:
            sys.exit(f"frame {frame}: boxes {boxes}, should be {true}")
    if set(want) - set(found):
        sys.exit(f"frames {sorted(set(want) - set(found))} are missing")
    return sum(map(len, want.values()))


@check("ytvos scores", "vos_benchmark")
def ytvos_scores(folder, truth):
    """The benchmark finds every object of the folders, and that they equal themselves."""
    from vos_benchmark.benchmark import benchmark
    root = str(folder / "ytvos/Annotations")
    scores = quiet(functools.partial(benchmark, [root], [root], num_processes=1, verbose=False, skip_first_and_last=False))
    per_object = [(iou[i], f[i]) for iou, f in scores[3][0].values() for i in iou]
    seen = {i for i, _ in truth.visible(flat=True)}
    if len(per_object) != len(seen) or any(abs(x - 100) > 1e-6 for pair in per_object for x in pair):
        sys.exit(f"{len(per_object)} objects, should be {len(seen)}: {scores[3]}")
    return len(per_object)


@check("labelme", "labelme")
def labelme(folder, truth):
    from labelme._label_file import read_label_file
    got = {}
    with tempfile.TemporaryDirectory() as tmp:
        for p in folder.glob("labelme/*.json"):
            shutil.copy(p, tmp)
            Image.new("RGB", (truth.width, truth.height)).save(pathlib.Path(tmp, json.loads(p.read_text())["imagePath"]))
            for s in read_label_file(str(pathlib.Path(tmp, p.name))).shapes:
                m = np.zeros((truth.height, truth.width), bool)
                (x0, y0), (x1, y1) = [[int(v) for v in point] for point in s["points"]]
                m[y0:y1 + 1, x0:x1 + 1] = s["mask"]
                got[s["group_id"], int(p.stem)] = m
    return same(got, truth.visible())


@check("labelstudio", "label_studio_sdk")
def labelstudio(folder, truth):
    from label_studio_sdk.converter.brush import decode_rle
    got = {}
    for t in json.loads((folder / "labelstudio.json").read_text()):
        for r in t["annotations"][0]["result"]:
            a = quiet(decode_rle, r["value"]["rle"]).reshape(truth.height, truth.width, 4)
            got[r["meta"]["object"], t["meta"]["frame"]] = a[:, :, 3] > 0
    return same(got, truth.visible())


@check("yolo", "supervision")
def yolo(folder, truth):
    import supervision
    with tempfile.TemporaryDirectory() as tmp:
        for p in folder.glob("yolo/labels/*.txt"):
            Image.new("RGB", (truth.width, truth.height)).save(pathlib.Path(tmp, p.stem + ".jpg"))
        data = supervision.DetectionDataset.from_yolo(images_directory_path=tmp, annotations_directory_path=str(folder / "yolo/labels"),
                                                      data_yaml_path=str(folder / "yolo/data.yaml"), force_masks=True)
        found = {int(pathlib.Path(p).stem): len(d) for p, d in data.annotations.items()}
    want = {}
    for _, f in truth.visible():
        want[f] = want.get(f, 0) + 1
    if {f: n for f, n in found.items() if n} != want:
        sys.exit(f"polygons per frame: {found}, should be {want}")
    return sum(want.values())


@check("datumaro", "datumaro")
def datumaro(folder, truth):
    return same(read_datumaro(folder / "datumaro", "datumaro"), truth.visible())


@check("cvat", "datumaro")
def cvat(folder, truth):
    """Datumaro reads masks of CVAT on images alone, so that the tracks are spread over these."""
    import xml.etree.ElementTree as ET
    tracks = ET.parse(folder / "cvat.xml").getroot().findall("track")
    root = ET.Element("annotations")
    ET.SubElement(root, "version").text = "1.1"
    labels = ET.SubElement(ET.SubElement(ET.SubElement(root, "meta"), "task"), "labels")
    for name in sorted({t.get("label") for t in tracks}):
        ET.SubElement(ET.SubElement(labels, "label"), "name").text = name
    for frame in range(truth.frames):
        image = ET.SubElement(root, "image", id=str(frame), name=f"{frame}.png", width=str(truth.width), height=str(truth.height))
        for t in tracks:
            for m in t.findall("mask"):
                if m.get("frame") == str(frame) and m.get("outside") == "0":
                    ET.SubElement(image, "mask", dict(m.attrib, label=t.get("label"), group_id=t.get("id")))
    with tempfile.TemporaryDirectory() as tmp:
        for frame in range(truth.frames):
            path = pathlib.Path(tmp, f"images/{frame}.png")
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (truth.width, truth.height)).save(path)
        ET.ElementTree(root).write(pathlib.Path(tmp, "annotations.xml"), encoding="utf-8", xml_declaration=True)
        return same(read_datumaro(pathlib.Path(tmp), "cvat"), truth.visible())


def read_matte(path, truth, exact, alpha):
    """Compares the frames and times of a video, and returns its frames that have alpha."""
    import av
    got = {}
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec = av.CodecContext.create("libvpx-vp9", "r") if stream.codec_context.name == "vp9" else stream.codec_context
        frames = [f for packet in container.demux(stream) for f in codec.decode(packet)]
        times = [float(f.pts * stream.time_base) for f in frames]
    if len(times) != truth.frames or max(abs(a - b) for a, b in zip(times, truth.times)) > exact:
        sys.exit(f"{path.name}: {len(times)} frames, should be {truth.frames}, or at other times")
    for i, f in enumerate(frames):
        a = alpha(f)
        if a is not None:
            if not set(np.unique(a)) <= {0, 1}:
                sys.exit(f"{path.name}: frame {i} has alpha {np.unique(a)[:5]}")
            got[i] = a.astype(bool)
    return got


def plane(frame, index, kind, most):
    p = frame.planes[index]
    a = np.frombuffer(p, kind).reshape(p.height, -1)[:, :p.width]
    return np.where(a == most, 1, np.where(a == 0, 0, 2))


def mattes(folder, ending, truth, exact, alpha):
    got = {}
    for p in folder.glob(f"*{ending}"):
        got.update({(int(p.stem), f): m for f, m in read_matte(p, truth, exact, alpha).items() if m.any()})
    return same(got, truth.visible())


@check("prores", "av")
def prores(folder, truth):
    return mattes(folder / "prores", ".mov", truth, 1e-5, lambda f: plane(f, 3, "<u2", 1023 if "10" in f.format.name else 4095))


@check("vp9", "av")
def vp9(folder, truth):
    return mattes(folder / "vp9", ".webm", truth, 6e-4, lambda f: plane(f, 3, "u1", 255))


@check("ffv1", "av")
def ffv1(folder, truth):
    return mattes(folder / "ffv1", ".mkv", truth, 6e-4, lambda f: plane(f, 0, "u1", 255))


@check("h264", "av")
def h264(folder, truth):
    read_matte(folder / "h264/preview.mp4", truth, 1e-5, lambda f: None)
    return truth.frames


@check("exr", "OpenEXR")
def exr(folder, truth):
    import OpenEXR
    got = {}
    for p in folder.glob("exr/*.exr"):
        with OpenEXR.File(str(p), separate_channels=True) as f:
            channels = {n: c.pixels for n, c in f.channels().items()}
        assert all(c.dtype == np.float16 for c in channels.values())
        layers = {n: c > 0 for n, c in channels.items() if n.startswith("object")}
        if (np.max(list(channels[n] for n in layers), axis=0) != channels["A"]).any():
            sys.exit(f"{p.name}: A is not the alpha of all objects")
        got.update({(int(n[6:-2]), int(p.stem)): m for n, m in layers.items() if m.any()})
    return same(got, truth.visible())


@check("frames", "cv2")
def frames(folder, truth):
    """Pictures are as large as the masks, and the overlay differs from them on masks alone."""
    import cv2
    covered = {}
    for (_, frame), m in truth.visible().items():
        covered[frame] = covered.get(frame, np.zeros_like(m)) | m
    pictures = sorted(folder.glob("frames/*.png"))
    if {int(p.stem) for p in pictures} != {f for _, f in truth.masks}:
        sys.exit("other frames than those with masks")
    for p in pictures:
        a, b = np.array(Image.open(p)), np.array(Image.open(folder / "overlay" / p.name))
        assert (cv2.imread(str(p))[:, :, ::-1] == a).all() and a.shape[:2] == (truth.height, truth.width)
        if ((a != b).any(axis=2) & ~covered.get(int(p.stem), np.zeros(a.shape[:2], bool))).any():
            sys.exit(f"{p.name}: the overlay changes pixels beside the masks")
    Image.open(folder / "sheet.png").load()
    return len(pictures)


def read_datumaro(path, kind):
    from datumaro import Dataset
    got = {}
    for item in Dataset.import_from(str(path), kind):
        frame = item.attributes.get("frame", item.id)
        for a in item.annotations:
            got[int(a.attributes.get("track_id", a.group)), int(frame)] = a.image.astype(bool)
    return got


def main():
    folder, everything = pathlib.Path(sys.argv[1]), sys.argv[2:] == ["all"]
    truth = Truth(folder)
    for name, needs, f in checks:
        missing = [n for n in needs if importlib.util.find_spec(n) is None]
        if missing and everything:
            sys.exit(f"{name}: {', '.join(missing)} is not installed")
        if missing:
            print(f"{name}: skipped, {', '.join(missing)} is not installed")
            continue
        try:
            print(f"{name}: {f(folder, truth)} masks agree")
        except SystemExit as e:
            sys.exit(f"{name}: {e}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main()
