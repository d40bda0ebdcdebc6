"""Writes src/test/resources/forward-mobilenet-*: small random MobileNets as save_pretrained writes them.

Run it from the supernet module with torch 2.13, transformers 5.18 and safetensors 0.7 or later:
    python src/test/scripts/mobile_folders.py

expected.safetensors holds `pixel_values` and `logits`. Weights keep the signal alive through all
layers, so that logits depend on every one of them; widths are tiny so that files are.
"""
import pathlib

import torch
from safetensors.torch import save_file
from transformers import (MobileNetV1Config, MobileNetV1ForImageClassification, MobileNetV2Config,
                          MobileNetV2ForImageClassification)

FOLDER = pathlib.Path("src/test/resources")


def write(name, model):
    for part in model.modules():
        if isinstance(part, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
        elif isinstance(part, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(part.weight, 0.7, 1.5)
            torch.nn.init.normal_(part.bias, 0, 0.2)
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
    model.eval()
    side = model.config.image_size
    pixels = torch.randn(2, model.config.num_channels, side, side)
    with torch.no_grad():
        model.classifier.weight /= model(pixel_values=pixels).logits.abs().max()
        logits = model(pixel_values=pixels).logits
    assert (logits[0] - logits[1]).abs().max() > 0.005, logits
    folder = FOLDER / f"forward-mobilenet-{name}"
    model.save_pretrained(folder)
    save_file({"pixel_values": pixels, "logits": logits}, folder / "expected.safetensors")


torch.manual_seed(3)
tiny = dict(depth_divisible_by=1, min_depth=3, finegrained_output=False,
            id2label={0: "cat", 1: "dog", 2: "eel"}, label2id={"cat": 0, "dog": 1, "eel": 2})
# TensorFlow's padding is one-sided where strides do not divide the side.
write("v2", MobileNetV2ForImageClassification(MobileNetV2Config(
    depth_multiplier=0.06, expand_ratio=3.0, image_size=38, **tiny)))
write("v2-centred", MobileNetV2ForImageClassification(MobileNetV2Config(
    depth_multiplier=0.05, expand_ratio=2.5, image_size=37, num_channels=1, tf_padding=False,
    first_layer_is_expansion=False, layer_norm_eps=1e-5, hidden_act="relu", **tiny)))
write("v1", MobileNetV1ForImageClassification(MobileNetV1Config(
    depth_multiplier=0.06, min_depth=4, image_size=46,
    id2label={0: "cat", 1: "dog"}, label2id={"cat": 0, "dog": 1})))
