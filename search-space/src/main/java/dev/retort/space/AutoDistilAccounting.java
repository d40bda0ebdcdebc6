package dev.retort.space;

/**
 * The formula of AutoDistil's release (microsoft/autodistil@ea5cc7f, cal_para_bert and
 * cal_flops_bert), which reproduces the figures of the paper's Table 7 (NeurIPS 2022).
 *
 * <p>With n tokens, hidden width H, A heads, inner width I = rH, L layers and C classes:
 *
 * <pre>
 * FLOPs  = L (3nH²A/12 + 2n²HA/12 + nH² + 2nHI) + nH² + CH
 * params = H (vocabulary + positions + types + 2) + L (H² + 3H²A/12 + 6H) + L (2HI + I + 3H)
 *          + H² + CH
 * </pre>
 *
 * <p>It scales attention by A/12 <em>of the hidden width</em>, as if a head were H/12 wide, and so
 * under-counts networks whose heads are wider; it counts the pooler over every token. One
 * multiply-add is one FLOP to the paper, hence {@code flops} equals {@code macs} here. The peak of
 * the activations is the exact one. Sums are rounded once, to the nearest whole number.
 */
final class AutoDistilAccounting implements Accounting {
  /** Heads of BERT-base, which the formula measures heads by. */
  private static final int TEACHER_HEADS = 12;

  @Override
  public String name() {
    return "autodistil";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    check(architecture);
    try {
      long heads = architecture.integer("heads");
      long hidden = architecture.integer("hidden");
      long inner = TransformerDimensions.intermediate(architecture, 0);
      long layers = architecture.layers();
      long classes = architecture.integer("classes");
      long square = hidden * hidden;
      long parameters = hidden
              * (architecture.integer("vocabulary")
                  + architecture.integer("positions")
                  + architecture.integer("types")
                  + 2)
          + layers * (square + 6 * hidden)
          + part(layers, 3 * square, heads)
          + layers * (2 * hidden * inner + inner + 3 * hidden)
          + square
          + classes * hidden;
      long tokens = input.sequence();
      long attention =
          Math.multiplyExact(tokens, 3 * square + Math.multiplyExact(2 * tokens, hidden));
      long dense = Math.multiplyExact(tokens, square + 2 * hidden * inner);
      long macs = Math.addExact(Math.multiplyExact(layers, dense), part(layers, attention, heads));
      macs = Math.addExact(macs, Math.multiplyExact(tokens, square) + classes * hidden);
      macs = Math.multiplyExact(macs, (long) input.batch());
      return new Cost(
          parameters,
          macs,
          macs,
          Math.multiplyExact(Cost.FLOAT_BYTES, parameters),
          architecture.family().cost(architecture, input).peakActivationBytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The cost of (" + architecture + ") for " + input + " does not fit in 64 bits", e);
    }
  }

  /** layers * amount * heads / 12, rounded. */
  private static long part(long layers, long amount, long heads) {
    long twelfths = Math.multiplyExact(Math.multiplyExact(layers, amount), heads);
    return Math.addExact(twelfths, TEACHER_HEADS / 2) / TEACHER_HEADS;
  }

  @Override
  public boolean counts(Architecture architecture) {
    return architecture.family().name().equals("bert")
        && architecture.has("classes")
        && architecture.word("pooling").equals("pooler")
        && architecture.values().values().stream().noneMatch(Value.Each.class::isInstance);
  }

  private void check(Architecture architecture) {
    if (!counts(architecture)) {
      throw new IllegalArgumentException("The accounting autodistil counts only networks of family"
          + " bert with pooling=pooler and all layers alike, not (" + architecture
          + "); use the accounting exact");
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
