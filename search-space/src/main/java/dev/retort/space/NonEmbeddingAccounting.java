package dev.retort.space;

/**
 * As exact, without the parameters of the tables of words and positions and of the output table, as
 * the cards of Pythia count (Biderman et al., ICML 2023). Of networks without such tables it is the
 * exact one.
 */
final class NonEmbeddingAccounting implements Accounting {

  @Override
  public String name() {
    return "non-embedding";
  }

  @Override
  public boolean counts(Architecture architecture) {
    return architecture.has("vocabulary");
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    long left = architecture.blueprint().tensors().stream()
        .filter(tensor -> tensor.role() == TensorSpec.Role.EMBEDDING
            || tensor.axes().get(0).name().equals("vocabulary"))
        .mapToLong(TensorSpec::count)
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
