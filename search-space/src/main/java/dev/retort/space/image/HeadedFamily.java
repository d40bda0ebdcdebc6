package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.Property;
import dev.retort.space.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a family with another head than its classifier. The family's dimensions are those
 * of the backbone, with the head's in place of {@code classes}; its tensors have the names that
 * they have in the backbone, so that weights of a classifier's backbone fit.
 */
public abstract sealed class HeadedFamily implements Family
    permits LandmarkFamily, SegmentationFamily {
  private static final String CLASSES = "classes";

  private final Family backbone;
  private final String head;
  private final ImmutableList<Property> own;
  private final ImmutableList<Property> properties;

  /**
   * A head over a family.
   *
   * @param backbone whose networks stand below; it has a dimension {@code classes}
   * @param head the head's name, which follows the backbone's
   * @param own the head's dimensions
   */
  HeadedFamily(Family backbone, String head, Property... own) {
    this.backbone = backbone;
    this.head = head;
    this.own = ImmutableList.copyOf(own);
    ImmutableList.Builder<Property> all = ImmutableList.builder();
    backbone.properties().stream()
        .filter(property -> !property.name().equals(CLASSES))
        .forEach(all::add);
    this.properties = all.addAll(this.own).build();
  }

  /** The outputs of the backbone's own classifier; 0: it has none. */
  abstract int classes(Map<String, Value> values);

  /** The family below. */
  public final Family backbone() {
    return backbone;
  }

  /** The network of the family below that this one is made of. */
  public final Architecture backbone(Architecture architecture) {
    return Architecture.of(backbone, below(architecture.values()));
  }

  private ImmutableMap<String, Value> below(Map<String, Value> values) {
    Map<String, Value> below = new HashMap<>(values);
    below.put(CLASSES, Value.of(classes(values)));
    own.forEach(property -> below.remove(property.name()));
    return ImmutableMap.copyOf(below);
  }

  @Override
  public final String name() {
    return backbone.name() + "-" + head;
  }

  @Override
  public final ImmutableList<Property> properties() {
    return properties;
  }

  @Override
  public final ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    Map<String, Value> canonical =
        new HashMap<>(backbone.canonical(ImmutableMap.copyOf(below(values))));
    canonical.remove(CLASSES);
    own.forEach(property -> {
      Value value = values.get(property.name());
      if (value != null) {
        canonical.put(property.name(), value);
      }
    });
    return ImmutableMap.copyOf(canonical);
  }

  @Override
  public final @Nullable Value value(Architecture architecture, String dimension) {
    return own.stream().anyMatch(property -> property.name().equals(dimension))
        ? architecture.values().get(dimension)
        : backbone.value(backbone(architecture), dimension);
  }

  @Override
  public final int layers(Architecture architecture) {
    return backbone.layers(backbone(architecture));
  }

  @Override
  public final int width(Architecture architecture, int stage) {
    return backbone.width(backbone(architecture), stage);
  }

  @Override
  public final int stages(Architecture architecture) {
    return backbone.stages(backbone(architecture));
  }

  /** Whether the head has it, and not the backbone. */
  abstract boolean isOfHead(String tensor);

  @Override
  public final String source(String tensor, Architecture sub, Architecture full) {
    return isOfHead(tensor) ? tensor : backbone.source(tensor, backbone(sub), backbone(full));
  }

  @Override
  public final boolean isSortable(Architecture architecture, String axis) {
    return backbone.isSortable(backbone(architecture), axis);
  }
}
