package dev.retort.supernet;

/** Which statistics a batch normalisation uses. Networks without one do not ask. */
public enum Normalization {
  /** Those that were measured before: evaluation, teachers. */
  RUNNING,
  /** Those of the batch, which {@link Outputs#statistics} then holds: training, recalibration. */
  BATCH
}
