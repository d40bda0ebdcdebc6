package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.NearestName;
import dev.retort.space.UserException;
import dev.retort.supernet.kernel.Autograd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Golden-vector files: JSON with one {@code method} and {@code cases} of inputs, hyper-parameters
 * and expected loss, components and gradients, all written by others than us. Each case is computed
 * with the objectives, in float32, and compared at 1e-5 + 1e-4 |expected|.
 */
public final class GoldenVectors {
  /** How well the reference did in float32 and such: nothing that a method computes. */
  private static final ImmutableSet<String> ABOUT = ImmutableSet.of(
      "loss_float32_reference", "float32_error_of_reference", "finite_difference_check");

  /** The tag of cases whose reference divides 0 by 0: an implementation gives 0 or refuses. */
  private static final String MUST_GUARD = "must_guard";

  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
      .build();

  private GoldenVectors() {}

  /** The methods that are known, as the files name them. */
  public static ImmutableList<String> methods() {
    return GoldenMethods.ALL.keySet().asList();
  }

  /**
   * Computes every case of a file.
   *
   * @param file the file
   * @param manager decides the device; nothing stays in it
   * @return a result for each case, in the file's order
   * @throws UserException when the file cannot be read, is malformed or of an unknown method; the
   *     message says which case and which key
   */
  public static List<GoldenResult> check(Path file, NDManager manager) {
    JsonNode root = read(file);
    String name = root.path("method").asText("");
    GoldenMethod method = GoldenMethods.ALL.get(name);
    if (method == null) {
      throw refuse(file + ": method must be one of " + String.join(", ", methods()) + ", not ("
          + name + ")" + NearestName.advice(name, methods()));
    }
    JsonNode cases = root.path("cases");
    if (!cases.isArray()) {
      throw refuse(file + ": cases must be a list");
    }
    ImmutableList.Builder<GoldenResult> results = ImmutableList.builder();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode each = cases.get(i);
      if (!each.path("name").isTextual() || !each.path("inputs").isObject()) {
        throw refuse(file + ": cases[" + i + "] needs a name and an object of inputs");
      }
      try (NDManager own = manager.newSubManager()) {
        results.add(check(file + ", case " + each.path("name").textValue(), method, each, own));
      }
    }
    return results.build();
  }

  private static GoldenResult check(
      String where, GoldenMethod method, JsonNode node, NDManager manager) {
    GoldenCase from = new GoldenCase(where, node, manager);
    GoldenMethod.Computed computed;
    try (Autograd recording = Autograd.recording()) {
      computed = method.compute(from);
    } catch (IllegalArgumentException e) {
      throw new UserException(UserException.Kind.INPUT, where + ": " + e.getMessage(), e);
    }
    NDArray loss = computed.loss();
    ImmutableMap<String, NDArray> inputs = from.differentiable();
    if (loss != null && !inputs.isEmpty()) {
      Autograd.backward(loss);
    }
    ImmutableMap.Builder<String, Object> gradients = ImmutableMap.builder();
    inputs.forEach(
        (input, array) -> gradients.put(input, GoldenNumbers.nested(array.getGradient())));
    return compare(
        node,
        loss == null ? null : (Float) loss.toType(DataType.FLOAT32, false).getFloat(),
        gradients.buildOrThrow(),
        plain(computed.components()),
        plain(computed.values()));
  }

  /** Arrays as nested lists. */
  private static ImmutableMap<String, Object> plain(ImmutableMap<String, Object> values) {
    ImmutableMap.Builder<String, Object> plain = ImmutableMap.builder();
    values.forEach((key, value) ->
        plain.put(key, value instanceof NDArray array ? GoldenNumbers.nested(array) : value));
    return plain.buildOrThrow();
  }

  /** Where the reference is no number because its code lacks a guard, 0 is what is right. */
  private static JsonNode guarded(JsonNode node, JsonNode loss) {
    for (JsonNode tag : node.path("tags")) {
      if (tag.asText().equals(MUST_GUARD)
          && Double.valueOf(Double.NaN).equals(GoldenNumbers.special(loss))) {
        return DoubleNode.valueOf(0);
      }
    }
    return loss;
  }

  private static GoldenResult compare(
      JsonNode node,
      @Nullable Float loss,
      ImmutableMap<String, Object> gradients,
      ImmutableMap<String, Object> components,
      ImmutableMap<String, Object> values) {
    GoldenNumbers.Comparison comparison = new GoldenNumbers.Comparison();
    for (Map.Entry<String, JsonNode> each : node.path("expected").properties()) {
      String key = each.getKey();
      JsonNode value = each.getValue();
      switch (key) {
        case "loss" -> comparison.compare(key, loss, guarded(node, value));
        case "grad" ->
          value
              .properties()
              .forEach(entry -> comparison.compare(
                  "grad." + entry.getKey(), gradients.get(entry.getKey()), entry.getValue()));
        case "components" ->
          value
              .properties()
              .forEach(entry -> comparison.compare(
                  "components." + entry.getKey(),
                  components.get(entry.getKey()),
                  entry.getValue()));
        default -> {
          if (!ABOUT.contains(key)) {
            comparison.compare(key, values.get(key), value);
          }
        }
      }
    }
    return new GoldenResult(
        node.path("name").textValue(),
        loss,
        gradients,
        components,
        values,
        comparison.checked(),
        comparison.mismatches());
  }

  /**
   * Results as JSON: an array of objects with {@code name}, {@code loss}, {@code grad} (input to
   * nested lists) and {@code components}, and what else a case gives by its own name; a case
   * without a loss has none. NaN and infinities are strings, as in the files.
   */
  public static String toJson(List<GoldenResult> results) {
    List<Map<String, Object>> list = results.stream()
        .map(each -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("name", each.name());
          Float loss = each.loss();
          if (loss != null) {
            entry.put("loss", loss);
          }
          entry.put("grad", each.grad());
          entry.put("components", each.components());
          entry.putAll(each.values());
          return entry;
        })
        .toList();
    try {
      return JSON.writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Numbers and strings that JSON cannot write", e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      if (!root.isObject()) {
        throw refuse(file + ": must be a JSON object with method and cases");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ", line " + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ": is no JSON: " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read as UTF-8 text: " + e, e);
    }
  }

  private static UserException refuse(String message) {
    return new UserException(UserException.Kind.INPUT, message);
  }
}
