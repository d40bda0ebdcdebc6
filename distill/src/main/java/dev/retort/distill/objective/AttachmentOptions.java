package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/** The options of recipes that say where an objective attaches; at most one of them is given. */
public final class AttachmentOptions {
  /** One layer of both networks. */
  public static final Option<Layer> LAYER = layer("last");

  /** Layers of each network. */
  public static final Option<Attachment> LAYERS =
      Option.layers("layers", "which layer of the student learns from which of the teacher");

  /** A rule for all layers of the student. */
  public static final Option<LayerMap> MAP = Option.optionalWord(
      "map",
      LayerMap.class,
      "attaches every layer of the student to one of the teacher, or to all");

  /** Features by name. */
  public static final Option<Attachment> FEATURE =
      Option.features("feature", "attaches to taps by name, such as stage3 or pooled");

  /** The options of objectives that attach to layers. */
  public static final ImmutableList<Option<?>> LAYERS_ONLY = ImmutableList.of(LAYER, LAYERS, MAP);

  /** The options of objectives that attach to features. */
  public static final ImmutableList<Option<?>> ALL = ImmutableList.of(LAYER, LAYERS, MAP, FEATURE);

  private AttachmentOptions() {}

  private static Option<Layer> layer(String standard) {
    return Option.layer(
        "layer", standard, "the layer of both networks, from 1; 0: what the embeddings give");
  }

  /**
   * The options of an objective that does not attach to the last layers by default.
   *
   * @param standard where it attaches then, for the docs
   */
  public static ImmutableList<Option<?>> all(String standard) {
    return ImmutableList.of(layer(standard), LAYERS, MAP, FEATURE);
  }

  /** Those of an objective that attaches to layers and not to features by name. */
  public static ImmutableList<Option<?>> layersOnly(String standard) {
    return ImmutableList.of(layer(standard), LAYERS, MAP);
  }

  /** The attachment that a recipe gives; the last layers where it gives none. */
  public static Attachment of(Given given) {
    return of(given, Attachment.LAST);
  }

  /** The attachment that a recipe gives, or another where it gives none. */
  public static Attachment of(Given given, Attachment otherwise) {
    ImmutableList<Option<?>> told =
        ALL.stream().filter(given::has).collect(ImmutableList.toImmutableList());
    if (told.size() > 1) {
      throw new IllegalArgumentException(given.objective() + " attaches in one way, not by ("
          + told.get(0).name() + ") and (" + told.get(1).name() + "); leave one out");
    }
    if (given.has(LAYER)) {
      ImmutableList<Layer> both = ImmutableList.of(given.get(LAYER));
      return new Attachment.Layers(both, both);
    }
    @Nullable LayerMap map = given.has(MAP) ? given.get(MAP) : null;
    if (map != null) {
      return new Attachment.Mapped(map);
    }
    return given.has(LAYERS)
        ? given.get(LAYERS)
        : given.has(FEATURE) ? given.get(FEATURE) : otherwise;
  }
}
