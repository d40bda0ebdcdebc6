package dev.retort.distill.train;

/** Is told how a training goes. */
public interface TrainingListener {
  /** Listens to nothing. */
  TrainingListener NONE = report -> {};

  /** After each step. */
  void step(StepReport report);
}
