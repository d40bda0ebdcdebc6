package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Metrics against numpy, torch and scikit-image; src/test/scripts/metrics.py wrote the cases. */
final class MetricsReferenceTest {
  private static final double CLOSE = 1e-9;
  private static final JsonNode CASES = read();

  private static JsonNode read() {
    try (InputStream in =
        MetricsReferenceTest.class.getResourceAsStream("/metrics/reference.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, "the cases"));
    } catch (IOException e) {
      throw new IllegalStateException("The cases cannot be read", e);
    }
  }

  private static float[][] rows(JsonNode node, double scale) {
    float[][] rows = new float[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(node.get(i), scale);
    }
    return rows;
  }

  private static float[] row(JsonNode node, double scale) {
    float[] row = new float[node.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (node.get(i).asDouble() / scale);
    }
    return row;
  }

  @Test
  void topFiveAndCalibrationAgreeWithTorch() {
    JsonNode classes = CASES.path("classes");
    float[][] logits = rows(classes.path("logits"), 1);
    float[] labels = row(classes.path("labels"), 1);
    assertThat(Metrics.score(Metric.TOP_5, logits, labels).value())
        .isCloseTo(classes.path("top5").asDouble(), within(CLOSE));
    for (int bins : new int[] {1, 5, 15}) {
      assertThat(new CalibrationError(bins).of(logits, labels).value())
          .as("%d bins", bins)
          .isCloseTo(
              classes.path("calibration").path(Integer.toString(bins)).asDouble(), within(CLOSE));
    }
    assertThat(Metrics.measure(Metric.CALIBRATION_ERROR)).isEqualTo(new CalibrationError(15));
  }

  @Test
  void normalisedMeanErrorAgreesWithNumpy() {
    JsonNode landmarks = CASES.path("landmarks");
    float[][] found = rows(landmarks.path("found"), 1);
    float[][] points = rows(landmarks.path("points"), 1);
    assertThat(new Nme(new Nme.Size.Between(1, 4)).of(found, points).value())
        .isCloseTo(landmarks.path("eyes").asDouble(), within(1e-6));
    Score box = Metrics.score(Metric.NME, found, points);
    assertThat(box.value()).isCloseTo(landmarks.path("box").asDouble(), within(1e-6));
    assertThat(box.standardError())
        .hasValueCloseTo(landmarks.path("box-error").asDouble(), within(1e-6));
  }

  @Test
  void overlapsAgreeWithNumpy() {
    JsonNode masks = CASES.path("masks");
    float[][] logits = rows(masks.path("logits"), 1);
    float[][] classes = rows(masks.path("classes"), 1);
    float[][] binary = rows(masks.path("binary"), 1);
    float[][] foreground = rows(masks.path("foreground"), 1);
    assertThat(new Dice(false).of(logits, classes).value())
        .isCloseTo(masks.path("dice").asDouble(), within(CLOSE));
    assertThat(new Dice(true).of(logits, classes).value())
        .isCloseTo(masks.path("dice-by-example").asDouble(), within(CLOSE));
    assertThat(new Dice(false).of(binary, foreground).value())
        .isCloseTo(masks.path("dice-binary").asDouble(), within(CLOSE));
    assertThat(new Iou(false).of(logits, classes).value())
        .isCloseTo(masks.path("iou").asDouble(), within(CLOSE));
    assertThat(new Iou(true).of(logits, classes).value())
        .isCloseTo(masks.path("iou-by-example").asDouble(), within(CLOSE));
    assertThat(new Iou(false).of(binary, foreground).value())
        .isCloseTo(masks.path("iou-binary").asDouble(), within(CLOSE));
  }

  @Test
  void lumaMeasuresAgreeWithScikitImage() {
    JsonNode images = CASES.path("images");
    int width = images.path("width").asInt();
    float[][] found = rows(images.path("found"), 255);
    float[][] real = rows(images.path("real"), 255);
    for (int border : new int[] {0, 2, 3}) {
      String key = Integer.toString(border);
      assertThat(new Psnr(border, width).of(found, real).value())
          .as("psnr, border %d", border)
          .isCloseTo(images.path("psnr").path(key).asDouble(), within(CLOSE));
      assertThat(new Ssim(border, width).of(found, real).value())
          .as("ssim, border %d", border)
          .isCloseTo(images.path("ssim").path(key).asDouble(), within(CLOSE));
    }
  }
}
