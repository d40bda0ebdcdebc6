package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;

/**
 * BERT-like encoders (Devlin et al., NAACL 2019), with the attention width free of the hidden size
 * as in AutoDistil (NeurIPS 2022): query, key and value are heads x head-size wide.
 *
 * <p>Dimensions: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (the two may differ by layer), {@code head-size}, {@code vocabulary}, {@code
 * positions}, {@code types}, {@code classes} (0: an encoder without classifier), {@code pooling}:
 * {@code pooler} is BERT's dense and tanh over the first token, {@code first} the first token as it
 * is, {@code mean} the mean over the tokens that are not padding.
 */
public final class BertFamily implements Family {
  /** The family. */
  public static final BertFamily BERT = new BertFamily();

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", false),
      Property.integer("hidden", false),
      Property.integer("heads", true),
      Property.decimal("ratio", true),
      Property.integer("intermediate", true),
      Property.integer("head-size", 64, 1),
      Property.integer("vocabulary", 30522, 1),
      Property.integer("positions", 512, 1),
      Property.integer("types", 2, 1),
      Property.integer("classes", 2, 0),
      Property.word("pooling", "pooler", "first", "mean"));

  private BertFamily() {}

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableSortedMap<String, Value> canonical(ImmutableSortedMap<String, Value> values) {
    throw new UnsupportedOperationException("search-space helper writes this");
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return architecture.has("intermediate")
        ? architecture.integer("intermediate", layer)
        : (int) Math.round(architecture.number("ratio", layer) * architecture.integer("hidden"));
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    ImmutableList.Builder<TensorSpec> tensors = ImmutableList.builder();
    ImmutableList.Builder<Operation> operations = ImmutableList.builder();
    return new Blueprint(architecture, tensors.build(), operations.build());
  }
}
