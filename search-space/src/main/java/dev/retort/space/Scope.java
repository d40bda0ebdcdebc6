package dev.retort.space;

/**
 * What a dimension has one value for.
 *
 * <p>A network is a chain of stages, and a stage a chain of layers. A Transformer is one stage. In
 * a convolutional network a stage is a run of layers of one resolution, and how many layers it has
 * may be a dimension of scope {@link #STAGE} itself.
 */
public enum Scope {
  /** One value for the network. */
  NETWORK("network"),
  /** A value for each stage. */
  STAGE("stage"),
  /** A value for each layer, those of the first stage first. */
  LAYER("layer");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  /** The word that messages and recipes ({@code per-stage}, {@code per-layer}) have for it. */
  public String word() {
    return word;
  }
}
