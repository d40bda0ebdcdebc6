package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Family;
import dev.retort.space.Property;
import dev.retort.space.Value;
import java.util.Map;

/**
 * Landmarks over any backbone: the family's own head gives x and y of each of {@code points} (68),
 * in turn, instead of classes. A regression, without a bound.
 */
public final class LandmarkFamily extends HeadedFamily {
  private static final String POINTS = "points";

  /** Landmarks over a family. */
  public LandmarkFamily(Family backbone) {
    super(backbone, "landmarks", Property.integer(POINTS, 68, 1));
  }

  @Override
  int classes(Map<String, Value> values) {
    return values.get(POINTS) instanceof Value.Number points ? 2 * (int) points.value() : 0;
  }

  @Override
  boolean isOfHead(String tensor) {
    return false;
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    Blueprint below = backbone(architecture).blueprint();
    return new Blueprint(architecture, below.tensors(), below.operations());
  }
}
