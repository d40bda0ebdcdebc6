package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * StableKD's losses of blocks: "StableKD: Breaking Inter-block Optimization Entanglement for Stable
 * Knowledge Distillation" (arXiv 2312.13223). A reconstruction: no code is published and only the
 * abstract and the introduction were read; the distance is ours.
 *
 * <p>Student and teacher are cut into N blocks, and a partition groups neighbours. Each group of
 * the student is run on what the teacher has at the group's entrance, and held against what the
 * teacher has at its exit: L = sum over the groups of the mean over all entries of (student's exit
 * - teacher's exit)^2. The teacher is detached, so no gradient crosses the border of a group. One
 * group is feature distillation end to end. Where shapes differ at an exit, the block ends with a
 * connector.
 *
 * @param blocks N functions, the student's blocks in order: partial passes of a network
 */
public record BlockLosses(ImmutableList<UnaryOperator<NDArray>> blocks) {
  private static final String NAME = "stable-kd";

  /** Checks that there is a block. */
  public BlockLosses {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(NAME + " needs a block");
    }
  }

  /**
   * The sum over the groups.
   *
   * @param teacher the network's input, then what each of the teacher's blocks gives, N + 1 arrays
   * @param groups how many blocks each group has, in order; they add up to N
   * @return a scalar
   */
  public NDArray loss(List<NDArray> teacher, List<Integer> groups) {
    return terms(teacher, groups).stream()
        .reduce(NDArray::add)
        .orElseThrow(() -> new IllegalArgumentException(NAME + " needs a group"));
  }

  /** The loss of each group, in order. */
  public ImmutableList<NDArray> terms(List<NDArray> teacher, List<Integer> groups) {
    int all = groups.stream().mapToInt(Integer::intValue).sum();
    if (all != blocks.size() || groups.stream().anyMatch(each -> each < 1)) {
      throw new IllegalArgumentException(NAME + ": groups " + groups + " must each have a block,"
          + " and all " + blocks.size() + " together");
    }
    if (teacher.size() != blocks.size() + 1) {
      throw new IllegalArgumentException(NAME + " needs the teacher's input and what each of its "
          + blocks.size() + " blocks gives, not (" + teacher.size() + ") arrays");
    }
    ImmutableList.Builder<NDArray> losses = ImmutableList.builder();
    int from = 0;
    for (int size : groups) {
      NDArray hidden = constant(teacher.get(from), teacher);
      for (int block = from; block < from + size; block++) {
        hidden = blocks.get(block).apply(hidden);
      }
      from += size;
      NDArray exit = teacher.get(from);
      if (!hidden.getShape().equals(exit.getShape())) {
        throw new IllegalArgumentException(NAME + ": after block " + from + " the student has "
            + hidden.getShape() + ", the teacher " + exit.getShape()
            + "; the block must end with a connector");
      }
      losses.add(Distances.meanSquare(hidden, constant(exit, teacher)));
    }
    return losses.build();
  }

  private static NDArray constant(NDArray array, List<NDArray> teacher) {
    return Tensors.constant(array, teacher.get(0).getManager());
  }
}
