package dev.retort.space;

import java.util.stream.LongStream;

/**
 * As exact, of the layers of a Transformer alone, without embeddings and heads: what MiniLM's
 * tables of multilingual models count (microsoft/unilm@768a3c8, minilm/README.md). The bytes are
 * the exact ones of the whole network.
 */
final class LayersAccounting implements Accounting {

  @Override
  public String name() {
    return "layers";
  }

  @Override
  public boolean counts(Architecture architecture) {
    return architecture.family() instanceof LayeredFamily;
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    if (!(architecture.family() instanceof LayeredFamily family)) {
      throw new IllegalArgumentException("The accounting layers counts only Transformers, not ("
          + architecture + "); use the accounting exact");
    }
    Cost exact = EXACT.cost(architecture, input);
    long parameters = LongStream.range(0, architecture.layers())
        .map(layer -> family.layerParameters(architecture, (int) layer))
        .sum();
    long macs = architecture.blueprint().operations().stream()
        .filter(operation -> operation.block().startsWith("layer."))
        .mapToLong(operation -> operation.macs().at(input))
        .sum();
    return new Cost(parameters, macs, 2 * macs, exact.weightBytes(), exact.peakActivationBytes());
  }

  @Override
  public String toString() {
    return name();
  }
}
