package dev.retort.space.text;

import org.jspecify.annotations.Nullable;

/**
 * What the tensors of a decoder are called, without {@code .weight} and {@code .bias}: as Hugging
 * Face's state dict has them. Where a file has query, key and value in one tensor the blueprint has
 * three, {@code query}, {@code key} and {@code value} beside where that one stands.
 *
 * @param words the table of words
 * @param positions the table of positions; null where positions are rotated
 * @param layers what the names of a layer's tensors begin with, before its number
 * @param query within a layer, as are all below down to secondNorm
 * @param key the key projection
 * @param value the value projection
 * @param output the projection behind the attention
 * @param gate the feed-forward network's gate; null where it has none
 * @param up its first matrix
 * @param down its last matrix
 * @param firstNorm the normalisation before the attention
 * @param secondNorm the one before the feed-forward network
 * @param finalNorm the one behind the last layer
 * @param head the output table, where it is not the table of words
 */
public record DecoderNames(
    String words,
    @Nullable String positions,
    String layers,
    String query,
    String key,
    String value,
    String output,
    @Nullable String gate,
    String up,
    String down,
    String firstNorm,
    String secondNorm,
    String finalNorm,
    String head) {

  static final DecoderNames GPT2 = new DecoderNames(
      "transformer.wte",
      "transformer.wpe",
      "transformer.h.",
      "attn.query",
      "attn.key",
      "attn.value",
      "attn.c_proj",
      null,
      "mlp.c_fc",
      "mlp.c_proj",
      "ln_1",
      "ln_2",
      "transformer.ln_f",
      "lm_head");

  static final DecoderNames OPT = new DecoderNames(
      "model.decoder.embed_tokens",
      "model.decoder.embed_positions",
      "model.decoder.layers.",
      "self_attn.q_proj",
      "self_attn.k_proj",
      "self_attn.v_proj",
      "self_attn.out_proj",
      null,
      "fc1",
      "fc2",
      "self_attn_layer_norm",
      "final_layer_norm",
      "model.decoder.final_layer_norm",
      "lm_head");

  static final DecoderNames LLAMA = new DecoderNames(
      "model.embed_tokens",
      null,
      "model.layers.",
      "self_attn.q_proj",
      "self_attn.k_proj",
      "self_attn.v_proj",
      "self_attn.o_proj",
      "mlp.gate_proj",
      "mlp.up_proj",
      "mlp.down_proj",
      "input_layernorm",
      "post_attention_layernorm",
      "model.norm",
      "lm_head");

  static final DecoderNames NEOX = new DecoderNames(
      "gpt_neox.embed_in",
      null,
      "gpt_neox.layers.",
      "attention.query",
      "attention.key",
      "attention.value",
      "attention.dense",
      null,
      "mlp.dense_h_to_4h",
      "mlp.dense_4h_to_h",
      "input_layernorm",
      "post_attention_layernorm",
      "gpt_neox.final_layer_norm",
      "embed_out");

  /** The map from a width of words' own to the hidden one; only OPT's may have it. */
  public String projectIn() {
    return "model.decoder.project_in";
  }

  /** The map back before the output; only OPT's may have it. */
  public String projectOut() {
    return "model.decoder.project_out";
  }

  /** What the names of one layer's tensors begin with. */
  public String layer(int layer) {
    return layers + layer + ".";
  }
}
