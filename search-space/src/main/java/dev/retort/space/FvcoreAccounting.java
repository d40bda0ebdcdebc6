package dev.retort.space;

import java.util.List;

/**
 * As exact, with the normalisations as fvcore counts them (facebookresearch/fvcore,
 * fvcore/nn/jit_handles.py): 2 for each number that a batch normalisation for inference gives, 5
 * for each of a layer normalisation. timm's tables are made with it. What it counts of poolings is
 * left out; FLOPs are two for each multiply-accumulate, as everywhere.
 */
final class FvcoreAccounting implements Accounting {
  private static final long BATCH_NORM = 2;
  private static final long LAYER_NORM = 5;

  @Override
  public String name() {
    return "fvcore";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    Cost exact = EXACT.cost(architecture, input);
    List<Operation> operations = architecture.blueprint().operations();
    try {
      long norms = Math.addExact(
          Math.multiplyExact(BATCH_NORM, outputs(operations, Operation.Kind.BATCH_NORM, input)),
          Math.multiplyExact(LAYER_NORM, outputs(operations, Operation.Kind.LAYER_NORM, input)));
      return new Cost(
          exact.parameters(),
          Math.addExact(exact.macs(), norms),
          Math.addExact(exact.flops(), 2 * norms),
          exact.weightBytes(),
          exact.peakActivationBytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The cost of (" + architecture + ") for " + input + " does not fit in 64 bits", e);
    }
  }

  private static long outputs(List<Operation> operations, Operation.Kind kind, InputShape input) {
    return operations.stream()
        .filter(operation -> operation.kind() == kind)
        .mapToLong(operation -> operation.outputs().at(input))
        .sum();
  }

  @Override
  public String toString() {
    return name();
  }
}
