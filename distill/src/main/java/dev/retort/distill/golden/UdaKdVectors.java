package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import dev.retort.distill.objective.logit.UdaKd;
import dev.retort.distill.objective.logit.UdaKd.Direction;
import dev.retort.distill.objective.procedure.AdaptationRamp;
import dev.retort.distill.objective.procedure.AdaptationRate;
import dev.retort.distill.objective.procedure.DistillationGrowth;
import dev.retort.distill.objective.procedure.UdaTeacher;
import dev.retort.supernet.kernel.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Adaptation with distillation: the discrepancy, the student's loss and the three schedules. */
final class UdaKdVectors implements GoldenMethod {
  private static final ImmutableMap<String, Direction> DIRECTIONS = ImmutableMap.of(
      "KL(student||teacher)", Direction.STUDENT_TEACHER,
      "KL(teacher||student)", Direction.TEACHER_STUDENT);
  private static final String EPOCH = "epoch_from_1";
  private static final String ITERATION = "iteration_from_1";

  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("source")) {
      UdaTeacher teacher = new UdaTeacher((int) from.number("kernels"), from.number("kernel_mul"));
      return new Computed(
          teacher.discrepancy(from.student("source"), from.student("target")), ImmutableMap.of());
    }
    if (from.has(ITERATION)) {
      AdaptationRamp ramp = new AdaptationRamp(from.number("iterations_per_epoch"));
      return schedule(from, ITERATION, ramp::at, "gamma");
    }
    if (from.has(EPOCH)) {
      return epochs(from);
    }
    UdaKd uda = new UdaKd(
        from.number("temperature"), from.number("alpha"), from.word("kl_direction", DIRECTIONS));
    NDArray student = from.student("student_source");
    NDArray source = uda.source(student, from.constant("teacher_source"), from.labels(student));
    NDArray target = uda.target(from.student("student_target"), from.constant("teacher_target"));
    return new Computed(
        Scaling.by(source.add(target), from.number("beta")),
        ImmutableMap.of("source_loss", source, "target_loss", target));
  }

  private static Computed epochs(GoldenCase from) {
    double epochs = from.number("epochs");
    double first = from.numberOr("init_beta", 0);
    if (first > 0) {
      DistillationGrowth growth = new DistillationGrowth(first, from.number("end_beta"), epochs);
      return schedule(from, EPOCH, growth::at, "beta");
    }
    double rate = from.numberOr("lr", from.numberOr("init_lr", from.numberOr("initial_lr", 0.001)));
    AdaptationRate fall = new AdaptationRate(rate, epochs);
    return schedule(from, EPOCH, fall::at, "lr", "teacher_lr", "learning_rate");
  }

  private static Computed schedule(
      GoldenCase from, String at, DoubleUnaryOperator value, String... names) {
    List<Double> values = Doubles.asList(from.list(at).stream().map(value).toArray());
    ImmutableMap.Builder<String, Object> all = ImmutableMap.builder();
    Arrays.stream(names).forEach(each -> all.put(each, values));
    return Computed.of(all.buildOrThrow());
  }
}
