"""Writes src/test/resources/resnets and forward-resnet-*: small random networks and what PyTorch computes with them.

Run it from the supernet module with torch 2.13, transformers 5.18 and safetensors 0.7 or later:
    python src/test/scripts/resnets.py

Each file holds the tensors of one network as its public implementation names them, `input`, and
under `evaluation.` and `training.` the logits, what each stage gives and, for training, what each
batch normalisation measures (momentum 1, so that running statistics are those of the batch). Its
metadata holds the architecture's text.

The folders forward-resnet-* are what save_pretrained writes, with names of classes, a
preprocessor_config.json as that of microsoft/resnet-50 and expected.safetensors: `pixel_values` and
`logits`.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn
from transformers import ResNetConfig, ResNetForImageClassification

FOLDER = pathlib.Path("src/test/resources/resnets")


class Block(nn.Module):
    """A basic block of the CIFAR implementations (akamaster, chenyaofo)."""

    def __init__(self, planes, inner, out, stride, padding):
        super().__init__()
        self.conv1 = nn.Conv2d(planes, inner, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.missing = out - planes
        self.stride = stride
        self.downsample = None
        if not padding and (stride != 1 or planes != out):
            self.downsample = nn.Sequential(
                nn.Conv2d(planes, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            return F.relu(y + self.downsample(x))
        x = x[:, :, :: self.stride, :: self.stride]
        before = self.missing // 2
        return F.relu(y + F.pad(x, (0, 0, 0, 0, before, self.missing - before)))


class Cifar(nn.Module):
    def __init__(self, depths, widths, stem, inner, padding, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, stem, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        planes = stem
        self.stages = len(depths)
        for s, (depth, width) in enumerate(zip(depths, widths)):
            blocks = []
            for b in range(depth):
                stride = 2 if s > 0 and b == 0 else 1
                blocks.append(Block(planes, round(width * inner), width, stride, padding))
                planes = width
            setattr(self, f"layer{s + 1}", nn.Sequential(*blocks))
        self.head = "linear" if padding else "fc"
        setattr(self, self.head, nn.Linear(planes, classes))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        stages = []
        for s in range(self.stages):
            x = getattr(self, f"layer{s + 1}")(x)
            stages.append(x)
        return getattr(self, self.head)(x.mean((2, 3))), stages


class WideBlock(nn.Module):
    """As in xternalz/WideResNet-pytorch."""

    def __init__(self, planes, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv1 = nn.Conv2d(planes, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.equal = planes == out and stride == 1
        if not self.equal:
            self.convShortcut = nn.Conv2d(planes, out, 1, stride, bias=False)

    def forward(self, x):
        before = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(before))))
        return (x if self.equal else self.convShortcut(before)) + y


class Wide(nn.Module):
    def __init__(self, depths, widths, stem, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, stem, 3, 1, 1, bias=False)
        planes = stem
        self.stages = len(depths)
        for s, (depth, width) in enumerate(zip(depths, widths)):
            stage = nn.Module()
            blocks = []
            for b in range(depth):
                blocks.append(WideBlock(planes, width, 2 if s > 0 and b == 0 else 1))
                planes = width
            stage.layer = nn.Sequential(*blocks)
            setattr(self, f"block{s + 1}", stage)
        self.bn1 = nn.BatchNorm2d(planes)
        self.fc = nn.Linear(planes, classes)

    def forward(self, x):
        x = self.conv1(x)
        stages = []
        for s in range(self.stages):
            x = getattr(self, f"block{s + 1}").layer(x)
            stages.append(x)
        return self.fc(F.relu(self.bn1(x)).mean((2, 3))), stages


class Vgg(nn.Module):
    """As in torchvision; its dropout is left out."""

    def __init__(self, depths, widths, norm, side, hidden, classes):
        super().__init__()
        layers = []
        planes = 3
        self.ends = []
        for depth, width in zip(depths, widths):
            for _ in range(depth):
                layers.append(nn.Conv2d(planes, width, 3, padding=1))
                if norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU())
                planes = width
            self.ends.append(len(layers) - 1)
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((side, side))
        self.classifier = nn.Sequential(
            nn.Linear(planes * side * side, hidden), nn.ReLU(), nn.Identity(),
            nn.Linear(hidden, hidden), nn.ReLU(), nn.Identity(),
            nn.Linear(hidden, classes))

    def forward(self, x):
        stages = []
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i in self.ends:
                stages.append(x)
        return self.classifier(torch.flatten(self.avgpool(x), 1)), stages


class HuggingFace(nn.Module):
    def __init__(self, **config):
        super().__init__()
        self.model = ResNetForImageClassification(ResNetConfig(**config))

    def forward(self, x):
        outputs = self.model(x, output_hidden_states=True)
        return outputs.logits, outputs.hidden_states[1:]


def scatter(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data = 1 + 0.3 * torch.randn_like(module.weight)
            module.bias.data = 0.3 * torch.randn_like(module.bias)
            module.running_mean = 0.3 * torch.randn_like(module.running_mean)
            module.running_var = 0.5 + torch.rand_like(module.running_var)
            module.momentum = 1.0


def write(name, model, architecture, resolution, batch=3):
    scatter(model)
    prefix = "model." if isinstance(model, HuggingFace) else ""
    tensors = {
        key.removeprefix(prefix): value.clone()
        for key, value in model.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    tensors["input"] = torch.randn(batch, 3, resolution, resolution)
    with torch.no_grad():
        for mode in "evaluation", "training":
            model.train(mode == "training")
            logits, stages = model(tensors["input"])
            tensors[mode + ".logits"] = logits
            for i, stage in enumerate(stages):
                tensors[f"{mode}.stage{i + 1}"] = stage
    for key, value in model.state_dict().items():
        if key.endswith(("running_mean", "running_var")):
            tensors["training." + key.removeprefix(prefix)] = value
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    save_file(tensors, FOLDER / f"{name}.safetensors", {"architecture": architecture})


torch.manual_seed(7)
FOLDER.mkdir(parents=True, exist_ok=True)
write("basic", HuggingFace(layer_type="basic", embedding_size=6, hidden_sizes=[6, 10, 13],
                           depths=[2, 1, 2], num_labels=5),
      "resnet:depth=2/1/2,width=6/10/13,stem=imagenet,resolution=37,classes=5", 37)
write("bottleneck", HuggingFace(layer_type="bottleneck", embedding_size=5,
                                hidden_sizes=[8, 16, 24, 32], depths=[1, 2, 1, 1], num_labels=4),
      "resnet:depth=1/2/1/1,width=2/4/6/8,block=bottleneck,stem=imagenet,stem-width=5,"
      "resolution=48,classes=4", 48, 2)
write("bottleneck-1x1", HuggingFace(layer_type="bottleneck", embedding_size=8, hidden_sizes=[8, 16],
                                    depths=[2, 2], num_labels=3, downsample_in_bottleneck=True,
                                    downsample_in_first_stage=True),
      "resnet:depth=2/2,width=2/4,block=bottleneck,stem=imagenet,stem-width=8,downsample=1x1,"
      "first-stride=2,resolution=33,classes=3", 33)
write("padding", Cifar([2, 2, 1], [4, 7, 16], 4, 1, True, 6),
      "resnet:depth=2/2/1,width=4/7/16,shortcut=padding,resolution=15,classes=6", 15)
write("projection", Cifar([1, 2, 1], [6, 6, 8], 4, 1.5, False, 6),
      "resnet:depth=1/2/1,width=6/6/8,stem-width=4,inner=1.5,resolution=16,classes=6", 16)
write("wide", Wide([2, 1, 2], [8, 8, 12], 4, 5),
      "wrn:depth=2/1/2,width=8/8/12,stem-width=4,resolution=13,classes=5", 13)
write("wide-plain", Wide([2, 1], [4, 6], 4, 5),
      "wrn:depth=2/1,width=4/6,stem-width=4,resolution=12,classes=5", 12)
write("vgg", Vgg([1, 2], [4, 6], False, 3, 7, 4),
      "vgg:depth=1/2,width=4/6,norm=none,head-side=3,head-width=7,resolution=19,classes=4", 19)
write("vgg-norm", Vgg([2, 1, 1], [4, 6, 5], True, 1, 7, 4),
      "vgg:depth=2/1/1,width=4/6/5,head-width=7,resolution=18,classes=4", 18)


def folder(name, resolution, labels, **config):
    target = FOLDER.parent / f"forward-resnet-{name}"
    model = ResNetForImageClassification(ResNetConfig(
        **config, id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)}))
    scatter(model)
    model.eval()
    model.save_pretrained(target)
    (target / "preprocessor_config.json").write_text(json.dumps({
        "crop_pct": 0.875, "do_normalize": True, "do_resize": True,
        "feature_extractor_type": "ConvNextFeatureExtractor",
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
        "resample": 3, "size": resolution}, indent=2) + "\n")
    pixels = torch.randn(2, 3, resolution, resolution)
    with torch.no_grad():
        logits = model(pixels).logits
    save_file({"pixel_values": pixels, "logits": logits}, target / "expected.safetensors")


folder("basic", 33, ["cat", "dog", "eel"], layer_type="basic", embedding_size=6,
       hidden_sizes=[6, 8], depths=[2, 1])
folder("bottleneck", 40, ["cat", "dog"], layer_type="bottleneck", embedding_size=5,
       hidden_sizes=[8, 12, 16], depths=[1, 1, 2], downsample_in_bottleneck=True)
