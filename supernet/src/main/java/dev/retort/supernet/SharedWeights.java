package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights that every sub-network of a super-net shares. {@link #view} slices them; the same
 * function serves training and extraction, so that a student equals its sub-network bit for bit.
 */
public final class SharedWeights {
  private static final int PLANS = 1024;

  private final Weights full;
  private final Slicing slicing;
  /** How often-used sub-networks are cut; bounded, as a space may hold more than memory does. */
  private final Cache<Architecture, ImmutableList<Part>> plans;

  private final @Nullable Gradients gradients;

  /**
   * One tensor of a sub-network, and how it is taken from the super-net's weights.
   *
   * @param source the tensor that it is a part of
   * @param view the same part as a view; null: it is none
   */
  private record Part(String name, String source, Taking taking, Slicing.@Nullable Cut view) {}

  private interface Taking {
    NDArray of(Weights full, NDManager manager);
  }

  /**
   * Shares weights.
   *
   * @param full the weights of the super-net; they stay the caller's
   * @param slicing which part a sub-network takes
   */
  public SharedWeights(Weights full, Slicing slicing) {
    this(full, slicing, CacheBuilder.newBuilder().maximumSize(PLANS).build(), null);
  }

  private SharedWeights(
      Weights full,
      Slicing slicing,
      Cache<Architecture, ImmutableList<Part>> plans,
      @Nullable Gradients gradients) {
    this.full = full;
    this.slicing = slicing;
    this.plans = plans;
    this.gradients = gradients;
  }

  /**
   * The same sharing over other tensors of the super-net, such as the leaves of one training step.
   *
   * @param tensors a tensor for each of the super-net's; others beside them are not looked at
   */
  public SharedWeights over(ImmutableMap<String, NDArray> tensors) {
    return over(tensors, null);
  }

  /**
   * As above, with a place where backward passes that are written by hand add gradients up.
   *
   * @param tensors a tensor for each of the super-net's; others beside them are not looked at
   * @param gradients that place; null: none
   */
  public SharedWeights over(ImmutableMap<String, NDArray> tensors, @Nullable Gradients gradients) {
    return new SharedWeights(
        Weights.trusted(full.architecture(), tensors), slicing, plans, gradients);
  }

  /** The weights of the super-net. */
  public Weights full() {
    return full;
  }

  /**
   * The slices of a sub-network, differentiable views where they are smaller than the tensors.
   *
   * @param sub an architecture that fits into the super-net
   * @param manager what the views belong to
   * @throws IllegalArgumentException when it does not fit
   */
  public Weights view(Architecture sub, NDManager manager) {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    ImmutableList<Part> plan = plans.getIfPresent(sub);
    if (plan == null) {
      plan = plan(sub);
      plans.put(sub, plan);
    }
    for (Part part : plan) {
      tensors.put(part.name(), part.taking().of(full, manager));
    }
    return gradients == null
        ? Weights.trusted(sub, tensors.buildOrThrow())
        : Weights.trusted(sub, tensors.buildOrThrow(), places(plan, gradients, manager));
  }

  /** Where the gradients of the parts are collected: the same parts of arrays for the whole. */
  private Weights.Places places(ImmutableList<Part> plan, Gradients collected, NDManager manager) {
    Map<String, Part> parts = new HashMap<>();
    plan.forEach(part -> parts.put(part.name(), part));
    return name -> {
      Part part = parts.get(name);
      Slicing.Cut view = part == null ? null : part.view();
      if (part == null || view == null) {
        return null;
      }
      String source = part.source();
      return () -> view.of(collected.of(source, full.get(source).getShape()), manager);
    };
  }

  /** A copy of the slices of a sub-network: a student by itself, without gradients. */
  public Weights extract(Architecture sub, NDManager manager) {
    try (NDManager views = manager.newSubManager()) {
      return view(sub, views).copy(manager);
    }
  }

  private ImmutableList<Part> plan(Architecture sub) {
    // Layers are picked by their share of the depth, so a deeper network would repeat some.
    if (sub.layers() > full.architecture().layers()) {
      throw misfit(sub, "it has more layers");
    }
    ImmutableMap<String, TensorSpec> specs = full.architecture().blueprint().byName();
    ImmutableList.Builder<Part> parts = ImmutableList.builder();
    for (TensorSpec tensor : sub.blueprint().tensors()) {
      String source = Slicing.source(tensor, sub, full.architecture());
      TensorSpec shared = specs.get(source);
      if (shared != null) {
        parts.add(part(sub, shared, tensor, specs));
      } else if (tensor.role() == TensorSpec.Role.TRANSFORM) {
        // A super-net that is cut from a network without such matrices begins with the identity.
        int side = Math.toIntExact(tensor.axes().get(0).length());
        parts.add(new Part(tensor.name(), source, (weights, manager) -> manager.eye(side), null));
      } else {
        throw misfit(sub, "it needs tensor " + source);
      }
    }
    return parts.build();
  }

  private Part part(
      Architecture sub, TensorSpec shared, TensorSpec tensor, Map<String, TensorSpec> specs) {
    String source = shared.name();
    KernelTransform transform = KernelTransform.of(shared, tensor, specs);
    try {
      if (transform == null) {
        Slicing.Cut cut = slicing.cut(shared, tensor);
        return new Part(
            tensor.name(),
            source,
            (weights, manager) -> cut.of(weights.get(source), manager),
            cut.isView() ? cut : null);
      }
      Slicing.Cut cut = slicing.cut(shared, KernelTransform.uncropped(shared, tensor));
      return new Part(
          tensor.name(),
          source,
          (weights, manager) ->
              transform.of(cut.of(weights.get(source), manager), weights, manager),
          null);
    } catch (IllegalArgumentException e) {
      throw misfit(sub, e.getMessage());
    }
  }

  private IllegalArgumentException misfit(Architecture sub, @Nullable String why) {
    return new IllegalArgumentException(
        sub + " does not fit into " + full.architecture() + ": " + why);
  }
}
