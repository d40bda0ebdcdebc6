package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Growth;
import dev.retort.space.Operation;
import dev.retort.space.Operation.Kind;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import java.util.Arrays;

/** Writes down a network of text: its tensors, and its operations block by block. */
final class TextPlan {
  private final ImmutableList.Builder<TensorSpec> tensors = ImmutableList.builder();
  private final ImmutableList.Builder<Operation> operations = ImmutableList.builder();
  private String block = "";

  Blueprint build(Architecture architecture) {
    return new Blueprint(architecture, tensors.build(), operations.build());
  }

  /** What follows belongs to this block. */
  void enter(String name) {
    block = name;
  }

  /** A table of embeddings. */
  void table(String name, Axis rows, Axis width) {
    tensors.add(TensorSpec.of(name + ".weight", Role.EMBEDDING, rows, width));
  }

  /** The matrix of a linear map, and its bias if it has one. */
  void matrix(String name, Axis out, Axis in, boolean bias) {
    tensors.add(TensorSpec.of(name + ".weight", Role.MATRIX, out, in));
    if (bias) {
      tensors.add(TensorSpec.of(name + ".bias", Role.BIAS, out));
    }
  }

  /** A bias by its whole name, of no linear map's own. */
  void bias(String name, Axis out) {
    tensors.add(TensorSpec.of(name, Role.BIAS, out));
  }

  /** The gain of a normalisation, and its shift if it has one. */
  void norm(String name, Axis width, boolean shift) {
    tensors.add(TensorSpec.of(name + ".weight", Role.NORM_GAIN, width));
    if (shift) {
      tensors.add(TensorSpec.of(name + ".bias", Role.NORM_SHIFT, width));
    }
  }

  /** A linear map of each token; gives the operation's id, as do all below. */
  String linear(String name, Axis out, Axis in, String read) {
    Growth macs = Growth.token(Math.multiplyExact(out.length(), in.length()));
    return operation(name, Kind.LINEAR, macs, Growth.token(out.length()), read);
  }

  /** A row of a table for each token. */
  String lookup(String name, Axis width) {
    return operation(name, Kind.LOOKUP, Growth.NONE, Growth.token(width.length()));
  }

  /** An operation on each number. */
  String elementwise(String name, Growth outputs, String... reads) {
    return operation(name, Kind.ELEMENTWISE, Growth.NONE, outputs, reads);
  }

  /** Any operation. */
  String operation(String name, Kind kind, Growth macs, Growth outputs, String... reads) {
    Operation operation =
        new Operation(block, name, kind, macs, outputs, ImmutableList.copyOf(Arrays.asList(reads)));
    operations.add(operation);
    return operation.id();
  }
}
