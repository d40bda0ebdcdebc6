package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} as it counts: with what the files beside it say put in.
 *
 * @param text the file's text
 * @param gpt2 its model where that is GPT-2's, which has two files of its own
 * @param pieces the pieces in the order of their ids; empty where there is a gap
 * @param roles the names of the special tokens by what they are for
 * @param specials their ids
 * @param template where they stand
 * @param byteLevel whether pieces are of bytes and a space belongs to the word behind it, but none
 *     is put before a text
 * @param lowerCase whether text is lower-cased
 */
record TokenizerJson(
    String text,
    @Nullable JsonNode gpt2,
    ImmutableList<String> pieces,
    ImmutableMap<String, String> roles,
    SpecialTokens specials,
    Template template,
    boolean byteLevel,
    boolean lowerCase) {

  /** The most ids: what an int32 of hostile size would have us allocate. */
  private static final int MOST_IDS = 1 << 24;

  /** The names that special tokens have where no file names them. */
  private static final ImmutableMap<String, ImmutableList<String>> USUAL = ImmutableMap.of(
      "bos_token", ImmutableList.of("<s>", "<bos>", "<|begin_of_text|>", "<|endoftext|>"),
      "eos_token", ImmutableList.of("</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>"),
      "unk_token", ImmutableList.of("[UNK]", "<unk>", "<|endoftext|>"),
      "sep_token", ImmutableList.of("[SEP]"),
      "pad_token", ImmutableList.of("[PAD]", "<pad>"),
      "cls_token", ImmutableList.of("[CLS]"),
      "mask_token", ImmutableList.of("[MASK]", "<mask>"));

  /** Reads one. */
  static TokenizerJson of(Path file, ObjectNode root, TokenizerNames names) {
    root.putNull("truncation").putNull("padding");
    Map<String, Integer> ids = vocabulary(file, root.path("model"));
    ArrayNode added = added(file, root);
    added.forEach(token -> ids.put(
        token.path("content").asText(),
        id(file, token.path("content").asText(), token.path("id"))));
    ImmutableMap<String, String> roles = roles(root, names, ids);
    addMissing(names, roles, ids, added);
    configure(root, names);
    String[] pieces =
        new String[1 + ids.values().stream().mapToInt(each -> each).max().orElse(0)];
    Arrays.fill(pieces, "");
    ids.forEach((piece, id) -> pieces[id] = piece);
    SpecialTokens specials = specials(roles, ids, added);
    override(root, names, roles, specials);
    return new TokenizerJson(
        root.toString(),
        gpt2(root),
        ImmutableList.copyOf(pieces),
        roles,
        specials,
        PostProcessor.template(file, root.path("post_processor"), ids),
        byteLevel(root.path("pre_tokenizer")),
        lowerCase(root.path("normalizer")));
  }

  private static Map<String, Integer> vocabulary(Path file, JsonNode model) {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = model.path("vocab");
    if (vocabulary.isObject()) {
      vocabulary
          .properties()
          .forEach(each -> ids.put(each.getKey(), id(file, each.getKey(), each.getValue())));
    } else {
      // Unigram: a list of pieces with their scores.
      for (JsonNode each : vocabulary) {
        ids.putIfAbsent(each.path(0).asText(), ids.size());
      }
    }
    if (ids.isEmpty()) {
      throw TextLines.wrong(file, "has no pieces: model.vocab is missing or empty.");
    }
    return ids;
  }

  private static int id(Path file, String piece, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() >= MOST_IDS) {
      throw TextLines.wrong(
          file,
          "the piece '" + piece + "' has the id " + id + "; allowed are the numbers from 0 to "
              + (MOST_IDS - 1) + ".");
    }
    return id.intValue();
  }

  private static ArrayNode added(Path file, ObjectNode root) {
    JsonNode added = root.path("added_tokens");
    if (added.isMissingNode() || added.isNull()) {
      return root.putArray("added_tokens");
    }
    if (!(added instanceof ArrayNode array)) {
      throw TextLines.wrong(file, "added_tokens must be a list.");
    }
    return array;
  }

  private static ImmutableMap<String, String> roles(
      ObjectNode root, TokenizerNames names, Map<String, Integer> ids) {
    TokenizerNames.Kind kind = names.kind();
    if (kind == TokenizerNames.Kind.OTHER && PostProcessor.roberta(root.path("post_processor"))) {
      kind = TokenizerNames.Kind.ROBERTA;
    }
    if (kind != TokenizerNames.Kind.OTHER || names.saysAny()) {
      return names.roles(kind.names());
    }
    ImmutableMap.Builder<String, String> usual = ImmutableMap.builder();
    for (String role : TokenizerNames.ROLES) {
      USUAL.getOrDefault(role, ImmutableList.of()).stream()
          .filter(ids::containsKey)
          .findFirst()
          .ifPresent(name -> usual.put(role, name));
    }
    return usual.buildOrThrow();
  }

  /** Makes special what the files beside it name; what the vocabulary lacks gets the next ids. */
  private static void addMissing(
      TokenizerNames names, Map<String, String> roles, Map<String, Integer> ids, ArrayNode added) {
    names.added().forEach((id, token) -> {
      String name = token.path("content").asText();
      if (!ids.containsKey(name) && !ids.containsValue(id) && id < MOST_IDS) {
        ids.put(name, id);
        ObjectNode full = addedToken(id, name);
        for (String key :
            new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
          if (token.path(key).isBoolean()) {
            full.set(key, token.path(key));
          }
        }
        added.add(full);
      }
    });
    List<String> wanted = new ArrayList<>(roles.values());
    wanted.addAll(names.further());
    for (String name : wanted) {
      if (!ids.containsKey(name)) {
        ids.put(name, 1 + ids.values().stream().mapToInt(each -> each).max().orElse(-1));
      }
      boolean known = StreamSupport.stream(added.spliterator(), false)
          .anyMatch(token -> token.path("content").asText().equals(name));
      if (!known) {
        ObjectNode token = addedToken(ids.getOrDefault(name, 0), name);
        // RoBERTa's mask swallows the space before it, which belongs to the piece it stands for.
        token.put("lstrip", name.equals("<mask>"));
        added.add(detailed(token, names.details(name)));
      }
    }
    // The library wants them in the order of their ids.
    List<JsonNode> sorted = new ArrayList<>();
    added.forEach(sorted::add);
    sorted.sort((a, b) -> Integer.compare(a.path("id").intValue(), b.path("id").intValue()));
    added.removeAll().addAll(sorted);
  }

  private static ObjectNode detailed(ObjectNode token, JsonNode details) {
    for (String key : new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
      if (details.path(key).isBoolean()) {
        token.set(key, details.path(key));
      }
    }
    return token;
  }

  /** An entry of {@code added_tokens} that is special. */
  static ObjectNode addedToken(int id, String name) {
    return TokenizerFiles.JSON
        .createObjectNode()
        .put("id", id)
        .put("content", name)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /** Puts in what {@code tokenizer_config.json} says of parts that the file has. */
  private static void configure(ObjectNode root, TokenizerNames names) {
    Boolean prefixSpace = names.flag("add_prefix_space");
    if (prefixSpace != null
        && root.path("pre_tokenizer") instanceof ObjectNode node
        && node.path("type").asText().equals("ByteLevel")) {
      node.put("add_prefix_space", prefixSpace);
    }
    if (root.path("normalizer") instanceof ObjectNode node
        && node.path("type").asText().equals("BertNormalizer")) {
      Map<String, String> keys = ImmutableMap.of(
          "do_lower_case", "lowercase",
          "tokenize_chinese_chars", "handle_chinese_chars",
          "strip_accents", "strip_accents");
      keys.forEach((key, own) -> {
        Boolean flag = names.flag(key);
        if (flag != null) {
          node.put(own, flag);
        }
      });
    }
  }

  /** As transformers: where it is said whether texts begin and end with tokens, that counts. */
  private static void override(
      ObjectNode root, TokenizerNames names, Map<String, String> roles, SpecialTokens specials) {
    if (names.flag("add_bos_token") == null && names.flag("add_eos_token") == null) {
      return;
    }
    boolean bos = names.flag("add_bos_token", false) && specials.bos().isPresent();
    boolean eos = names.flag("add_eos_token", false) && specials.eos().isPresent();
    String first = bos ? roles.getOrDefault("bos_token", "") : "";
    String last = eos ? roles.getOrDefault("eos_token", "") : "";
    Map<String, Integer> used = new HashMap<>();
    specials.bos().ifPresent(id -> used.put(first, id));
    specials.eos().ifPresent(id -> used.put(last, id));
    root.set("post_processor", PostProcessor.around(first, last, used));
  }

  private static SpecialTokens specials(
      Map<String, String> roles, Map<String, Integer> ids, ArrayNode added) {
    TreeSet<Integer> all = new TreeSet<>();
    roles.values().forEach(name -> all.add(ids.getOrDefault(name, 0)));
    for (JsonNode token : added) {
      if (token.path("special").asBoolean()) {
        all.add(token.path("id").intValue());
      }
    }
    return new SpecialTokens(
        id(roles, ids, "bos_token"),
        id(roles, ids, "eos_token"),
        id(roles, ids, "unk_token"),
        id(roles, ids, "sep_token"),
        id(roles, ids, "pad_token"),
        id(roles, ids, "cls_token"),
        id(roles, ids, "mask_token"),
        ImmutableSet.copyOf(all));
  }

  private static OptionalInt id(Map<String, String> roles, Map<String, Integer> ids, String role) {
    Integer id = ids.get(roles.getOrDefault(role, ""));
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static @Nullable JsonNode gpt2(ObjectNode root) {
    boolean bytes = root.path("decoder").path("type").asText().equals("ByteLevel");
    JsonNode model = root.path("model");
    return bytes && model.path("merges").isArray() ? model : null;
  }

  private static boolean byteLevel(@Nullable JsonNode splitter) {
    if (splitter == null) {
      return false;
    }
    return switch (splitter.path("type").asText()) {
      case "ByteLevel" -> !splitter.path("add_prefix_space").asBoolean(true);
      case "Sequence" ->
        StreamSupport.stream(splitter.path("pretokenizers").spliterator(), false)
            .anyMatch(TokenizerJson::byteLevel);
      default -> false;
    };
  }

  private static boolean lowerCase(JsonNode normalizer) {
    return switch (normalizer.path("type").asText()) {
      case "Lowercase" -> true;
      case "BertNormalizer" -> normalizer.path("lowercase").asBoolean(true);
      case "Sequence" ->
        StreamSupport.stream(normalizer.path("normalizers").spliterator(), false)
            .anyMatch(TokenizerJson::lowerCase);
      default -> false;
    };
  }
}
