package dev.retort.supernet.format;

/**
 * Reads the config.json of a BERT strictly. Keys that say nothing of what an encoder computes are
 * skipped; absent keys have the defaults of transformers' BertConfig.
 */
final class BertConfigReader {
  private final ConfigFile file;

  BertConfigReader(ConfigFile file) {
    this.file = file;
  }

  BertConfig read() {
    file.requireWord(
        "hidden_act", "gelu", "the exact GELU is the only activation that Retort computes");
    file.requireWord("position_embedding_type", "absolute", "relative positions are not computed");
    file.requireFalse("is_decoder", "a decoder is no encoder");
    file.requireFalse("add_cross_attention", "cross-attention needs an encoder beside it");
    file.requireNothing("pruned_heads", "heads were pruned from single layers");
    file.requireNothing("quantization_config", "the weights are quantized; use the float model");
    int vocabulary = file.integer("vocab_size", 30522, 1, 1 << 24);
    int hidden = file.integer("hidden_size", 768, 1, 1 << 16);
    int layers = file.integer("num_hidden_layers", 12, 1, 1000);
    int heads = file.integer("num_attention_heads", 12, 1, 1024);
    int intermediate = file.integer("intermediate_size", 3072, 1, 1 << 20);
    int positions = file.integer("max_position_embeddings", 512, 1, 1 << 24);
    int types = file.integer("type_vocab_size", 2, 1, 1 << 16);
    int padding = file.integer("pad_token_id", 0, 0, vocabulary - 1);
    double eps = file.decimal("layer_norm_eps", BertConfig.LAYER_NORM_EPS, Double.MIN_VALUE, 0.1);
    double hiddenDropout = file.decimal("hidden_dropout_prob", 0.1, 0, Math.nextDown(1));
    double attentionDropout =
        file.decimal("attention_probs_dropout_prob", 0.1, 0, Math.nextDown(1));
    if (hidden % heads != 0) {
      throw file.refuse(
          "num_attention_heads", heads + ", which does not divide hidden_size " + hidden);
    }
    return new BertConfig(
        vocabulary,
        hidden,
        layers,
        heads,
        intermediate,
        positions,
        types,
        eps,
        hiddenDropout,
        attentionDropout,
        padding,
        file.labels(),
        file.truth("do_lower_case"));
  }
}
