package dev.retort.space;

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
  GELU,
  /** Its approximation by tanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) (GPT-2). */
  GELU_TANH,
  /** x times the logistic function of x (Llama). */
  SILU
}
