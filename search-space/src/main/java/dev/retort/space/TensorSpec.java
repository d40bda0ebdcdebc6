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
    MATRIX(true, true),
    /** A convolution's weight, [out, in / groups, height, width]. */
    KERNEL(true, true),
    /** A table of embeddings, [rows, hidden]. */
    EMBEDDING(true, true),
    /** A learnt input that stands for no data, such as a class token. */
    TOKEN(true, false),
    /** A square matrix between forms of a shared weight, which begins as the identity. */
    TRANSFORM(true, false),
    /** The matrix of an objective's own critic or embedding, [out, in]. */
    CRITIC(true, true),
    /** The bias of a linear map or convolution. */
    BIAS(true, false),
    /** The gain of a normalisation. */
    NORM_GAIN(true, false),
    /** The shift of a normalisation. */
    NORM_SHIFT(true, false),
    /** The running mean of a batch normalisation: measured, not trained. */
    MEAN(false, false),
    /** The running variance of a batch normalisation: measured, not trained. */
    VARIANCE(false, false),
    /** Rows that an objective remembers of examples: written by its loss, not trained. */
    MEMORY(false, false),
    /** A number that an objective keeps from step to step, which begins as 0: not trained. */
    KEPT(false, false);

    private final boolean trained;
    private final boolean decays;

    Role(boolean trained, boolean decays) {
      this.trained = trained;
      this.decays = decays;
    }

    /**
     * Whether training moves it by gradients; else it is measured or written, and counts as no
     * parameter.
     */
    public boolean trained() {
      return trained;
    }
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

  /** Whether weight decay applies: to matrices, kernels and tables. */
  public boolean decays() {
    return role.decays;
  }
}
