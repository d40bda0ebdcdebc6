package dev.retort.space;

/**
 * As exact, without rows of a table of positions beyond the positions that there are, which OPT's
 * files have two of and published counts leave out (keras-team/keras-hub, opt_presets.py). Of
 * networks without such rows it is the exact one.
 */
final class NoOffsetAccounting implements Accounting {

  @Override
  public String name() {
    return "no-offset";
  }

  @Override
  public boolean counts(Architecture architecture) {
    return architecture.family().name().equals("opt");
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    long left = architecture.blueprint().tensors().stream()
        .filter(tensor -> tensor.axes().get(0).name().equals("positions"))
        .mapToLong(tensor -> tensor.count()
            / tensor.axes().get(0).length()
            * (tensor.axes().get(0).length() - architecture.integer("positions")))
        .sum();
    return new Cost(
        exact.parameters() - left,
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
