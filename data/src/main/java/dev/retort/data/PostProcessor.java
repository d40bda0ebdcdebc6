package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The {@code post_processor} of a {@code tokenizer.json}: where special tokens stand. */
final class PostProcessor {
  private PostProcessor() {}

  /**
   * What it does.
   *
   * @param ids the ids of all pieces
   * @throws dev.retort.space.UserException if it is of a kind that is not known here
   */
  static Template template(Path file, JsonNode processor, Map<String, Integer> ids) {
    String type = processor.path("type").asText("");
    return switch (type) {
      // ByteLevel moves offsets only.
      case "", "ByteLevel" -> Template.plain();
      case "RobertaProcessing" ->
        Template.roberta(token(file, processor, "cls"), token(file, processor, "sep"));
      case "BertProcessing" ->
        Template.bert(token(file, processor, "cls"), token(file, processor, "sep"));
      case "TemplateProcessing" ->
        new Template(
            parts(file, processor, processor.path("single"), ids),
            parts(file, processor, processor.path("pair"), ids));
      case "Sequence" -> sequence(file, processor.path("processors"), ids);
      default -> throw unknown(file, type);
    };
  }

  /** Whether it is RoBERTa's, of which special tokens have their names. */
  static boolean roberta(JsonNode processor) {
    return processor.path("type").asText("").equals("RobertaProcessing");
  }

  private static Template sequence(Path file, JsonNode processors, Map<String, Integer> ids) {
    Template found = Template.plain();
    for (JsonNode each : processors) {
      Template next = template(file, each, ids);
      if (!next.equals(Template.plain())) {
        if (!found.equals(Template.plain())) {
          throw unknown(file, "Sequence of several templates");
        }
        found = next;
      }
    }
    return found;
  }

  private static ImmutableList<Template.Part> parts(
      Path file, JsonNode processor, JsonNode template, Map<String, Integer> ids) {
    ImmutableList.Builder<Template.Part> parts = ImmutableList.builder();
    for (JsonNode each : template) {
      JsonNode sequence = each.path("Sequence");
      JsonNode special = each.path("SpecialToken");
      JsonNode part = sequence.isObject() ? sequence : special;
      int type = part.path("type_id").asInt();
      if (type != 0 && type != 1) {
        throw unknown(file, "template with the token type " + type);
      }
      if (sequence.isObject()) {
        boolean first = sequence.path("id").asText().equals("A");
        parts.add(first ? Template.Part.first(type) : Template.Part.second(type));
        continue;
      }
      String name = special.path("id").asText();
      JsonNode own = processor.path("special_tokens").path(name).path("ids");
      if (own.isArray() && !own.isEmpty()) {
        own.forEach(id -> parts.add(Template.Part.special(id.asInt(), type)));
      } else {
        Integer id = ids.get(name);
        if (id == null) {
          throw TextLines.wrong(file, "the template's token '" + name + "' has no id.");
        }
        parts.add(Template.Part.special(id, type));
      }
    }
    return parts.build();
  }

  private static int token(Path file, JsonNode processor, String key) {
    JsonNode id = processor.path(key).path(1);
    if (!id.isInt()) {
      throw TextLines.wrong(file, "post_processor." + key + " must be [name, id].");
    }
    return id.intValue();
  }

  private static RuntimeException unknown(Path file, String type) {
    return TextLines.wrong(
        file,
        "has a post_processor that is not known here: " + type
            + ". Known are TemplateProcessing with token types 0 and 1, RobertaProcessing,"
            + " BertProcessing, ByteLevel and a Sequence with one of them.");
  }

  /**
   * One that puts a token before each text and one behind it.
   *
   * @param first its name; empty: none
   * @param last its name; empty: none
   * @param ids their ids by name
   */
  static ObjectNode around(String first, String last, Map<String, Integer> ids) {
    ObjectNode processor = TokenizerFiles.JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    text(single, first, "A", last, 0);
    ArrayNode pair = processor.putArray("pair");
    text(pair, first, "A", last, 0);
    text(pair, first, "B", last, 1);
    ObjectNode tokens = processor.putObject("special_tokens");
    new TreeMap<>(ids).forEach((name, id) -> {
      if (!name.isEmpty()) {
        ObjectNode token = tokens.putObject(name).put("id", name);
        token.putArray("ids").add(id);
        token.putArray("tokens").add(name);
      }
    });
    return processor;
  }

  private static void text(ArrayNode parts, String first, String text, String last, int type) {
    special(parts, first, type);
    parts.addObject().putObject("Sequence").put("id", text).put("type_id", type);
    special(parts, last, type);
  }

  private static void special(ArrayNode parts, String name, int type) {
    if (!name.isEmpty()) {
      parts.addObject().putObject("SpecialToken").put("id", name).put("type_id", type);
    }
  }
}
