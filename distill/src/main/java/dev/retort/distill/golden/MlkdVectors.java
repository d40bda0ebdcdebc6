package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.Mlkd;
import dev.retort.distill.objective.logit.Mlkd.View;
import dev.retort.supernet.kernel.Scaling;

/** Multi-level logit distillation: the released loss of two views, and its levels alone. */
final class MlkdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    double temperature = from.number("temperature");
    if (from.has("student_logits")) {
      View view = new View(from.student("student_logits"), from.constant("teacher_logits"));
      return new Computed(level(from, view, temperature), ImmutableMap.of());
    }
    View weak = new View(from.student("student_weak"), from.constant("teacher_weak"));
    View strong = new View(from.student("student_strong"), from.constant("teacher_strong"));
    Mlkd mlkd = new Mlkd(
        temperature,
        ImmutableList.copyOf(from.list("other_temperatures").asList()),
        Mlkd.Form.RELEASED);
    Mlkd.Terms terms = mlkd.terms(weak, strong);
    CrossEntropy labels = new CrossEntropy();
    NDArray hard = Scaling.by(
        labels
            .loss(weak.student(), from.labels(weak.student()))
            .add(labels.loss(strong.student(), from.labels(strong.student()))),
        from.number("ce_weight"));
    double weight = from.number("kd_weight");
    return new Computed(
        hard.add(Scaling.by(mlkd.total(terms), weight)),
        ImmutableMap.of(
            "loss_ce", hard,
            "loss_kd", Scaling.by(terms.instance(), weight),
            "loss_cc", Scaling.by(terms.classes(), weight),
            "loss_bc", Scaling.by(terms.batch(), weight),
            "instance_mask_fraction", terms.examplesIn(),
            "class_mask_fraction", terms.classesIn()));
  }

  /** Which level a case holds, its name alone says. */
  private static NDArray level(GoldenCase from, View view, double temperature) {
    String name = from.name();
    if (name.startsWith("part_instance")) {
      return Mlkd.instance(view, temperature);
    }
    if (name.startsWith("part_batch")) {
      return Mlkd.batch(view, temperature);
    }
    if (name.startsWith("part_class")) {
      return Mlkd.classes(view, temperature);
    }
    throw from.refuse("name must begin with part_instance, part_batch or part_class");
  }
}
