package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import dev.retort.distill.objective.procedure.AsmLoss;
import dev.retort.distill.objective.procedure.ShapeModel;
import java.util.stream.IntStream;

/** Soft landmarks of a shape model, and the loss that follows them. */
final class AsmVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("points")) {
      return soft(from);
    }
    AsmLoss loss = new AsmLoss((int) from.number("total"));
    return new Computed(
        loss.loss(
            from.student("prediction"),
            from.constant("ground_truth"),
            from.constant("asm_ground_truth"),
            (int) from.number("epoch")),
        ImmutableMap.of());
  }

  /** These cases hold the landmarks alone; their loss is the mean of squares. */
  private static Computed soft(GoldenCase from) {
    NDArray columns = from.constant("eigenvectors").transpose();
    ShapeModel model = new ShapeModel(
        from.list("mean"),
        IntStream.range(0, (int) columns.getShape().get(0))
            .mapToObj(i -> exact(columns.get(i)))
            .collect(ImmutableList.toImmutableList()),
        from.list("eigenvalues"));
    NDArray points = from.constant("points");
    boolean clipped =
        from.word("clamp", ImmutableMap.of("b_i to +-3*sqrt(lambda_i)", true, "none", false));
    NDArray parameters = clipped ? model.parameters(points) : model.projected(points);
    NDArray soft = model.shapes(parameters);
    return new Computed(
        soft.square().mean(), ImmutableMap.of("b", parameters, "soft_landmarks", soft));
  }

  private static ImmutableDoubleArray exact(NDArray row) {
    ImmutableDoubleArray.Builder all = ImmutableDoubleArray.builder();
    for (float each : row.toFloatArray()) {
      all.add(each);
    }
    return all.build();
  }
}
