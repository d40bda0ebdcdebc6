package dev.retort.distill.objective.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Maps;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.attention.AttentionProbabilities;
import dev.retort.supernet.kernel.Autograd;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients that PyTorch's own functions give; scripts/features.py wrote them. */
final class FeatureReferenceTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static JsonNode read(String name) throws Exception {
    try (InputStream file =
        FeatureReferenceTest.class.getResourceAsStream("/objectives/features.json")) {
      for (JsonNode each : new ObjectMapper().readTree(Objects.requireNonNull(file))) {
        if (each.path("name").asText().equals(name)) {
          return each;
        }
      }
    }
    throw new AssertionError(name);
  }

  private NDArray array(JsonNode from, String input) {
    JsonNode values = from.path("inputs").path(input);
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).asDouble();
    }
    JsonNode sizes = from.path("shapes").path(input);
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
    }
    NDArray array = manager.create(numbers, new Shape(shape));
    array.setRequiresGradient(true);
    return array;
  }

  private static NDArray crd(Crd crd, NDArray vectors, NDArray memory, NDArray index) {
    Contrast contrast = Contrast.of(vectors, memory, index, crd.temperature());
    double scale = crd.scale(contrast.scores());
    return contrast.following(scores -> crd.loss(scores, scale));
  }

  private NDArray loss(String name, JsonNode from, NDArray student) {
    return switch (name) {
      case "at-same-size", "at-larger" ->
        new SpatialAttention().loss(student, array(from, "teacher"), null);
      case "at-smaller" ->
        new SpatialAttention(Attachment.LAST, 4).loss(student, array(from, "teacher"), null);
      case "rkd", "rkd-pair" -> new Rkd().loss(student, array(from, "teacher"), null);
      case "pool" ->
        Maps.averagedDown(student, manager.zeros(new Shape(1, 1, 3, 2)))
            .square()
            .sum();
      case "attention-ce" ->
        new AttentionProbabilities(AttentionProbabilities.Form.CROSS_ENTROPY)
            .loss(student, array(from, "teacher"), array(from, "mask"));
      case "attention-ce-of-mean" ->
        new AttentionProbabilities(AttentionProbabilities.Form.CROSS_ENTROPY_OF_MEAN)
            .loss(student, array(from, "teacher"), array(from, "mask"));
      case "crd" -> {
        NDArray index = array(from, "index").toType(DataType.INT64, true);
        // Few rows of a large memory are gathered, else all products are made.
        Crd crd = new Crd(9, 4);
        yield crd(crd, student, array(from, "memory_t"), index)
            .add(crd(crd, array(from, "teacher"), array(from, "memory_s"), index));
      }
      default -> throw new AssertionError(name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at-same-size",
        "at-larger",
        "at-smaller",
        "rkd",
        "rkd-pair",
        "pool",
        "crd",
        "attention-ce",
        "attention-ce-of-mean"
      })
  void valuesAndGradientsArePyTorchs(String name) throws Exception {
    JsonNode from = read(name);
    NDArray student = array(from, "student");
    NDArray loss = Gradients.recorded(() -> loss(name, from, student));
    double expected = from.path("loss").asDouble();
    assertThat(loss.getDouble()).isCloseTo(expected, within(1e-6 + 1e-6 * Math.abs(expected)));
    Autograd.backward(loss);
    double[] gradient = student.getGradient().toDoubleArray();
    for (int i = 0; i < gradient.length; i++) {
      double each = from.path("gradients").path("student").get(i).asDouble();
      assertThat(gradient[i])
          .as("entry %d", i)
          .isCloseTo(each, within(1e-6 + 1e-5 * Math.abs(each)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 400})
  void gatheredRowsAndAllProductsGiveTheSame(int examples) {
    NDArray memory = Gradients.normal(manager, Gradients.stream("memory", 3), 1, examples, 5);
    NDArray vectors = Gradients.normal(manager, Gradients.stream("vectors", 4), 1, 3, 5);
    NDArray index = manager.create(new long[] {0, 1, 2, 3, 3, 1}, new Shape(3, 2));
    NDArray scores = Contrast.of(vectors, memory, index, 0.07).scores();
    NDArray expected = memory
        .get(index.flatten())
        .reshape(3, 2, 5)
        .mul(vectors.expandDims(1))
        .sum(new int[] {2})
        .div(0.07);
    assertThat(Distances.meanAbsolute(scores, expected).getDouble()).isLessThan(1e-5);
  }
}
