package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.EncoderKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The named tensors of one architecture: those of its blueprint, in its order and shapes. */
public final class Weights {
  private final Architecture architecture;
  private final ImmutableMap<String, NDArray> tensors;
  private final Places places;

  /** What kernels keep of weights that last belongs to it; null: these may change. */
  private final @Nullable NDManager keeper;

  /** Of weights that last, operands by their names. */
  private final Map<ImmutableList<String>, EncoderKernels.Operands> operands =
      new ConcurrentHashMap<>();

  /** Where gradients are collected. */
  interface Places {
    /** No gradient is. */
    Places NONE = name -> null;

    /** An array of the tensor's shape that its gradient can be added to; null: none is. */
    @Nullable
    Supplier<NDArray> of(String name);
  }

  private Weights(
      Architecture architecture,
      ImmutableMap<String, NDArray> tensors,
      Places places,
      @Nullable NDManager keeper) {
    this.architecture = architecture;
    this.tensors = tensors;
    this.places = places;
    this.keeper = keeper;
  }

  /**
   * The weights of an architecture.
   *
   * @throws IllegalArgumentException when a tensor is missing, left over or of another shape
   */
  public static Weights of(Architecture architecture, Map<String, NDArray> tensors) {
    Blueprint blueprint = architecture.blueprint();
    ImmutableMap.Builder<String, NDArray> ordered = ImmutableMap.builder();
    for (TensorSpec spec : blueprint.tensors()) {
      NDArray tensor = tensors.get(spec.name());
      if (tensor == null || !Arrays.equals(tensor.getShape().getShape(), spec.shape())) {
        throw new IllegalArgumentException(
            "Tensor " + spec.name() + " of " + architecture + " needs shape "
                + Arrays.toString(spec.shape()) + ", found "
                + (tensor == null ? "none" : tensor.getShape()));
      }
      ordered.put(spec.name(), tensor);
    }
    if (tensors.size() != blueprint.tensors().size()) {
      throw new IllegalArgumentException("No tensors "
          + Sets.difference(tensors.keySet(), blueprint.byName().keySet()) + " in " + architecture);
    }
    return new Weights(architecture, ordered.buildOrThrow(), Places.NONE, null);
  }

  /** The same without the checks, for tensors that were cut by the blueprint. */
  static Weights trusted(Architecture architecture, ImmutableMap<String, NDArray> tensors) {
    return new Weights(architecture, tensors, Places.NONE, null);
  }

  /** As above, with places for gradients. */
  static Weights trusted(
      Architecture architecture, ImmutableMap<String, NDArray> tensors, Places places) {
    return new Weights(architecture, tensors, places, null);
  }

  /** A copy whose tensors belong to the given manager and carry no gradient. */
  public Weights copy(NDManager manager) {
    ImmutableMap.Builder<String, NDArray> copies = ImmutableMap.builder();
    tensors.forEach((name, tensor) -> {
      NDArray copy = tensor.duplicate();
      copy.attach(manager);
      copies.put(name, copy);
    });
    return new Weights(architecture, copies.buildOrThrow(), Places.NONE, null);
  }

  /**
   * The same tensors, with the promise that nobody changes them: kernels may keep them a second
   * time in the form in which they compute.
   *
   * @param keeper what is kept belongs to it
   */
  public Weights lasting(NDManager keeper) {
    return new Weights(architecture, tensors, Places.NONE, keeper);
  }

  /** What they are weights of. */
  public Architecture architecture() {
    return architecture;
  }

  /** The tensor of that name; it must exist. */
  public NDArray get(String name) {
    NDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("No tensor " + name + " in " + architecture);
    }
    return tensor;
  }

  /** The tensor of that name, or null. */
  public @Nullable NDArray find(String name) {
    return tensors.get(name);
  }

  /** As whole blocks take them, in a given order; null where one of them does not exist. */
  EncoderKernels.@Nullable Operands operands(ImmutableList<String> names) {
    if (!tensors.keySet().containsAll(names)) {
      return null;
    }
    return keeper == null ? made(names) : operands.computeIfAbsent(names, this::made);
  }

  private EncoderKernels.Operands made(ImmutableList<String> names) {
    List<Supplier<NDArray>> found =
        names.stream().map(places::of).filter(Objects::nonNull).toList();
    return new EncoderKernels.Operands(
        names.stream().map(this::get).toArray(NDArray[]::new),
        found.size() == names.size() ? found : null,
        keeper);
  }

  /** Every tensor by name, in the blueprint's order. */
  public ImmutableMap<String, NDArray> tensors() {
    return tensors;
  }
}
