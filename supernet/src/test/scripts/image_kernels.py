"""Writes src/test/resources/image-kernels.safetensors: operations on images as PyTorch does them.

Run it from the supernet module with torch 2.13 and safetensors 0.7 or later:
    python src/test/scripts/image_kernels.py

For each case `NAME.x`, the other arguments and `NAME.y`; the metadata says NAME = operation and
its numbers. SAME padding follows TensorFlow's rule, written out below.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(11)
tensors, cases = {}, {}


def same(pixels, size, stride):
    missing = max((-(-pixels // stride) - 1) * stride + size - pixels, 0)
    return missing // 2, missing - missing // 2


def padding(kind, height, width, size, stride):
    if kind == "NONE":
        return 0, 0, 0, 0
    if kind == "CENTRED":
        return (size // 2,) * 4
    return same(width, size, stride) + same(height, size, stride)


def convolution(name, height, width, planes, out, size, stride, kind, groups, bias):
    x = torch.randn(2, planes, height, width)
    weight = torch.randn(out, planes // groups, size, size)
    shift = torch.randn(out) if bias else None
    y = F.conv2d(F.pad(x, padding(kind, height, width, size, stride)), weight, shift,
                 stride, groups=groups)
    tensors.update({f"{name}.x": x, f"{name}.weight": weight, f"{name}.y": y})
    if bias:
        tensors[f"{name}.bias"] = shift
    cases[name] = f"convolution {size} {stride} {kind} {groups}"


def pool(name, height, width, size, stride, kind):
    # All below zero, so that a padding with zeros would win.
    x = -1 - torch.rand(2, 3, height, width)
    y = F.max_pool2d(
        F.pad(x, padding(kind, height, width, size, stride), value=float("-inf")), size, stride)
    tensors.update({f"{name}.x": x, f"{name}.y": y})
    cases[name] = f"maxPool {size} {stride} {kind}"


def norm(name, shape, training):
    x = 2 * torch.randn(shape) + 0.5
    arguments = {
        "gain": torch.randn(shape[1]), "shift": torch.randn(shape[1]),
        "mean": torch.randn(shape[1]), "variance": 0.5 + torch.rand(shape[1])}
    tensors.update({f"{name}.{key}": value.clone() for key, value in arguments.items()})
    mean, variance = arguments["mean"], arguments["variance"]
    y = F.batch_norm(x, mean, variance, arguments["gain"], arguments["shift"], training, 1.0, 1e-3)
    tensors.update({f"{name}.x": x, f"{name}.y": y})
    if training:
        tensors.update({f"{name}.batch-mean": mean, f"{name}.batch-variance": variance})
    cases[name] = "batchNormOfBatch" if training else "batchNorm"


convolution("conv-3", 7, 7, 3, 5, 3, 1, "CENTRED", 1, False)
convolution("conv-3-stride", 8, 7, 4, 6, 3, 2, "CENTRED", 1, True)
convolution("conv-7-stem", 23, 20, 3, 4, 7, 2, "CENTRED", 1, False)
convolution("conv-point-stride", 9, 8, 4, 3, 1, 2, "NONE", 1, False)
convolution("conv-none", 9, 8, 2, 3, 5, 3, "NONE", 1, True)
for side in 6, 7, 8, 9:
    convolution(f"conv-same-{side}", side, side, 2, 3, 3, 2, "SAME", 1, False)
convolution("conv-same-uneven", 7, 10, 2, 3, 3, 2, "SAME", 1, True)
convolution("conv-same-even-window", 7, 8, 2, 3, 4, 1, "SAME", 1, False)
convolution("conv-same-wide-stride", 9, 9, 2, 3, 1, 2, "SAME", 1, False)
convolution("conv-depthwise", 7, 6, 5, 5, 3, 1, "CENTRED", 5, False)
convolution("conv-depthwise-5", 11, 11, 4, 4, 5, 2, "SAME", 4, False)
convolution("conv-depthwise-multiplied", 6, 6, 3, 6, 3, 1, "CENTRED", 3, True)
convolution("conv-groups", 6, 5, 4, 6, 3, 2, "CENTRED", 2, False)
pool("pool-2", 7, 8, 2, 2, "NONE")
pool("pool-3-stem", 9, 10, 3, 2, "CENTRED")
pool("pool-same", 6, 9, 3, 2, "SAME")
pool("pool-same-2", 7, 7, 2, 2, "SAME")
norm("norm", (3, 4, 5, 6), False)
norm("norm-batch", (3, 4, 5, 6), True)
norm("norm-rows", (5, 4), False)
norm("norm-rows-batch", (5, 4), True)
for name, function in {
    "NONE": lambda x: x, "RELU": F.relu, "RELU6": F.relu6, "HARD_SIGMOID": F.hardsigmoid,
    "HARD_SWISH": F.hardswish, "GELU": F.gelu,
}.items():
    x = 4 * torch.randn(2, 3, 5, 4)
    x.view(-1)[:5] = torch.tensor([-3.0, 0.0, 3.0, 6.0, 60.0])
    tensors.update({f"{name}.x": x, f"{name}.y": function(x).clone()})
    cases[name] = f"activate {name}"
for height, width, side in (7, 7, 7), (9, 10, 4), (2, 3, 7), (6, 6, 1):
    name = f"average-{height}-{width}-{side}"
    x = torch.randn(2, 3, height, width)
    tensors.update({f"{name}.x": x, f"{name}.y": F.adaptive_avg_pool2d(x, side)})
    cases[name] = f"averageTo {side}"
x = torch.randn(2, 3, 5, 4)
tensors.update({"average.x": x, "average.y": x.mean((2, 3))})
cases["average"] = "globalAverage"
for mode in "nearest", "bilinear", "bicubic":
    for height, width, to in (4, 4, (12, 12)), (5, 3, (7, 8)), (9, 10, (4, 5)), (3, 3, (3, 3)):
        name = f"resize-{mode}-{height}-{width}-{to[0]}-{to[1]}"
        x = torch.randn(2, 3, height, width)
        more = {} if mode == "nearest" else {"align_corners": False}
        tensors.update({f"{name}.x": x, f"{name}.y": F.interpolate(x, to, mode=mode, **more)})
        cases[name] = f"resize {mode.upper()} {to[0]} {to[1]}"
for height, width, to in (4, 4, (12, 12)), (9, 10, (4, 5)), (7, 5, (3, 8)):
    name = f"resize-smooth-{height}-{width}-{to[0]}-{to[1]}"
    x = torch.randn(2, 3, height, width)
    y = F.interpolate(x, to, mode="bilinear", align_corners=False, antialias=True)
    tensors.update({f"{name}.x": x, f"{name}.y": y})
    cases[name] = f"resize SMOOTH {to[0]} {to[1]}"
for name, function in {
    "GELU_TANH": lambda x: F.gelu(x, approximate="tanh"), "SILU": F.silu,
}.items():
    x = 4 * torch.randn(2, 3, 5, 4)
    tensors.update({f"{name}.x": x, f"{name}.y": function(x)})
    cases[name] = f"activate {name}"
save_file({key: value.contiguous() for key, value in tensors.items()},
          "src/test/resources/image-kernels.safetensors", cases)
