package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of each kernel, and of each engine operation that networks are made of. */
final class KernelGradientTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final Draws draws = new Draws(manager, 11);

  /** A function of several arrays. */
  private interface Operation {
    NDArray of(List<NDArray> inputs);
  }

  static Stream<Named<Kernels>> kernels() {
    return Stream.of(
        Named.of("eager", new EagerKernels()), Named.of("scripted", ScriptedKernels.float32()));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linear(Kernels kernels) {
    check(
        each -> kernels.linear(each.get(0), each.get(1), each.get(2)),
        draws.doubles(2, 3, 4),
        draws.doubles(5, 4),
        draws.doubles(5));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void embeddingWithRowsThatRepeat(Kernels kernels) {
    NDArray ids = draws.ids(3, 2, 4);
    check(each -> kernels.embedding(ids, each.get(0)), draws.doubles(5, 3));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layerNorm(Kernels kernels) {
    check(
        each -> kernels.layerNorm(each.get(0), each.get(1), each.get(2), 1e-5f),
        draws.doubles(2, 3, 4),
        draws.doubles(4),
        draws.doubles(4));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gelu(Kernels kernels) {
    check(each -> kernels.gelu(each.get(0)), draws.doubles(2, 3, 4).mul(2));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attentionWithPadding(Kernels kernels) {
    NDArray bias = draws.paddingBias(2, 3).toType(DataType.FLOAT64, false);
    check(
        each -> kernels.attention(each.get(0), each.get(1), each.get(2), bias, 2),
        draws.doubles(2, 3, 6),
        draws.doubles(2, 3, 6),
        draws.doubles(2, 3, 6));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attentionProbabilities(Kernels kernels) {
    NDArray bias = draws.paddingBias(2, 3).toType(DataType.FLOAT64, false);
    check(
        each -> kernels.attentionProbabilities(each.get(0), each.get(1), bias, 2),
        draws.doubles(2, 3, 6),
        draws.doubles(2, 3, 6));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void convolution(Kernels kernels) {
    check(
        each -> kernels.convolution(each.get(0), each.get(1), each.get(2), Window.centred(3, 2), 1),
        draws.doubles(2, 3, 5, 4),
        draws.doubles(2, 3, 3, 3),
        draws.doubles(2));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void depthwiseConvolutionWithUnevenPadding(Kernels kernels) {
    Window window = new Window(3, 2, Window.Padding.SAME);
    check(
        each -> kernels.convolution(each.get(0), each.get(1), null, window, 3),
        draws.doubles(2, 3, 6, 5),
        draws.doubles(3, 1, 3, 3));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void batchNormByStatisticsThatAreGiven(Kernels kernels) {
    NDArray mean = draws.doubles(3);
    NDArray variance = draws.doubles(3).abs().add(0.5);
    check(
        each -> kernels.batchNorm(each.get(0), each.get(1), each.get(2), mean, variance, 1e-3f),
        draws.doubles(2, 3, 2, 3),
        draws.doubles(3),
        draws.doubles(3));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void batchNormByStatisticsOfTheBatch(Kernels kernels) {
    NDArray mean = draws.doubles(3);
    NDArray variance = draws.doubles(3);
    check(
        each ->
            kernels.batchNormOfBatch(each.get(0), each.get(1), each.get(2), mean, variance, 1e-3f),
        draws.doubles(2, 3, 2, 3),
        draws.doubles(3),
        draws.doubles(3));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void pooling(Kernels kernels) {
    check(
        each -> kernels.maxPool(each.get(0), new Window(3, 2, Window.Padding.SAME)),
        draws.doubles(2, 2, 6, 5));
    check(each -> kernels.maxPool(each.get(0), Window.centred(3, 2)), draws.doubles(2, 2, 6, 5));
    check(each -> kernels.averageTo(each.get(0), 2), draws.doubles(2, 2, 5, 3));
    check(each -> kernels.globalAverage(each.get(0)), draws.doubles(2, 2, 5, 3));
  }

  @Test
  void rmsNorm() {
    Kernels kernels = new EagerKernels();
    check(
        each -> kernels.rmsNorm(each.get(0), each.get(1), 1e-5f),
        draws.doubles(2, 3, 4),
        draws.doubles(4));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activation(Activation activation) {
    Kernels kernels = new EagerKernels();
    check(each -> kernels.activate(each.get(0), activation), draws.doubles(4, 6).mul(4));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void resizing(Kernels kernels) {
    for (Kernels.Resizing how : Kernels.Resizing.values()) {
      check(each -> kernels.resize(each.get(0), 7, 4, how), draws.doubles(2, 2, 3, 5));
    }
  }

  /** Some operations of the engine cut the graph without a word: none that is used here does. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void operationPassesAGradient(String name, UnaryOperator<NDArray> operation) {
    check(each -> operation.apply(each.get(0)), draws.doubles(2, 4, 6));
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        operation("get(NDIndex)", x -> x.get(new NDIndex(":, 0"))),
        operation(
            "get(manager, NDIndex)",
            x -> x.get(x.getManager(), new NDIndex().addSliceDim(0, 1).addSliceDim(0, 3))),
        operation("reshape", x -> x.reshape(new Shape(2, 4, 3, 2))),
        operation("transpose", x -> x.transpose(0, 2, 1)),
        operation("swapAxes", x -> x.swapAxes(1, 2)),
        operation("expandDims", x -> x.expandDims(2)),
        operation("add", x -> x.add(x)),
        operation("mul", x -> x.mul(x)),
        operation("mul(number)", x -> x.mul(0.5f)),
        operation("div", x -> x.div(x.mul(x).add(1))),
        operation("sum", x -> x.sum(new int[] {1})),
        operation("tanh", NDArray::tanh),
        operation("softmax", x -> x.softmax(-1)),
        operation("get with steps", x -> x.get(new NDIndex(":, ::2, ::3"))),
        operation("concat", x -> NDArrays.concat(new NDList(x, x), 1)),
        operation("matMul", x -> x.matMul(x.swapAxes(1, 2))));
  }

  private static Arguments operation(String name, UnaryOperator<NDArray> operation) {
    return Arguments.of(name, operation);
  }

  private void check(Operation operation, NDArray... inputs) {
    NDArray noise;
    List<NDArray> leaves =
        Stream.of(inputs).map(each -> Autograd.leaf(each, manager)).toList();
    try (Autograd recording = Autograd.recording()) {
      NDArray value = operation.of(leaves);
      noise = draws.doubles(value.getShape().getShape());
      Autograd.backward(value.mul(noise).sum());
    }
    for (int i = 0; i < inputs.length; i++) {
      int changed = i;
      NDArray gradient = Objects.requireNonNull(Autograd.gradient(leaves.get(i)), "no gradient");
      assertThat(gradient.getShape()).isEqualTo(inputs[i].getShape());
      CentralDifferences.checkAll(
          "input " + i,
          x -> operation
              .of(IntStream.range(0, inputs.length)
                  .mapToObj(each -> each == changed ? x : inputs[each])
                  .toList())
              .mul(noise)
              .sum(),
          inputs[i],
          gradient);
    }
  }
}
