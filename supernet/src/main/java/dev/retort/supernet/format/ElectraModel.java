package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;

/**
 * ELECTRA: {@code ElectraModel}, {@code ElectraForSequenceClassification}, {@code
 * ElectraForTokenClassification} and {@code ElectraForMaskedLM} (a generator) of transformers. A
 * discriminator of pre-training reads as an encoder without head.
 */
public final class ElectraModel extends EncoderModel {
  private static final String EMBEDDING = "embedding_size";

  private static final EncoderConfig KEYS =
      EncoderConfig.LIKE_BERT.with(EncoderConfig.sizes(30522, 256, 12, 4, 1024));

  /** The model. */
  public ElectraModel() {
    super(EncoderFamily.ELECTRA, "Electra", "ELECTRA");
  }

  @Override
  EncoderConfig keys() {
    return KEYS;
  }

  @Override
  void readOwn(ConfigFile config, EncoderConfig.Values values) {
    EncoderConfig.readTypes(config, values);
    EncoderConfig.readEpsilon(config, values);
    values.put("embedding", config.integer(EMBEDDING, 128, 1, 1 << 16));
  }

  @Override
  void writeOwn(Architecture architecture, ObjectNode json) {
    EncoderConfig.writeLikeBert(architecture, json);
    json.put(EMBEDDING, EncoderFamily.embedding(architecture));
  }

  @Override
  ImmutableList<String> otherHeads() {
    return ImmutableList.of("discriminator_predictions.", "generator_");
  }
}
