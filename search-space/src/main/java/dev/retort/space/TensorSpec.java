package dev.retort.space;

import com.google.common.collect.ImmutableList;

/**
 * One tensor of a network: its state-dict name (Hugging Face's), axes and role.
 *
 * @param name such as {@code bert.encoder.layer.0.attention.self.query.weight}
 * @param axes outermost first
 * @param role what it is, for initialisation and weight decay
 */
public record TensorSpec(String name, ImmutableList<Axis> axes, Role role) {

  /** What a tensor is. */
  public enum Role {
    /** A matrix of a linear map, [out, in]. */
    MATRIX,
    /** A table of embeddings, [rows, hidden]. */
    EMBEDDING,
    /** The bias of a linear map. */
    BIAS,
    /** The gain of a normalisation. */
    NORM_GAIN,
    /** The shift of a normalisation. */
    NORM_SHIFT
  }

  /** A tensor with the given axes. */
  public static TensorSpec of(String name, Role role, Axis... axes) {
    return new TensorSpec(name, ImmutableList.copyOf(axes), role);
  }

  /** Its shape. */
  public long[] shape() {
    return axes.stream().mapToLong(Axis::length).toArray();
  }

  /** Number of entries. */
  public long count() {
    return axes.stream().mapToLong(Axis::length).reduce(1, Math::multiplyExact);
  }

  /** Whether weight decay applies: not to biases and normalisations. */
  public boolean decays() {
    return role == Role.MATRIX || role == Role.EMBEDDING;
  }
}
