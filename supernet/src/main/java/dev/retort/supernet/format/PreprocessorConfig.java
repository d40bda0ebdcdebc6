package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.supernet.format.ImagePreparation.Filter;
import dev.retort.supernet.format.ImagePreparation.Resize;
import dev.retort.supernet.format.ImagePreparation.Size;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * preprocessor_config.json of Hugging Face transformers: the image processors that resize, crop in
 * the middle, rescale and normalise, and no others.
 */
final class PreprocessorConfig {
  static final String FILE = "preprocessor_config.json";

  private static final int LARGEST = 1 << 14;

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
  static ImagePreparation read(ConfigFile file) {
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

  private ImagePreparation read() {
    file.requireFalse("do_flip_channel_order", "planes are red, green and blue");
    file.requireFalse("do_pad", "nothing is padded");
    Resize resize = file.truth("do_resize", true) ? resize() : null;
    boolean crops = file.truth("do_center_crop", processor.crop() > 0);
    Size crop = crops ? square("crop_size", Math.max(processor.crop(), 1)) : null;
    if (processor.name().equals("ConvNext") && resize != null) {
      return convNext(resize);
    }
    return finish(resize, crop);
  }

  /** ConvNextImageProcessor: below 384 pixels the middle of a larger image, else all of it. */
  private ImagePreparation convNext(Resize asked) {
    if (!asked.shorter()) {
      throw file.refuse("size", "without shortest_edge, which ConvNextImageProcessor needs");
    }
    int side = asked.size().height();
    if (side >= 384) {
      return finish(new Resize(asked.size(), false, asked.filter()), null);
    }
    double part = file.decimal("crop_pct", 224 / 256.0, Double.MIN_VALUE, 1);
    int larger = (int) Math.min(LARGEST, side / part);
    return finish(new Resize(Size.square(larger), true, asked.filter()), asked.size());
  }

  private ImagePreparation finish(@Nullable Resize resize, @Nullable Size crop) {
    double scale = file.truth("do_rescale", true)
        ? file.decimal("rescale_factor", 1 / 255.0, Double.MIN_VALUE, 1)
        : 1;
    if (!file.truth("do_normalize", true)) {
      return new ImagePreparation(resize, crop, scale, ImmutableList.of(), ImmutableList.of());
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
    return new ImagePreparation(resize, crop, scale, mean, deviation);
  }

  /** One number for each plane; a grey image has one. */
  private ImmutableList<Double> planes(String key) {
    JsonNode found = file.given(key);
    return file.decimals(key, ImagePreparation.HALF, found != null && found.size() == 1 ? 1 : 3);
  }

  private Resize resize() {
    JsonNode found = file.given("size");
    ConfigFile sides = file.below("size");
    int filter = file.integer("resample", processor.filter().ordinal(), 0, 5);
    Filter how = Filter.values()[filter];
    if (found == null) {
      return new Resize(Size.square(processor.size()), processor.shorter(), how);
    }
    if (sides != null && sides.has("shortest_edge")) {
      if (sides.has("height") || sides.has("width") || sides.has("longest_edge")) {
        throw file.refuse(
            "size", ConfigFile.shown(found) + "; shortest_edge alone, or height and width");
      }
      return new Resize(Size.square(sides.integer("shortest_edge", 0, 1, LARGEST)), true, how);
    }
    boolean one = found.isInt();
    return new Resize(square("size", 1), one && !processor.square(), how);
  }

  /** A size: one number, or an object with height and width. */
  private Size square(String key, int standard) {
    JsonNode found = file.given(key);
    if (found == null) {
      return Size.square(standard);
    }
    if (found.isInt()) {
      return Size.square(file.integer(key, 0, 1, LARGEST));
    }
    ConfigFile sides = file.below(key);
    if (sides == null || !sides.has("height") || !sides.has("width")) {
      throw file.refuse(
          key,
          ConfigFile.shown(found) + "; a number, or an object with height and width"
              + (key.equals("size") ? " or shortest_edge" : "") + " is needed");
    }
    return new Size(sides.integer("height", 0, 1, LARGEST), sides.integer("width", 0, 1, LARGEST));
  }

  /**
   * The file's contents. A processor is named that does all of it in transformers.
   *
   * @param preparation what is written
   */
  static ObjectNode json(ImagePreparation preparation) {
    Resize resize = preparation.resize();
    Size crop = preparation.crop();
    boolean plain = crop == null && (resize == null || !resize.shorter());
    ObjectNode json = StrictJson.object();
    if (crop != null) {
      size(json.putObject("crop_size"), crop);
    }
    if (!plain) {
      json.put("do_center_crop", crop != null);
    }
    json.put("do_normalize", !preparation.mean().isEmpty());
    json.put("do_rescale", preparation.scale() != 1);
    json.put("do_resize", resize != null);
    if (!preparation.mean().isEmpty()) {
      numbers(json.putArray("image_mean"), preparation.mean());
    }
    json.put("image_processor_type", plain ? "ViTImageProcessor" : "MobileNetV2ImageProcessor");
    if (!preparation.mean().isEmpty()) {
      numbers(json.putArray("image_std"), preparation.deviation());
    }
    if (resize != null) {
      json.put("resample", resize.filter().ordinal());
    }
    if (preparation.scale() != 1) {
      json.put("rescale_factor", preparation.scale());
    }
    if (resize != null && resize.shorter()) {
      json.putObject("size").put("shortest_edge", resize.size().height());
    } else if (resize != null) {
      size(json.putObject("size"), resize.size());
    }
    return json;
  }

  private static void size(ObjectNode json, Size size) {
    json.put("height", size.height()).put("width", size.width());
  }

  private static void numbers(ArrayNode array, List<Double> numbers) {
    numbers.forEach(array::add);
  }
}
