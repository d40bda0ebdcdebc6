"""Writes what HeadsReferenceTest expects. Run with torch: python heads.py OUTPUT.json

Weights and pixels are formulas of their place, in float64, so that no file of weights is needed:
entry i of tensor k (both from 0, in the order of the blueprint) is 0.3 cos(0.7 (k+1) + 0.9 (i+1)),
with 1 added for gains and variances; pixel i is 0.5 + 0.5 sin(0.3 i + 1).
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


class Formula:
    def __init__(self):
        self.k = 0

    def __call__(self, *shape, centre=0.0):
        i = torch.arange(torch.Size(shape).numel()).double()
        values = 0.3 * torch.cos(0.7 * (self.k + 1) + 0.9 * (i + 1)) + centre
        self.k += 1
        return values.reshape(shape)


def pixels(*shape):
    i = torch.arange(torch.Size(shape).numel()).double()
    return (0.5 + 0.5 * torch.sin(0.3 * i + 1)).reshape(shape)


def super_resolution(scale, skip, residual):
    draw = Formula()

    def conv(x, out):
        weight = draw(out, x.shape[1], 3, 3)
        return F.conv2d(x, weight, draw(out), padding=1)

    image = pixels(2, 3, 4, 4)
    first = state = conv(image, 4)
    for inner in (4, 6):
        state = state + residual * conv(F.relu(conv(state, inner)), 4)
    state = conv(state, 4) + first
    for factor in ((2, 2) if scale == 4 else (scale,)):
        state = F.pixel_shuffle(conv(state, 4 * factor ** 2), factor)
    state = conv(state, 3)
    if skip != "none":
        more = {} if skip == "nearest" else {"align_corners": False}
        state = state + F.interpolate(image, scale_factor=scale, mode=skip, **more)
    return state


def resnet():
    """A residual network of one block in each of two stages, and the planes that they give."""
    draw = Formula()

    def unit(x, out, size, stride):
        y = F.conv2d(x, draw(out, x.shape[1], size, size), stride=stride, padding=size // 2)
        gain, shift = draw(out, centre=1), draw(out)
        mean, variance = draw(out), draw(out, centre=1)
        return F.batch_norm(y, mean, variance, gain, shift, eps=1e-5)

    image = pixels(2, 3, 6, 6)
    state = F.relu(unit(image, 4, 3, 1))
    first = F.relu(unit(F.relu(unit(state, 4, 3, 1)), 4, 3, 1) + state)
    shortcut = unit(first, 5, 1, 2)
    second = F.relu(unit(F.relu(unit(first, 5, 3, 2)), 5, 3, 1) + shortcut)
    return draw, first, second


def segmentation():
    draw, first, second = resnet()
    low = F.conv2d(second, draw(3, 5, 1, 1), draw(3))
    high = F.conv2d(first, draw(3, 4, 1, 1), draw(3))
    state = F.interpolate(low, size=(6, 6), mode="bilinear", align_corners=False) + high
    state = F.relu(F.conv2d(state, draw(3, 3, 3, 3), draw(3), padding=1))
    return F.conv2d(state, draw(2, 3, 1, 1), draw(2))


def landmarks():
    draw, _, second = resnet()
    return F.linear(second.mean((2, 3)), draw(4, 5), draw(4))


def numbers(values):
    return [float(f"{x:.10g}") for x in values.reshape(-1)]


json.dump({
    "scale2": numbers(super_resolution(2, "none", 1.0)),
    "scale3": numbers(super_resolution(3, "bicubic", 0.5)),
    "scale4": numbers(super_resolution(4, "nearest", 1.0)),
    "segmentation": numbers(segmentation()),
    "landmarks": numbers(landmarks()),
}, open(sys.argv[1], "w"), separators=(",", ":"))
