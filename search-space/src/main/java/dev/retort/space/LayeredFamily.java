package dev.retort.space;

/**
 * A family whose layers are all alike but for the values that each chooses: Transformers.
 *
 * <p>Spaces of 10^15 members whose layers differ are counted and cut by parameters exactly, on the
 * strength of what is promised here.
 */
public interface LayeredFamily extends Family {
  /**
   * The trainable parameters that belong to one layer. They depend on the layer's values and on
   * those of the network; all other parameters depend on the latter alone.
   *
   * @param layer the layer, from 0
   */
  long layerParameters(Architecture architecture, int layer);

  /**
   * As deep as the teacher, whatever the space: depth d of L layers keeps layers floor(i * L / d)
   * ({@link Family#sourceLayer}), which refer to the teacher's L.
   */
  @Override
  default Architecture superNet(Architecture envelope, Architecture teacher) {
    return envelope.with("layers", Value.of(teacher.layers()));
  }
}
