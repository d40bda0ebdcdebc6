package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.LayeredFamily;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * BERT-like encoders (Devlin et al., NAACL 2019), with the attention width free of the hidden size
 * as in AutoDistil (NeurIPS 2022): query, key and value are heads x head-size wide.
 *
 * <p>Dimensions: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (the two may differ by layer), {@code head-size}, {@code vocabulary}, {@code
 * positions}, {@code types}, {@code classes} (0: an encoder without classifier), {@code pooling}:
 * {@code pooler} is BERT's dense and tanh over the first token, {@code first} the first token as it
 * is, {@code mean} the mean over the tokens that are not padding; {@code norm-epsilon}: what layer
 * normalisation adds to the variance. The canonical form is {@link TransformerDimensions}'.
 */
public final class EncoderFamily implements LayeredFamily {
  /** The family. */
  public static final EncoderFamily BERT = new EncoderFamily();

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", Scope.NETWORK),
      Property.integer("hidden", Scope.NETWORK),
      Property.integer("heads", Scope.LAYER),
      Property.decimal("ratio", Scope.LAYER),
      Property.integer("intermediate", Scope.LAYER),
      Property.integer("head-size", 64, 1),
      Property.integer("vocabulary", 30522, 1),
      Property.integer("positions", 512, 1),
      Property.integer("types", 2, 1),
      Property.integer("classes", 2, 0),
      Property.word("pooling", "pooler", "first", "mean"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-12, 0));

  private static final ImmutableList<String> AXES =
      ImmutableList.of("vocabulary", "positions", "types", "classes");
  private static final String LAYER = "bert.encoder.layer.";

  private EncoderFamily() {}

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
    return TransformerDimensions.canonical(name(), values, AXES);
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    return TransformerDimensions.value(architecture, dimension);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return TransformerDimensions.intermediate(architecture, layer);
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return TransformerDimensions.source(LAYER, tensor, sub, full);
  }

  @Override
  public @Nullable String misfit(Architecture sub, Architecture teacher) {
    return teacher.family() instanceof EncoderFamily
        ? EncoderFit.misfit(sub, teacher)
        : LayeredFamily.super.misfit(sub, teacher);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new EncoderBlueprint(architecture).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return EncoderCost.parameters(architecture);
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return EncoderCost.layerParameters(architecture, layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return EncoderCost.cost(architecture, input);
  }
}
