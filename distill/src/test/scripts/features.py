"""Writes resources/objectives/features.json: feature objectives computed with PyTorch's own
functions (adaptive pooling, normalize, smooth_l1_loss, logsumexp), in float64.

Usage: python features.py OUTPUT
"""

import json
import sys

import torch
import torch.nn.functional as F


def at(s, t, p):
    def attention(f):
        return F.normalize(f.abs().pow(p).mean(1).flatten(1))

    h, w = min(s.shape[2], t.shape[2]), min(s.shape[3], t.shape[3])
    s, t = (F.adaptive_avg_pool2d(f, (h, w)) for f in (s, t))
    return (attention(s) - attention(t)).square().mean()


def rkd(s, t):
    def distances(x):
        d = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
        return d / d[~torch.eye(len(x), dtype=bool)].mean()

    def angles(x):
        u = F.normalize(x[None] - x[:, None], dim=2)
        return u @ u.transpose(1, 2)

    return 25 * F.smooth_l1_loss(distances(s), distances(t)) + 50 * F.smooth_l1_loss(
        angles(s), angles(t)
    )


def nce(scores, examples, scale):
    negatives = scores.shape[1] - 1
    noise = negatives / examples
    p = scores.exp() / scale
    own = (p[:, 0] / (p[:, 0] + noise + 1e-7)).log().sum()
    others = (noise / (p[:, 1:] + noise + 1e-7)).log().sum()
    return -(own + others) / len(scores)


def crd(s, t, memory_s, memory_t, index, temperature):
    examples = len(memory_s)
    out_s = (memory_t[index] @ s[:, :, None]).squeeze(2) / temperature
    out_t = (memory_s[index] @ t[:, :, None]).squeeze(2) / temperature
    return sum(
        nce(out, examples, out.detach().exp().mean() * examples) for out in (out_s, out_t)
    )


def attention_cross_entropy(s, t, mask, mean):
    if mean:
        s, t = s.mean(1, keepdim=True), t.mean(1, keepdim=True)
    rows = -(t.softmax(-1) * s.log_softmax(-1) * mask[:, None, None, :]).sum(-1).mean(1)
    return (rows * mask).sum() / mask.sum()


def case(name, function, student, **others):
    for each in student.values():
        each.requires_grad_(True)
    loss = function(*student.values(), *others.values())
    loss.backward()
    arrays = {**student, **others}
    return {
        "name": name,
        "shapes": {k: list(v.shape) for k, v in arrays.items() if torch.is_tensor(v)},
        "inputs": {
            k: v.detach().flatten().tolist() for k, v in arrays.items() if torch.is_tensor(v)
        },
        "loss": loss.item(),
        "gradients": {k: v.grad.flatten().tolist() for k, v in student.items()},
    }


def main(output):
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)

    def normal(*shape):
        # Numbers that float32 holds, so that the files say exactly what was computed.
        return torch.randn(*shape).float().double()

    def unit(*shape):
        return F.normalize(torch.randn(*shape)).float().double()

    cases = [
        case("at-same-size", at, {"student": normal(2, 3, 4, 4)}, teacher=normal(2, 5, 4, 4), p=2),
        case("at-larger", at, {"student": normal(2, 3, 5, 7)}, teacher=normal(2, 4, 3, 3), p=2),
        case("at-smaller", at, {"student": normal(2, 3, 2, 3)}, teacher=normal(2, 2, 4, 4), p=4),
        case("rkd", rkd, {"student": normal(5, 3)}, teacher=normal(5, 6)),
        case("rkd-pair", rkd, {"student": normal(2, 4)}, teacher=normal(2, 2)),
        case(
            "pool",
            lambda s: (F.adaptive_avg_pool2d(s, (3, 2)).square()).sum(),
            {"student": normal(1, 2, 7, 5)},
        ),
        case(
            "crd",
            crd,
            {"student": unit(3, 4), "teacher": unit(3, 4)},
            memory_s=unit(9, 4),
            memory_t=unit(9, 4),
            index=torch.tensor([[2, 5, 0, 7, 1], [4, 4, 8, 1, 0], [8, 3, 3, 6, 2]]),
            temperature=0.07,
        ),
    ]
    mask = torch.tensor([[1.0, 1, 1, 0], [1, 1, 0, 0]])
    for mean in (False, True):
        cases.append(
            case(
                "attention-ce" + ("-of-mean" if mean else ""),
                attention_cross_entropy,
                {"student": normal(2, 3, 4, 4)},
                teacher=normal(2, 3, 4, 4),
                mask=mask,
                mean=mean,
            )
        )
    with open(output, "w") as file:
        json.dump(cases, file)


main(sys.argv[1])
