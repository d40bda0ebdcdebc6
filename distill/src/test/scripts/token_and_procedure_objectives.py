"""Writes src/test/resources/peer/*.json: cases of the objectives of tokens, landmarks and procedures
that the golden files do not have, computed with PyTorch in float64 straight from the papers'
formulas, gradients by autograd.

    python3 src/test/scripts/token_and_procedure_objectives.py   # in the folder distill; torch 2.13
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
RANDOM = torch.Generator().manual_seed(20261121)
OUT = pathlib.Path("src/test/resources/peer")
IGNORED = -100
CASES = {}


def exact(values):
    return (values * 1024).round() / 1024  # exact in float32


def normal(*shape, scale=2.0):
    return exact(torch.randn(*shape, generator=RANDOM) * scale)


def extreme(*shape):
    values = normal(*shape, scale=1.0).reshape(-1, shape[-1])
    for row in range(values.shape[0]):
        values[row, row % shape[-1]] = 50.0
        values[row, (row + 1) % shape[-1]] = -50.0
    return values.reshape(shape)


def classes(rows, count):
    return torch.randint(0, count, (rows,), generator=RANDOM)


def plain(value):
    return value.tolist() if isinstance(value, torch.Tensor) else value


def case(method, name, settings, inputs, learning, compute):
    """compute(inputs) gives the loss and its components."""
    leaves = {k: v.clone().requires_grad_(True) if k in learning else v for k, v in inputs.items()}
    loss, components = compute(leaves)
    if learning:
        loss.backward()
    gradient = lambda leaf: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    CASES.setdefault(method, []).append({
        "name": name,
        "hyper_parameters": settings,
        "inputs": {k: plain(v) for k, v in inputs.items()},
        "input_shapes": {k: list(v.shape) for k, v in inputs.items()},
        "expected": {
            "loss": loss.item(),
            "components": {
                k: plain(v.detach()) if isinstance(v, torch.Tensor) else v
                for k, v in components.items()
            },
            "grad": {k: plain(gradient(leaves[k])) for k in learning},
        },
    })


def log(z, temperature=1.0):
    return torch.log_softmax(z / temperature, -1)


def kl(a, b):
    return (a.exp() * (a - b)).sum(-1)


def counted(rows, labels):
    mask = (labels != IGNORED).to(rows.dtype)
    return (rows * mask).sum() / mask.sum().clamp(min=1)


def token_ce(z, labels):
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), labels.reshape(-1), ignore_index=IGNORED)


def mixture(a, b, share):
    return torch.logaddexp(a + math.log(share), b + math.log1p(-share))


TOKENS = torch.tensor([[IGNORED, 3, 0, 6], [5, IGNORED, IGNORED, 1]])

FORMS = {
    "forward_kl": lambda s, t, k: kl(t, s),
    "forward_kl_ce_form": lambda s, t, k: -(t.exp() * s).sum(-1),
    "reverse_kl": lambda s, t, k: kl(s, t),
    "symmetric_kl": lambda s, t, k: (1 - k) * kl(t, s) + k * kl(s, t),
    "skew_forward_kl": lambda s, t, k: kl(t, mixture(t, s, k)),
    "skew_forward_kl_ce_form": lambda s, t, k: -(t.exp() * mixture(t, s, k)).sum(-1),
    "skew_reverse_kl": lambda s, t, k: kl(s, mixture(s, t, k)),
    "js_distance": lambda s, t, k: k * kl(s, mixture(s, t, k)) + (1 - k) * kl(t, mixture(s, t, k)),
    "tv_distance": lambda s, t, k: (s.exp() - t.exp()).abs().sum(-1) / 2,
}


def distillm(form, name, share, student, teacher, labels):
    case(
        "distillm", f"{form}__{name}", {"lambda": share, "objective": form},
        {"student_logits": student, "teacher_logits": teacher, "labels": labels},
        ["student_logits"],
        lambda x: (
            counted(FORMS[form](log(x["student_logits"]), log(x["teacher_logits"]), share), labels),
            {}))


for form in FORMS:
    distillm(form, "share_0.3", 0.3, normal(2, 4, 7), normal(2, 4, 7), TOKENS)
    distillm(form, "extreme", 0.2, extreme(2, 4, 7), -extreme(2, 4, 7), TOKENS)
    distillm(form, "one_token", 0.4, normal(1, 1, 7), normal(1, 1, 7), torch.tensor([[2]]))
    distillm(
        form, "two_words", 0.6, normal(2, 4, 2), normal(2, 4, 2), TOKENS.clamp(max=1))


def okd(name, trained, direction, w_ce, w_kl):
    inputs = {
        "base_teacher_logits": normal(2, 4, 7), "online_delta": normal(2, 4, 7, scale=1.0),
        "student_logits": normal(2, 4, 7), "labels": TOKENS}

    def compute(x):
        teacher = x["base_teacher_logits"] + x["online_delta"]
        student = x["student_logits"]
        own, other = (student, teacher) if trained == "student" else (teacher, student)
        a, b = log(other.detach()), log(own)
        rows = kl(a, b) if direction == "KL(other||own)" else kl(b, a)
        ce, divergence = token_ce(own, TOKENS), counted(rows, TOKENS)
        return w_ce * ce + w_kl * divergence, {"ce": ce, "kl": divergence}

    case(
        "okd", name, {"w_ce": w_ce, "w_kl": w_kl, "kl": direction, "trained": trained},
        inputs, ["online_delta", "student_logits"], compute)


for trained in ("student", "online_module"):
    okd(f"{trained}_reverse", trained, "KL(own||other)", 1.0, 1.0)
    okd(f"{trained}_weighted", trained, "KL(other||own)", 0.25, 2.0)


def ctcd(name, temperature, weights, student, teacher, labels):
    keys = ("hard_student", "hard_teacher", "soft_student", "soft_teacher")

    def compute(x):
        s, t = x["student_logits"], x["teacher_logits"]
        squared = temperature**2
        soft = lambda own, other: squared * counted(
            kl(log(other.detach(), temperature), log(own, temperature)), labels)
        terms = (token_ce(s, labels), token_ce(t, labels), soft(s, t), soft(t, s))
        return sum(w * each for w, each in zip(weights, terms)), dict(zip(keys, terms))

    case(
        "ctcd", name,
        {"temperature": temperature, **{f"weight_{k}": w for k, w in zip(keys, weights)}},
        {"student_logits": student, "teacher_logits": teacher, "labels": labels},
        ["student_logits", "teacher_logits"], compute)


ctcd("two_way_T2", 2.0, (1, 1, 1, 1), normal(2, 4, 7), normal(2, 4, 7), TOKENS)
ctcd("asymmetric_T3", 3.0, (0.5, 2, 0.75, 0.25), normal(2, 4, 7), normal(2, 4, 7), TOKENS)
ctcd("extreme", 1.0, (1, 1, 1, 1), extreme(2, 4, 7), -extreme(2, 4, 7), TOKENS)


def mixkd(name, share, distance, a_sm, a_tmkd, rows):
    inputs = {
        "student_clean": normal(rows, 3), "student_mixed": normal(rows, 3),
        "teacher_mixed": normal(rows, 3),
        "labels_a": classes(rows, 3), "labels_b": classes(rows, 3)}

    def compute(x):
        clean = F.cross_entropy(x["student_clean"], x["labels_a"])
        mixed = share * F.cross_entropy(x["student_mixed"], x["labels_a"]) + (
            1 - share) * F.cross_entropy(x["student_mixed"], x["labels_b"])
        far = (
            kl(log(x["teacher_mixed"]), log(x["student_mixed"])).mean() if distance == "kl"
            else F.mse_loss(x["student_mixed"], x["teacher_mixed"]))
        return clean + a_sm * mixed + a_tmkd * far, {
            "mle": clean, "student_mixup": mixed, "teacher_mixup_kd": far}

    case(
        "mixkd", name,
        {"lambda": share, "distance": distance, "alpha_sm": a_sm, "alpha_tmkd": a_tmkd},
        inputs, ["student_clean", "student_mixed"], compute)


mixkd("mse", 0.4, "mse", 1.0, 1.0, 5)
mixkd("weighted", 0.25, "kl", 0.5, 2.0, 5)
mixkd("lambda0", 0.0, "mse", 1.0, 0.5, 1)


def landmark(name, prediction, truth, tough, tolerant, weights=(1.5, 0.5, 2.0)):
    alphas = {
        "alpha_tough": 1.5, "alpha_mi_tough": -0.25, "alpha_tol": 1.25, "alpha_mi_tol": -0.75}

    def assist(p, g, teacher, alpha, inner):
        side = torch.sign(p.detach() - g)
        mirrored = g + side * (teacher - g).abs()
        border = g + 0.15 * side * (teacher - g).abs()
        place = p.detach()
        beyond = torch.sign(place - mirrored) * torch.sign(mirrored - g) > 0
        inside = torch.sign(mirrored - place) * torch.sign(place - border) >= 0
        weight = beyond * alpha + inside * inner
        return (weight * (mirrored - p).abs()).mean(), weight

    def compute(x):
        p, g = x["prediction"], x["ground_truth"]
        e, r = (p - g).abs(), (x["tolerant"] - g).abs()
        main = weights[0] * torch.where(e <= r, 3 * e, e**2 + 3 * r - r**2).mean()
        hard, hard_map = assist(
            p, g, x["tough"], alphas["alpha_tough"], alphas["alpha_mi_tough"])
        soft, soft_map = assist(
            p, g, x["tolerant"], alphas["alpha_tol"], alphas["alpha_mi_tol"])
        return main + weights[1] * hard + weights[2] * soft, {
            "loss_main": main, "loss_tough_assist": weights[1] * hard,
            "loss_tolerant_assist": weights[2] * soft,
            "tough_map": hard_map, "tolerant_map": soft_map}

    case(
        "kd_landmark", name,
        {**alphas, "main_loss_weight": weights[0], "tough_loss_weight": weights[1],
         "tol_loss_weight": weights[2]},
        {"prediction": prediction, "ground_truth": truth, "tough": tough, "tolerant": tolerant},
        ["prediction"], compute)


landmark("other_weights", normal(3, 6), normal(3, 6), normal(3, 6), normal(3, 6))
landmark("one_row", normal(1, 4), normal(1, 4), normal(1, 4), normal(1, 4))
still = normal(2, 4)
landmark("prediction_on_the_truth", still, still, normal(2, 4), normal(2, 4))
landmark("teachers_on_the_truth", normal(2, 4), still, still, still)


def asm(name, clamp, rows):
    vectors, _ = torch.linalg.qr(torch.randn(6, 3, generator=RANDOM))
    vectors = vectors.float().double()
    inputs = {
        "points": normal(rows, 6), "mean": normal(6, scale=1.0), "eigenvectors": vectors,
        "eigenvalues": exact(torch.tensor([0.5, 0.25, 0.0625]))}

    def compute(x):
        b = (x["points"] - x["mean"]) @ x["eigenvectors"]
        if clamp != "none":
            most = 3 * x["eigenvalues"].sqrt()
            b = torch.minimum(torch.maximum(b, -most), most)
        soft = x["mean"] + b @ x["eigenvectors"].T
        return (soft**2).mean(), {"b": b, "soft_landmarks": soft}

    case("asm_landmark", name, {"clamp": clamp}, inputs, [], compute)


asm("not_clamped", "none", 3)
asm("one_shape", "b_i to +-3*sqrt(lambda_i)", 1)


def variance(name, share, rows):
    inputs = {
        "student_w": normal(3, 4, scale=1.0), "teacher_w": normal(3, 4, scale=1.0),
        "x": normal(rows, 4, scale=1.0), "labels": classes(rows, 3)}

    def compute(x):
        def gradients(weights, loss):
            out = []
            for i in range(rows):
                leaf = weights.clone().requires_grad_(True)
                loss(x["x"][i] @ leaf.T, i).backward()
                out.append(leaf.grad)
            return torch.stack(out)

        ce = lambda z, i: F.cross_entropy(z[None], x["labels"][i][None])
        kd = lambda z, i: (1 - share) * ce(z, i) + share * kl(
            log(x["x"][i] @ x["teacher_w"].T), log(z))
        s, t = gradients(x["student_w"], ce), gradients(x["teacher_w"], ce)
        both = gradients(x["student_w"], kd)
        spread = lambda a, b: ((a - a.mean(0)) * (b - b.mean(0))).sum() / rows
        identity = s - share * t
        var = spread(t, t)
        a, b = both.mean(0).flatten(), identity.mean(0).flatten()
        return spread(both, both), {
            "grad_variance_plain": spread(s, s), "grad_variance_teacher": var,
            "grad_variance_kd": spread(both, both), "covariance": spread(s, t),
            "lambda_minimising_variance": spread(s, t) / var if rows > 1 else 0.0,
            "max_abs_identity_error": (both - identity).abs().max(),
            "mean_kd_gradient": both.mean(0), "per_sample_kd_gradient": both,
            "cosine_kd_vs_identity": F.cosine_similarity(a, b, dim=0)}

    case("kd_variance", name, {"lambda": share}, inputs, [], compute)


variance("lambda0.3", 0.3, 7)
variance("one_sample", 0.5, 1)
case(
    "kd_variance", "training_T3", {"lambda": 0.4, "temperature": 3.0},
    {"student_logits": normal(5, 4), "teacher_logits": normal(5, 4), "labels": classes(5, 4)},
    ["student_logits"],
    lambda x: (
        0.6 * F.cross_entropy(x["student_logits"], x["labels"])
        + 0.4 * 9 * kl(log(x["teacher_logits"], 3.0), log(x["student_logits"], 3.0)).mean(), {}))


def kdiga(name, alpha, gamma, temperature, reduction, rows):
    shapes = {"w1": (5, 6), "b1": (5,), "w2": (3, 5), "b2": (3,)}
    inputs = {"x": normal(rows, 6, scale=1.0), "labels": classes(rows, 3)}
    for who in ("teacher", "student"):
        for key, shape in shapes.items():
            inputs[f"{who}_{key}"] = normal(*shape, scale=0.5)

    def compute(x):
        net = lambda who, at: torch.tanh(at @ x[who + "_w1"].T + x[who + "_b1"]) @ x[
            who + "_w2"].T + x[who + "_b2"]
        at = x["x"].clone().requires_grad_(True)
        z, other = net("student", at), net("teacher", at)
        ce = F.cross_entropy(z, x["labels"])
        own = torch.autograd.grad(ce, at, create_graph=True)[0]
        target = torch.autograd.grad(F.cross_entropy(other, x["labels"]), at)[0]
        far = (own - target).norm(2)
        soft = kl(log(other.detach(), temperature), log(z, temperature)).mean()
        if reduction == "official_code":
            soft = soft / 3
        return alpha * temperature**2 * soft + (1 - alpha) * ce + gamma / rows * far, {
            "kl": soft, "ce": ce, "iga_norm": far,
            "student_input_gradient": own, "teacher_input_gradient": target}

    case(
        "kdiga", name,
        {"alpha": alpha, "temperature": temperature, "gamma": gamma, "kl_reduction": reduction},
        inputs, [f"student_{key}" for key in shapes], compute)


kdiga("batch_mean_T2", 0.3, 2.0, 2.0, "batch_mean", 4)
kdiga("elements_T4", 0.7, 1.0, 4.0, "official_code", 3)
kdiga("one_row", 0.5, 3.0, 1.0, "batch_mean", 1)

for method, cases in CASES.items():
    (OUT / f"{method}.json").write_text(json.dumps({"method": method, "cases": cases}) + "\n")
