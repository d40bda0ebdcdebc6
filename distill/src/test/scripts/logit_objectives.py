"""Writes src/test/resources/peer/*.json: cases of the logit objectives that the golden files do not
have, computed with PyTorch in float64 straight from the papers' formulas, gradients by autograd.

    python3 src/test/scripts/logit_objectives.py   # in the folder distill; torch 2.13
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
RANDOM = torch.Generator().manual_seed(20240611)
OUT = pathlib.Path("src/test/resources/peer")


def normal(*shape, scale=2.0):
    values = torch.randn(*shape, generator=RANDOM) * scale
    return (values * 1024).round() / 1024  # exact in float32


def extreme(rows, classes):
    values = normal(rows, classes, scale=1.0)
    for row in range(rows):
        values[row, row % classes] = 50.0
        values[row, (row + 1) % classes] = -50.0
    return values


def labels(rows, classes):
    return torch.randint(0, classes, (rows,), generator=RANDOM)


def plain(value):
    return value.tolist() if isinstance(value, torch.Tensor) else value


CASES = {}


def case(method, name, settings, inputs, learning, compute):
    """compute(inputs) gives the loss and its components."""
    leaves = {k: v.clone().requires_grad_(k in learning) for k, v in inputs.items()}
    loss, components = compute(leaves)
    loss.backward()
    CASES.setdefault(method, []).append({
        "name": name,
        "hyper_parameters": settings,
        "inputs": {k: plain(v) for k, v in inputs.items()},
        "input_shapes": {k: list(v.shape) for k, v in inputs.items()},
        "expected": {
            "loss": loss.item(),
            "components": {k: plain(v.detach()) for k, v in components.items()},
            "grad": {k: plain(leaves[k].grad) for k in learning},
        },
    })


def pair(rows, classes, make=normal):
    return {
        "student_logits": make(rows, classes),
        "teacher_logits": make(rows, classes).flip(0) if make is extreme else make(rows, classes),
        "labels": labels(rows, classes),
    }


SHAPES = [("five_classes", 6, 5, normal), ("batch_of_1", 1, 4, normal),
          ("two_classes", 5, 2, normal), ("extreme_50", 6, 5, extreme)]


def kl(p, q):
    """Of log-probabilities, a row."""
    return (p.exp() * (p - q)).sum(-1)


def log(z, t=1.0):
    return F.log_softmax(z / t, -1)


def dkd(t, alpha, beta):
    def compute(i):
        zs, zt, y = i["student_logits"], i["teacher_logits"], i["labels"]
        mask = F.one_hot(y, zs.shape[1]).bool()

        def binary(z):
            others = torch.logsumexp((z / t).masked_fill(mask, -math.inf), 1)
            return F.log_softmax(torch.stack([(z / t)[mask], others], 1), 1)

        def others(z):
            return F.log_softmax((z / t)[~mask].reshape(len(z), -1), 1)

        tckd = kl(binary(zt), binary(zs)).mean() * t * t
        nckd = kl(others(zt), others(zs)).mean() * t * t
        return alpha * tckd + beta * nckd, {"tckd_times_T2": tckd, "nckd_times_T2": nckd}
    return compute


def pearson(a, b, dim):
    a, b = a - a.mean(dim, keepdim=True), b - b.mean(dim, keepdim=True)
    tiny = 1e-300  # no derivative of a root at 0
    norms = ((a * a).sum(dim) + tiny).sqrt() * ((b * b).sum(dim) + tiny).sqrt()
    return (a * b).sum(dim) / (norms + 1e-8)


def dist(t, beta, gamma):
    def compute(i):
        p, q = F.softmax(i["student_logits"] / t, 1), F.softmax(i["teacher_logits"] / t, 1)
        inter, intra = 1 - pearson(p, q, 1).mean(), 1 - pearson(p, q, 0).mean()
        return t * t * (beta * inter + gamma * intra), {"inter": inter, "intra": intra}
    return compute


def wsl(t, alpha, weight):
    def compute(i):
        zs, zt, y = i["student_logits"], i["teacher_logits"], i["labels"]
        cs, ct = F.cross_entropy(zs, y, reduction="none"), F.cross_entropy(zt, y, reduction="none")
        w = (1 - torch.exp(-(cs / (ct + 1e-7)).clamp(min=0))).detach()
        soft = t * t * (w * -(log(zt, t).exp() * log(zs, t)).sum(1)).mean()
        hard = cs.mean()
        return weight * hard + alpha * soft, {
            "weights": w, "soft_loss_times_T2": soft, "ce": hard}
    return compute


def mlkd(t0, others, ce_weight, kd_weight):
    def compute(i):
        sw, ss = i["student_weak"], i["student_strong"]
        tw, ts, y = i["teacher_weak"], i["teacher_strong"], i["labels"]
        sure = F.softmax(tw, 1)
        m = (sure.max(1).values <= sure.max(1).values.quantile(0.5)).double().mean()
        k = (sure.sum(0) <= sure.sum(0).quantile(0.5)).double().mean()
        kd = cc = bc = 0
        for n, t in enumerate([t0] + others):
            p, q = F.softmax(sw / t, 1), F.softmax(tw / t, 1)
            weak = t * t * kl(log(tw, t), log(sw, t)).mean()
            slip = n > 0 and t in (2, 6)
            strong = weak if slip else t * t * kl(log(ts, t), log(ss, t)).mean()
            kd = kd + m * weak + strong
            cc = cc + k * ((q.T @ q - p.T @ p) ** 2).sum() / p.shape[1]
            bc = bc + m * ((q @ q.T - p @ p.T) ** 2).sum() / p.shape[0]
        hard = ce_weight * (F.cross_entropy(sw, y) + F.cross_entropy(ss, y))
        kd, cc, bc = kd_weight * kd, kd_weight * cc, kd_weight * bc
        return hard + kd + cc + bc, {
            "loss_ce": hard, "loss_kd": kd, "loss_cc": cc, "loss_bc": bc,
            "instance_mask_fraction": m, "class_mask_fraction": k}
    return compute


def entropy(l):
    return -(l.exp() * l).sum(-1)


def bd_kd(t, side):
    def compute(i):
        zs, zt, y = i["student_logits"], i["teacher_logits"], i["labels"]
        if side == "student":
            forward, reverse = kl(log(zt, t), log(zs, t)), kl(log(zs, t), log(zt, t))
            hard = F.cross_entropy(zs, y)
            soft = t * t * (i["w_forward"] * forward + i["w_reverse"] * reverse).mean()
        else:
            hard = F.cross_entropy(zt, y)
            soft = t * t * kl(log(zs, t), log(zt, t)).mean()
        return hard + soft, {
            "ce": hard, "kd": soft, "entropy_student": entropy(log(zs, t)),
            "entropy_teacher": entropy(log(zt, t))}
    return compute


def hard_ranks(z):
    return torch.stack([(z[:, j:j + 1] > z).sum(1) + (z[:, j:j + 1] == z).sum(1) / 2 + 0.5
                        for j in range(z.shape[1])], 1)


def project(z):
    """Onto the permutahedron of (C, ..., 1): the least squares fit, by trying every pool's end."""
    rows = []
    for row in z:
        order = torch.argsort(row, descending=True, stable=True)
        s = row[order] - torch.arange(len(row), 0, -1)
        n = len(row)
        # min-max formula of the isotonic (here antitonic) fit
        mean = [[s[a:b + 1].mean() for b in range(n)] for a in range(n)]
        fit = [min((max((mean[a][b] for b in range(p, n)), key=lambda v: v.item())
                    for a in range(p + 1)), key=lambda v: v.item()) for p in range(n)]
        rows.append(row - torch.stack(fit)[torch.argsort(order)])
    return torch.stack(rows)


def cmkd(on, t, rank, strength):
    def compute(i):
        def represent(z):
            if on == "softmax(zscore(z)/T)":
                z = (z - z.mean(1, keepdim=True)) / (z.std(1, keepdim=True) + 1e-7)
            return z / t if on == "z/T" else F.softmax(z / t, 1)

        a, b = represent(i["student_logits"]), represent(i["teacher_logits"])
        if rank == "sigmoid":
            ranks = 0.5 + torch.sigmoid((a[:, :, None] - a[:, None, :]) / strength).sum(2)
        else:
            ranks = project(a / strength)
        rp, rs = pearson(a, b, 1), pearson(ranks, hard_ranks(b), 1)
        loss = (i["w_pearson"] * (1 - rp) + i["w_spearman"] * (1 - rs)).mean()
        return loss, {
            "pearson": rp, "spearman_soft": rs,
            "spearman_exact": pearson(hard_ranks(a), hard_ranks(b), 1),
            "teacher_entropy_T1": entropy(log(i["teacher_logits"]))}
    return compute


def prokt_dual(beta, eps):
    def compute(i):
        zt, zs, y = i["teacher_logits"], i["student_logits"], i["labels"]
        divergence = kl(log(zs), log(zt)).mean()
        hard = F.cross_entropy(zt, y)
        after = torch.clamp(beta + 0.001 * (divergence - eps), min=0)
        return hard + beta * (divergence - eps), {
            "kl_student_to_teacher": divergence, "ce": hard, "beta_after": after}
    return compute


def uda(t, alpha, beta, direction):
    def compute(i):
        def soft(s, r):
            rows = kl(log(s, t), log(r, t)) if direction.startswith("KL(s") else kl(
                log(r, t), log(s, t))
            return t * t * rows.mean()

        hard = F.cross_entropy(i["student_source"], i["labels"])
        source = alpha * soft(i["student_source"], i["teacher_source"]) + (1 - alpha) * hard
        target = soft(i["student_target"], i["teacher_target"])
        return beta * (source + target), {"source_loss": source, "target_loss": target}
    return compute


def mmd(kernels, factor):
    def compute(i):
        n, both = len(i["source"]), torch.cat([i["source"], i["target"]])
        d = ((both[:, None] - both[None]) ** 2).sum(2)
        h = d.detach().sum() / (len(both) ** 2 - len(both)) / factor ** (kernels // 2)
        k = sum(torch.exp(-d / (h * factor ** m)) for m in range(kernels))
        return (k[:n, :n] + k[n:, n:] - k[:n, n:] - k[n:, :n]).mean(), {}
    return compute


for name, rows, classes, make in SHAPES:
    student = ["student_logits"]
    for t, alpha, beta in [(1.0, 1.0, 0.5), (4.0, 1.0, 8.0)]:
        case("dkd", f"{name}_T{t:g}", {"alpha": alpha, "beta": beta, "temperature": t},
             pair(rows, classes, make), student, dkd(t, alpha, beta))
    if make is not extreme:
        both = pair(rows, classes, make)
        del both["labels"]
        case("dist", f"{name}_tau4", {"beta": 2.0, "gamma": 0.5, "tau": 4.0, "eps": 1e-8},
             both, student, dist(4.0, 2.0, 0.5))
    for t, alpha in [(4.0, 2.25), (2.0, 2.5)]:
        case("wsl", f"{name}_T{t:g}", {"temperature": t, "alpha": alpha, "ce_weight": 1.0},
             pair(rows, classes, make), student, wsl(t, alpha, 1.0))
    views = {f"{who}_{view}": make(rows, classes)
             for who in ("student", "teacher") for view in ("weak", "strong")}
    if make is extreme:
        views["teacher_weak"] = views["teacher_weak"].flip(0)
        views["teacher_strong"] = views["teacher_strong"].flip(1)
    views["labels"] = labels(rows, classes)
    case("mlkd", f"imagenet_{name}",
         {"temperature": 1.0, "other_temperatures": [3, 5, 2, 6], "ce_weight": 0.5,
          "kd_weight": 0.5},
         views, ["student_weak", "student_strong"], mlkd(1.0, [3, 5, 2, 6], 0.5, 0.5))
    for side in ("student", "teacher"):
        both = pair(rows, classes, make)
        both["w_forward"] = torch.rand(rows, generator=RANDOM).float().double()
        both["w_reverse"] = torch.rand(rows, generator=RANDOM).float().double()
        case("bd_kd", f"{name}_{side}", {"temperature": 2.0, "side": side}, both,
             [f"{side}_logits"], bd_kd(2.0, side))
    for on in ("z/T", "softmax(z/T)", "softmax(zscore(z)/T)"):
        for rank, strength in (("sigmoid", 0.25), ("l2", 0.5), ("l2", 0.03125)):
            if make is extreme and on == "softmax(z/T)":
                continue  # nearly all entries are equal to 1e-20: ranks of rounding
            both = pair(rows, classes, make)
            del both["labels"]
            both["w_pearson"] = torch.rand(rows, generator=RANDOM).float().double()
            both["w_spearman"] = torch.rand(rows, generator=RANDOM).float().double()
            case("cmkd", f"{name}_{on}_{rank}_{strength:g}",
                 {"temperature": 2.0, "soft_rank": rank, "soft_rank_parameter": strength,
                  "correlation_on": on},
                 both, student, cmkd(on, 2.0, rank, strength))
    case("prokt", f"{name}_dual", {"beta": 0.75, "eps": 1.0, "lr": 0.001},
         pair(rows, classes, make), ["teacher_logits"], prokt_dual(0.75, 1.0))
    four = {f"{who}_{domain}": make(rows, classes)
            for who in ("teacher", "student") for domain in ("source", "target")}
    if make is extreme:
        four["teacher_source"] = four["teacher_source"].flip(0)
    four["labels"] = labels(rows, classes)
    for direction in ("KL(teacher||student)", "KL(student||teacher)"):
        case("uda_kd", f"{name}_{direction}",
             {"temperature": 5.0, "alpha": 0.3, "beta": 0.4, "kl_direction": direction}, four,
             ["student_source", "student_target"], uda(5.0, 0.3, 0.4, direction))
    case("uda_kd", f"{name}_mmd", {"kernels": 3, "kernel_mul": 3.0},
         {"source": normal(rows, 4), "target": normal(rows, 4)}, ["source", "target"],
         mmd(3, 3.0))

ties = {"student_logits": normal(3, 6),
        "teacher_logits": torch.tensor([[1., 1, 0, 0, 2, 2], [0, 0, 0, 0, 0, 1], [3, 2, 2, 1, 1, 1]]),
        "w_pearson": torch.ones(3), "w_spearman": torch.ones(3)}
case("cmkd", "ties_of_the_teacher",
     {"temperature": 1.0, "soft_rank": "sigmoid", "soft_rank_parameter": 0.5,
      "correlation_on": "z/T"}, ties, ["student_logits"], cmkd("z/T", 1.0, "sigmoid", 0.5))

OUT.mkdir(parents=True, exist_ok=True)
for method, cases in CASES.items():
    text = json.dumps({"method": method, "source": "logit_objectives.py", "cases": cases})
    (OUT / f"{method}.json").write_text(text + "\n")
