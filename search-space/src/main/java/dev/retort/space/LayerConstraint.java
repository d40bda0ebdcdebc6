package dev.retort.space;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Optional;

/** A constraint on each layer by itself, as most are. Spaces stay countable with any of them. */
public non-sealed interface LayerConstraint extends Constraint {

  /**
   * Whether a layer fulfils it. It may look at that layer's values and at those that are the same
   * in all layers, nothing else.
   *
   * @param layer the layer, from 0
   */
  boolean admits(Architecture architecture, int layer);

  @Override
  default boolean admits(Architecture architecture) {
    for (int layer = 0; layer < architecture.layers(); layer++) {
      if (!admits(architecture, layer)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The values of dimensions that a space leaves out because the constraint determines them.
   *
   * @param family the family of the space
   * @param known the values that are the same in all layers, as far as the space gives them
   * @return the values to add; empty when no value can fulfil the constraint
   */
  default Optional<ImmutableMap<String, Value>> derive(Family family, Map<String, Value> known) {
    return Optional.of(ImmutableMap.of());
  }
}
