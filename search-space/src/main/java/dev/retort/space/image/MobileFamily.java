package dev.retort.space.image;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import dev.retort.space.image.MobileLayout.Unit;
import dev.retort.space.image.Window.Padding;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A family of the MobileNet line: depthwise convolutions between pointwise ones.
 *
 * <p>What all of them have: {@code depth} by stage; {@code kernel} by layer, the depthwise
 * convolution's window; {@code width} by stage, {@code stem} and so on, the planes before {@code
 * multiplier} scales them; {@code channels} planes and {@code resolution} pixels of the input;
 * {@code classes} (0: a network without classifier); {@code norm}: {@code batch}, or {@code folded}
 * into convolutions with bias; {@code padding}: {@code centred} (PyTorch) or {@code same}
 * (TensorFlow); {@code norm-epsilon}; {@code kernel-transform}: {@code matrices} gives a super-net
 * whose smaller kernels are made of larger ones by learnt matrices (Once for All, ICLR 2020).
 */
public abstract class MobileFamily extends StagedFamily implements Backbone {
  private static final int LAYOUTS = 1024;
  private static final int MOST_SCALED = 1 << 18;

  private final LoadingCache<Architecture, Named> layouts = CacheBuilder.newBuilder()
      .maximumSize(LAYOUTS)
      .build(CacheLoader.from(architecture -> {
        MobileLayout layout = write(architecture);
        return new Named(layout, layout.places());
      }));

  /** A layout and what its tensors' names begin with, by place. */
  private record Named(MobileLayout layout, ImmutableBiMap<String, String> places) {}

  MobileFamily(String name, ImmutableList<Property> properties) {
    super(name, properties);
  }

  /** The properties that all families of the line have behind their own. */
  static ImmutableList<Property> with(ImmutableList<Property> own) {
    return ImmutableList.<Property>builder()
        .addAll(own)
        .add(
            Property.integer("channels", 3, 1),
            Property.integer("resolution", 224, 1),
            Property.integer("classes", 1000, 0),
            Property.word("norm", "batch", "folded"),
            Property.word("padding", "centred", "same"),
            Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0),
            Property.word("kernel-transform", "none", "matrices"))
        .build();
  }

  abstract MobileLayout write(Architecture architecture);

  /** How an architecture of this family is put together. */
  public final MobileLayout layout(Architecture architecture) {
    return layouts.getUnchecked(architecture).layout();
  }

  @Override
  public final Blueprint blueprint(Architecture architecture) {
    return MobileBlueprint.of(architecture, layout(architecture));
  }

  @Override
  public final Trunk trunk(Architecture architecture) {
    return MobileBlueprint.trunk(architecture, layout(architecture));
  }

  @Override
  public final String source(String tensor, Architecture sub, Architecture full) {
    int dot = tensor.lastIndexOf('.');
    String place = layouts.getUnchecked(sub).places().inverse().get(tensor.substring(0, dot));
    if (place == null) {
      throw new IllegalArgumentException("No tensor (" + tensor + ") in " + sub);
    }
    String prefix = layouts.getUnchecked(full).places().get(place);
    return (prefix == null ? place : prefix) + tensor.substring(dot);
  }

  /** Writes the units of one architecture. */
  record Units(Architecture architecture) {
    /** A convolution of one architecture, named as its tensors are. */
    Unit unit(
        String label,
        String convolution,
        String normalization,
        Axis out,
        int size,
        int stride,
        boolean depthwise,
        Activation activation) {
      return new Unit(
          label,
          convolution,
          architecture.word("norm").equals("folded") ? null : normalization,
          out,
          window(size, stride),
          depthwise,
          activation);
    }

    private Window window(int size, int stride) {
      if (size == 1 && stride == 1) {
        return Window.point();
      }
      boolean same = architecture.word("padding").equals("same");
      return new Window(size, stride, same ? Padding.SAME : Padding.CENTRED);
    }
  }

  /** What the units of an architecture with one activation do last. */
  static Activation activation(Architecture architecture) {
    return switch (architecture.word("activation")) {
      case "relu" -> Activation.RELU;
      case "hard-swish" -> Activation.HARD_SWISH;
      default -> Activation.RELU6;
    };
  }

  /** A width scaled by the multiplier and rounded to the divisor. */
  static int rounded(Architecture architecture, double width) {
    return ChannelRounding.of(
        width * architecture.number("multiplier"),
        architecture.integer("divisor"),
        architecture.integer("least-width"));
  }

  @Override
  public int width(Architecture architecture, int stage) {
    return rounded(architecture, architecture.number("width", stage));
  }

  /** The expanded width of a layer. */
  static int expanded(Architecture architecture, long in, int layer) {
    return ChannelRounding.of(
        in * architecture.number("expansion", layer),
        architecture.integer("divisor"),
        architecture.integer("least-width"));
  }

  /** Checks that no width of inverted residuals is beyond what an axis may have. */
  static void checkInverted(Map<String, Value> values, int stages) {
    double multiplier = at(values, "multiplier", 0);
    double widest = Math.max(at(values, "stem", 0), at(values, "first", 0));
    int layer = 0;
    for (int stage = 0; stage < stages; stage++) {
      double width = at(values, "width", stage);
      for (int i = 0; i < (int) at(values, "depth", stage); i++) {
        double in = multiplier * (i == 0 ? widest : width) + at(values, "divisor", 0);
        checkScaled("width times expansion", in * at(values, "expansion", layer));
        layer++;
      }
      widest = width;
    }
    for (String name : ImmutableList.of("stem", "first", "features")) {
      checkScaled(name, multiplier * at(values, name, 0));
    }
  }

  /** Checks a width that a multiplier has scaled. */
  static void checkScaled(String name, double width) {
    most(name + " times multiplier", width, MOST_SCALED);
  }

  /** The layout of these blocks for an architecture. */
  static MobileLayout layout(
      Architecture architecture, ImmutableList<MobileLayout.Block> blocks, MobileLayout.Head head) {
    return new MobileLayout(
        architecture.integer("channels"),
        architecture.integer("resolution"),
        (float) architecture.number("norm-epsilon"),
        architecture.word("kernel-transform").equals("matrices"),
        blocks,
        head);
  }

  /** What the classifier gives, or null without classes. */
  static @Nullable Axis classes(Architecture architecture) {
    int classes = architecture.integer("classes");
    return classes == 0 ? null : Axis.of("classes", classes);
  }
}
