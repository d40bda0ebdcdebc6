package dev.retort.space;

/**
 * As exact, without the multiply-accumulates of the two attention products: what fvcore counts of a
 * network that computes attention in one fused operation, as in some of timm's tables
 * (huggingface/pytorch-image-models@aa4b585, results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090).
 */
final class FusedAttentionAccounting implements Accounting {

  @Override
  public String name() {
    return "fused-attention";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    long products = architecture.blueprint().operations().stream()
        .filter(operation -> operation.kind() == Operation.Kind.ATTENTION
            || operation.kind() == Operation.Kind.RELATIVE_ATTENTION)
        .mapToLong(operation -> operation.macs().at(input))
        .sum();
    return new Cost(
        exact.parameters(),
        exact.macs() - products,
        exact.flops() - 2 * products,
        exact.weightBytes(),
        exact.peakActivationBytes());
  }

  @Override
  public String toString() {
    return name();
  }
}
