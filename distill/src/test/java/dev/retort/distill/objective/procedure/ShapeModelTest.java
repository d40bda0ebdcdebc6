package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Expected numbers are NumPy's: eigh(cov(X.T)) of the same shapes, components whose running share
 * of the variance first exceeds 0.85, each turned so that its largest entry is positive.
 */
class ShapeModelTest {
  private static final Offset<Double> CLOSE = within(1e-9);
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static List<double[]> shapes() {
    List<double[]> shapes = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      double[] shape = new double[4];
      for (int j = 0; j < 4; j++) {
        shape[j] = Math.sin(i * (j + 1)) + (i % 3) * 0.5 * (j % 2);
      }
      shapes.add(shape);
    }
    return shapes;
  }

  @Test
  void theFitIsThatOfThePrincipalComponents() {
    ShapeModel model = ShapeModel.fit(shapes(), 0.85);
    assertThat(model.mean().toArray())
        .containsExactly(
            new double[] {
              -0.014750549782363882, 0.39740623586462925, -0.051921332787470895, 0.345063772195851
            },
            CLOSE);
    assertThat(model.variances().toArray())
        .containsExactly(
            new double[] {1.400931576900899, 0.5888826966777145, 0.519073024021547}, CLOSE);
    assertThat(model.components().get(1).toArray())
        .containsExactly(
            new double[] {
              0.09196482307569617, 0.9739715729563702, -0.08123493701756714, -0.19058523394350876
            },
            CLOSE);
    assertThat(ShapeModel.fit(shapes(), 0.5).components()).hasSize(1);
    assertThat(ShapeModel.fit(shapes(), 0.999).components()).hasSize(4);
  }

  @Test
  void softLandmarksAreClippedShapes() {
    ShapeModel model = ShapeModel.fit(shapes(), 0.85);
    NDArray given =
        manager.create(new double[] {5, -3, 0.5, 2, 0.1, 0.2, 0.3, 0.4}, new Shape(2, 4));
    assertThat(model.projected(given).toDoubleArray())
        .containsExactly(
            new double[] {
              0.7980786979511965, -3.208038151282652, 5.360600612879929,
              0.06428959081604782, -0.22077338918005132, 0.12771481977157173
            },
            CLOSE);
    assertThat(model.parameters(given).toDoubleArray())
        .containsExactly(
            new double[] {
              0.7980786979511965, -2.3021607828515, 2.1614016785858947,
              0.06428959081604782, -0.22077338918005132, 0.12771481977157173
            },
            CLOSE);
    assertThat(model.soft(given).toDoubleArray())
        .containsExactly(
            new double[] {
              1.8932421211001966,
              -1.8617331371724082,
              0.22437948320505313,
              1.682240729277804,
              0.0895549899645067,
              0.1849037255509016,
              -0.025975849476263795,
              0.4567552464938128
            },
            CLOSE);
  }

  @Test
  void allComponentsGiveEveryShapeBack() {
    ShapeModel model = ShapeModel.fit(shapes(), 0.999);
    double[] shape = shapes().get(3);
    assertThat(model.soft(manager.create(shape, new Shape(1, 4))).toDoubleArray())
        .containsExactly(shape, CLOSE);
  }

  /** The 631 faces of face-landmarks/train; the numbers are NumPy's, as above. */
  @Test
  void realFacesNeedFewComponents() throws IOException {
    Path file = Path.of(System.getProperty("retort.root"))
        .resolve("../shared/data/face-landmarks/train/landmarks.tsv");
    assumeTrue(Files.exists(file), "the shared data is absent: " + file);
    List<double[]> faces = Files.readAllLines(file).stream()
        .skip(1)
        .map(line -> Arrays.stream(line.split("\t"))
            .skip(1)
            .mapToDouble(each -> Double.parseDouble(each) / 128)
            .toArray())
        .toList();
    double[] all = faces.stream().flatMapToDouble(Arrays::stream).toArray();
    NDArray given = manager.create(all, new Shape(faces.size(), 136));
    double[] shares = {0.85, 0.9, 0.97};
    int[] components = {2, 3, 6};
    double[] distances = {4.5903187955274465e-4, 3.06963954872575e-4, 1.0513105424956924e-4};
    for (int i = 0; i < shares.length; i++) {
      ShapeModel model = ShapeModel.fit(faces, shares[i]);
      assertThat(model.components()).hasSize(components[i]);
      assertThat(model.variances().get(0)).isCloseTo(0.40567701607354467, CLOSE);
      assertThat(model.soft(given).sub(given).square().mean().getDouble())
          .isCloseTo(distances[i], CLOSE);
    }
  }

  @Test
  void nothingButTheResultStays() {
    NDArray given = manager.zeros(new Shape(2, 4));
    ShapeModel model = ShapeModel.fit(shapes(), 0.85);
    int before = manager.getManagedArrays().size();
    model.soft(given);
    assertThat(manager.getManagedArrays()).hasSize(before + 1);
  }

  @Test
  void whatCannotBeFittedIsRefused() {
    double[] one = {1, 2};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShapeModel.fit(List.of(one), 0.9))
        .withMessageContaining("at least two shapes, not (1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShapeModel.fit(List.of(one, one), 0.9))
        .withMessageContaining("all the same");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShapeModel.fit(List.of(one, new double[3]), 0.9))
        .withMessageContaining("(2) and (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShapeModel.fit(shapes(), 1))
        .withMessageContaining("(1.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShapeModel.fit(shapes(), 0.9).soft(manager.zeros(new Shape(2, 3))))
        .withMessageContaining("(2, 3), needed [B,4]");
  }
}
