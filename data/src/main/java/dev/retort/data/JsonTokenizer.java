package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any tokenizer that a {@code tokenizer.json} describes: byte-level BPE, SentencePiece-like BPE
 * with bytes for what has no piece, Unigram, WordPiece. What stands around a text is the template
 * there, as {@code tokenizer_config.json} has it where that says so.
 */
public final class JsonTokenizer extends Tokenizer {
  private final TokenizerJson json;
  private final TokenizerNames names;

  private JsonTokenizer(Path file, TokenizerJson json, TokenizerNames names) {
    super(NativeTokenizer.load(file, json.text()), json.template(), json.specials());
    this.json = json;
    this.names = names;
  }

  /**
   * A tokenizer.
   *
   * @param file what it is from, for messages
   * @param tokenizer the whole of a {@code tokenizer.json}
   * @param names what the files beside it say
   */
  static JsonTokenizer of(Path file, ObjectNode tokenizer, TokenizerNames names) {
    return new JsonTokenizer(file, TokenizerJson.of(file, tokenizer, names), names);
  }

  @Override
  public int size() {
    return json.pieces().size();
  }

  @Override
  public String token(int id) {
    return json.pieces().get(id);
  }

  @Override
  public boolean lowerCase() {
    return json.lowerCase();
  }

  @Override
  String wordPrefix() {
    return json.byteLevel() ? " " : "";
  }

  @Override
  ImmutableMap<String, String> files(@Nullable Integer modelMaxLength) {
    ImmutableMap.Builder<String, String> files = ImmutableMap.builder();
    files.put(TokenizerFiles.TOKENIZER, json.text() + "\n");
    files.put(TokenizerFiles.CONFIG, config(modelMaxLength).toPrettyString() + "\n");
    ObjectNode special = TokenizerFiles.JSON.createObjectNode();
    json.roles().forEach(special::put);
    files.put(TokenizerFiles.SPECIAL_MAP, special.toPrettyString() + "\n");
    JsonNode gpt2 = json.gpt2();
    if (gpt2 != null) {
      files.putAll(ByteLevelVocabulary.files(gpt2));
    }
    return files.buildOrThrow();
  }

  private ObjectNode config(@Nullable Integer modelMaxLength) {
    ObjectNode config = names.config().deepCopy();
    // These name code or files that are not written with it.
    config.remove(List.of("auto_map", "tokenizer_file", "name_or_path", "vocab_file"));
    if (!config.path("tokenizer_class").isTextual()) {
      config.put("tokenizer_class", "PreTrainedTokenizerFast");
    }
    json.roles().forEach((role, name) -> {
      if (!config.has(role)) {
        config.put(role, name);
      }
    });
    if (modelMaxLength != null) {
      config.put("model_max_length", modelMaxLength);
    }
    return config;
  }
}
