package dev.retort.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.ImageBatch;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.TensorEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Images as Hugging Face's image processors give them, ready for a network: {@code pixel_values}, B
 * images of D planes of H by W numbers [B,D,H,W], in JSON or, by the name, in safetensors. Or
 * images as they are, in a PNG or JPEG file or a folder of them, which are prepared here.
 *
 * @param pixels row by row
 * @param shape B, D, H, W
 * @param key what is written back: {@code pixel_values}, or {@code files}
 * @param asItCame the numbers, or the files' names
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and used at once.
record ImageInputs(float[] pixels, long[] shape, String key, JsonNode asItCame)
    implements ForwardInputs {
  static final String PIXELS = "pixel_values";

  private static final int AXES = 4;

  /** The most images that are run at once; more are for {@code evaluate}. */
  private static final int MOST = 64;

  private static final Pattern IMAGE = Pattern.compile("(?i)\\.(png|jpe?g|gif|bmp|webp|tiff?)$");
  private static final List<String> KEYS = List.of(PIXELS, "labels");
  private static final List<String> AXIS = List.of("image", "plane", "row", "number");

  /**
   * Reads a file.
   *
   * @throws UserException when it is malformed, or holds what the model cannot take
   */
  static ImageInputs read(Path file, ModelFolder model) {
    Architecture architecture = model.weights().architecture();
    ImageInputs inputs;
    if (Files.isDirectory(file) || IMAGE.matcher(file.toString()).find()) {
      inputs = images(file, model);
    } else {
      inputs = file.toString().endsWith(".safetensors") ? tensors(file) : json(file);
    }
    long planes = architecture.integer("channels");
    long[] shape = inputs.shape();
    if (shape[1] != planes) {
      throw ForwardInputs.refuse(
          file, PIXELS + " has images of " + shape[1] + " planes; the model takes " + planes);
    }
    if (shape[2] != shape[3]) {
      throw ForwardInputs.refuse(
          file,
          PIXELS + " has images of " + shape[2] + " by " + shape[3]
              + " pixels; a model takes squares");
    }
    return inputs;
  }

  private static ImageInputs images(Path file, ModelFolder model) {
    Architecture architecture = model.weights().architecture();
    Preprocessing given = model.images();
    if (given == null) {
      throw ForwardInputs.refuse(
          model.folder(),
          "does not say how images become numbers. Add the model's preprocessor_config.json, or"
              + " give " + PIXELS + " in JSON");
    }
    Preprocessing fitting;
    try {
      fitting = given.withPlanes(architecture.integer("channels"));
    } catch (IllegalArgumentException e) {
      throw ForwardInputs.refuse(
          model.folder(),
          "takes " + architecture.integer("channels") + " planes, which cannot be prepared: "
              + e.getMessage() + ". Give " + PIXELS + " in JSON");
    }
    ImageDataset images = ImageDataset.at(file, fitting);
    if (images.size() > MOST) {
      throw ForwardInputs.refuse(
          file, "has " + images.size() + " images; at most " + MOST + " are run at once");
    }
    try (NDManager scratch = NDManager.newBaseManager()) {
      int[] all = IntStream.range(0, images.size()).toArray();
      NDArray pixels = images.batch(scratch, all, null).pixels();
      ArrayNode names = ForwardInputs.JSON.createArrayNode();
      for (int each : all) {
        names.add(images.source().name(each));
      }
      return new ImageInputs(pixels.toFloatArray(), pixels.getShape().getShape(), "files", names);
    }
  }

  private static ImageInputs tensors(Path file) {
    SafetensorsFile store = SafetensorsFile.open(file);
    if (!store.has(PIXELS)) {
      throw ForwardInputs.refuse(
          file,
          "has no tensor " + PIXELS + ", only "
              + store.entries().stream().map(TensorEntry::name).limit(AXES).toList());
    }
    TensorEntry entry = store.entries().stream()
        .filter(each -> each.name().equals(PIXELS))
        .findFirst()
        .orElseThrow();
    long[] shape = entry.shape().getShape();
    if (shape.length != AXES || entry.count() == 0) {
      throw ForwardInputs.refuse(
          file,
          PIXELS + " has shape " + entry.shape() + "; [images, planes, height, width] needed");
    }
    float[] pixels = store.floats(PIXELS);
    return new ImageInputs(pixels, shape, PIXELS, Nested.of(pixels, shape));
  }

  private static ImageInputs json(Path file) {
    JsonNode list = ForwardInputs.object(file, KEYS).path(PIXELS);
    if (list.isMissingNode()) {
      throw ForwardInputs.refuse(file, PIXELS + " is missing");
    }
    long[] shape = new long[AXES];
    JsonNode first = list;
    for (int axis = 0; axis < AXES; axis++) {
      if (!first.isArray() || first.isEmpty()) {
        throw ForwardInputs.refuse(
            file,
            PIXELS + " must be nested lists [images][planes][rows][numbers], none of them empty");
      }
      shape[axis] = first.size();
      first = first.get(0);
    }
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (count > Integer.MAX_VALUE - 8) {
      throw ForwardInputs.refuse(file, PIXELS + " has " + count + " numbers, too many at once");
    }
    float[] pixels = new float[(int) count];
    fill(file, list, shape, 0, PIXELS, pixels, 0);
    return new ImageInputs(pixels, shape, PIXELS, list);
  }

  private static int fill(
      Path file, JsonNode node, long[] shape, int axis, String where, float[] into, int at) {
    if (axis == AXES) {
      float value = node.floatValue();
      if (!node.isNumber() || !Float.isFinite(value)) {
        throw ForwardInputs.refuse(file, where + " must be a finite number, not (" + node + ")");
      }
      into[at] = value;
      return at + 1;
    }
    if (!node.isArray() || node.size() != shape[axis]) {
      throw ForwardInputs.refuse(
          file, where + " must be a list of " + shape[axis] + ", one for each " + AXIS.get(axis));
    }
    int next = at;
    for (int i = 0; i < node.size(); i++) {
      String deeper = axis < 2 ? where + "[" + i + "]" : where;
      next = fill(file, node.get(i), shape, axis + 1, deeper, into, next);
    }
    return next;
  }

  /** Pixels a side. */
  int side() {
    return (int) shape[2];
  }

  @Override
  public ImageBatch batch(NDManager manager) {
    NDArray images = manager.create(pixels, new Shape(shape));
    return new ImageBatch(
        images,
        manager.zeros(new Shape(shape[0]), DataType.INT64),
        IntStream.range(0, (int) shape[0]).toArray());
  }

  @Override
  public void write(ObjectNode into) {
    into.set(key, asItCame);
  }
}
