package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsTest {
  /** The first is a product for oneDNN, the second too small for it, the third of another type. */
  @ParameterizedTest
  @CsvSource({"32, 128, 13000, FLOAT32", "3, 4, 5, FLOAT32", "3, 4, 5, FLOAT64"})
  void areThoseOfTheEngineWhicheverWayTheRightSideLies(int n, int k, int m, DataType type) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.randomNormal(new Shape(n, k)).toType(type, false);
      NDArray y = manager.randomNormal(new Shape(k, m)).toType(type, false);
      NDArray turned = manager.create(new Shape(m, k), type);
      y.transpose().copyTo(turned);
      NDArray expected = x.matMul(y);
      for (NDArray right : new NDArray[] {y, turned.transpose()}) {
        NDArray found = Products.of(x, right);
        assertThat(found.getShape()).isEqualTo(expected.getShape());
        assertThat(
                found.sub(expected).abs().max().toType(DataType.FLOAT64, true).getDouble())
            .isCloseTo(0, within(1e-4));
        found.setRequiresGradient(true); // may become a leaf
      }
    }
  }
}
