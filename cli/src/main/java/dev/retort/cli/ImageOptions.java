package dev.retort.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Task;
import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.pipeline.ImageEvaluation;
import dev.retort.space.UserException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a model that looks at images is measured. */
final class ImageOptions {
  private static final int SIDE = 224;

  /** The preparations by name. */
  private static final ImmutableMap<String, Preprocessing> PREPARATIONS = ImmutableMap.of(
      "cifar", Preprocessing.of(3, PixelScaling.IMAGENET),
      "half",
          new Preprocessing(
              3, Preprocessing.Resize.square(SIDE, Filter.BILINEAR), null, PixelScaling.HALF),
      "imagenet", Preprocessing.photo(SIDE, Filter.BILINEAR, PixelScaling.IMAGENET),
      "tensorflow", Preprocessing.middle(0.875, SIDE, Filter.BILINEAR, PixelScaling.MOBILENET));

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "test",
      description = "Of images: train, dev or test (default: test).")
  private String split = "test";

  @Option(
      names = "--preparation",
      paramLabel = "NAME",
      description = {
        "Of images: cifar (as they are, ImageNet's mean and deviation), imagenet (the middle of"
            + " photos, likewise), tensorflow (the middle of photos, byte/128 - 1), half (whole"
            + " photos, -1 to 1). Default: what the model's files say, else what is usual for its"
            + " layout or the task."
      })
  private @Nullable String preparation;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "X",
      description = "Of images: what is taken from bytes over 255, once or for each plane.")
  private List<Double> mean = List.of();

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "X",
      description = "Of images: what they are divided by then, as many.")
  private List<Double> deviation = List.of();

  @Option(
      names = "--resolution",
      paramLabel = "N",
      description = "Of images: pixels a side (default: the model's).")
  private @Nullable Integer resolution;

  @Option(
      names = "--label-offset",
      paramLabel = "N",
      description = {
        "Of images: what is added to a class of the data to give the model's (default: 1 for"
            + " ImageNet models of 1001 classes, whose first is the background; 0 else)."
      })
  private @Nullable Integer labelOffset;

  /** Whether any of them is given. */
  boolean given() {
    return preparation != null
        || !mean.isEmpty()
        || !deviation.isEmpty()
        || resolution != null
        || labelOffset != null;
  }

  ImageEvaluation evaluation(int batch) {
    if (resolution != null) {
      Arguments.positive("--resolution", resolution);
    }
    if (labelOffset != null && labelOffset < 0) {
      throw usage("--label-offset", "found " + labelOffset + "; allowed: 0 or more");
    }
    Preprocessing named = preparation == null ? null : PREPARATIONS.get(preparation);
    if (preparation != null && named == null) {
      throw usage(
          "--preparation",
          "no preparation (" + preparation + "); there are "
              + String.join(", ", PREPARATIONS.keySet()));
    }
    PixelScaling scaling = scaling();
    return new ImageEvaluation(
        part(),
        own -> {
          Preprocessing base = named == null ? own : named;
          return scaling == null ? base : scaled(base, scaling);
        },
        resolution,
        labelOffset,
        batch);
  }

  private static Preprocessing scaled(Preprocessing base, PixelScaling scaling) {
    int planes = scaling.mean().size() == 1 ? base.planes() : scaling.mean().size();
    try {
      return base.withScaling(planes, scaling);
    } catch (IllegalArgumentException e) {
      throw usage("--mean", e.getMessage());
    }
  }

  private @Nullable PixelScaling scaling() {
    if (mean.isEmpty() && deviation.isEmpty()) {
      return null;
    }
    try {
      return new PixelScaling(
          1 / 255.0, ImmutableList.copyOf(mean), ImmutableList.copyOf(deviation));
    } catch (IllegalArgumentException e) {
      throw usage("--mean, --std", e.getMessage());
    }
  }

  private Task.Split part() {
    for (Task.Split each : Task.Split.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(split)) {
        return each;
      }
    }
    throw usage("--split", "found (" + split + "); allowed: train, dev, test");
  }

  private static UserException usage(String option, @Nullable String what) {
    return new UserException(UserException.Kind.USAGE, option + ": " + what + ".");
  }
}
