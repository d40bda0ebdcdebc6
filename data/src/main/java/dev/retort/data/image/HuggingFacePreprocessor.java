package dev.retort.data.image;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face's {@code preprocessor_config.json} of ViT, DeiT, ConvNeXt (ResNet's) and MobileNet
 * processors: resize, window, rescale, normalise, each on or off.
 */
public final class HuggingFacePreprocessor {
  /** The name of the file in a model's folder. */
  public static final String FILE = "preprocessor_config.json";

  private static final int LONGEST = 1 << 20;

  /** Below it ConvNeXt's processor resizes to more and cuts a window; from it on it squeezes. */
  private static final int WARPED_FROM = 384;

  private final Path file;
  private final JsonNode json;

  private HuggingFacePreprocessor(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads a file for images of three planes.
   *
   * @throws UserException if it is no such file, or asks for what is not done here
   */
  public static Preprocessing read(Path file) {
    byte[] bytes = BinaryFile.bytes(file, LONGEST);
    JsonNode json;
    try {
      json = new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(bytes);
    } catch (JsonProcessingException e) {
      throw BinaryFile.wrong(file, "is broken JSON (" + e.getOriginalMessage() + ").", e);
    } catch (IOException e) {
      throw BinaryFile.wrong(file, "cannot be read (" + e.getMessage() + ").", e);
    }
    if (json == null || !json.isObject()) {
      throw TextLines.wrong(file, "is no JSON object.");
    }
    return new HuggingFacePreprocessor(file, json).read();
  }

  /** The JSON of a file that Hugging Face's processors read, for three planes. */
  public static String write(Preprocessing preprocessing) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    Preprocessing.Resize resize = preprocessing.resize();
    Preprocessing.Crop crop = preprocessing.crop();
    // ViT's knows no window, so a window asks for that of MobileNetV2.
    json.put(
        "image_processor_type", crop == null ? "ViTImageProcessor" : "MobileNetV2ImageProcessor");
    json.put("do_resize", resize != null);
    if (resize != null) {
      if (resize.shortSide()) {
        json.putObject("size").put("shortest_edge", resize.height());
      } else {
        json.putObject("size").put("height", resize.height()).put("width", resize.width());
      }
      json.put("resample", resize.filter().number());
    }
    if (crop != null) {
      json.put("do_center_crop", true);
      json.putObject("crop_size").put("height", crop.height()).put("width", crop.width());
    }
    json.put("do_rescale", true);
    json.put("rescale_factor", preprocessing.scaling().factor());
    json.put("do_normalize", true);
    for (int plane = 0; plane < preprocessing.planes(); plane++) {
      int at = preprocessing.scaling().mean().size() == 1 ? 0 : plane;
      json.withArray("image_mean").add(preprocessing.scaling().mean().get(at));
      json.withArray("image_std").add(preprocessing.scaling().deviation().get(at));
    }
    return json.toPrettyString();
  }

  private Preprocessing read() {
    String type = json.path("image_processor_type")
        .asText(json.path("feature_extractor_type").asText(""));
    boolean convNext = type.toLowerCase(Locale.ROOT).startsWith("convnext");
    Preprocessing.Resize resize = null;
    Preprocessing.Crop crop = null;
    if (flag("do_resize", true)) {
      Filter filter = filter();
      JsonNode size = json.path("size");
      if (convNext) {
        int side = side(size);
        boolean warped = side >= WARPED_FROM;
        int before = (int) (side / number("crop_pct", 224.0 / 256));
        resize = warped
            ? Preprocessing.Resize.square(side, filter)
            : Preprocessing.Resize.shortSide(edge("size / crop_pct", before), filter);
        crop = warped ? null : new Preprocessing.Crop(side, side);
      } else {
        resize = resize(size, filter, type);
      }
    }
    if (flag("do_center_crop", json.has("crop_size")) && !convNext) {
      crop = crop(json.path("crop_size"));
    }
    return new Preprocessing(3, resize, crop, scaling());
  }

  private Preprocessing.Resize resize(JsonNode size, Filter filter, String type) {
    if (size.has("shortest_edge")) {
      return Preprocessing.Resize.shortSide(side(size), filter);
    }
    if (size.isIntegralNumber()) {
      // A single number is a square to ViT's and DeiT's processors and a short side to others.
      int side = side(size);
      boolean square = type.isEmpty() || type.startsWith("ViT") || type.startsWith("DeiT");
      return square
          ? Preprocessing.Resize.square(side, filter)
          : Preprocessing.Resize.shortSide(side, filter);
    }
    return new Preprocessing.Resize(
        edge("size.height", size.path("height")),
        edge("size.width", size.path("width")),
        false,
        filter);
  }

  private Preprocessing.Crop crop(JsonNode size) {
    if (size.isIntegralNumber()) {
      int side = edge("crop_size", size);
      return new Preprocessing.Crop(side, side);
    }
    return new Preprocessing.Crop(
        edge("crop_size.height", size.path("height")), edge("crop_size.width", size.path("width")));
  }

  private PixelScaling scaling() {
    double factor = flag("do_rescale", true) ? number("rescale_factor", 1 / 255.0) : 1;
    boolean normal = flag("do_normalize", true);
    ImmutableList<Double> mean = normal ? numbers("image_mean") : ImmutableList.of(0.0);
    ImmutableList<Double> deviation = normal ? numbers("image_std") : ImmutableList.of(1.0);
    try {
      return new PixelScaling(factor, mean, deviation);
    } catch (IllegalArgumentException e) {
      throw BinaryFile.wrong(file, "cannot scale pixels: " + e.getMessage() + ".", e);
    }
  }

  private Filter filter() {
    int number = json.path("resample").asInt(Filter.BILINEAR.number());
    for (Filter each : Filter.values()) {
      if (each.number() == number) {
        return each;
      }
    }
    throw wrong("resample", json.path("resample"), "0 to 5");
  }

  private int side(JsonNode size) {
    return size.isIntegralNumber()
        ? edge("size", size)
        : edge("size.shortest_edge", size.path("shortest_edge"));
  }

  private int edge(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, value, "1 to " + Preprocessing.LARGEST);
    }
    return edge(key, value.intValue());
  }

  private int edge(String key, int value) {
    if (value < 1 || value > Preprocessing.LARGEST) {
      throw wrong(key, null, "1 to " + Preprocessing.LARGEST);
    }
    return value;
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "true and false");
    }
    return value.booleanValue();
  }

  private double number(String key, double otherwise) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || !(value.doubleValue() > 0)) {
      throw wrong(key, value, "a number above 0");
    }
    return value.doubleValue();
  }

  private ImmutableList<Double> numbers(String key) {
    JsonNode values = json.path(key);
    if (!values.isArray() || values.size() != 3) {
      throw wrong(key, values, "a list of three numbers");
    }
    ImmutableList.Builder<Double> numbers = ImmutableList.builder();
    for (JsonNode each : values) {
      if (!each.isNumber()) {
        throw wrong(key, values, "a list of three numbers");
      }
      numbers.add(each.doubleValue());
    }
    return numbers.build();
  }

  private UserException wrong(String key, @Nullable JsonNode found, String allowed) {
    return TextLines.wrong(
        file,
        key + ": '" + (found == null ? "" : ListFile.shorten(found.toString()))
            + "' is not read. Allowed: " + allowed + ".");
  }
}
