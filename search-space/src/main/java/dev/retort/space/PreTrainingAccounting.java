package dev.retort.space;

/**
 * A BERT with its pooler and both heads of its pre-training, as the sizes of BERT's miniatures were
 * counted (Turc et al., Well-Read Students Learn Better, arXiv 1908.08962).
 *
 * <p>The heads are masked language modelling over every token, a dense layer, a normalisation and
 * the table of words again with a bias of its own, and two classes of the pooled first token. What
 * exact counts of an encoder without head is added to; the peak stays that of the encoder.
 */
final class PreTrainingAccounting implements Accounting {

  @Override
  public String name() {
    return "pre-training";
  }

  @Override
  public boolean counts(Architecture architecture) {
    return architecture.family().name().equals("bert")
        && architecture.has("classes")
        && architecture.integer("classes") == 0
        && architecture.word("pooling").equals("pooler");
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    if (!counts(architecture)) {
      throw new IllegalArgumentException(
          "The accounting pre-training counts only networks of family"
              + " bert with classes=0 and pooling=pooler, not (" + architecture
              + "); use the accounting exact");
    }
    Cost exact = EXACT.cost(architecture, input);
    long hidden = architecture.integer("hidden");
    long words = architecture.integer("vocabulary");
    long parameters =
        exact.parameters() + hidden * (hidden + 1) + 2 * hidden + words + 2 * (hidden + 1);
    try {
      long perToken = hidden * (hidden + words);
      long heads = Math.multiplyExact(perToken, (long) input.sequence()) + 2 * hidden;
      long macs = Math.addExact(exact.macs(), Math.multiplyExact(heads, (long) input.batch()));
      return new Cost(
          parameters,
          macs,
          Math.multiplyExact(2L, macs),
          Math.multiplyExact(Cost.FLOAT_BYTES, parameters),
          exact.peakActivationBytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The cost of (" + architecture + ") for " + input + " does not fit in 64 bits", e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
