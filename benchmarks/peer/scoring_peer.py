#!/usr/bin/env python3
"""Scoring sub-networks of a trained super-net on held-out texts, PyTorch baseline: the peer of `retort bench scoring`.

Prints one JSON line: {"candidates_per_s": ..., "candidates": ..., "mode": ..., ...}.

THE WORK (another program asked to run side by side does exactly this)

Weights. Normal, standard deviation 0.02 (matrices and tables); biases 0; LayerNorm weights 1, biases 0. They need not be the
  same numbers in both programs: the cost does not depend on them.

Held-out texts. 128 of them, of the lengths of MNLI's sentence pairs in BERT's word pieces (of the first 3,000 of its training
  pairs the logarithms have mean 3.59 and standard deviation 0.47, cut at 128): the i-th of 128 has
  round(exp(3.6 + 0.47 z_i)) ids, at least 8 and at most 128, z_i the standard normal quantile of (i + 0.5) / 128. With
  --lengths full each has 128. The order is drawn: as long as lengths are left, draw.choice(range(how many are left)) is the place
  of the next one among those left, draw = random.Random(seed). Ids are uniform on [0, 30522), from any generator; token types 0,
  positions from 0.

Batches. 16 texts each. This program takes them in the order given and pads to the longest of the batch, as a loop over a data
  loader does. How texts are put together is up to the other program: the score does not depend on it. With --order sorted
  this program sorts them by length first, which is no part of the comparison but tells how much of it the padding is.

Teacher. L 6, H 512, A 8: what the loss reads of it was computed before timing begins and is kept, as every candidate is held
  against the same. Here that are the logarithms of its relations, so that nothing of the teacher is left to do. (The
  projections that they are made of are drawn: normal, standard deviation 1.)

Candidates. Sub-networks (l, h, a, r) of a BERT encoder of L 6, H 384, A 6 (head width 64), I 1536, dropout off, each choice drawn
  from the same generator after the order of the texts: l of {3, 4, 5, 6}, h of {192, 256, 320, 384}, a of {3, 4, 5, 6} heads,
  r of {2.0, 3.0, 4.0}, MLP width round(r * h). Weights are leading slices of the shared tensors, the first l layers; embeddings
  [:, :h]; query, key, value [:64a, :h]; output projection [:h, :64a]; MLP [:rh, :h] and [:h, :rh]; LayerNorms [:h] (eps 1e-12,
  post-norm; exact GELU; word + position + type embeddings, then LayerNorm). Of the last layer only Q, K and V are computed.
  Padding is masked in attention.

Score of a candidate (MiniLMv2, last layer, relation heads R = 8). For each of Q, K, V: split into R heads, relation =
  softmax(X X^T / sqrt(head width)) over the tokens of the text, [R, n, n] for a text of n tokens, KL(teacher || student) summed
  over columns; the mean over the R n rows is the text's loss. The score is the sum over Q, K, V of the mean over the 128 texts,
  in float32, read as a number when the candidate is done.

Counting. WARM (2) candidates are scored first and not counted. candidates_per_s = candidates / seconds; by default 16 candidates
  are counted (--candidates). "flops_per_candidate" is 2 x the multiply-adds of the matrix products that the texts need without
  any padding, mean over the candidates: the same number in both programs. Runs of the two are taken in turn (A B A B ...), the
  best of each kept.

Modes. fp32: float32 everywhere. bf16: CPU autocast to bfloat16 round the forward; the loss in float32.
"""
import argparse
import json
import math
import random
import statistics
import time

import torch
import torch.nn.functional as F

import superlm_peer as superlm
from superlm_peer import EPS, RELATION_HEADS, STUDENT, VOCAB

TEXTS, BATCH, LONGEST, WARM = 128, 16, 128, 2
TEACHER_WIDTH = superlm.TEACHER["hidden"]
OUT = -1e9


class Encoder(superlm.Encoder):
    """The super-net of the training, whose tables are sliced before they are looked up: there is no gradient to fill up."""

    def embedded(self, ids, hidden):
        x = F.embedding(ids, self.word[:, :hidden]) + self.place[:ids.shape[1], :hidden] + self.kind[0, :hidden]
        return F.layer_norm(x, (hidden,), self.embed_g[:hidden], self.embed_b[:hidden], EPS)


def relation(x, bias):
    """log softmax of the self relation in RELATION_HEADS heads, float32."""
    batch, seq, wide = x.shape
    head = wide // RELATION_HEADS
    h = x.float().view(batch, seq, RELATION_HEADS, head).transpose(1, 2)
    return F.log_softmax(h @ h.transpose(-1, -2) / head ** 0.5 + bias, dim=-1)


def lengths(kind, draw):
    normal = statistics.NormalDist()
    left = [LONGEST if kind == "full" else
            min(LONGEST, max(8, round(math.exp(3.6 + 0.47 * normal.inv_cdf((i + 0.5) / TEXTS))))) for i in range(TEXTS)]
    order = []
    while left:
        order.append(left.pop(draw.choice(range(len(left)))))
    return order


def main():
    ap = argparse.ArgumentParser(description="PyTorch baseline of scoring candidates")
    ap.add_argument("--mode", choices=("fp32", "bf16"), default="fp32")
    ap.add_argument("--lengths", choices=("real", "full"), default="real")
    ap.add_argument("--order", choices=("given", "sorted"), default="given")
    ap.add_argument("--candidates", type=int, default=16)
    ap.add_argument("--threads", type=int, default=0)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    draw = random.Random(a.seed)
    sizes = lengths(a.lengths, draw)
    if a.order == "sorted":
        sizes.sort()
    student = Encoder(**STUDENT).requires_grad_(False)
    batches = []
    with torch.inference_mode():
        for at in range(0, TEXTS, BATCH):
            part = torch.tensor(sizes[at:at + BATCH])
            seq = int(part.max())
            mask = torch.arange(seq)[None, :] < part[:, None]
            ids = torch.randint(0, VOCAB, (BATCH, seq)) * mask
            bias = torch.zeros(BATCH, 1, 1, seq).masked_fill(~mask[:, None, None, :], OUT)
            teacher = [relation(torch.randn(BATCH, seq, TEACHER_WIDTH), bias) for _ in range(3)]
            weight = (mask / mask.sum(1, keepdim=True))[:, None, :, None] / (TEXTS * RELATION_HEADS)
            batches.append((ids, bias, teacher, weight))

        def score(net):
            total = 0.0
            for ids, bias, teacher, weight in batches:
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=a.mode == "bf16"):
                    projections = student(ids, *net, bias)
                for t, s in zip(teacher, projections):
                    total = total + (F.kl_div(relation(s, bias), t, log_target=True, reduction="none") * weight).sum()
            return total.item()

        for _ in range(WARM):
            score(superlm.drawn(draw))
        scores, work = [], []
        start = time.perf_counter()
        for _ in range(a.candidates):
            net = superlm.drawn(draw)
            scores.append(score(net))
            work.append(sum(superlm.forward_flops(n, *net) for n in sizes))
        seconds = time.perf_counter() - start
    print(json.dumps({"candidates_per_s": round(a.candidates / seconds, 3), "candidates": a.candidates, "mode": a.mode,
                      "lengths": a.lengths, "order": a.order, "seconds": round(seconds, 2), "threads": torch.get_num_threads(),
                      "workers": 1, "torch": torch.__version__, "tokens": sum(sizes),
                      "flops_per_candidate": round(sum(work) / a.candidates),
                      "gflop_per_s": round(sum(work) / seconds / 1e9, 1),
                      "first_score": round(scores[0], 4), "last_score": round(scores[-1], 4)}))


if __name__ == "__main__":
    main()
