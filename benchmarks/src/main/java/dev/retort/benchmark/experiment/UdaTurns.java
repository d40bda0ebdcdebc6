package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.retort.data.BatchPlan;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.logit.UdaKd;
import dev.retort.distill.objective.procedure.AdaptationRamp;
import dev.retort.distill.objective.procedure.AdaptationRate;
import dev.retort.distill.objective.procedure.DistillationGrowth;
import dev.retort.distill.objective.procedure.UdaTeacher;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;

/**
 * The turns of a teacher that adapts and a student that learns from it, after Nguyen-Meidine et al.
 * (IJCNN 2020): in each step the teacher learns from both domains, then the student from the
 * teacher. Both domains are one batch, so that batch normalisations, whose statistics are of one
 * kind, see in training what they see in tests. B batch of each domain, C classes, D features.
 *
 * @param domains where images are from
 * @param source the order of the source's
 * @param target the order of the target's
 * @param steps of the whole training, which the ramp of the discrepancy follows
 * @param epochs of the whole training, which beta and the teacher's rate follow
 * @param aligned whether the teacher's loss has the discrepancy
 */
record UdaTurns(
    Domains domains,
    BatchPlan source,
    BatchPlan target,
    long steps,
    double epochs,
    boolean aligned) {
  /** What the classifier is given [B,D]. */
  static final Tap FEATURES = new Tap("pooled");

  /** The teacher's rate at first; it falls as the method says. */
  static final double TEACHER_RATE = 1e-3;

  private static final UdaKd STUDENT = new UdaKd();
  private static final UdaTeacher TEACHER = new UdaTeacher();

  /**
   * A turn of each.
   *
   * @param rate the student's
   * @param scope owns the batches
   */
  void step(long step, double rate, Trainee teacher, Trainee student, NDManager scope) {
    double epoch = source.epoch(step) + 1.0;
    double beta = new DistillationGrowth(epochs).at(epoch);
    double gamma = aligned ? new AdaptationRamp(steps).at(step + 1.0) : 0;
    ImageBatch labelled = (ImageBatch) domains.source().batch(scope, source.batch(step), null);
    ImageBatch other = (ImageBatch) domains.target().batch(scope, target.batch(step), null);
    ImageBatch both = Domains.together(labelled, other);
    long[] border = {labelled.pixels().getShape().get(0)};
    teacher.step(
        both,
        new AdaptationRate(TEACHER_RATE, epochs).at(epoch),
        outputs -> {
          NDArray logits = outputs.requireLogits().split(border, 0).get(0);
          NDList features = outputs.tap(FEATURES).split(border, 0);
          return TEACHER.loss(
              logits, labelled.labels(), features.get(0), features.get(1), beta, gamma);
        },
        scope);
    student.step(
        both,
        rate,
        outputs -> {
          NDList own = outputs.requireLogits().split(border, 0);
          NDList taught = teacher.asked(both).requireLogits().split(border, 0);
          NDArray known = STUDENT.source(own.get(0), taught.get(0), labelled.labels());
          return Scaling.by(known.add(STUDENT.target(own.get(1), taught.get(1))), beta);
        },
        scope);
  }

  /**
   * How far apart the teacher's features of two batches are, by what it measured in training.
   *
   * @param source images of one domain
   * @param target as many of the other
   */
  static double discrepancy(KeptTeacher teacher, ImageBatch source, ImageBatch target) {
    try (NDScope pass = new NDScope();
        Autograd off = Autograd.off()) {
      pass.suppressNotUsedWarning();
      return TEACHER
          .discrepancy(teacher.features(source, FEATURES), teacher.features(target, FEATURES))
          .getFloat();
    }
  }
}
