package dev.retort.space;

/**
 * ELECTRA's counter (google-research/electra@8a46635, flops_computation.py, get_infer_flops), by
 * which the FLOPs of ELECTRA's tables (Clark et al., ICLR 2020) were counted.
 *
 * <p>With n tokens, hidden width H, attention width K in A heads, inner width I, embedding width E
 * and V words, it counts for each token
 *
 * <pre>
 * layer      6HK + 3K + 2nK + 10nA + 2nH + 2H² + 6H + 5 + 4HI + 9I + 11H
 * embedding  2EV + 2E(n + 2) + 11E, and 2HE + H where E is not H
 * classifier 2H² + 11H
 * </pre>
 *
 * <p>that is, every operation on single numbers too, dropout among them, a look-up as a product
 * with the whole table, and a classifier over every token. Multiply-accumulates are half of the
 * FLOPs; the parameters, bytes and peak are the exact ones.
 */
final class ElectraAccounting implements Accounting {
  private static final int DROPOUT = 4;
  private static final int NORM = 5;
  private static final int ACTIVATION = 8;
  private static final int SOFTMAX = 5;

  @Override
  public String name() {
    return "electra";
  }

  @Override
  public boolean counts(Architecture architecture) {
    // Not of layers with a bottleneck, which it does not know.
    return architecture.has("pooling")
        && architecture.has("vocabulary")
        && !architecture.has("bottleneck");
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    if (!counts(architecture)) {
      throw new IllegalArgumentException(
          "The accounting electra counts only encoders of text without bottlenecks, not ("
              + architecture + "); use the accounting exact");
    }
    Cost exact = EXACT.cost(architecture, input);
    try {
      long tokens = Math.multiplyExact((long) input.batch(), input.sequence());
      long perToken = embedding(architecture, input.sequence()) + classifier(architecture);
      for (int layer = 0; layer < architecture.layers(); layer++) {
        perToken = Math.addExact(perToken, layer(architecture, layer, input.sequence()));
      }
      long flops = Math.multiplyExact(tokens, perToken);
      return new Cost(
          exact.parameters(), flops / 2, flops, exact.weightBytes(), exact.peakActivationBytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The cost of (" + architecture + ") for " + input + " does not fit in 64 bits", e);
    }
  }

  private static long layer(Architecture architecture, int layer, long tokens) {
    long hidden = architecture.integer("hidden");
    long heads = architecture.integer("heads", layer);
    long attention = heads * architecture.integer("head-size");
    long inner = TransformerDimensions.intermediate(architecture, layer);
    long projections = 6 * hidden * attention + 3 * attention;
    // Scores, their scale, softmax and dropout, and the mean of the values, as wide as hidden.
    long products =
        Math.multiplyExact(tokens, 2 * attention + (SOFTMAX + DROPOUT + 1) * heads + 2 * hidden);
    // The first normalisation is counted once for a token, not for each of its numbers.
    long output = 2 * hidden * hidden + (2 + DROPOUT) * hidden + NORM;
    long feedForward =
        4 * hidden * inner + (ACTIVATION + 1) * inner + (2 + DROPOUT + NORM) * hidden;
    return Math.addExact(projections + output + feedForward, products);
  }

  private static long embedding(Architecture architecture, long tokens) {
    long hidden = architecture.integer("hidden");
    long own = architecture.has("embedding") ? architecture.integer("embedding") : 0;
    long width = own == 0 ? hidden : own;
    long table = 2 * width * architecture.integer("vocabulary");
    long places = Math.multiplyExact(2 * width, tokens + 2) + (2 + NORM + DROPOUT) * width;
    return Math.addExact(table, places) + (width == hidden ? 0 : 2 * hidden * width + hidden);
  }

  private static long classifier(Architecture architecture) {
    long hidden = architecture.integer("hidden");
    return 2 * hidden * hidden + (1 + ACTIVATION + 2) * hidden;
  }

  @Override
  public String toString() {
    return name();
  }
}
