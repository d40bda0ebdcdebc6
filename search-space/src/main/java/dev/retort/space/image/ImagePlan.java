package dev.retort.space.image;

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

/**
 * Writes the blueprint of a network that looks at images, operation by operation, and follows the
 * planes and the resolution from one to the next.
 *
 * <p>An axis is known by its name: two axes of one name are the same planes, so that sorting or
 * cutting one does the same to the other. Planes that are added to each other have one name.
 */
public final class ImagePlan {
  private final Architecture architecture;
  private final ImmutableList.Builder<TensorSpec> tensors = ImmutableList.builder();
  private final ImmutableList.Builder<Operation> operations = ImmutableList.builder();
  private final ImmutableList.Builder<Backbone.Stage> stages = ImmutableList.builder();

  /**
   * What an operation gives: planes of square images.
   *
   * @param planes the planes
   * @param side pixels a side
   * @param id the operation; empty for the network's input
   */
  public record Feature(Axis planes, int side, String id) {
    /** Numbers of one example. */
    long size() {
      return planes.length() * side * side;
    }
  }

  /** An empty plan. */
  public ImagePlan(Architecture architecture) {
    this.architecture = architecture;
  }

  /** The network's input. */
  public Feature input(int planes, int side) {
    return new Feature(Axis.of("input", planes), side, "");
  }

  /**
   * A convolution.
   *
   * @param block the block it belongs to
   * @param label its name in the block
   * @param tensor what its tensors' names begin with: {@code tensor.weight}, {@code tensor.bias}
   * @param groups 1, or the planes of both sides for a depthwise one
   * @param bias whether it has a bias
   */
  public Feature convolution(
      String block,
      String label,
      String tensor,
      Feature in,
      Axis out,
      Window window,
      int groups,
      boolean bias) {
    Axis read = groups == 1 ? in.planes() : Axis.of("group", each(in.planes(), groups));
    Axis height = Axis.of("height", window.size());
    Axis width = Axis.of("width", window.size());
    tensors.add(TensorSpec.of(tensor + ".weight", Role.KERNEL, out, read, height, width));
    if (bias) {
      tensors.add(TensorSpec.of(tensor + ".bias", Role.BIAS, out));
    }
    int side = window.over(in.side());
    long weights = out.length() * read.length() * window.size() * window.size();
    Growth macs = Growth.example(Math.multiplyExact(weights, (long) side * side));
    return operation(block, label, Kind.CONVOLUTION, macs, out, side, in);
  }

  private static int each(Axis planes, int groups) {
    if (planes.length() % groups != 0) {
      throw new IllegalArgumentException(
          planes + " cannot be parted into (" + groups + ") groups of one size");
    }
    return Math.toIntExact(planes.length() / groups);
  }

  /** A batch normalisation with gain, shift and the statistics that it keeps. */
  public Feature batchNorm(String block, String label, String tensor, Feature in) {
    tensors.add(TensorSpec.of(tensor + ".weight", Role.NORM_GAIN, in.planes()));
    tensors.add(TensorSpec.of(tensor + ".bias", Role.NORM_SHIFT, in.planes()));
    tensors.add(TensorSpec.of(tensor + ".running_mean", Role.MEAN, in.planes()));
    tensors.add(TensorSpec.of(tensor + ".running_var", Role.VARIANCE, in.planes()));
    return operation(block, label, Kind.BATCH_NORM, Growth.NONE, in.planes(), in.side(), in);
  }

  /** A linear map of each example's planes, whose side must be 1. */
  public Feature linear(
      String block, String label, String tensor, Feature in, Axis out, boolean bias) {
    tensors.add(TensorSpec.of(tensor + ".weight", Role.MATRIX, out, in.planes()));
    if (bias) {
      tensors.add(TensorSpec.of(tensor + ".bias", Role.BIAS, out));
    }
    Growth macs = Growth.example(Math.multiplyExact(out.length(), in.planes().length()));
    return operation(block, label, Kind.LINEAR, macs, out, 1, in);
  }

  /** The mean of each plane. */
  public Feature globalAverage(String block, String label, Feature in) {
    return elementwise(block, label, in.planes(), 1, in);
  }

  /** An activation, sum, pooling, concatenation: no multiply-accumulates. */
  public Feature elementwise(String block, String label, Axis planes, int side, Feature... reads) {
    return operation(block, label, Kind.ELEMENTWISE, Growth.NONE, planes, side, reads);
  }

  /** Any operation that gives planes. */
  public Feature operation(
      String block, String label, Kind kind, Growth macs, Axis planes, int side, Feature... reads) {
    Feature given = new Feature(planes, side, block + "/" + label);
    operation(new Operation(
        block,
        label,
        kind,
        macs,
        Growth.example(given.size()),
        Arrays.stream(reads)
            .map(Feature::id)
            .filter(id -> !id.isEmpty())
            .collect(ImmutableList.toImmutableList())));
    return given;
  }

  /** An operation that gives something else than planes, such as a row of tokens. */
  public void operation(Operation operation) {
    operations.add(operation);
  }

  /** A tensor that no method above writes. */
  public void tensor(TensorSpec tensor) {
    tensors.add(tensor);
  }

  /** Notes what a stage gives with its last block. */
  public void endStage(String block, Feature feature) {
    stages.add(new Backbone.Stage(block, feature));
  }

  /** What was written, as a network that has no head yet. */
  public Backbone.Trunk trunk() {
    return new Backbone.Trunk(tensors.build(), operations.build(), stages.build());
  }

  /** The blueprint of what was written. */
  public Blueprint build() {
    return new Blueprint(architecture, tensors.build(), operations.build());
  }
}
