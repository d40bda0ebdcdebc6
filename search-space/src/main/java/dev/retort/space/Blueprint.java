package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;

/**
 * What one architecture consists of. Everything follows from it: counts and costs, the slices that a
 * super-net hands out, the tensors of an extracted student, the check that a checkpoint fits.
 *
 * @param architecture the architecture
 * @param tensors every tensor, in the order in which files hold them
 * @param operations every operation of a forward pass, in order
 */
public record Blueprint(
    Architecture architecture,
    ImmutableList<TensorSpec> tensors,
    ImmutableList<Operation> operations) {

  /** The tensors by name. */
  public ImmutableMap<String, TensorSpec> byName() {
    return Maps.uniqueIndex(tensors, TensorSpec::name);
  }

  /** Number of trainable parameters that the tensors hold. */
  public long parameters() {
    return tensors.stream().mapToLong(TensorSpec::count).sum();
  }

  /** Multiply-accumulates of a forward pass. */
  public long macs(InputShape input) {
    return operations.stream()
        .mapToLong(operation -> operation.macs().at(input))
        .sum();
  }
}
