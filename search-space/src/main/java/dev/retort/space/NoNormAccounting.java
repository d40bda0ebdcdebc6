package dev.retort.space;

/**
 * As exact, without the parameters of normalisations (gains and shifts): what TF-slim's table of
 * MobileNetV2 counts (tensorflow/models, research/slim/nets/mobilenet/README.md), whose batch norms
 * are folded into the convolutions before them. The weights' bytes are the exact ones.
 */
final class NoNormAccounting implements Accounting {

  @Override
  public String name() {
    return "no-norm";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    long norms = architecture.blueprint().tensors().stream()
        .filter(tensor -> tensor.role() == TensorSpec.Role.NORM_GAIN
            || tensor.role() == TensorSpec.Role.NORM_SHIFT)
        .mapToLong(TensorSpec::count)
        .sum();
    return new Cost(
        exact.parameters() - norms,
        exact.macs(),
        exact.flops(),
        exact.weightBytes(),
        exact.peakActivationBytes());
  }

  @Override
  public String toString() {
    return name();
  }
}
