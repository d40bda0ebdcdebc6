package dev.retort.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a BERT tokenizer in a Hugging Face folder, read and written. */
final class TokenizerFiles {
  static final ObjectMapper JSON = new ObjectMapper()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  static final String VOCAB = "vocab.txt";
  static final String TOKENIZER = "tokenizer.json";
  static final String CONFIG = "tokenizer_config.json";

  static final String SPECIAL_MAP = "special_tokens_map.json";

  /** The largest JSON file read, in bytes. */
  private static final long LARGEST_JSON = 128L << 20;

  /** What a folder holds. */
  record Found(Vocabulary vocabulary, boolean lowerCase) {}

  private TokenizerFiles() {}

  static Found read(Path folder) {
    Path vocab = folder.resolve(VOCAB);
    JsonNode tokenizer = json(folder.resolve(TOKENIZER));
    boolean lowerCase = lowerCase(json(folder.resolve(CONFIG)), tokenizer);
    if (Files.exists(vocab)) {
      return new Found(Vocabulary.read(vocab), lowerCase);
    }
    if (tokenizer == null) {
      throw TextLines.wrong(
          folder,
          "has neither "
              + VOCAB
              + " nor "
              + TOKENIZER
              + ". Put the tokenizer's files beside the model.");
    }
    return new Found(vocabulary(folder.resolve(TOKENIZER), tokenizer), lowerCase);
  }

  private static boolean lowerCase(@Nullable JsonNode config, @Nullable JsonNode tokenizer) {
    if (config != null && config.path("do_lower_case").isBoolean()) {
      return config.path("do_lower_case").booleanValue();
    }
    return tokenizer == null || tokenizer.path("normalizer").path("lowercase").asBoolean(true);
  }

  private static Vocabulary vocabulary(Path file, JsonNode tokenizer) {
    String type = tokenizer.path("model").path("type").asText("");
    JsonNode vocab = tokenizer.path("model").path("vocab");
    if (!type.equals("WordPiece") || !vocab.isObject()) {
      throw TextLines.wrong(
          file,
          "holds a tokenizer of type '" + type + "'; only WordPiece (BERT's) can be used here.");
    }
    @Nullable String[] pieces = new String[vocab.size()];
    for (Iterator<Map.Entry<String, JsonNode>> all = vocab.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> each = all.next();
      JsonNode id = each.getValue();
      boolean fits = id.canConvertToInt() && id.isIntegralNumber();
      if (!fits || id.intValue() < 0 || id.intValue() >= pieces.length) {
        throw TextLines.wrong(
            file,
            "the piece '"
                + each.getKey()
                + "' has the id "
                + id
                + "; allowed are the numbers from 0 to "
                + (pieces.length - 1)
                + ".");
      }
      String before = pieces[id.intValue()];
      if (before != null) {
        throw TextLines.wrong(
            file, "the pieces '" + before + "' and '" + each.getKey() + "' have one id: " + id);
      }
      pieces[id.intValue()] = each.getKey();
    }
    // As many different ids in range as there are places: none is null.
    return Vocabulary.of(
        file, Arrays.stream(pieces).map(each -> each == null ? "" : each).toList());
  }

  /** A JSON object, read strictly; null where there is no such file. */
  static @Nullable JsonNode json(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      if (Files.size(file) > LARGEST_JSON) {
        throw TextLines.wrong(file, "is larger than " + LARGEST_JSON + " bytes.");
      }
      JsonNode node = JSON.readTree(Files.readString(file));
      if (!node.isObject()) {
        throw TextLines.wrong(file, "is not a JSON object.");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": is not JSON (" + e.getOriginalMessage() + ").", e);
    } catch (CharacterCodingException e) {
      throw new UserException(UserException.Kind.INPUT, file + ": is not UTF-8.", e);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ").", e);
    }
  }

  /** Writes files by name. */
  static void write(Path folder, Map<String, String> files) {
    files.forEach((name, text) -> write(folder.resolve(name), text));
  }

  /** The files by name. */
  static ImmutableMap<String, String> texts(
      Vocabulary vocabulary, boolean lowerCase, @Nullable Integer maxLength) {
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "BertTokenizer");
    config.put("do_lower_case", lowerCase);
    config.put("do_basic_tokenize", true);
    config.put("tokenize_chinese_chars", true);
    config.putNull("strip_accents");
    config.put("clean_up_tokenization_spaces", true);
    if (maxLength != null) {
      config.put("model_max_length", maxLength);
    }
    ObjectNode special = JSON.createObjectNode();
    for (String token : Vocabulary.SPECIAL) {
      String key = token.substring(1, token.length() - 1).toLowerCase(Locale.ROOT) + "_token";
      config.put(key, token);
      special.put(key, token);
    }
    return ImmutableMap.of(
        VOCAB,
        String.join("\n", vocabulary.pieces()) + "\n",
        TOKENIZER,
        tokenizerJson(vocabulary, lowerCase) + "\n",
        CONFIG,
        config.toPrettyString() + "\n",
        SPECIAL_MAP,
        special.toPrettyString() + "\n");
  }

  /** The text of {@code tokenizer.json}, as Hugging Face writes it for a BERT tokenizer. */
  static String tokenizerJson(Vocabulary vocabulary, boolean lowerCase) {
    Map<String, Integer> ids = vocabulary.ids();
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    Vocabulary.SPECIAL.stream()
        .sorted((a, b) -> Integer.compare(id(ids, a), id(ids, b)))
        .forEach(token -> added
            .addObject()
            .put("id", id(ids, token))
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true));
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", lowerCase);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    for (ArrayNode each : List.of(single, pair)) {
      special(each, "[CLS]", 0);
      each.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      special(each, "[SEP]", 0);
    }
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    special(pair, "[SEP]", 1);
    ObjectNode tokens = template.putObject("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      ObjectNode each = tokens.putObject(token).put("id", token);
      each.putArray("ids").add(id(ids, token));
      each.putArray("tokens").add(token);
    }
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = root.putObject("model");
    model
        .put("type", "WordPiece")
        .put("unk_token", "[UNK]")
        .put("continuing_subword_prefix", "##")
        .put("max_input_chars_per_word", 100);
    ObjectNode vocab = model.putObject("vocab");
    ids.forEach(vocab::put);
    return root.toPrettyString();
  }

  private static void special(ArrayNode template, String token, int type) {
    template.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
  }

  private static int id(Map<String, Integer> ids, String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new IllegalStateException("vocabulary without special token (" + token + ")");
    }
    return id;
  }

  private static void write(Path file, String text) {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.RESOURCE,
          file
              + ": cannot be written ("
              + e.getMessage()
              + "). Check the folder, its permissions and the free space.",
          e);
    }
  }
}
