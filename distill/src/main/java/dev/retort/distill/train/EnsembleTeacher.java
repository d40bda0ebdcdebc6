package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;

/**
 * Several teachers that speak with one voice: the mean of their probabilities, as Hinton et al.
 * (arXiv 1503.02531) have it, or of their logits. Inside it there is nothing to learn from.
 *
 * @param members at least one, with the same classes
 * @param mean what is averaged
 */
public record EnsembleTeacher(ImmutableList<Teacher> members, Mean mean) implements Teacher {
  /** What is averaged. */
  public enum Mean {
    /** Softmaxes at temperature 1; the ensemble's logits are the logarithm of their mean. */
    PROBABILITIES,
    /** Logits: the geometric mean of the softmaxes. */
    LOGITS
  }

  /** Checks that the members answer alike. */
  public EnsembleTeacher {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("An ensemble needs at least one teacher, not (none)");
    }
    int classes = classes(members.get(0));
    for (Teacher each : members) {
      if (classes(each) != classes) {
        throw new IllegalArgumentException(
            "The teachers of an ensemble have the same classes, not ("
                + classes + ") in " + members.get(0).architecture() + " and (" + classes(each)
                + ") in " + each.architecture());
      }
    }
  }

  private static int classes(Teacher teacher) {
    return teacher.architecture().family().outputs(teacher.architecture());
  }

  /** That of the first. */
  @Override
  public Architecture architecture() {
    return members.get(0).architecture();
  }

  @Override
  public Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps) {
    if (!taps.isEmpty()) {
      throw new IllegalArgumentException(
          "An ensemble has logits alone, not (" + taps.iterator().next().name() + ")");
    }
    if (!logits) {
      return new Outputs(null, ImmutableMap.of());
    }
    try (NDScope scope = new NDScope();
        Autograd off = Autograd.off()) {
      scope.suppressNotUsedWarning();
      NDArray sum = null;
      for (Teacher each : members) {
        NDArray own = each.outputs(batch, true, taps).requireLogits();
        NDArray voice = mean == Mean.LOGITS ? own : own.logSoftmax(-1);
        sum = sum == null ? voice : mean == Mean.LOGITS ? sum.add(voice) : logSum(sum, voice);
      }
      NDArray all = Objects.requireNonNull(sum);
      NDArray given = mean == Mean.LOGITS
          ? Scaling.over(all, members.size())
          : all.sub((float) Math.log(members.size()));
      NDScope.unregister(given);
      return new Outputs(given, ImmutableMap.of());
    }
  }

  /** log(exp(a) + exp(b)), which neither overflows nor vanishes. */
  private static NDArray logSum(NDArray one, NDArray other) {
    NDArray larger = one.maximum(other);
    return larger.add(one.sub(larger).exp().add(other.sub(larger).exp()).log());
  }
}
