package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.objective.Checks;
import dev.retort.supernet.kernel.Scaling;

/**
 * ProKT, the teacher's side in its dual form: Shi et al., ECML-PKDD 2021 (arXiv 2107.09305), as in
 * wxsh1213/prokt_text (run_glue_milestone.py).
 *
 * <p>L_t = CE(z_t, y) + beta (KL - epsilon), KL = mean_b KL(p_s || p_t): the teacher may go as far
 * from the student as epsilon. After each step beta becomes max(0, beta + rate (KL - epsilon)). The
 * parts are those of {@link ProKtTeacher#terms}.
 *
 * @param beta what a step beyond epsilon costs now, at least 0; starts at 1, the authors'
 * @param epsilon how far the teacher may go, in nats, at least 0; 1 by default, the authors'
 * @param rate how fast beta moves, at least 0; 0.001 by default, the authors'
 */
public record ProKtDual(double beta, double epsilon, double rate) {
  private static final String NAME = "prokt, dual";

  /** Checks the numbers. */
  public ProKtDual {
    Checks.notNegative(NAME, "beta", beta);
    Checks.notNegative(NAME, "epsilon", epsilon);
    Checks.notNegative(NAME, "rate", rate);
  }

  /** As the authors start. */
  public ProKtDual() {
    this(1, 1, 0.001);
  }

  /** The loss that its parts make. */
  public NDArray total(ProKtTeacher.Terms terms) {
    NDArray beyond = terms.student().sub((float) epsilon);
    return terms.labels().add(Scaling.by(beyond, beta));
  }

  /**
   * What it is after a step.
   *
   * @param divergence KL of that step, in nats
   */
  public ProKtDual after(double divergence) {
    return new ProKtDual(Math.max(0, beta + rate * (divergence - epsilon)), epsilon, rate);
  }
}
