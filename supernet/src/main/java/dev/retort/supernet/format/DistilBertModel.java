package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import java.util.Optional;

/**
 * DistilBERT: {@code DistilBertModel}, {@code DistilBertForSequenceClassification}, {@code
 * DistilBertForTokenClassification} and {@code DistilBertForMaskedLM} of transformers.
 *
 * <p>Its positions may have been made as sines; the file holds their table all the same.
 */
public final class DistilBertModel extends EncoderModel {
  /** What transformers' class adds to every variance. */
  private static final double LAYER_NORM_EPS = 1e-12;

  private static final EncoderConfig KEYS = new EncoderConfig(
      "dim",
      "n_layers",
      "n_heads",
      "hidden_dim",
      "activation",
      "dropout",
      "attention_dropout",
      EncoderConfig.sizes(30522, 768, 6, 12, 3072));

  /** The model. */
  public DistilBertModel() {
    super(EncoderFamily.DISTILBERT, "DistilBert", "DistilBERT");
  }

  @Override
  EncoderConfig keys() {
    return KEYS;
  }

  @Override
  void readOwn(ConfigFile config, EncoderConfig.Values values) {
    values.put("norm-epsilon", LAYER_NORM_EPS);
  }

  @Override
  void writeOwn(Architecture architecture, ObjectNode json) {
    json.put("sinusoidal_pos_embds", false);
  }

  @Override
  ImmutableList<String> otherHeads() {
    return ImmutableList.of("vocab_");
  }

  @Override
  Optional<Refusal> refuseOwn(Architecture architecture) {
    double epsilon = architecture.number("norm-epsilon");
    return epsilon == LAYER_NORM_EPS
        ? Optional.empty()
        : Optional.of(new Refusal(
            "its norm-epsilon is " + epsilon + ", and Hugging Face's DistilBERT has "
                + LAYER_NORM_EPS,
            "norm-epsilon",
            null));
  }
}
