package dev.retort.space.image;

/** A function of each number by itself. */
public enum Activation {
  /** The number. */
  NONE,
  /** max(x, 0). */
  RELU,
  /** min(max(x, 0), 6). */
  RELU6,
  /** min(max(x + 3, 0), 6) / 6. */
  HARD_SIGMOID,
  /** x times {@link #HARD_SIGMOID} of x (MobileNetV3). */
  HARD_SWISH,
  /** The exact (erf) Gaussian error linear unit. */
  GELU
}
