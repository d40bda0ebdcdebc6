package dev.retort.supernet.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import dev.retort.supernet.format.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on images against what PyTorch computed (src/test/scripts/image_kernels.py). */
final class ImageKernelsTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-5f);

  /** The epsilon of the normalisations in the file. */
  private static final float EPSILON = 1e-3f;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static SafetensorsFile file() throws Exception {
    return SafetensorsFile.open(
        Path.of(requireNonNull(ImageKernelsTest.class.getResource("/image-kernels.safetensors"))
            .toURI()));
  }

  static List<String> cases() throws Exception {
    return file().metadata().entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void operationEqualsThatOfPyTorch(String text) throws Exception {
    List<String> words = Splitter.on(' ').splitToList(text);
    String name = words.get(0);
    SafetensorsFile file = file();
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      NDArray x = file.load(manager, name + ".x");
      NDArray y = apply(kernels, file, name, words.subList(1, words.size()), x);
      NDArray expected = file.load(manager, name + ".y");
      assertThat(y.getShape()).isEqualTo(expected.getShape());
      assertThat(y.toFloatArray()).containsExactly(expected.toFloatArray(), TOLERANCE);
      if (words.contains("convolution") || words.contains("maxPool")) {
        // What blueprints count with is what the engine does.
        Window window = window(words.subList(1, words.size()));
        assertThat(window.over((int) x.getShape().get(2)))
            .isEqualTo((int) y.getShape().get(2));
        assertThat(window.over((int) x.getShape().get(3)))
            .isEqualTo((int) y.getShape().get(3));
      }
    }
  }

  private NDArray apply(
      Kernels kernels, SafetensorsFile file, String name, List<String> words, NDArray x) {
    return switch (words.get(0)) {
      case "convolution" ->
        kernels.convolution(
            x,
            file.load(manager, name + ".weight"),
            file.has(name + ".bias") ? file.load(manager, name + ".bias") : null,
            window(words),
            Integer.parseInt(words.get(4)));
      case "maxPool" -> kernels.maxPool(x, window(words));
      case "activate" -> kernels.activate(x, Activation.valueOf(words.get(1)));
      case "averageTo" -> kernels.averageTo(x, Integer.parseInt(words.get(1)));
      case "resize" ->
        kernels.resize(
            x,
            Integer.parseInt(words.get(2)),
            Integer.parseInt(words.get(3)),
            Kernels.Resizing.valueOf(words.get(1)));
      case "globalAverage" -> kernels.globalAverage(x);
      case "batchNorm" -> {
        NDArray mean = file.load(manager, name + ".mean");
        NDArray variance = file.load(manager, name + ".variance");
        NDArray y = kernels.batchNorm(
            x,
            file.load(manager, name + ".gain"),
            file.load(manager, name + ".shift"),
            mean,
            variance,
            EPSILON);
        assertThat(mean.toFloatArray()).isEqualTo(file.floats(name + ".mean"));
        assertThat(variance.toFloatArray()).isEqualTo(file.floats(name + ".variance"));
        yield y;
      }
      case "batchNormOfBatch" -> {
        NDArray mean = file.load(manager, name + ".mean");
        NDArray variance = file.load(manager, name + ".variance");
        NDArray y = kernels.batchNormOfBatch(
            x,
            file.load(manager, name + ".gain"),
            file.load(manager, name + ".shift"),
            mean,
            variance,
            EPSILON);
        assertThat(mean.toFloatArray())
            .containsExactly(file.floats(name + ".batch-mean"), TOLERANCE);
        assertThat(variance.toFloatArray())
            .containsExactly(file.floats(name + ".batch-variance"), TOLERANCE);
        yield y;
      }
      default -> throw new AssertionError("No operation " + words);
    };
  }

  private static Window window(List<String> words) {
    return new Window(
        Integer.parseInt(words.get(1)),
        Integer.parseInt(words.get(2)),
        Window.Padding.valueOf(words.get(3)));
  }

  @Test
  void oneNumberForEachPlaneHasNoStatistics() {
    NDArray one = manager.ones(new Shape(3));
    assertThatThrownBy(() -> new EagerKernels()
            .batchNormOfBatch(
                manager.ones(new Shape(1, 3, 1, 1)), one, one, one, one.duplicate(), EPSILON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("larger batches");
  }
}
