package dev.retort.space;

/**
 * As exact, without the multiply-accumulates of the products with tables of relative positions,
 * which AutoFormer's table leaves out (Chen et al., ICCV 2021, table 4). Of networks without such
 * tables it is the exact one.
 */
final class NoRelativeAccounting implements Accounting {

  @Override
  public String name() {
    return "no-relative";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    long products = architecture.blueprint().operations().stream()
        .filter(operation -> operation.kind() == Operation.Kind.RELATIVE_ATTENTION)
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
