package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import java.util.Optional;

/**
 * RoBERTa: {@code RobertaModel}, {@code RobertaForSequenceClassification}, {@code
 * RobertaForTokenClassification} and {@code RobertaForMaskedLM} of transformers.
 */
public sealed class RobertaModel extends EncoderModel permits CamembertModel, XlmRobertaModel {
  private static final EncoderConfig KEYS =
      EncoderConfig.LIKE_BERT.with(EncoderConfig.sizes(50265, 768, 12, 12, 3072));

  /** The model. */
  public RobertaModel() {
    super(EncoderFamily.ROBERTA, "Roberta", "RoBERTa");
  }

  @Override
  EncoderConfig keys() {
    return KEYS;
  }

  @Override
  void readOwn(ConfigFile config, EncoderConfig.Values values) {
    EncoderConfig.readTypes(config, values);
    EncoderConfig.readEpsilon(config, values);
    values.put("padding", config.integer("pad_token_id", 1, 0, 1 << 24));
  }

  @Override
  void writeOwn(Architecture architecture, ObjectNode json) {
    EncoderConfig.writeLikeBert(architecture, json);
    json.put("bos_token_id", 0);
    json.put("eos_token_id", 2);
  }

  @Override
  ImmutableList<String> otherHeads() {
    return ImmutableList.of("lm_head.");
  }

  @Override
  Optional<Refusal> refuseOwn(Architecture architecture) {
    return architecture.integer("types") > 0
        ? Optional.empty()
        : Optional.of(new Refusal(
            "it has no type of tokens, Hugging Face's RoBERTa at least one", "types (to 1)", null));
  }
}
