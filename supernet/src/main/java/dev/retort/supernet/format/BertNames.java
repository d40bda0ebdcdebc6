package dev.retort.supernet.format;

/** The names that BERT's tensors have had in Hugging Face's files. */
final class BertNames {
  private BertNames() {}

  /**
   * The name in a blueprint: with the prefix that BertModel's own files lack, and LayerNorm's
   * TensorFlow names (gamma, beta) replaced.
   */
  static String blueprintName(String name) {
    String prefixed =
        name.startsWith("embeddings.") || name.startsWith("encoder.") || name.startsWith("pooler.")
            ? "bert." + name
            : name;
    if (prefixed.endsWith("LayerNorm.gamma")) {
      return prefixed.substring(0, prefixed.length() - "gamma".length()) + "weight";
    }
    if (prefixed.endsWith("LayerNorm.beta")) {
      return prefixed.substring(0, prefixed.length() - "beta".length()) + "bias";
    }
    return prefixed;
  }

  /** Whether it is a buffer or a pre-training head, which the encoder does not need. */
  static boolean isKnownExtra(String name) {
    return name.startsWith("cls.")
        || name.endsWith("embeddings.position_ids")
        || name.endsWith("embeddings.token_type_ids");
  }
}
