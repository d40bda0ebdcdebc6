package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.BlockLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The losses of groups of blocks, each block a matrix and ReLU. */
final class StableKdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    List<NDArray> teacher = new ArrayList<>();
    ImmutableList.Builder<UnaryOperator<NDArray>> student = ImmutableList.builder();
    teacher.add(from.constant("x"));
    int count = 0;
    while (from.has("t" + count)) {
      NDArray weight = from.constant("t" + count);
      teacher.add(block(weight).apply(teacher.get(count)));
      // A case without a student's weights has a student that is the teacher.
      student.add(block(from.has("s" + count) ? from.student("s" + count) : weight));
      count++;
    }
    BlockLosses losses = new BlockLosses(student.build());
    List<Integer> groups = new ArrayList<>();
    if (from.given("blocks_per_group")) {
      from.list("blocks_per_group").asList().forEach(each -> groups.add(each.intValue()));
    } else {
      for (int i = 0; i < count; i++) {
        groups.add(1);
      }
    }
    ImmutableList<NDArray> terms = losses.terms(teacher, groups);
    ImmutableMap.Builder<String, Object> components = ImmutableMap.builder();
    for (int i = 0; i < terms.size(); i++) {
      components.put("block" + i, terms.get(i));
    }
    return new Computed(losses.loss(teacher, groups), components.buildOrThrow());
  }

  private static UnaryOperator<NDArray> block(NDArray weight) {
    return x -> x.matMul(weight.transpose()).getNDArrayInternal().relu();
  }
}
