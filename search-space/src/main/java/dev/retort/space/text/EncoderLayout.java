package dev.retort.space.text;

import dev.retort.space.Activation;
import org.jspecify.annotations.Nullable;

/**
 * What tells the families of encoders apart beside their dimensions: the names of their tensors,
 * those of Hugging Face's files without {@code .weight} and {@code .bias}, and the functions in
 * their heads.
 *
 * @param prefix what the encoder's names begin with, such as {@code bert.}
 * @param layers what a layer's names begin with, before its number
 * @param query the query projection within a layer
 * @param key the key projection
 * @param value the value projection
 * @param attention the map after attention
 * @param attentionNorm the normalisation after it
 * @param up the first map of the feed-forward network
 * @param down the second one
 * @param norm the normalisation after it
 * @param pooler the dense layer over the first token of an encoder without classifier; null: none
 * @param dense the dense layer before the classifier
 * @param squash the function after {@code dense}
 * @param classifier the map to classes of {@code head=classes}
 * @param words the dense layer of {@code head=words}
 * @param wordsNorm the normalisation after it
 * @param wordsBias the bias of each word's logit, by its whole name
 * @param ownActivation whether {@code head=words} has the network's activation; else it has GELU
 */
public record EncoderLayout(
    String prefix,
    String layers,
    String query,
    String key,
    String value,
    String attention,
    String attentionNorm,
    String up,
    String down,
    String norm,
    @Nullable String pooler,
    String dense,
    Squash squash,
    String classifier,
    String words,
    String wordsNorm,
    String wordsBias,
    boolean ownActivation) {
  /** The map to classes of {@code head=tokens}, in every family. */
  public static final String TOKENS = "classifier";

  /** A function of a head. */
  public enum Squash {
    /** The hyperbolic tangent. */
    TANH,
    /** max(x, 0). */
    RELU,
    /** The exact Gaussian error linear unit. */
    GELU
  }

  static final EncoderLayout BERT = likeBert(
      "bert.",
      "bert.pooler.dense",
      "bert.pooler.dense",
      Squash.TANH,
      "classifier",
      "cls.predictions.transform.dense",
      "cls.predictions.transform.LayerNorm",
      "cls.predictions.bias",
      true);

  /** Of MobileBERT what is like BERT; in its layers there is more. */
  static final EncoderLayout MOBILEBERT = likeBert(
      "mobilebert.",
      "mobilebert.pooler.dense",
      "mobilebert.pooler.dense",
      Squash.TANH,
      "classifier",
      "cls.predictions.transform.dense",
      "cls.predictions.transform.LayerNorm",
      "cls.predictions.bias",
      true);

  static final EncoderLayout ROBERTA = likeBert(
      "roberta.",
      "roberta.pooler.dense",
      "classifier.dense",
      Squash.TANH,
      "classifier.out_proj",
      "lm_head.dense",
      "lm_head.layer_norm",
      "lm_head.bias",
      false);

  static final EncoderLayout ELECTRA = likeBert(
      "electra.",
      null,
      "classifier.dense",
      Squash.GELU,
      "classifier.out_proj",
      "generator_predictions.dense",
      "generator_predictions.LayerNorm",
      "generator_lm_head.bias",
      false);

  static final EncoderLayout DISTILBERT = new EncoderLayout(
      "distilbert.",
      "distilbert.transformer.layer.",
      "attention.q_lin",
      "attention.k_lin",
      "attention.v_lin",
      "attention.out_lin",
      "sa_layer_norm",
      "ffn.lin1",
      "ffn.lin2",
      "output_layer_norm",
      null,
      "pre_classifier",
      Squash.RELU,
      "classifier",
      "vocab_transform",
      "vocab_layer_norm",
      "vocab_projector.bias",
      true);

  private static EncoderLayout likeBert(
      String prefix,
      @Nullable String pooler,
      String dense,
      Squash squash,
      String classifier,
      String words,
      String wordsNorm,
      String wordsBias,
      boolean ownActivation) {
    return new EncoderLayout(
        prefix,
        prefix + "encoder.layer.",
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
        pooler,
        dense,
        squash,
        classifier,
        words,
        wordsNorm,
        wordsBias,
        ownActivation);
  }

  /** What the names of the embeddings begin with. */
  public String embeddings() {
    return prefix + "embeddings.";
  }

  /** The map from the width of the embeddings to the hidden one, where they differ. */
  public String project() {
    return prefix + "embeddings_project";
  }

  /** The table of words, which is also the last matrix of {@code head=words}. */
  public String wordTable() {
    return embeddings() + "word_embeddings.weight";
  }

  /** What the names of a layer begin with. */
  public String layer(int index) {
    return layers + index + ".";
  }

  /** The function in {@code head=words} of a network with that one in its layers. */
  public Activation wordsActivation(Activation network) {
    return ownActivation ? network : Activation.GELU;
  }
}
