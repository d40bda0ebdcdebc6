package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.HashMap;
import java.util.Map;

/**
 * What one architecture consists of. Everything follows from it: counts and costs, the slices that
 * a super-net hands out, the tensors of an extracted student, the check that a checkpoint fits.
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
    return tensors.stream()
        .filter(tensor -> tensor.role().trained())
        .mapToLong(TensorSpec::count)
        .sum();
  }

  /** Number of entries of all tensors, also of those that are measured and not trained. */
  public long entries() {
    return tensors.stream().mapToLong(TensorSpec::count).sum();
  }

  /** Multiply-accumulates of a forward pass. */
  public long macs(InputShape input) {
    return operations.stream()
        .mapToLong(operation -> operation.macs().at(input))
        .sum();
  }

  /**
   * The most numbers that a forward pass for inference holds at one time besides the weights.
   *
   * <p>The rule: an output lives from the operation that writes it up to and with the last one that
   * reads it, and one that none reads (a result) to the end; nothing is computed in place; the
   * peak is the largest sum of the outputs alive at one operation. Ids and masks of the input,
   * work space inside an operation and an allocator's rounding are not in it.
   */
  public long peakActivations(InputShape input) {
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      for (String read : operations.get(i).reads()) {
        lastRead.put(read, i);
      }
    }
    long peak = 0;
    long alive = 0;
    long[] dying = new long[operations.size()];
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      long written = operation.outputs().at(input);
      alive = Math.addExact(alive, written);
      peak = Math.max(peak, alive);
      Integer last = lastRead.get(operation.id());
      if (last != null) {
        dying[last] += written;
      }
      alive -= dying[i];
    }
    return peak;
  }
}
