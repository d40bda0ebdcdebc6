package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.LayeredFamily;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Vision Transformers (Dosovitskiy et al., ICLR 2021; DeiT: Touvron et al., ICML 2021): pre-norm
 * layers over square patches, with the attention width free of the hidden size as in AutoFormer
 * (Chen et al., ICCV 2021): query, key and value are heads x head-size wide.
 *
 * <p>Dimensions: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (these may differ by layer), {@code head-size}; {@code patch} and {@code
 * resolution}, pixels a side of a patch and of an image; what is left of an image beside whole
 * patches is not looked at; {@code channels}, planes of an image; {@code classes} (0: an encoder
 * without classifier); {@code norm-epsilon}: what layer normalisation adds to the variance. The
 * canonical form is {@link TransformerDimensions}'.
 *
 * <p>{@code tokens}: {@code class}, a class token before the patches; {@code distilled}, DeiT's
 * distillation token behind it, each with a head of its own, whose logits' mean is the network's;
 * {@code distilled-one-head}, the same without the second head (Hugging Face's
 * DeiTForImageClassification). {@code pooling}: what the head reads, {@code class} the tokens that
 * are there for it, {@code mean} the mean of the patches, which goes with a class token alone.
 *
 * <p>{@code relative-positions}: {@code none}, or {@code autoformer}, tables of vertical and
 * horizontal distances up to 14 patches for keys and for values in each layer. {@code qkv-bias}:
 * whether query, key and value have a bias.
 */
public final class VisionTransformerFamily implements LayeredFamily, Backbone {
  /** The family. */
  public static final VisionTransformerFamily VIT = new VisionTransformerFamily();

  /** The farthest distance that a relative position tells from a farther one, in patches. */
  public static final int FARTHEST = 14;

  /** Rows of a table of relative positions: one for the class token, one for each distance. */
  public static final int DISTANCES = 2 * FARTHEST + 2;

  private static final ImmutableList<String> SAME = ImmutableList.of("resolution", "patch");
  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", Scope.NETWORK),
      Property.integer("hidden", Scope.NETWORK),
      Property.integer("heads", Scope.LAYER),
      Property.decimal("ratio", Scope.LAYER),
      Property.integer("intermediate", Scope.LAYER),
      Property.integer("head-size", 64, 1),
      Property.integer("patch", 16, 1),
      Property.integer("resolution", 224, 1),
      Property.integer("channels", 3, 1),
      Property.integer("classes", 1000, 0),
      Property.word("tokens", "class", "distilled", "distilled-one-head"),
      Property.word("pooling", "class", "mean"),
      Property.word("relative-positions", "none", "autoformer"),
      Property.word("qkv-bias", "yes", "no"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-6, 0));

  private static final ImmutableList<String> AXES =
      ImmutableList.of("patch", "resolution", "channels", "classes");

  private VisionTransformerFamily() {}

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    ImmutableMap<String, Value> canonical = TransformerDimensions.canonical(name(), values, AXES);
    double patch = number(canonical, "patch");
    double resolution = number(canonical, "resolution");
    if (patch > resolution) {
      throw new IllegalArgumentException("No patch of " + Value.of(patch) + " pixels a side fits"
          + " into a resolution of (" + Value.of(resolution) + ")");
    }
    double side = Math.floor(resolution / patch);
    TransformerDimensions.checkLength("the number of patches", side * side);
    TransformerDimensions.checkLength(
        "channels times patch times patch", number(canonical, "channels") * patch * patch);
    if (Value.of("mean").equals(canonical.get("pooling"))
        && !Value.of("class").equals(canonical.get("tokens"))) {
      throw new IllegalArgumentException("pooling=mean goes with tokens=class, not with tokens=("
          + canonical.get("tokens") + "), whose heads read their tokens");
    }
    return canonical;
  }

  private static double number(ImmutableMap<String, Value> values, String name) {
    if (values.get(name) instanceof Value.Number number) {
      return number.value();
    }
    throw new IllegalArgumentException(
        "Dimension " + name + " needs one number, not (" + values.get(name) + ")");
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    return TransformerDimensions.value(architecture, dimension);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** Patches along a side of an image. */
  public static int side(Architecture architecture) {
    return architecture.integer("resolution") / architecture.integer("patch");
  }

  /** Tokens before the patches: 1, or 2 with a distillation token. */
  public static int tokens(Architecture architecture) {
    return architecture.word("tokens").equals("class") ? 1 : 2;
  }

  /** Length of the sequence: tokens and patches. */
  public static int sequence(Architecture architecture) {
    int side = side(architecture);
    return tokens(architecture) + side * side;
  }

  /** Whether there is a second head, on the distillation token. */
  public static boolean distilled(Architecture architecture) {
    return architecture.word("tokens").equals("distilled");
  }

  /** Whether its layers have tables of relative positions. */
  public static boolean relative(Architecture architecture) {
    return architecture.word("relative-positions").equals("autoformer");
  }

  /**
   * What the names of all tensors but the heads' begin with: {@code vit.}, or {@code deit.} where
   * there is a distillation token, as Hugging Face's files have them.
   */
  public static String prefix(Architecture architecture) {
    return tokens(architecture) == 1 ? "vit." : "deit.";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where the two look at other patches: a row of positions or a
   *     part of a patch would stand for another place
   */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    for (String name : ImmutableList.of("resolution", "patch", "tokens")) {
      if (!Objects.equals(full.values().get(name), sub.values().get(name))) {
        throw new IllegalArgumentException(sub + " does not fit into " + full + ": it has " + name
            + " (" + sub.values().get(name) + "), not (" + full.values().get(name) + "), so that"
            + " its positions are others");
      }
    }
    return TransformerDimensions.source(prefix(sub) + "encoder.layer.", tensor, sub, full);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Entries of a head that is its layer's only one keep their order where tables of relative
   * positions, which all layers of any number of heads have, are read by it.
   */
  @Override
  public boolean isSortable(Architecture architecture, String axis) {
    if (!relative(architecture) || !axis.endsWith(".attention")) {
      return true;
    }
    int layer = Integer.parseInt(axis.substring("layer.".length(), axis.lastIndexOf('.')));
    return architecture.integer("heads", layer) > 1;
  }

  /** Positions and patches are learnt for one resolution: those of another are not among them. */
  @Override
  public @Nullable String misfit(Architecture sub, Architecture teacher) {
    if (teacher.family() == this) {
      for (String same : SAME) {
        if (sub.integer(same) != teacher.integer(same)) {
          return same + " " + sub.integer(same) + " is not the teacher's " + teacher.integer(same);
        }
      }
    }
    return LayeredFamily.super.misfit(sub, teacher);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new VisionTransformerBlueprint(architecture).build();
  }

  @Override
  public Trunk trunk(Architecture architecture) {
    return new VisionTransformerBlueprint(architecture).trunk();
  }

  @Override
  public long parameters(Architecture architecture) {
    return new VisionTransformerCost(architecture).parameters();
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return new VisionTransformerCost(architecture).layerParameters(layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return new VisionTransformerCost(architecture).cost(input.batch());
  }
}
