"""Writes the cases that MetricsReferenceTest holds the image metrics against.

Run with numpy, torch and scikit-image: python metrics.py OUTPUT.json
Sizes are odd and small; numbers are kept to three decimals, and the values are of the kept numbers.
"""
import json
import sys

import numpy as np
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

random = np.random.default_rng(20)


def kept(array):
    return np.round(np.asarray(array, dtype=np.float64), 3).astype(np.float32)


def rows(array):
    return [[float(f"{x:.6g}") for x in row.reshape(-1)] for row in array]


def calibration(logits, labels, bins):
    """As in Guo et al.'s own code: torch, bins ((m-1)/M, m/M]."""
    soft = torch.softmax(torch.tensor(logits, dtype=torch.float64), 1)
    sure, found = soft.max(1)
    right = found.eq(torch.tensor(labels))
    edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = sure.gt(low) & sure.le(high)
        if inside.any():
            gap = (sure[inside].mean() - right[inside].double().mean()).abs()
            error += float(gap * inside.double().mean())
    return error


logits = kept(2.5 * random.normal(size=(40, 12)))
labels = random.integers(0, 12, size=40)
labels[:20] = logits[:20].argmax(1)
top = torch.tensor(logits).topk(5, 1).indices.eq(torch.tensor(labels)[:, None]).any(1)

points = kept(50 + 20 * random.normal(size=(4, 6, 2)))
found = kept(points + random.normal(size=points.shape))
distance = np.linalg.norm(found.astype(float) - points, axis=2).mean(1)
eyes = np.linalg.norm(points[:, 1].astype(float) - points[:, 4], axis=1)
box = np.sqrt(np.prod(points.max(1).astype(float) - points.min(1), axis=1))

masks = random.integers(0, 3, size=(3, 5, 7))
masks[1][masks[1] == 2] = 0
planes = kept(random.normal(size=(3, 3, 5, 7)) + 1.2 * np.stack([masks == c for c in range(3)], 1))
chosen = planes.argmax(1)


def overlap(a, b, classes, kind):
    values = []
    for c in classes:
        both, one, two = ((a == c) & (b == c)).sum(), (a == c).sum(), (b == c).sum()
        if one + two:
            values.append(2 * both / (one + two) if kind == "dice" else both / (one + two - both))
    return float(np.mean(values)) if values else 1.0


sides = (19, 23)
real = random.integers(0, 256, size=(2, 3) + sides)
real = ((real + np.roll(real, 1, 2) + np.roll(real, 1, 3) + np.roll(real, 2, 3)) / 4).astype(int)
near = np.clip(real + random.integers(-25, 26, size=real.shape), 0, 255)


def luma(image):
    r, g, b = image.astype(np.float64)
    return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255


def shaved(image, border):
    y = luma(image)
    return y[border : y.shape[0] - border, border : y.shape[1] - border]


def psnr(border):
    return float(np.mean([
        peak_signal_noise_ratio(shaved(b, border), shaved(a, border), data_range=255)
        for a, b in zip(near, real)]))


def ssim(border):
    """Scikit-image's map (population covariance, 11 x 11), without the rim of half a window."""
    values = []
    for a, b in zip(near, real):
        full = structural_similarity(
            shaved(a, border), shaved(b, border), data_range=255, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, full=True)[1]
        values.append(full[5:-5, 5:-5].mean())
    return float(np.mean(values))


json.dump({
    "classes": {
        "logits": rows(logits), "labels": labels.tolist(), "top5": float(top.double().mean()),
        "calibration": {str(b): calibration(logits, labels, b) for b in (1, 5, 15)}},
    "landmarks": {
        "found": rows(found), "points": rows(points),
        "eyes": float((distance / eyes).mean()), "box": float((distance / box).mean()),
        "box-error": float((distance / box).std(ddof=1) / 2)},
    "masks": {
        "logits": rows(planes), "classes": rows(masks),
        "binary": rows(planes[:, 0]), "foreground": rows(masks == 1),
        **{kind: overlap(chosen, masks, range(3), kind) for kind in ("dice", "iou")},
        **{kind + "-by-example": float(np.mean([
            overlap(a, b, range(3), kind) for a, b in zip(chosen, masks)]))
           for kind in ("dice", "iou")},
        **{kind + "-binary": overlap(planes[:, 0] > 0, masks == 1, [True], kind)
           for kind in ("dice", "iou")}},
    "images": {
        "width": sides[1], "found": near.reshape(2, -1).tolist(), "real": real.reshape(2, -1).tolist(),
        "psnr": {str(b): psnr(b) for b in (0, 2, 3)},
        "ssim": {str(b): ssim(b) for b in (0, 2, 3)}},
}, open(sys.argv[1], "w"), separators=(",", ":"))
