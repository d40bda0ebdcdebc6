"""Makes the expected outputs of the image tests with Pillow (12.3.0) and numpy.

python image_reference.py SHARED_DATA OUT: OUT/pillow.json holds images made by formula, resized and
altered; OUT/shared.json holds sizes, sums and single pixels of the shared data sets.
"""
import base64
import gzip
import io
import json
import pathlib
import sys

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

SHARED, OUT = map(pathlib.Path, sys.argv[1:])
H, W = 19, 26


def made(planes):
    c, y, x = np.meshgrid(np.arange(planes), np.arange(H), np.arange(W), indexing="ij")
    values = (x * x * 3 + 7 * x * y + 5 * y * y + 85 * c + x * 11) % 251 * (3 + c) // 5 + 20
    return Image.fromarray(np.moveaxis(values.astype(np.uint8), 0, 2).squeeze())


def packed(image):
    array = np.asarray(image)
    array = array[None] if array.ndim == 2 else np.moveaxis(array, 2, 0)
    return {"shape": array.shape, "pixels": base64.b64encode(array.tobytes()).decode()}


def affine(image, matrix):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.NEAREST)


rgb, grey = made(3), made(1)
pillow = {"rgb": packed(rgb), "grey": packed(grey), "luma": packed(rgb.convert("L"))}
pillow["resize"] = [
    {"filter": f.name, "planes": len(image.getbands()), **packed(image.resize((w, h), f))}
    for f in Image.Resampling
    for image, h, w in [(rgb, 8, 11), (rgb, 40, 9), (grey, 31, 53), (rgb, 19, 5)]
]
share = 0.6
operations = {
    "SHEAR_X": affine(rgb, (1, 0.3 * share, 0, 0, 1, 0)),
    "SHEAR_Y": affine(rgb, (1, 0, 0, 0.3 * share, 1, 0)),
    "TRANSLATE_X": affine(rgb, (1, 0, -int(150 / 331 * W * share), 0, 1, 0)),
    "TRANSLATE_Y": affine(rgb, (1, 0, 0, 0, 1, -int(150 / 331 * H * share))),
    "ROTATE": rgb.rotate(30 * share),
    "BRIGHTNESS": ImageEnhance.Brightness(rgb).enhance(1 + 0.9 * share),
    "COLOR": ImageEnhance.Color(rgb).enhance(1 + 0.9 * share),
    "CONTRAST": ImageEnhance.Contrast(rgb).enhance(1 + 0.9 * share),
    "SHARPNESS": ImageEnhance.Sharpness(rgb).enhance(1 + 0.9 * share),
    "POSTERIZE": ImageOps.posterize(rgb, 8 - round(4 * share)),
    "SOLARIZE": ImageOps.solarize(rgb, 255 * (1 - share)),
    "AUTOCONTRAST": ImageOps.autocontrast(rgb),
    "EQUALIZE": ImageOps.equalize(rgb),
}
weaker = {
    "ROTATE": rgb.rotate(-30 * share),
    "BRIGHTNESS": ImageEnhance.Brightness(rgb).enhance(1 - 0.9 * share),
    "COLOR": ImageEnhance.Color(rgb).enhance(1 - 0.9 * share),
    "CONTRAST": ImageEnhance.Contrast(rgb).enhance(1 - 0.9 * share),
    "SHARPNESS": ImageEnhance.Sharpness(rgb).enhance(1 - 0.9 * share),
}
pillow["share"] = share
pillow["operations"] = [
    {"kind": kind, "sign": sign, **packed(image)}
    for sign, images in ((1, operations), (-1, weaker))
    for kind, image in images.items()
]
cmyk = io.BytesIO()
Image.new("CMYK", (8, 8), (10, 20, 30, 40)).save(cmyk, "JPEG")
pillow["cmyk"] = base64.b64encode(cmyk.getvalue()).decode()
(OUT / "pillow.json").write_text(json.dumps(pillow) + "\n")


def facts(array, places):
    """Shape, sum and the pixels (plane, row, column) of an array [D, H, W]."""
    array = np.asarray(array)
    array = array[None] if array.ndim == 2 else array
    return {
        "shape": list(array.shape),
        "sum": int(array.sum(dtype=np.int64)),
        "pixels": [[*p, int(array[tuple(p)])] for p in places],
    }


def planar(path):
    return np.moveaxis(np.asarray(Image.open(path).convert("RGB")), 2, 0)


shared = {}
for name, label_bytes in (("cifar10/train_4000.bin.gz", 1), ("cifar10/test_750.bin.gz", 1)):
    raw = np.frombuffer(gzip.open(SHARED / name).read(), np.uint8).reshape(-1, 3072 + label_bytes)
    shared[name] = {
        "size": len(raw),
        "labels": int(raw[:, 0].sum()),
        "sum": int(raw[:, 1:].sum(dtype=np.int64)),
        "last": facts(raw[-1, 1:].reshape(3, 32, 32), [(0, 0, 0), (1, 16, 7), (2, 31, 31)]),
    }
for folder, stem in (
    ("fashion-mnist", "train"),
    ("fashion-mnist", "test"),
    ("digits-mnist-usps", "mnist-train-12000"),
    ("digits-mnist-usps", "mnist-test"),
    ("digits-mnist-usps", "usps-train"),
    ("digits-mnist-usps", "usps-test"),
):
    images = gzip.open(SHARED / folder / f"{stem}-images-idx3-ubyte.gz").read()
    labels = gzip.open(SHARED / folder / f"{stem}-labels-idx1-ubyte.gz").read()
    count, h, w = np.frombuffer(images[4:16], ">u4").tolist()
    array = np.frombuffer(images[16:], np.uint8).reshape(count, h, w)
    shared[f"{folder}/{stem}"] = {
        "size": int(count),
        "labels": int(np.frombuffer(labels[8:], np.uint8).sum()),
        "sum": int(array.sum(dtype=np.int64)),
        "last": facts(array[-1], [(0, h // 2, w // 2), (0, 9, 9), (0, 12, 8)]),
    }
places = [(0, 0, 0), (1, 20, 30), (2, 60, 50), (0, 100, 90)]
for path in (
    "ants-bees/train/bees/16838648_415acd9e3f.jpg",
    "imagenet-photos/images/n01484850.jpg",
    "crack-forest/images/001.jpg",
    "super-resolution/Set5/bird.png",
):
    if (SHARED / path).exists():
        shared[path] = facts(planar(SHARED / path), places)
shared["super-resolution/Set14/bridge.png"] = facts(
    np.asarray(Image.open(SHARED / "super-resolution/Set14/bridge.png")), [(0, 5, 9), (0, 200, 3)]
)
mask = sorted((SHARED / "crack-forest/masks").glob("*.png"))[0]
shared["mask"] = {"name": mask.name, **facts(np.asarray(Image.open(mask)).astype(int), [])}
photo = Image.open(SHARED / "imagenet-photos/images/n01484850.jpg")
w, h = photo.size
short = 182
size = (short, int(short * h / w)) if w <= h else (int(short * w / h), short)
for name, f in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC)):
    array = np.moveaxis(np.asarray(photo.resize(size, f)), 2, 0)
    top, left = (array.shape[1] - 160) // 2, (array.shape[2] - 160) // 2
    shared["photo-" + name] = facts(array[:, top : top + 160, left : left + 160], places)
bird = Image.open(SHARED / "super-resolution/Set5/bird.png").convert("RGB")
bw, bh = bird.size[0] // 3, bird.size[1] // 3
low = bird.crop((0, 0, 3 * bw, 3 * bh)).resize((bw, bh), Image.Resampling.BICUBIC)
shared["bird-third"] = facts(np.moveaxis(np.asarray(low), 2, 0), [(0, 1, 2), (2, 60, 50)])
(OUT / "shared.json").write_text(json.dumps(shared, indent=1) + "\n")
