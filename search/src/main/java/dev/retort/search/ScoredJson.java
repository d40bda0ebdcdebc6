package dev.retort.search;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scored candidate as JSON, in the search log and in front.json. Numbers are written by {@link
 * Double#toString}, so that they are read back bit for bit; NaN and infinities as strings.
 */
final class ScoredJson {
  /** Reads strictly: no trailing text, no name twice. */
  static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .build();

  private ScoredJson() {}

  static ObjectNode write(Scored scored) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("subSpace", scored.candidate().subSpace());
    node.put("architecture", scored.candidate().architecture().toString());
    Cost cost = scored.candidate().cost();
    node.putObject("cost")
        .put("parameters", cost.parameters())
        .put("macs", cost.macs())
        .put("flops", cost.flops())
        .put("weightBytes", cost.weightBytes())
        .put("peakActivationBytes", cost.peakActivationBytes());
    ObjectNode scores = node.putObject("scores");
    scored.scores().forEach((name, value) -> {
      if (Double.isFinite(value)) {
        scores.put(name, value);
      } else {
        scores.put(name, Double.toString(value));
      }
    });
    node.put("status", scored.status().name());
    if (scored.why() != null) {
      node.put("why", scored.why());
    }
    Course course = scored.course();
    if (course != null) {
      ObjectNode raced = node.putObject("course").put("of", course.of());
      ArrayNode blocks = raced.putArray("blocks");
      course.blocks().forEach(each -> {
        if (Double.isFinite(each)) {
          blocks.add(each);
        } else {
          blocks.add(Double.toString(each));
        }
      });
      if (course.rival() != null) {
        raced.put("rival", course.rival());
      }
    }
    return node;
  }

  /** Throws IllegalArgumentException, with what is wrong, where it is no scored candidate. */
  static Scored read(JsonNode node) {
    JsonNode cost = field(node, "cost");
    Candidate candidate = new Candidate(
        text(node, "subSpace"),
        Architecture.parse(text(node, "architecture")),
        new Cost(
            whole(cost, "parameters"),
            whole(cost, "macs"),
            whole(cost, "flops"),
            whole(cost, "weightBytes"),
            whole(cost, "peakActivationBytes")));
    ImmutableMap.Builder<String, Double> scores = ImmutableMap.builder();
    for (Map.Entry<String, JsonNode> score : field(node, "scores").properties()) {
      scores.put(score.getKey(), number(score.getKey(), score.getValue()));
    }
    return new Scored(
        candidate,
        scores.buildOrThrow(),
        status(text(node, "status")),
        why(node.get("why")),
        course(node.get("course")));
  }

  private static @Nullable Course course(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    ImmutableList.Builder<Double> blocks = ImmutableList.builder();
    for (JsonNode each : field(node, "blocks")) {
      blocks.add(number("of a block", each));
    }
    Course course =
        new Course(blocks.build(), Math.toIntExact(whole(node, "of")), why(node.get("rival")));
    if (course.blocks().isEmpty() || course.blocks().size() > course.of()) {
      throw new IllegalArgumentException(
          "a course of " + course.blocks().size() + " blocks out of " + course.of());
    }
    return course;
  }

  private static Scored.Status status(String name) {
    try {
      return Scored.Status.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("unknown status (" + name + ")", e);
    }
  }

  private static @Nullable String why(@Nullable JsonNode node) {
    return node == null ? null : node.asText();
  }

  private static double number(String name, JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default ->
        throw new IllegalArgumentException("score " + name + " is no number (" + node + ")");
    };
  }

  static JsonNode field(JsonNode node, String name) {
    JsonNode field = node.get(name);
    if (field == null) {
      throw new IllegalArgumentException("no field " + name);
    }
    return field;
  }

  static String text(JsonNode node, String name) {
    JsonNode field = field(node, name);
    if (!field.isTextual()) {
      throw new IllegalArgumentException(name + " is no text (" + field + ")");
    }
    return field.textValue();
  }

  static long whole(JsonNode node, String name) {
    JsonNode field = field(node, name);
    if (!field.isIntegralNumber() || !field.canConvertToLong()) {
      throw new IllegalArgumentException(name + " is no whole number (" + field + ")");
    }
    return field.longValue();
  }
}
