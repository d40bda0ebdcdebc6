"""Writes ../resources/weight-files.json: names, shapes and logits of torchvision's and timm's networks.

Weights and pixels are the formulas of mobile_expected.py. Needs torch, torchvision (its models
alone) and transformers. timm's names are given to torchvision's ViT and transformers' DeiT.

    python3 weight_files.py
"""

import json
import pathlib
import re

import torch
import torchvision.models as models
from transformers import DeiTConfig, DeiTForImageClassificationWithTeacher

from mobile_expected import pixels, rounded, tensor

FOUND = {}


def fill(model, name, side, rename=dict):
    """Fills a model by the names that its tensors have in the file, and runs it."""
    state = {key: value for key, value in model.state_dict().items()
             if not key.endswith("num_batches_tracked")}
    file = {new: tensor(new, tuple(value.shape)) for new, value in rename(state).items()}
    return run(model, name, side, file, back(state, rename, file))


def back(state, rename, file):
    """The model's tensors of the file's: positions are followed through the renaming."""
    marks = {key: torch.arange(value.numel()).reshape(value.shape) + sum(
        other.numel() for other in list(state.values())[:i])
        for i, (key, value) in enumerate(state.items())}
    flat = torch.zeros(sum(value.numel() for value in state.values()))
    for new, mark in rename(marks).items():
        flat[mark.reshape(-1)] = file[new].reshape(-1)
    return {key: flat[mark] for key, mark in marks.items()}


def run(model, name, side, file, state):
    model.load_state_dict(state, strict=False)
    with torch.no_grad():
        result = model.eval()(pixels(side))
    logits = result if torch.is_tensor(result) else result.logits
    FOUND[name] = {"side": side, "logits": rounded(logits),
                   "tensors": {key: list(value.shape) for key, value in file.items()}}


def timm_of_torchvision(state):
    new = {}
    for key, value in state.items():
        key = key.replace("class_token", "cls_token").replace("encoder.pos_embedding", "pos_embed")
        key = key.replace("conv_proj", "patch_embed.proj").replace("encoder.ln", "norm")
        key = key.replace("heads.head", "head").replace("encoder.layers.encoder_layer_", "blocks.")
        key = key.replace("self_attention.in_proj_", "attn.qkv.")
        key = key.replace("self_attention.out_proj", "attn.proj")
        key = key.replace("ln_1", "norm1").replace("ln_2", "norm2")
        new[key.replace("mlp.0", "mlp.fc1").replace("mlp.3", "mlp.fc2")] = value
    return new


def timm_of_deit(state):
    """The names of facebookresearch/deit; transformers' own are those that it saves."""
    new = {}
    order = ["query", "key", "value"]
    for key, value in state.items():
        at = re.match(r"deit\.(?:encoder\.layer|layers)\.(\d+)\.(.*)\.(weight|bias)$", key)
        if at:
            layer, part, end = at.groups()
            part = part.replace("attention.attention.", "attention.")
            part = {"q_proj": "query", "k_proj": "key", "v_proj": "value"}.get(
                part.split(".")[-1], part.split(".")[-1]) if part.split(".")[-1] in (
                "q_proj", "k_proj", "v_proj", *order) else part
            if part in order:
                new.setdefault(f"blocks.{layer}.attn.qkv.{end}", {})[part] = value
                continue
            name = {"attention.output.dense": "attn.proj", "attention.o_proj": "attn.proj",
                    "intermediate.dense": "mlp.fc1", "mlp.fc1": "mlp.fc1", "mlp.fc2": "mlp.fc2",
                    "output.dense": "mlp.fc2", "layernorm_before": "norm1",
                    "layernorm_after": "norm2"}[part]
            new[f"blocks.{layer}.{name}.{end}"] = value
            continue
        name = {"deit.embeddings.cls_token": "cls_token",
                "deit.embeddings.distillation_token": "dist_token",
                "deit.embeddings.position_embeddings": "pos_embed"}.get(key, key)
        name = name.replace("deit.embeddings.patch_embeddings.projection", "patch_embed.proj")
        name = name.replace("deit.layernorm", "norm").replace("distillation_classifier", "head_dist")
        new[name.replace("cls_classifier", "head")] = value
    return {key: torch.cat([value[part] for part in order]) if isinstance(value, dict) else value
            for key, value in new.items()}


def main():
    fill(models.resnet.ResNet(models.resnet.BasicBlock, [1, 2, 1, 1], num_classes=5), "resnet", 48)
    fill(models.resnet.ResNet(models.resnet.Bottleneck, [1, 1, 2, 1], num_classes=5),
         "resnet-bottleneck", 48)
    fill(models.MobileNetV2(num_classes=5, width_mult=0.35), "mobilenet-v2", 46)
    fill(models.mobilenet_v3_small(num_classes=5), "mobilenet-v3", 46)
    fill(models.shufflenet_v2_x0_5(num_classes=5), "shufflenet-v2", 46)
    vit = models.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=3,
                                   hidden_dim=192, mlp_dim=96, num_classes=5)
    fill(vit, "vit", 32)
    fill(vit, "vit-timm", 32, timm_of_torchvision)
    deit = DeiTForImageClassificationWithTeacher(DeiTConfig(
        hidden_size=192, num_hidden_layers=2, num_attention_heads=3, intermediate_size=96,
        image_size=32, patch_size=8, num_labels=5, layer_norm_eps=1e-6))
    fill(deit, "deit-timm", 32, timm_of_deit)
    for name in ["resnet50", "wide_resnet50_2", "vgg11", "vgg16_bn", "vit_b_16"]:
        with torch.device("meta"):
            state = models.get_model(name).state_dict()
        FOUND[name] = {"tensors": {key: list(value.shape) for key, value in state.items()}}
    target = pathlib.Path(__file__).parent / "../resources/weight-files.json"
    target.write_text(json.dumps(FOUND, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
