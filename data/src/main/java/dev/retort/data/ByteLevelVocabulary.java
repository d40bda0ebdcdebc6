package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Map;

/**
 * GPT-2's vocabulary (Radford et al., 2019): {@code vocab.json}, ids by piece, and
 * {@code merges.txt}, two pieces a line that are joined, the most urgent first. RoBERTa and OPT
 * have the same form.
 */
final class ByteLevelVocabulary {
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";

  private ByteLevelVocabulary() {}

  /** The two files as a {@code tokenizer.json}. */
  static ObjectNode read(Path vocabulary, Path merges, TokenizerNames names) {
    JsonNode ids = TokenizerFiles.json(vocabulary);
    if (ids == null) {
      throw TextLines.wrong(vocabulary, "does not exist. Check the path.");
    }
    boolean prefixSpace = names.flag("add_prefix_space", false);
    ObjectNode root = TokenizerFiles.JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    root.putArray("added_tokens");
    root.putNull("normalizer");
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
    root.putNull("post_processor");
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = root.putObject("model");
    model
        .put("type", "BPE")
        .putNull("dropout")
        .putNull("unk_token")
        .put("continuing_subword_prefix", "")
        .put("end_of_word_suffix", "")
        .put("fuse_unk", false)
        .put("byte_fallback", false);
    model.set("vocab", ids);
    merges(merges, ids, model.putArray("merges"));
    TokenizerNames.Kind kind = kind(names, ids);
    if (kind == TokenizerNames.Kind.ROBERTA) {
      roberta(root, names.roles(kind.names()), ids, prefixSpace);
    }
    return root;
  }

  /** The two files of the model of a {@code tokenizer.json}, as texts by name. */
  static ImmutableMap<String, String> files(JsonNode model) {
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    for (JsonNode each : model.path("merges")) {
      // Newer files have a list of two for each.
      merges
          .append(
              each.isArray() ? each.path(0).asText() + " " + each.path(1).asText() : each.asText())
          .append('\n');
    }
    return ImmutableMap.of(
        VOCABULARY, model.path("vocab").toString() + "\n", MERGES, merges.toString());
  }

  /** What the files name; else RoBERTa where its special tokens are there, as OPT's are not. */
  static TokenizerNames.Kind kind(TokenizerNames names, JsonNode ids) {
    TokenizerNames.Kind named = names.kind();
    if (named != TokenizerNames.Kind.OTHER) {
      return named;
    }
    boolean roberta = ids.has("<s>") && ids.has("</s>") && ids.has("<mask>");
    return roberta && !ids.has("<|endoftext|>")
        ? TokenizerNames.Kind.ROBERTA
        : TokenizerNames.Kind.GPT2;
  }

  private static void roberta(
      ObjectNode root, Map<String, String> roles, JsonNode ids, boolean prefixSpace) {
    ObjectNode processor = root.putObject("post_processor").put("type", "RobertaProcessing");
    for (String role : new String[] {"sep", "cls"}) {
      String name = roles.getOrDefault(role + "_token", "");
      if (!ids.path(name).isInt()) {
        root.putNull("post_processor");
        return;
      }
      processor.putArray(role).add(name).add(ids.path(name).intValue());
    }
    processor.put("trim_offsets", true).put("add_prefix_space", prefixSpace);
  }

  private static void merges(Path file, JsonNode ids, ArrayNode merges) {
    TextLines.read(file, (number, line) -> {
      if (line.isEmpty() || (number == 1 && line.startsWith("#version"))) {
        return;
      }
      int space = line.indexOf(' ');
      if (space < 1 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw TextLines.wrong(
            file, number, "two pieces with a space between are expected, not '" + line + "'.");
      }
      String first = line.substring(0, space);
      String second = line.substring(space + 1);
      for (String piece : new String[] {first, second, first + second}) {
        if (!ids.has(piece)) {
          throw TextLines.wrong(
              file,
              number,
              "the piece '" + piece + "' is not in the vocabulary. Do both files belong together?");
        }
      }
      merges.add(line);
    });
  }
}
