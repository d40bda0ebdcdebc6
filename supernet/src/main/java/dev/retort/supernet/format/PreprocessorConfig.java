package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Preprocessing.Crop;
import dev.retort.data.image.Preprocessing.Resize;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * preprocessor_config.json of Hugging Face transformers: the image processors that resize, crop in
 * the middle, rescale and normalise, and no others.
 *
 * <p>A middle that is cut before resizing is none of theirs. It is written as the nearest that they
 * do, resizing by its shorter side to side / part and then cutting, with a key of ours that says
 * what was meant.
 */
final class PreprocessorConfig {
  static final String FILE = "preprocessor_config.json";

  /** What a processor normalises by where the file does not say it. */
  private static final ImmutableList<Double> HALF = ImmutableList.of(0.5, 0.5, 0.5);

  /** The part of the shorter side that is cut before resizing; transformers passes it over. */
  private static final String MIDDLE = "crop_before_resize";

  /** From so many pixels on ConvNeXt's processor squeezes an image instead of cutting it. */
  private static final int WARPED_FROM = 384;

  /**
   * What a processor does where the file does not say it.
   *
   * @param name its class, without {@code ImageProcessor}
   * @param square whether a size that is one number means a square; else the shorter side
   * @param size a size
   * @param shorter whether that is the shorter side
   * @param crop the middle that is kept; 0: none
   * @param filter how it resizes
   */
  private record Processor(
      String name, boolean square, int size, boolean shorter, int crop, Filter filter) {}

  private static final ImmutableMap<String, Processor> PROCESSORS = Maps.uniqueIndex(
      ImmutableList.of(
          new Processor("Bit", false, 224, true, 224, Filter.BICUBIC),
          new Processor("ConvNext", false, 384, true, 0, Filter.BILINEAR),
          new Processor("DeiT", true, 256, false, 224, Filter.BICUBIC),
          new Processor("MobileNetV1", false, 256, true, 224, Filter.BILINEAR),
          new Processor("MobileNetV2", false, 256, true, 224, Filter.BILINEAR),
          new Processor("ViT", true, 224, false, 0, Filter.BILINEAR)),
      Processor::name);

  private final ConfigFile file;
  private final Processor processor;

  private PreprocessorConfig(ConfigFile file) {
    this.file = file;
    this.processor = processor(file);
  }

  /**
   * Reads a preparation.
   *
   * @throws dev.retort.space.UserException for a processor or value that Retort does not compute
   */
  static Preprocessing read(ConfigFile file) {
    return new PreprocessorConfig(file).read();
  }

  private static Processor processor(ConfigFile file) {
    String key =
        file.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
    String type = file.text(key);
    if (type == null) {
      throw ConfigFile.refuse(file.path() + ": has no image_processor_type; " + known() + ".");
    }
    String name = type.replaceFirst("(ImageProcessor(Fast|Pil)?|FeatureExtractor)$", "");
    Processor found = name.equals(type) ? null : PROCESSORS.get(name);
    if (found == null) {
      throw file.refuse(key, Quoted.of(type) + "; " + known());
    }
    return found;
  }

  private static String known() {
    return "Retort prepares images as "
        + PROCESSORS.keySet().stream()
            .map(each -> each + "ImageProcessor")
            .collect(Collectors.joining(", "));
  }

  private Preprocessing read() {
    file.requireFalse("do_flip_channel_order", "planes are red, green and blue");
    file.requireFalse("do_pad", "nothing is padded");
    Resize resize = file.truth("do_resize", true) ? resize() : null;
    Crop crop = file.truth("do_center_crop", processor.crop() > 0) ? crop() : null;
    if (processor.name().equals("ConvNext") && resize != null) {
      return convNext(resize);
    }
    return file.has(MIDDLE) ? middle(resize, crop) : finish(resize, crop);
  }

  private Preprocessing middle(@Nullable Resize resize, @Nullable Crop crop) {
    double part = file.decimal(MIDDLE, 1, Double.MIN_VALUE, 1);
    if (resize == null || crop == null || crop.height() != crop.width()) {
      throw file.refuse(
          MIDDLE, part + ", which needs do_resize and a crop_size of as many rows as columns");
    }
    Preprocessing rest = finish(Resize.square(crop.height(), resize.filter()), null);
    return new Preprocessing(rest.planes(), part, rest.resize(), null, rest.scaling());
  }

  /** ConvNextImageProcessor: below 384 pixels the middle of a larger image, else all of it. */
  private Preprocessing convNext(Resize asked) {
    if (!asked.shortSide()) {
      throw file.refuse("size", "without shortest_edge, which ConvNextImageProcessor needs");
    }
    int side = asked.height();
    if (side >= WARPED_FROM) {
      return finish(Resize.square(side, asked.filter()), null);
    }
    double part = file.decimal("crop_pct", 224 / 256.0, Double.MIN_VALUE, 1);
    int larger = (int) Math.min(Preprocessing.LARGEST, side / part);
    return finish(Resize.shortSide(larger, asked.filter()), new Crop(side, side));
  }

  private Preprocessing finish(@Nullable Resize resize, @Nullable Crop crop) {
    double factor = file.truth("do_rescale", true)
        ? file.decimal("rescale_factor", 1 / 255.0, Double.MIN_VALUE, 1)
        : 1;
    if (!file.truth("do_normalize", true)) {
      return new Preprocessing(3, resize, crop, PixelScaling.of(factor, 0, 1));
    }
    ImmutableList<Double> mean = planes("image_mean");
    ImmutableList<Double> deviation = planes("image_std");
    if (mean.size() != deviation.size()) {
      throw file.refuse(
          "image_std", "for " + deviation.size() + " planes, image_mean for " + mean.size());
    }
    if (deviation.stream().anyMatch(each -> each <= 0)) {
      throw file.refuse("image_std", deviation + "; positive numbers are needed");
    }
    // What is the same for all planes is kept once, so that equal preparations are equal.
    boolean alike = Set.copyOf(mean).size() == 1 && Set.copyOf(deviation).size() == 1;
    return new Preprocessing(
        mean.size(),
        resize,
        crop,
        alike
            ? PixelScaling.of(factor, mean.get(0), deviation.get(0))
            : new PixelScaling(factor, mean, deviation));
  }

  /** One number for each plane; a grey image has one. */
  private ImmutableList<Double> planes(String key) {
    JsonNode found = file.given(key);
    return file.decimals(key, HALF, found != null && found.size() == 1 ? 1 : 3);
  }

  private Resize resize() {
    JsonNode found = file.given("size");
    ConfigFile sides = file.below("size");
    int number = file.integer("resample", processor.filter().number(), 0, 5);
    Filter filter = Arrays.stream(Filter.values())
        .filter(each -> each.number() == number)
        .findFirst()
        .orElseThrow();
    if (found == null) {
      return processor.shorter()
          ? Resize.shortSide(processor.size(), filter)
          : Resize.square(processor.size(), filter);
    }
    if (found.isInt()) {
      int side = file.integer("size", 0, 1, Preprocessing.LARGEST);
      return processor.square() ? Resize.square(side, filter) : Resize.shortSide(side, filter);
    }
    boolean shorter = sides != null && sides.has("shortest_edge");
    boolean both = sides != null && sides.has("height") && sides.has("width");
    if (sides == null || shorter == both || sides.has("longest_edge")) {
      throw file.refuse(
          "size",
          ConfigFile.shown(found) + "; a number, or an object with height and width or with"
              + " shortest_edge alone is needed");
    }
    return shorter
        ? Resize.shortSide(side(sides, "shortest_edge"), filter)
        : new Resize(side(sides, "height"), side(sides, "width"), false, filter);
  }

  private Crop crop() {
    JsonNode found = file.given("crop_size");
    if (found == null || found.isInt()) {
      int side = file.integer("crop_size", Math.max(processor.crop(), 1), 1, Preprocessing.LARGEST);
      return new Crop(side, side);
    }
    ConfigFile sides = file.below("crop_size");
    if (sides == null || !sides.has("height") || !sides.has("width")) {
      throw file.refuse(
          "crop_size",
          ConfigFile.shown(found) + "; a number, or an object with height and width is needed");
    }
    return new Crop(side(sides, "height"), side(sides, "width"));
  }

  private static int side(ConfigFile sides, String key) {
    return sides.integer(key, 0, 1, Preprocessing.LARGEST);
  }

  /** The file's contents. A processor is named that does all of it in transformers. */
  static ObjectNode json(Preprocessing preparation) {
    double part = preparation.middle();
    Resize resize = preparation.resize();
    if (part > 0 && resize != null) { // then it is a square
      int larger = (int) Math.min(Preprocessing.LARGEST, Math.round(resize.height() / part));
      Preprocessing nearest = new Preprocessing(
          preparation.planes(),
          Resize.shortSide(larger, resize.filter()),
          new Crop(resize.height(), resize.width()),
          preparation.scaling());
      return json(nearest).put(MIDDLE, part);
    }
    Crop crop = preparation.crop();
    PixelScaling scaling = preparation.scaling();
    // ViT's processor knows neither a window nor a shorter side; MobileNetV2's knows all.
    boolean plain = crop == null && (resize == null || !resize.shortSide());
    ObjectNode json = StrictJson.object();
    if (crop != null) {
      size(json.putObject("crop_size"), crop.height(), crop.width());
    }
    if (!plain) {
      json.put("do_center_crop", crop != null);
    }
    json.put("do_normalize", true);
    json.put("do_rescale", true);
    json.put("do_resize", resize != null);
    numbers(json.putArray("image_mean"), scaling.mean(), preparation.planes());
    json.put("image_processor_type", plain ? "ViTImageProcessor" : "MobileNetV2ImageProcessor");
    numbers(json.putArray("image_std"), scaling.deviation(), preparation.planes());
    if (resize != null) {
      json.put("resample", resize.filter().number());
    }
    json.put("rescale_factor", scaling.factor());
    if (resize != null && resize.shortSide()) {
      json.putObject("size").put("shortest_edge", resize.height());
    } else if (resize != null) {
      size(json.putObject("size"), resize.height(), resize.width());
    }
    return json;
  }

  private static void size(ObjectNode json, int height, int width) {
    json.put("height", height).put("width", width);
  }

  private static void numbers(ArrayNode array, List<Double> numbers, int planes) {
    for (int plane = 0; plane < planes; plane++) {
      array.add(numbers.get(numbers.size() == 1 ? 0 : plane));
    }
  }
}
