package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;

/**
 * Wide residual networks (Zagoruyko and Komodakis, BMVC 2016): blocks normalise and activate before
 * they convolve. WRN-d-k has (d - 4) / 6 blocks in each of three stages, 16k, 32k and 64k planes
 * wide.
 *
 * <p>Dimensions: {@code depth}, {@code width}, {@code scale} and {@code stages} by stage as in
 * {@link ResNetFamily}; {@code stem-width}, by default 16, but no more than the first stage's
 * width, so that a narrow network's first shortcut stays the identity; {@code resolution}, 32;
 * {@code channels}, 3; {@code classes}, 10 (0: no head); {@code norm-epsilon}, 1e-5. The stages
 * after the first begin with stride 2.
 */
public final class WideResNetFamily implements Backbone {
  /** The family. */
  public static final WideResNetFamily WRN = new WideResNetFamily();

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("stages", Scope.NETWORK),
      Property.integer("depth", Scope.STAGE),
      Property.integer("width", Scope.STAGE),
      Property.decimal("scale", Scope.STAGE),
      Property.integer("stem-width", Scope.NETWORK),
      Property.integer("resolution", 32, 1),
      Property.integer("channels", 3, 1),
      Property.integer("classes", 10, 0),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  private static final int STEM_WIDTH = 16;

  private WideResNetFamily() {}

  @Override
  public String name() {
    return "wrn";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    StageLists lists = StageLists.of(name(), values);
    lists.putIfAbsent("stem-width", Math.min(STEM_WIDTH, lists.at("width", 0)));
    lists.checkPlanes("stem-width", lists.at("stem-width", 0));
    return lists.canonical();
  }

  @Override
  public int layers(Architecture architecture) {
    return Stages.blocks(architecture);
  }

  @Override
  public int stages(Architecture architecture) {
    return Stages.count(architecture);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new WideResNetBlueprint(architecture).build();
  }

  @Override
  public Trunk trunk(Architecture architecture) {
    return new WideResNetBlueprint(architecture).trunk();
  }

  /** The tensor of that name: the first blocks of each stage are those of the larger network. */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return tensor;
  }
}
