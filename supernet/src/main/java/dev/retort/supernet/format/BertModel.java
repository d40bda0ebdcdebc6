package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;

/**
 * BERT: {@code BertModel}, {@code BertForSequenceClassification}, {@code
 * BertForTokenClassification} and {@code BertForMaskedLM} of transformers.
 */
public final class BertModel extends EncoderModel {
  /** The model. */
  public BertModel() {
    super(EncoderFamily.BERT, "Bert", "BERT");
  }

  @Override
  void readOwn(ConfigFile config, EncoderConfig.Values values) {
    EncoderConfig.readTypes(config, values);
    EncoderConfig.readEpsilon(config, values);
  }

  @Override
  void writeOwn(Architecture architecture, ObjectNode json) {
    EncoderConfig.writeLikeBert(architecture, json);
  }

  @Override
  ImmutableList<String> otherHeads() {
    return ImmutableList.of("cls.");
  }
}
