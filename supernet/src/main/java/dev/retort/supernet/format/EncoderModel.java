package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.text.EncoderFamily;
import dev.retort.space.text.EncoderLayout;
import dev.retort.supernet.Weights;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What encoders of text have in common as transformers saves them: the bare model, and those of its
 * classes whose names end with {@code ForSequenceClassification}, {@code ForTokenClassification}
 * and {@code ForMaskedLM}.
 *
 * <p>Which of them a file is, its {@code architectures} and tensors tell. A file without head reads
 * as {@code classes=0}, and heads of other pre-training are left out. {@code pooling=first} is
 * written as a dense layer that passes the first token through, where the family's function allows.
 */
abstract sealed class EncoderModel implements HuggingFaceModel
    permits BertModel, DistilBertModel, ElectraModel, RobertaModel {
  private static final String EXAMPLES = "ForSequenceClassification";
  private static final String TOKENS = "ForTokenClassification";
  private static final String WORDS = "ForMaskedLM";

  final EncoderFamily family;

  /** Its name in transformers' classes, such as {@code Bert}, and in messages. */
  private final String className;

  private final String shown;

  EncoderModel(EncoderFamily family, String className, String shown) {
    this.family = family;
    this.className = className;
    this.shown = shown;
  }

  @Override
  public String type() {
    return family.name();
  }

  @Override
  public String family() {
    return family.name();
  }

  /** How the config.json calls what all have. */
  EncoderConfig keys() {
    return EncoderConfig.LIKE_BERT;
  }

  /** Reads what only this type has, and refuses what is not computed. */
  abstract void readOwn(ConfigFile config, EncoderConfig.Values values);

  /** Writes what only this type has. */
  abstract void writeOwn(Architecture architecture, ObjectNode json);

  /** What the names of tensors of heads that are not read begin with. */
  abstract ImmutableList<String> otherHeads();

  /** Why this type cannot hold an architecture, beside what all types cannot. */
  Optional<Refusal> refuseOwn(Architecture architecture) {
    return Optional.empty();
  }

  private EncoderLayout layout() {
    return family.layout();
  }

  @Override
  public Described read(ConfigFile config) {
    EncoderConfig.Values values = keys().read(config);
    readOwn(config, values);
    String head = head(config);
    if (head.equals(WORDS)) {
      config.requireTrue(
          "tie_word_embeddings", true, "the last matrix is the table of words, not one of its own");
    }
    return new Read(
        this,
        values,
        head,
        leftOut(className(config)),
        config.labels(),
        config.truth("do_lower_case"));
  }

  private static String className(ConfigFile config) {
    JsonNode names = config.given("architectures");
    return names == null ? "" : names.path(0).asText();
  }

  /**
   * What is left out of a file of pre-training, whose encoder alone is read; empty for others.
   *
   * @param className the first of {@code architectures}
   */
  static Optional<String> leftOut(String className) {
    if (!className.endsWith("ForPreTraining")) {
      return Optional.empty();
    }
    return Optional.of(
        className.startsWith("Electra")
            ? className + "'s discriminator, one logit a token, is left out, the encoder is read"
            : className + "'s heads of pre-training are left out, the encoder is read");
  }

  /** What {@code architectures} says behind the model's name; empty for nothing that is known. */
  private String head(ConfigFile config) {
    String name = className(config);
    for (String head : ImmutableList.of(EXAMPLES, TOKENS, WORDS)) {
      if (name.endsWith(head)) {
        return head;
      }
    }
    return "";
  }

  /** What a file says. */
  private record Read(
      EncoderModel model,
      EncoderConfig.Values values,
      String head,
      Optional<String> note,
      ImmutableList<String> labels,
      @Nullable Boolean lowerCase)
      implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      String name = EncoderNames.blueprintName(fileName, model.layout());
      return EncoderNames.isBuffer(name) || isOfAnotherHead(name)
          ? Optional.empty()
          : Optional.of(name);
    }

    @Override
    public Described headless() {
      // Whoever asks for the encoder alone need not be told.
      return new Read(model, values, "", Optional.empty(), labels, lowerCase);
    }

    private boolean isOfAnotherHead(String name) {
      EncoderLayout layout = model.layout();
      boolean words = head.equals(WORDS);
      String pooler = layout.pooler();
      if (pooler != null && name.startsWith(pooler + ".")) {
        // Old versions of transformers saved it with every head; RoBERTa's classifier has its own.
        return words
            || head.equals(TOKENS)
            || (head.equals(EXAMPLES) && !pooler.equals(layout.dense()));
      }
      if (words && isOfWords(name)) {
        return false;
      }
      return model.otherHeads().stream().anyMatch(name::startsWith);
    }

    private boolean isOfWords(String name) {
      EncoderLayout layout = model.layout();
      return name.equals(layout.wordsBias())
          || name.startsWith(layout.words() + ".")
          || name.startsWith(layout.wordsNorm() + ".");
    }

    @Override
    public Architecture architecture(Contents contents) {
      EncoderLayout layout = model.layout();
      if (head.equals(WORDS) && contents.hasBelow(layout.words() + ".")) {
        return values.architecture(model.family, "words", 0, "pooler");
      }
      boolean dense = contents.hasBelow(layout.dense() + ".");
      boolean tokens = contents.hasBelow(EncoderLayout.TOKENS + ".")
          && (head.equals(TOKENS) || (head.isEmpty() && !dense));
      if (tokens) {
        return values.architecture(model.family, "tokens", labels.size(), "pooler");
      }
      String pooler = layout.pooler();
      if (contents.hasBelow(layout.classifier() + ".")) {
        return values.architecture(model.family, "classes", labels.size(), "pooler");
      }
      boolean pooled = pooler != null && contents.hasBelow(pooler + ".");
      return values.architecture(model.family, "classes", 0, pooled ? "pooler" : "first");
    }
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    Optional<Refusal> sizes = refuseSizes(architecture);
    if (sizes.isPresent()) {
      return sizes;
    }
    if (EncoderFamily.head(architecture) == EncoderFamily.Head.CLASSES) {
      if (architecture.word("pooling").equals("mean")) {
        return refuse(
            "its classifier takes the mean over the tokens, Hugging Face's the first token",
            layout().squash() == EncoderLayout.Squash.TANH
                ? "pooling (to first or pooler)"
                : "pooling (to pooler)");
      }
      if (architecture.word("pooling").equals("first")
          && layout().squash() != EncoderLayout.Squash.TANH) {
        return refuse(
            "its classifier takes the first token as it is, Hugging Face's " + shown
                + " has a dense layer between them",
            "pooling (to pooler)");
      }
    }
    return refuseOwn(architecture);
  }

  private Optional<Refusal> refuseSizes(Architecture architecture) {
    int hidden = architecture.integer("hidden");
    int headSize = architecture.integer("head-size");
    int heads = architecture.integer("heads", 0);
    int intermediate = EncoderFamily.intermediate(architecture, 0);
    for (int layer = 1; layer < architecture.layers(); layer++) {
      if (architecture.integer("heads", layer) != heads) {
        return refuse("its heads differ from layer to layer", "heads");
      }
      if (EncoderFamily.intermediate(architecture, layer) != intermediate) {
        return refuse("its feed-forward width differs from layer to layer", "ratio");
      }
    }
    if (heads * headSize != hidden) {
      return refuse(
          "its attention is heads x head-size = " + heads + " x " + headSize + " = "
              + heads * headSize + " wide, its hidden size is " + hidden + ", and Hugging Face's "
              + shown + " has the two equal",
          "heads or head-size");
    }
    return Optional.empty();
  }

  static Optional<Refusal> refuse(String why, String dimension) {
    return Optional.of(new Refusal(why, dimension, "hf-bert"));
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    ObjectNode json = StrictJson.object();
    json.putArray("architectures")
        .add(className
            + switch (EncoderFamily.head(architecture)) {
              case CLASSES -> EXAMPLES;
              case TOKENS -> TOKENS;
              case WORDS -> WORDS;
              case NONE -> "Model";
            });
    keys().write(architecture, json);
    writeOwn(architecture, json);
    return json;
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    Architecture architecture = weights.architecture();
    boolean pass = architecture.word("pooling").equals("first")
        && EncoderFamily.head(architecture) == EncoderFamily.Head.CLASSES;
    return pass ? PassingPooler.tensors(weights, layout(), scratch) : weights.tensors();
  }
}
