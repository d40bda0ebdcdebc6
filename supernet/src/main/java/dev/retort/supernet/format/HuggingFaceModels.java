package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The kinds of Hugging Face models that there are, chosen by type or by architecture. */
final class HuggingFaceModels {
  private static final ImmutableMap<String, HuggingFaceModel> BY_TYPE = load();

  private HuggingFaceModels() {}

  private static ImmutableMap<String, HuggingFaceModel> load() {
    ImmutableSortedMap.Builder<String, HuggingFaceModel> all = ImmutableSortedMap.naturalOrder();
    for (HuggingFaceModel each :
        ServiceLoader.load(HuggingFaceModel.class, HuggingFaceModel.class.getClassLoader())) {
      all.put(each.type(), each);
    }
    return all.buildOrThrow();
  }

  /** The kind of a config.json, by its model_type. */
  static HuggingFaceModel of(ConfigFile config) {
    JsonNode type = config.given("model_type");
    if (type == null) {
      throw ConfigFile.refuse(config.path() + ": has no model_type; " + known()
          + ". If it is one of these, add its type, as in \"model_type\": \"bert\".");
    }
    if (!type.isTextual()) {
      throw config.refuse("model_type", ConfigFile.shown(type) + "; a text is needed");
    }
    HuggingFaceModel model = BY_TYPE.get(type.textValue());
    if (model == null) {
      throw config.refuse("model_type", ConfigFile.shown(type) + "; " + known());
    }
    return model;
  }

  private static String known() {
    return "Retort reads models of type "
        + BY_TYPE.keySet().stream()
            .map(each -> "\"" + each + "\"")
            .collect(Collectors.joining(", "));
  }

  /**
   * The kind that can hold an architecture, the first in the order of their types.
   *
   * @throws UserException when none can; the message says why and what to do
   */
  static HuggingFaceModel holding(Architecture architecture) {
    List<HuggingFaceModel> kin = BY_TYPE.values().stream()
        .filter(HuggingFaceModel::written)
        .filter(each -> each.family().equals(architecture.family().name()))
        .toList();
    if (kin.isEmpty()) {
      throw refuse(
          architecture,
          "no kind of model is written for the family " + architecture.family().name()
              + "; there are those of "
              + BY_TYPE.values().stream()
                  .map(HuggingFaceModel::family)
                  .distinct()
                  .collect(Collectors.joining(", "))
              + ". Use another export.");
    }
    HuggingFaceModel.Refusal first = null;
    for (HuggingFaceModel each : kin) {
      Optional<HuggingFaceModel.Refusal> refusal = each.refusal(architecture);
      if (refusal.isEmpty()) {
        return each;
      }
      first = first == null ? refusal.get() : first;
    }
    HuggingFaceModel.Refusal refusal = Objects.requireNonNull(first);
    throw refuse(
        architecture,
        refusal.why() + ". Set the dimension " + refusal.dimension()
            + (refusal.constraint() == null
                ? "; "
                : ", or search with `constraint: " + refusal.constraint()
                    + "`, which leaves only students that fit; ")
            + "other exports take this one.");
  }

  private static UserException refuse(Architecture architecture, String why) {
    return new UserException(
        UserException.Kind.USAGE,
        "Student " + architecture + " cannot be written as a Hugging Face folder: " + why);
  }

  /**
   * The text of config.json, keys sorted.
   *
   * @param labels a name for each class; empty: LABEL_0 and so on
   * @throws IllegalArgumentException when there is another number of labels than classes
   */
  static String config(HuggingFaceModel model, Architecture architecture, List<String> labels) {
    int classes = architecture.has("classes") ? architecture.integer("classes") : 0;
    ImmutableList<String> names =
        labels.isEmpty() ? ConfigFile.numbered(classes) : ImmutableList.copyOf(labels);
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          names.size() + " labels for " + classes + " classes (" + architecture + ")");
    }
    ObjectNode json = model.config(architecture, names);
    json.put("model_type", model.type());
    // Both names of one key: transformers renamed it.
    json.put("dtype", "float32");
    json.put("torch_dtype", "float32");
    ConfigFile.putLabels(json, names);
    ObjectNode sorted = StrictJson.object();
    new TreeMap<>(json.properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .forEach(sorted::set);
    return StrictJson.text(sorted);
  }
}
