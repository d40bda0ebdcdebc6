"""Writes ../resources/mobile-expected.json: logits of networks of the MobileNet line by PyTorch.

Weights and pixels are formulas of names and positions, which FormulaWeights.java has too, so that
neither needs a file. Needs torch, transformers, torchvision (its models alone) and, for the real
weights, safetensors and the folder of shared data:

    python3 mobile_expected.py SHARED_DATA
"""

import json
import math
import pathlib
import sys

import numpy
import torch


def draws(name, count):
    """Numbers from -0.5 to 0.5 by a name and a position."""
    phase = sum(name.encode("utf-8")) * 131 + len(name)
    i = numpy.arange(count, dtype=numpy.int64)
    return (i * i % 10007 * 31 + i * 7919 + phase) % 10007 / 10007.0 - 0.5


def tensor(name, shape):
    u = draws(name, math.prod(shape))
    end = name.rsplit(".", 1)[-1]
    if end == "running_var":
        u = 1 + u
    elif end == "weight" and len(shape) == 1:
        u = 1 + 0.4 * u
    elif end == "weight":
        u = u * (4.5 if len(shape) == 4 else 1) / math.sqrt(math.prod(shape[1:]))
    else:
        u = 0.4 * u
    return torch.tensor(u.reshape(shape), dtype=torch.float32)


def filled(model):
    state = {
        name: value if name.endswith("num_batches_tracked") else tensor(name, tuple(value.shape))
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(state)
    return model.eval()


def pixels(side, batch=2):
    u = draws("pixels", batch * 3 * side * side)
    return torch.tensor((2 * u).reshape(batch, 3, side, side), dtype=torch.float32)


def rounded(logits):
    return [[round(float(x), 6) for x in row] for row in logits]


def hugging_face():
    from transformers import MobileNetV1Config, MobileNetV1ForImageClassification
    from transformers import MobileNetV2Config, MobileNetV2ForImageClassification

    cases = {
        "v2-same": dict(depth_multiplier=0.35, num_labels=5),
        "v2-centred": dict(
            depth_multiplier=0.5,
            num_labels=5,
            tf_padding=False,
            first_layer_is_expansion=False,
            finegrained_output=False,
            layer_norm_eps=0.03,
            min_depth=16,
            depth_divisible_by=4,
            expand_ratio=3.0,
            hidden_act="relu",
        ),
    }
    result = {}
    for name, case in cases.items():
        model = filled(MobileNetV2ForImageClassification(MobileNetV2Config(**case)))
        # 45 pixels: odd sides on the way, where both paddings differ from each other.
        result[name] = rounded(model(pixel_values=pixels(46)).logits)
        result[name + "-45"] = rounded(model(pixel_values=pixels(45)).logits)
    for name, case in {
        "v1-same": dict(depth_multiplier=0.25, num_labels=5),
        "v1-centred": dict(depth_multiplier=0.3, num_labels=5, tf_padding=False),
    }.items():
        model = filled(MobileNetV1ForImageClassification(MobileNetV1Config(**case)))
        result[name] = rounded(model(pixel_values=pixels(46)).logits)
    return result


def torchvision_models():
    try:
        from torchvision import models
    except RuntimeError:  # its compiled operators do not fit this torch; models need none
        sys.modules["torchvision"] = None
        raise
    result = {}
    for name in ("mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x0_5"):
        model = filled(getattr(models, name)(num_classes=5))
        result[name] = rounded(model(pixels(45)))
    result["shufflenet-cifar"] = rounded(cifar_shufflenet(models)(pixels(20)))
    return result


def cifar_shufflenet(models):
    """The variant for CIFAR: the first convolution has stride 1 and no pooling follows it."""
    model = models.shufflenet_v2_x0_5(num_classes=5)
    model.conv1[0].stride = (1, 1)
    model.maxpool = torch.nn.Identity()
    return filled(model)


def same(x, size, stride):
    """TensorFlow's SAME padding: the smaller half first."""
    side = x.shape[-1]
    total = max((math.ceil(side / stride) - 1) * stride + size - side, 0)
    first = total // 2
    return torch.nn.functional.pad(x, (first, total - first, first, total - first))


def real(folder):
    from safetensors.torch import load_file

    def conv(w, name, x, stride=1, act=True):
        kernel = w[name + ".weight"].float()
        x = same(x, kernel.shape[-1], stride)
        groups = x.shape[1] // kernel.shape[1]
        y = torch.nn.functional.conv2d(x, kernel, w[name + ".bias"].float(), stride, 0, 1, groups)
        return torch.nn.functional.relu6(y) if act else y

    def linear(w, name, x):
        x = x.mean((2, 3))
        return torch.nn.functional.linear(x, w[name + ".weight"].float(), w[name + ".bias"].float())

    w = load_file(str(folder / "imagenet-mobilenet/mobilenet_v2_1.0_224.safetensors"))
    x = conv(w, "features.0.0", pixels(224, 1), 2)
    x = conv(w, "features.1.conv.0.0", x)
    x = conv(w, "features.1.conv.1", x, act=False)
    index = 2
    for count, stride in ((2, 2), (3, 2), (4, 2), (3, 1), (3, 2), (1, 1)):
        for i in range(count):
            name = f"features.{index}.conv."
            y = conv(w, name + "0.0", x)
            y = conv(w, name + "1.0", y, stride if i == 0 else 1)
            y = conv(w, name + "2", y, act=False)
            x = x + y if i > 0 else y
            index += 1
    v2 = linear(w, "classifier.1", conv(w, "features.18.0", x))

    w = load_file(str(folder / "imagenet-mobilenet/mobilenet_v1_0.25_128.safetensors"))
    x = conv(w, "conv0", pixels(128, 1), 2)
    for i, stride in enumerate((1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)):
        x = conv(w, f"block{i + 1}.depthwise", x, stride)
        x = conv(w, f"block{i + 1}.pointwise", x)
    v1 = linear(w, "classifier", x)
    return {"real-v2": rounded(v2[:, :40]), "real-v1": rounded(v1[:, :40])}


def main():
    torch.manual_seed(0)
    with torch.no_grad():
        expected = hugging_face() | real(pathlib.Path(sys.argv[1])) | torchvision_models()
    out = pathlib.Path(__file__).parent.parent / "resources/mobile-expected.json"
    lines = (f"  {json.dumps(name)}: {json.dumps(rows)}" for name, rows in expected.items())
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
