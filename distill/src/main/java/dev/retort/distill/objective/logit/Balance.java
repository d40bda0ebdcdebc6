package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.supernet.kernel.Scaling;

/**
 * How much the forward and the reverse divergence of an example count in {@link BdKd}. B batch. The
 * paper chooses by the gap of the entropies of teacher and student; its abstract, all that could be
 * read, says neither the sign nor the size, so each reading is a rule of its own.
 */
public sealed interface Balance {
  /**
   * The weights of both divergences, constants.
   *
   * @param forward of KL(p_t || p_s) [B]
   * @param reverse of KL(p_s || p_t) [B]
   */
  record Weights(NDArray forward, NDArray reverse) {}

  /**
   * The weights of a batch.
   *
   * @param student the entropy of each of the student's distributions [B], without a graph
   * @param teacher the teacher's [B], without a graph
   */
  Weights weights(NDArray student, NDArray teacher);

  /** Both count 1. */
  record Equal() implements Balance {
    @Override
    public Weights weights(NDArray student, NDArray teacher) {
      return new Weights(student.onesLike(), student.onesLike());
    }
  }

  /**
   * One of the two counts more, by whose entropy is larger; both count 1 where these are equal.
   *
   * @param delta the larger weight, above 0; the other is 1
   * @param inverted whether a student that is surer than the teacher is given more of the reverse
   *     divergence; else of the forward one, which spreads the student's mass
   */
  record Gap(double delta, boolean inverted) implements Balance {
    /** Checks the weight. */
    public Gap {
      Checks.positive(BdKd.NAME, "delta", delta);
    }

    @Override
    public Weights weights(NDArray student, NDArray teacher) {
      NDArray surer = more(student.lt(teacher), student);
      NDArray lessSure = more(student.gt(teacher), student);
      return inverted ? new Weights(lessSure, surer) : new Weights(surer, lessSure);
    }

    private NDArray more(NDArray where, NDArray like) {
      return Scaling.plus(Scaling.by(where.toType(like.getDataType(), false), delta - 1), 1);
    }
  }

  /**
   * Weights of one's own.
   *
   * @param forward of KL(p_t || p_s) [B]
   * @param reverse of KL(p_s || p_t) [B]
   */
  record Fixed(NDArray forward, NDArray reverse) implements Balance {
    @Override
    public Weights weights(NDArray student, NDArray teacher) {
      Checks.perRow(BdKd.NAME, "forward weights", forward, student.size());
      Checks.perRow(BdKd.NAME, "reverse weights", reverse, student.size());
      return new Weights(
          Tensors.constant(forward, student.getManager()),
          Tensors.constant(reverse, student.getManager()));
    }
  }
}
