package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file of a Hugging Face folder, read key by key and strictly: each value of a wrong type or
 * an impossible size is refused with the file, the key, what was found and what is allowed. A key
 * that is absent or null has the default that the caller gives, as in transformers.
 */
public final class ConfigFile {
  private final Path file;
  private final ObjectNode json;

  ConfigFile(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @throws UserException when it is missing or no strict JSON object
   */
  public static ConfigFile read(Path file) {
    return new ConfigFile(file, StrictJson.readObject(file));
  }

  /** Where it was read. */
  public Path path() {
    return file;
  }

  /** Whether a key has a value other than null. */
  public boolean has(String key) {
    return given(key) != null;
  }

  /** Refuses any word but one. */
  public void requireWord(String key, String needed, String why) {
    JsonNode found = given(key);
    if (found != null && !found.isTextual()) {
      throw refuse(key, shown(found) + "; a text is needed");
    }
    if (found != null && !found.textValue().equals(needed)) {
      throw refuse(key, shown(found) + "; \"" + needed + "\" is needed: " + why);
    }
  }

  /** Refuses true. */
  public void requireFalse(String key, String why) {
    if (Boolean.TRUE.equals(truth(key))) {
      throw refuse(key, "true; false is needed: " + why);
    }
  }

  /** Refuses false, also where absence means false. */
  public void requireTrue(String key, boolean standard, String why) {
    if (!truth(key, standard)) {
      throw refuse(key, (has(key) ? "false" : "absent") + "; true is needed: " + why);
    }
  }

  /** Refuses an object that has anything in it. */
  public void requireNothing(String key, String why) {
    JsonNode found = given(key);
    if (found != null && !found.isEmpty()) {
      throw refuse(key, shown(found) + "; none is needed: " + why);
    }
    if (found != null && !found.isObject()) {
      throw refuse(key, shown(found) + "; an object is needed");
    }
  }

  /** True or false; null where the file does not say. */
  public @Nullable Boolean truth(String key) {
    JsonNode found = given(key);
    if (found == null) {
      return null;
    }
    if (!found.isBoolean()) {
      throw refuse(key, shown(found) + "; true or false is needed");
    }
    return found.booleanValue();
  }

  /** True or false. */
  public boolean truth(String key, boolean standard) {
    Boolean found = truth(key);
    return found == null ? standard : found;
  }

  /** A text; null where the file has none. */
  public @Nullable String text(String key) {
    JsonNode found = given(key);
    if (found == null) {
      return null;
    }
    if (!found.isTextual()) {
      throw refuse(key, shown(found) + "; a text is needed");
    }
    return found.textValue();
  }

  /** One of a few words. */
  public String word(String key, String standard, List<String> allowed) {
    JsonNode found = given(key);
    if (found == null) {
      return standard;
    }
    if (!found.isTextual() || !allowed.contains(found.textValue())) {
      String words =
          allowed.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(" or "));
      throw refuse(key, shown(found) + "; " + words + " is needed");
    }
    return found.textValue();
  }

  /** A whole number. */
  public int integer(String key, int standard, int least, int most) {
    JsonNode found = given(key);
    return found == null ? standard : integer(key, found, least, most);
  }

  private int integer(String key, JsonNode found, int least, int most) {
    if (!found.isInt() || found.intValue() < least || found.intValue() > most) {
      throw refuse(
          key, shown(found) + "; a whole number from " + least + " to " + most + " is needed");
    }
    return found.intValue();
  }

  /** A list of whole numbers, one or more. */
  public ImmutableList<Integer> integers(String key, List<Integer> standard, int least, int most) {
    JsonNode found = given(key);
    if (found == null) {
      return ImmutableList.copyOf(standard);
    }
    List<Integer> values = new ArrayList<>();
    for (JsonNode each : found) {
      if (each.isInt() && each.intValue() >= least && each.intValue() <= most) {
        values.add(each.intValue());
      }
    }
    if (!found.isArray() || found.isEmpty() || values.size() != found.size()) {
      throw refuse(
          key,
          shown(found) + "; a list of whole numbers from " + least + " to " + most + " is needed");
    }
    return ImmutableList.copyOf(values);
  }

  /** A number from {@code least}; below 1 where least is 0 and most is just below 1. */
  public double decimal(String key, double standard, double least, double most) {
    JsonNode found = given(key);
    if (found == null) {
      return standard;
    }
    double value = found.doubleValue();
    if (!found.isNumber() || !(value >= least && value <= most)) {
      throw refuse(
          key,
          shown(found) + "; a number "
              + (least == 0 ? "from 0 to below 1" : "above 0 and at most " + most) + " is needed");
    }
    return value;
  }

  /** A list of finite numbers of a given length. */
  public ImmutableList<Double> decimals(String key, List<Double> standard, int length) {
    JsonNode found = given(key);
    if (found == null) {
      return ImmutableList.copyOf(standard);
    }
    List<Double> values = new ArrayList<>();
    for (JsonNode each : found) {
      if (each.isNumber() && Double.isFinite(each.doubleValue())) {
        values.add(each.doubleValue());
      }
    }
    if (!found.isArray() || found.size() != length || values.size() != length) {
      throw refuse(key, shown(found) + "; a list of " + length + " numbers is needed");
    }
    return ImmutableList.copyOf(values);
  }

  /** The object below a key as a file of its own; null where there is none or it is no object. */
  @Nullable
  ConfigFile below(String key) {
    JsonNode found = given(key);
    return found instanceof ObjectNode object ? new ConfigFile(file, object) : null;
  }

  /** Names of the classes: id2label, else num_labels of them, else two. */
  public ImmutableList<String> labels() {
    JsonNode names = given("id2label");
    int count = integer("num_labels", -1, 0, 1 << 20);
    if (names == null) {
      return numbered(count < 0 ? 2 : count);
    }
    if (!names.isObject()) {
      throw refuse("id2label", shown(names) + "; an object is needed");
    }
    if (count >= 0 && count != names.size()) {
      throw refuse("num_labels", count + ", but id2label has " + names.size());
    }
    ImmutableList.Builder<String> labels = ImmutableList.builder();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode name = names.get(Integer.toString(i));
      if (name == null || !name.isTextual()) {
        throw refuse(
            "id2label",
            (name == null ? "without" : shown(name) + " at") + " class " + i
                + "; a text for each class from 0 to " + (names.size() - 1) + " is needed");
      }
      if (!seen.add(name.textValue())) {
        throw refuse("id2label", "naming two classes " + shown(name));
      }
      labels.add(name.textValue());
    }
    return labels.build();
  }

  /** LABEL_0 and so on, as transformers names classes without names. */
  public static ImmutableList<String> numbered(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(each -> "LABEL_" + each)
        .collect(ImmutableList.toImmutableList());
  }

  /** Writes the names of classes as {@link #labels} reads them, none for none. */
  public static void putLabels(ObjectNode json, List<String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    ObjectNode names = json.putObject("id2label");
    ObjectNode ids = json.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      ids.put(labels.get(i), i);
    }
  }

  /** The value of a key; null and absent are the same, as in transformers. */
  @Nullable
  JsonNode given(String key) {
    JsonNode found = json.get(key);
    return found == null || found.isNull() ? null : found;
  }

  static String shown(JsonNode node) {
    if (node.isTextual()) {
      return Quoted.of(node.textValue());
    }
    String quoted = Quoted.of(node.toString().replace("\"", "'"));
    return quoted.substring(1, quoted.length() - 1);
  }

  /** A refusal of what stands at a key: {@code FILE: KEY is WHAT.} */
  public UserException refuse(String key, String what) {
    return refuse(file + ": " + key + " is " + what + ".");
  }

  static UserException refuse(String message) {
    return new UserException(UserException.Kind.INPUT, message);
  }
}
