package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside a vocabulary say: {@code tokenizer_config.json},
 * {@code special_tokens_map.json} and the kind of model in {@code config.json}.
 *
 * @param config {@code tokenizer_config.json}; empty where there is none
 * @param tokens {@code special_tokens_map.json}; empty where there is none
 * @param model the {@code model_type} of {@code config.json}; empty where it is not said
 */
record TokenizerNames(ObjectNode config, ObjectNode tokens, String model) {
  /** What a special token is for, in Hugging Face's order, by which missing ones get their ids. */
  static final ImmutableList<String> ROLES = ImmutableList.of(
      "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  /** The defaults of Hugging Face's classes. */
  enum Kind {
    BERT(ImmutableMap.of(
        "unk_token", "[UNK]",
        "sep_token", "[SEP]",
        "pad_token", "[PAD]",
        "cls_token", "[CLS]",
        "mask_token", "[MASK]")),
    ROBERTA(ImmutableMap.of(
        "bos_token", "<s>",
        "eos_token", "</s>",
        "unk_token", "<unk>",
        "sep_token", "</s>",
        "pad_token", "<pad>",
        "cls_token", "<s>",
        "mask_token", "<mask>")),
    GPT2(ImmutableMap.of(
        "bos_token", "<|endoftext|>",
        "eos_token", "<|endoftext|>",
        "unk_token", "<|endoftext|>")),
    LLAMA(ImmutableMap.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>")),
    OTHER(ImmutableMap.of());

    private final ImmutableMap<String, String> names;

    Kind(ImmutableMap<String, String> names) {
      this.names = names;
    }

    /** The names of its special tokens by role. */
    ImmutableMap<String, String> names() {
      return names;
    }
  }

  /** What no file says. */
  static TokenizerNames empty() {
    return new TokenizerNames(
        TokenizerFiles.JSON.createObjectNode(), TokenizerFiles.JSON.createObjectNode(), "");
  }

  /** The kind of tokenizer that the files name; OTHER where they name none that is known here. */
  Kind kind() {
    String name = config.path("tokenizer_class").asText("").toLowerCase(Locale.ROOT);
    Kind kind = kind(name);
    return kind == Kind.OTHER ? kind(model.toLowerCase(Locale.ROOT)) : kind;
  }

  private static Kind kind(String name) {
    if (name.startsWith("roberta")) {
      return Kind.ROBERTA;
    }
    if (Stream.of("bert", "distilbert", "electra", "mobilebert").anyMatch(name::startsWith)) {
      return Kind.BERT;
    }
    if (name.startsWith("gpt2") || name.startsWith("opt")) {
      return Kind.GPT2;
    }
    return name.startsWith("llama") ? Kind.LLAMA : Kind.OTHER;
  }

  /**
   * The names of the special tokens that the files give, by role; a role that is null there has
   * none, and its default does not count.
   *
   * @param defaults what counts for roles of which the files say nothing
   */
  ImmutableMap<String, String> roles(Map<String, String> defaults) {
    ImmutableMap.Builder<String, String> roles = ImmutableMap.builder();
    for (String role : ROLES) {
      String name = said(role)
          ? content(config.has(role) ? config.path(role) : tokens.path(role))
          : defaults.get(role);
      if (name != null) {
        roles.put(role, name);
      }
    }
    return roles.buildOrThrow();
  }

  /** Whether the files say anything about special tokens. */
  boolean saysAny() {
    return ROLES.stream().anyMatch(this::said);
  }

  private boolean said(String role) {
    return config.has(role) || tokens.has(role);
  }

  /** Further special tokens by name. */
  List<String> further() {
    List<String> names = new ArrayList<>();
    for (ObjectNode each : List.of(config, tokens)) {
      for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
        each.path(key).forEach(token -> {
          String name = content(token);
          if (name != null && !names.contains(name)) {
            names.add(name);
          }
        });
      }
    }
    return names;
  }

  /** Tokens that the configuration adds to the vocabulary, by id. */
  Map<Integer, JsonNode> added() {
    Map<Integer, JsonNode> added = new LinkedHashMap<>();
    config.path("added_tokens_decoder").properties().stream()
        .filter(each -> each.getKey().matches("\\d{1,9}") && content(each.getValue()) != null)
        .forEach(each -> added.put(Integer.valueOf(each.getKey()), each.getValue()));
    return added;
  }

  /** What a file says of a special token beside its name; empty where it gives the name alone. */
  JsonNode details(String name) {
    for (ObjectNode each : List.of(config, tokens)) {
      for (String role : ROLES) {
        if (each.path(role).isObject() && name.equals(content(each.path(role)))) {
          return each.path(role);
        }
      }
    }
    return TokenizerFiles.JSON.createObjectNode();
  }

  /** The name of a special token: a text, or an object with {@code content}. */
  static @Nullable String content(JsonNode token) {
    JsonNode name = token.isObject() ? token.path("content") : token;
    return name.isTextual() && !name.asText().isEmpty() ? name.asText() : null;
  }

  /** What the configuration says, yes or no; null: nothing. */
  @Nullable
  Boolean flag(String key) {
    JsonNode flag = config.path(key);
    return flag.isBoolean() ? Boolean.valueOf(flag.booleanValue()) : null;
  }

  /** As above, with a default. */
  boolean flag(String key, boolean otherwise) {
    return Objects.requireNonNullElse(flag(key), otherwise);
  }
}
