"""Writes the folders forward-vit, forward-deit, forward-deit-one-head and forward-autoformer of
src/test/resources: small random vision Transformers, pixels, and what a peer computes from them.

The first three are Hugging Face's (transformers 5.18.0, torch 2.13.0); the last is AutoFormer's
attention with relative positions, written down here from the paper and the released code
(github.com/microsoft/Cream at 4a13c40, AutoFormer/model/module/multihead_super.py).

    python3 forward_vit.py ../resources
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    DeiTConfig,
    DeiTForImageClassification,
    DeiTForImageClassificationWithTeacher,
    ViTConfig,
    ViTForImageClassification,
)


def redraw(model, generator):
    """Large enough that every part shows in the outputs."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            center = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(center + 0.2 * noise)


def hugging_face(folder, model, seed):
    generator = torch.Generator().manual_seed(seed)
    redraw(model, generator)
    model.eval()
    model.save_pretrained(folder)
    config = model.config
    shape = (3, config.num_channels, config.image_size, config.image_size)
    pixels = torch.randn(shape, generator=generator)
    expected = {}
    base = getattr(model, model.base_model_prefix)

    def keep(name):
        def hook(module, inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            expected[name] = value.detach().clone().contiguous()

        return hook

    base.embeddings.register_forward_hook(keep("hidden0"))
    base.layernorm.register_forward_hook(keep("last_hidden_state"))
    for i, layer in enumerate(base.layers):
        layer.register_forward_hook(keep(f"hidden{i + 1}"))
        layer.attention.q_proj.register_forward_hook(keep(f"layer{i}.q"))
        layer.attention.k_proj.register_forward_hook(keep(f"layer{i}.k"))
        layer.attention.v_proj.register_forward_hook(keep(f"layer{i}.v"))
        layer.mlp.fc2.register_forward_pre_hook(
            lambda module, inputs, i=i: expected.__setitem__(
                f"layer{i}.intermediate", inputs[0].detach().clone().contiguous()
            )
        )
    model.set_attn_implementation("eager")
    with torch.no_grad():
        outputs = model(pixels, output_attentions=True)
    for i, attention in enumerate(outputs.attentions):
        expected[f"layer{i}.attention"] = attention.contiguous()
    expected["logits"] = outputs.logits.contiguous()
    if hasattr(outputs, "cls_logits"):
        expected["logits.class"] = outputs.cls_logits.contiguous()
        expected["logits.distillation"] = outputs.distillation_logits.contiguous()
    save_file({"pixel_values": pixels}, folder / "inputs.safetensors")
    save_file(expected, folder / "expected.safetensors")


def autoformer(folder, seed):
    """Two layers, head width 4, more patches along a side than the tables reach."""
    hidden, heads, inner, width, side, classes, farthest = 12, (2, 3), (18, 30), 4, 17, 5, 14
    sequence = side * side + 1
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape, center=0.0):
        return center + 0.3 * torch.randn(shape, generator=generator)

    w = {
        "vit.embeddings.cls_token": draw(1, 1, hidden),
        "vit.embeddings.position_embeddings": draw(1, sequence, hidden),
        "vit.embeddings.patch_embeddings.projection.weight": draw(hidden, 1, 2, 2),
        "vit.embeddings.patch_embeddings.projection.bias": draw(hidden),
    }

    def linear(name, out, into):
        w[name + ".weight"], w[name + ".bias"] = draw(out, into), draw(out)

    def norm(name):
        w[name + ".weight"], w[name + ".bias"] = draw(hidden, center=1.0), draw(hidden)

    for i in range(2):
        name = f"vit.encoder.layer.{i}."
        for each in ("query", "key", "value"):
            linear(name + "attention.attention." + each, heads[i] * width, hidden)
        for each in ("rel_pos_embed_k", "rel_pos_embed_v"):
            for table in ("embeddings_table_v", "embeddings_table_h"):
                w[f"{name}attention.attention.{each}.{table}"] = draw(2 * farthest + 2, width)
        linear(name + "attention.output.dense", hidden, heads[i] * width)
        linear(name + "intermediate.dense", inner[i], hidden)
        linear(name + "output.dense", hidden, inner[i])
        norm(name + "layernorm_before")
        norm(name + "layernorm_after")
    norm("vit.layernorm")
    linear("classifier", classes, hidden)

    def apply(name, x):
        return torch.nn.functional.linear(x, w[name + ".weight"], w[name + ".bias"])

    def normed(name, x):
        return torch.nn.functional.layer_norm(
            x, (hidden,), w[name + ".weight"], w[name + ".bias"], eps=1e-5
        )

    def rows(name):
        """r[q, k]: the row of the vertical and of the horizontal distance, pair by pair."""
        vertical, horizontal = w[name + ".embeddings_table_v"], w[name + ".embeddings_table_h"]
        result = torch.empty(sequence, sequence, width)
        for q in range(sequence):
            for k in range(sequence):
                down = across = 0
                if q > 0 and k > 0:
                    down = (k - 1) // side - (q - 1) // side
                    across = (k - 1) % side - (q - 1) % side
                    down = max(-farthest, min(farthest, down)) + farthest + 1
                    across = max(-farthest, min(farthest, across)) + farthest + 1
                result[q, k] = vertical[down] + horizontal[across]
        return result

    pixels = torch.randn((2, 1, 2 * side, 2 * side), generator=generator)
    projection = "vit.embeddings.patch_embeddings.projection"
    x = torch.nn.functional.conv2d(
        pixels, w[projection + ".weight"], w[projection + ".bias"], stride=2
    )
    x = x.flatten(2).transpose(1, 2)
    x = torch.cat((w["vit.embeddings.cls_token"].expand(2, -1, -1), x), dim=1)
    x = x + w["vit.embeddings.position_embeddings"]
    expected = {"hidden0": x[:, :20].contiguous()}
    for i in range(2):
        name = f"vit.encoder.layer.{i}."
        h = normed(name + "layernorm_before", x)
        q, k, v = (
            apply(name + "attention.attention." + each, h)
            .reshape(2, sequence, heads[i], width)
            .transpose(1, 2)
            for each in ("query", "key", "value")
        )
        of_keys = rows(name + "attention.attention.rel_pos_embed_k")
        of_values = rows(name + "attention.attention.rel_pos_embed_v")
        scores = torch.einsum("bhqd,bhkd->bhqk", q, k) + torch.einsum("bhqd,qkd->bhqk", q, of_keys)
        p = torch.softmax(scores * width**-0.5, dim=-1)
        context = torch.einsum("bhqk,bhkd->bhqd", p, v) + torch.einsum("bhqk,qkd->bhqd", p, of_values)
        context = context.transpose(1, 2).reshape(2, sequence, heads[i] * width)
        x = x + apply(name + "attention.output.dense", context)
        h = torch.nn.functional.gelu(
            apply(name + "intermediate.dense", normed(name + "layernorm_after", x))
        )
        x = x + apply(name + "output.dense", h)
        expected[f"hidden{i + 1}"] = x[:, :20].contiguous()
    pooled = normed("vit.layernorm", x)[:, 1:].mean(dim=1)
    expected["logits"] = apply("classifier", pooled)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(w, folder / "model.safetensors")
    save_file({"pixel_values": pixels}, folder / "inputs.safetensors")
    save_file(expected, folder / "expected.safetensors")


def main():
    resources = pathlib.Path(sys.argv[1])
    shared = dict(hidden_size=24, num_hidden_layers=2, num_labels=5)
    vit = ViTConfig(
        num_attention_heads=3, intermediate_size=42, image_size=24, patch_size=8, **shared
    )
    hugging_face(resources / "forward-vit", ViTForImageClassification(vit), 1)
    deit = DeiTConfig(
        num_attention_heads=4,
        intermediate_size=96,
        image_size=22,
        patch_size=5,
        num_channels=1,
        layer_norm_eps=1e-6,
        **shared,
    )
    hugging_face(resources / "forward-deit", DeiTForImageClassificationWithTeacher(deit), 2)
    hugging_face(resources / "forward-deit-one-head", DeiTForImageClassification(deit), 3)
    autoformer(resources / "forward-autoformer", 4)


main()
