package dev.retort.supernet.format;

import com.google.common.collect.ImmutableList;
import dev.retort.space.text.EncoderLayout;

/** The names that tensors of encoders have had in Hugging Face's files. */
final class EncoderNames {
  /** What names begin with in the files of a bare encoder, which lack the model's prefix. */
  private static final ImmutableList<String> BARE =
      ImmutableList.of("embeddings.", "embeddings_project.", "encoder.", "transformer.", "pooler.");

  private EncoderNames() {}

  /**
   * The name in a blueprint: with the prefix that a bare encoder's own files lack, and LayerNorm's
   * TensorFlow names (gamma, beta) replaced.
   */
  static String blueprintName(String name, EncoderLayout layout) {
    String prefixed = BARE.stream().anyMatch(name::startsWith) ? layout.prefix() + name : name;
    if (prefixed.endsWith("LayerNorm.gamma")) {
      return prefixed.substring(0, prefixed.length() - "gamma".length()) + "weight";
    }
    if (prefixed.endsWith("LayerNorm.beta")) {
      return prefixed.substring(0, prefixed.length() - "beta".length()) + "bias";
    }
    return prefixed;
  }

  /** Whether it is a buffer of numbers that are always the same. */
  static boolean isBuffer(String name) {
    return name.endsWith("embeddings.position_ids") || name.endsWith("embeddings.token_type_ids");
  }
}
