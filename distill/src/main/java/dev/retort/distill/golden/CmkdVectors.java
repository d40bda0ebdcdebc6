package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.arithmetic.Ranks;
import dev.retort.distill.objective.logit.Cmkd;
import dev.retort.distill.objective.logit.Cmkd.Representation;
import dev.retort.distill.objective.logit.Cmkd.SoftRank;

/** Correlation matching with given weights, and the projected soft rank alone. */
final class CmkdVectors implements GoldenMethod {
  private static final ImmutableMap<String, SoftRank> RANKS =
      ImmutableMap.of("sigmoid", SoftRank.SIGMOID, "l2", SoftRank.L2);
  private static final ImmutableMap<String, Representation> REPRESENTATIONS = ImmutableMap.of(
      "z/T", Representation.LOGITS,
      "softmax(z/T)", Representation.PROBABILITIES,
      "softmax(zscore(z)/T)", Representation.STANDARDISED);

  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("x")) {
      return primitive(from);
    }
    SoftRank rank = from.word("soft_rank", RANKS);
    Cmkd cmkd = new Cmkd(
        from.word("correlation_on", REPRESENTATIONS),
        from.number("temperature"),
        rank,
        from.number("soft_rank_parameter"),
        Cmkd.Weighting.CONSTANT);
    NDArray student = from.student("student_logits");
    NDArray teacher = from.constant("teacher_logits");
    Cmkd.Terms terms = cmkd.terms(student, teacher);
    // The file counts projected ranks from the largest entry, -1, down to the smallest, -C.
    NDArray ranks = rank == SoftRank.L2 ? terms.ranks().sub(ends(student)) : terms.ranks();
    return new Computed(
        cmkd.total(terms, from.constant("w_pearson"), from.constant("w_spearman")),
        ImmutableMap.of(
            "pearson", terms.pearson(),
            "spearman_soft", terms.spearman(),
            "spearman_exact", cmkd.exactSpearman(student, teacher),
            "student_soft_rank", ranks,
            "teacher_entropy_T1", terms.teacherEntropy()));
  }

  /** Descending ranks; the loss is the sum of each times its column, counted from 0. */
  private static Computed primitive(GoldenCase from) {
    NDArray x = from.student("x");
    NDArray ranks = Ranks.projected(x, from.number("strength")).neg().add(ends(x));
    NDArray columns = x.getManager().arange((float) x.getShape().get(1));
    return new Computed(ranks.mul(columns).sum(), ImmutableMap.of("descending_soft_rank", ranks));
  }

  /** C + 1: an ascending and a descending rank together. */
  private static float ends(NDArray rows) {
    return rows.getShape().get(1) + 1f;
  }
}
